// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_PSPLIB_HPP
#define SCHED_IO_PSPLIB_HPP

/// \file
/// Reader for PSPLIB projects: single-mode (`.sm`), multi-mode (`.mm`) and the MMLIB dialect of the latter.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/io/project_lines.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// The sections of a PSPLIB file, one after another.
class psplib_reader {
public:
  psplib_reader(std::string_view text, const std::string& file) : in_(text, file) { builder_.name(file_stem(file)); }

  project read() {
    const bool mmlib = basic_data();
    if (!mmlib) project_information();
    precedence_relations();
    requests();
    availabilities();
    return build_project(builder_, in_.file(), lines_);
  }

private:
  static constexpr std::int64_t most_ = project_builder::limit;

  /// Moves to the next line that is neither blank nor a separator (a run of `*` or of dashes); false at the end.
  bool next() {
    while (in_.next_line()) {
      const char first = in_.rest().front();
      if ((first != '*' && first != '-') || in_.rest().find_first_not_of(first) != std::string_view::npos) return true;
    }
    return false;
  }
  void next(std::string_view wanted) {
    if (!next()) in_.fail("the text ends before " + std::string(wanted));
  }

  /// A heading or label without blanks: both dialects and every spacing compare equal. Long lines are no headings.
  static std::string squeeze(std::string_view text) {
    std::string out;
    for (char c : text.substr(0, 120))
      if (!is_blank(c)) out += c;
    return out;
  }

  void heading(std::string_view name) {
    in_.no_context();
    next(name);
    std::string found = squeeze(in_.rest());
    if (found.ends_with(':')) found.pop_back();
    if (found != squeeze(name))
      in_.fail("expected the section " + in_quotes(name) + ", found " + in_quotes(in_.rest()));
  }
  void titles(std::string_view first) {
    next("the column titles");
    if (!in_.rest().starts_with(first))
      in_.fail("expected column titles that start with " + in_quotes(first) + ", found " + in_quotes(in_.rest()));
  }

  /// Goes to the value of the current line, which must read `label : value`.
  void label(std::string_view name) {
    const auto colon = in_.rest().find(':');
    if (colon == std::string_view::npos || squeeze(in_.rest().substr(0, colon)) != squeeze(name))
      in_.fail("expected " + in_quotes(std::string(name) + " :") + ", found " + in_quotes(in_.rest()));
    in_.skip(colon + 1);
  }
  std::int64_t labelled(std::string_view name, std::int64_t least, std::int64_t most) {
    next(name);
    label(name);
    const std::int64_t value = in_.integer(name, least, most);
    in_.end_of_line();
    return value;
  }
  /// `- renewable : 4 R`
  std::int64_t resource_count(std::string_view name, std::string_view letter) {
    next(name);
    label(name);
    const std::int64_t value = in_.integer("number of resources", 0, max_resources);
    if (in_.rest() == letter) in_.token();
    in_.end_of_line();
    return value;
  }

  /// Sections 1 and 2; returns true for the MMLIB dialect, which starts at `jobs` and has no section 3.
  bool basic_data() {
    static constexpr std::string_view jobs = "jobs (incl. supersource/sink )";
    next("'file with basedata' or 'jobs'");
    const bool mmlib = in_.rest().starts_with("jobs");
    if (mmlib) {
      label(jobs);
      n_ = in_.integer("number of jobs", 1, max_tasks);
      in_.end_of_line();
    } else {
      label("file with basedata");
      if (in_.file().empty()) builder_.name(file_stem(in_.rest()));
      labelled("initial value random generator", -most_, most_);
      projects_ = labelled("projects", 1, max_tasks);
      n_ = labelled(jobs, 1, max_tasks);
      labelled("horizon", 0, most_);
    }
    next("the section 'RESOURCES'");
    if (in_.rest() != "RESOURCES") in_.fail("expected 'RESOURCES', found " + in_quotes(in_.rest()));
    renewable_ = resource_count("- renewable", "R");
    nonrenewable_ = resource_count("- nonrenewable", "N");
    if (resource_count("- doubly constrained", "D") != 0) in_.fail("doubly constrained resources are not supported");
    return mmlib;
  }

  void project_information() {
    heading("PROJECT INFORMATION");
    titles("pronr.");
    for (std::int64_t p = 1; p <= projects_; ++p) {
      in_.no_context();
      next("the row of project " + std::to_string(p));
      in_.context("project", p);
      if (in_.integer("project number", 1, max_tasks) != p) in_.fail("the rows of the projects are not in order");
      const std::int64_t inner = in_.integer("number of jobs", 0, max_tasks);
      if (projects_ == 1 && inner + 2 != n_)
        in_.fail(std::to_string(inner) + " jobs and two dummies contradict " + std::to_string(n_) + " jobs in all");
      const std::int64_t release = in_.integer("release date", 0, most_);
      if (projects_ == 1) release_ = release;
      else if (release != 0) in_.fail("release dates of several projects in one file are not supported");
      in_.integer("due date", 0, most_);
      in_.integer("tardiness cost", 0, most_);
      in_.integer("MPM-Time", 0, most_);
      in_.end_of_line();
    }
  }

  void precedence_relations() {
    heading("PRECEDENCE RELATIONS");
    titles("jobnr.");
    for (std::int64_t job = 1; job <= n_; ++job) {
      start_row("precedence relations", job);
      modes_.push_back(in_.integer("number of modes", 1, max_tasks));
      const std::int64_t successors = in_.integer("number of successors", 0, n_);
      for (std::int64_t s = 0; s < successors; ++s)
        builder_.add_precedence(task_id(job - 1), task_id(in_.integer("successor", 1, n_) - 1));
      in_.end_of_line();
      lines_.successors.push_back(in_.line());
    }
  }

  void requests() {
    heading("REQUESTS/DURATIONS");
    titles("jobnr.");
    for (std::int64_t job = 1; job <= n_; ++job) {
      start_row("requests and durations", job);
      lines_.work.push_back(in_.line());
      task_spec task;
      if (release_ > 0) task.dates.release = release_;
      const std::int64_t modes = modes_[static_cast<std::size_t>(job - 1)];
      for (std::int64_t m = 1; m <= modes; ++m) {
        if (m > 1) next("mode " + std::to_string(m) + " of job " + std::to_string(job));
        mode_spec mode;
        if (in_.integer("mode number", 1, max_tasks) != m) in_.fail("expected the row of mode " + std::to_string(m));
        mode.number = static_cast<std::uint32_t>(m);
        mode.work = in_.integer("duration", 0, most_);
        for (std::int64_t r = 0; r < renewable_ + nonrenewable_; ++r)
          if (const amount units = in_.integer("demand", 0, most_); units > 0)
            mode.needs.push_back({resource_id(r), units});
        in_.end_of_line();
        task.modes.push_back(std::move(mode));
      }
      builder_.add_task(std::move(task));
    }
  }

  void availabilities() {
    heading("RESOURCEAVAILABILITIES");
    const std::int64_t count = renewable_ + nonrenewable_;
    bool more = next();
    if (more && (in_.rest().front() == 'R' || in_.rest().front() == 'N')) more = next();  // the column titles
    if (count > 0) {
      if (!more) in_.fail("the text ends before the capacities");
      lines_.capacities = in_.line();
      for (std::int64_t r = 1; r <= count; ++r) {
        in_.context("resource", r);
        const amount capacity = in_.integer("capacity", 0, most_);
        if (r <= renewable_) builder_.add_renewable(capacity, "R" + std::to_string(r));
        else builder_.add_nonrenewable(capacity, "N" + std::to_string(r - renewable_));
      }
      in_.no_context();
      in_.end_of_line();
      more = next();
    }
    if (more) in_.fail("unexpected " + in_quotes(in_.rest()) + " after the end of the data");
  }

  /// Moves to the row of a job and takes its number.
  void start_row(const char* section, std::int64_t job) {
    in_.no_context();
    next("the row of job " + std::to_string(job) + " in the " + section);
    if (const auto found = in_.integer("job number", 0, most_); found != job)
      in_.fail("expected the row of job " + std::to_string(job) + " in the " + section + ", found job " +
               std::to_string(found));
    in_.context("job", job);
  }

  text_reader in_;
  project_builder builder_;
  project_lines lines_;
  std::int64_t n_ = 0, projects_ = 1, renewable_ = 0, nonrenewable_ = 0, release_ = 0;
  std::vector<std::int64_t> modes_;
};

}  // namespace detail

/// Reads a PSPLIB project, single-mode or multi-mode, in the original form or in the MMLIB dialect (which starts at
/// `jobs` and has no project information): the content decides.
///
/// * Jobs keep their numbers 1 … n and the dummies stay ordinary tasks. Renewable resources are called R1 …,
///   non-renewable ones N1 … (numbered after the renewable ones). The project is named after the file, or else after
///   its base data.
/// * A release date of the project, if positive, becomes the release date of every task. Its due date, tardiness cost,
///   MPM-time and the horizon are checked to be numbers and otherwise left out: they restate the instance.
/// * Modes that no capacity can satisfy are dropped (`project::dropped_modes()`) while the job has another one.
/// * Blanks, tabs, CR LF, blank lines and separator lines may stand anywhere between rows; each row is one line.
///
/// Errors: `sched::error` with file and line for missing or misplaced sections, rows or numbers, counts that contradict
/// the rows, numbers out of range, unknown successors, cycles, demands above a capacity, doubly constrained resources,
/// leftover text. O(length of the text + what `project_builder::build` costs).
/// Reference: Kolisch & Sprecher, EJOR 96 (1997); MMLIB: Van Peteghem & Vanhoucke, EJOR 235 (2014).
[[nodiscard]] inline project read_psplib(std::string_view text, const std::string& file = {}) {
  return detail::psplib_reader(text, file).read();
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
