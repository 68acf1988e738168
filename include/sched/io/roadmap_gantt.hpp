// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_GANTT_HPP
#define SCHED_IO_ROADMAP_GANTT_HPP

/// \file
/// The chart of a scheduled roadmap: people with their holidays, what they do, and on hover why then and why they.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/detail/roadmap_ledger.hpp>
#include <sched/evaluate/detail/roadmap_reading.hpp>
#include <sched/evaluate/explain_roadmap.hpp>
#include <sched/evaluate/roadmap_reason.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/chart_html.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {

enum class roadmap_lanes : std::uint8_t {
  people,  ///< one lane per resource, a task in the lane of each that does it
  tasks,   ///< one row per task, by start
  both
};

/// What a roadmap's chart says beside the schedule.
struct roadmap_chart_options {
  std::string title{};  ///< default: the roadmap's name, or else "Roadmap"
  roadmap_lanes lanes = roadmap_lanes::people;
  std::vector<chart_fact> facts{};  ///< more facts for the header
};

namespace detail {

/// Fills one chart.
class roadmap_chart_builder {
public:
  roadmap_chart_builder(const roadmap& map, const roadmap_options& o, const roadmap_result& r,
                        const roadmap_chart_options& how)
      : map_(map), options_(o), result_(r), how_(how), read_(map, o), closed_(read_), say_(map, o, r) {
    for (const roadmap_assignment& a : r.placed) {
      if (a.task >= map.tasks.size()) throw error("chart: the result is not one of this roadmap");
      for (const roadmap_index k : a.resources)
        if (k >= r.resources.size()) throw error("chart: the result is not one of this roadmap");
    }
    why_ = explain(map, o, r);
  }

  chart run() {
    title();
    classes();
    lanes();
    bars();
    links();
    columns();
    notes();
    facts();
    return std::move(c_);
  }

private:
  using style = chart_column::style;
  static constexpr std::uint32_t none_ = 0xffffffffU;

  [[nodiscard]] bool milestone(roadmap_index i) const { return read_.milestone(i); }
  [[nodiscard]] const std::string& label(roadmap_index i) const {
    return map_.tasks[i].name.empty() ? map_.tasks[i].id : map_.tasks[i].name;
  }

  void title() {
    c_.title = !how_.title.empty() ? how_.title : map_.name.empty() ? "Roadmap" : map_.name;
    const std::int64_t day = read_.day();
    const bool even = 86'400 % day == 0;
    c_.axis = {.unit = day == 1 ? "days"
                       : even   ? ""
                                : "ticks",
               .seconds_per_tick = even ? 86'400 / day : 0,
               .inclusive_finish = day == 1};
    window_ = {read_.now(), read_.now() + day};
    for (const roadmap_assignment& a : result_.placed)
      window_ = window_.hull({a.start, std::max(a.finish, a.start + 1)});
  }

  /// One class per priority while the colours suffice, else four bands.
  void classes() {
    std::vector<std::int64_t> all;
    all.reserve(result_.placed.size());
    for (const roadmap_assignment& a : result_.placed) all.push_back(read_.priority(a.task));
    std::ranges::sort(all, std::greater<>());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (const std::int64_t p : all) c_.classes.push_back({"priority " + std::to_string(p)});
    if (all.size() <= 8) {
      priorities_ = std::move(all);
      return;
    }
    c_.classes = {{"priority from 80"}, {"from 60"}, {"from 40"}, {"below 40"}};
    priorities_ = {80, 60, 40};
  }
  [[nodiscard]] std::uint32_t class_of(roadmap_index i) const {
    const auto at = std::ranges::find_if(priorities_, [&](std::int64_t p) { return read_.priority(i) >= p; });
    return static_cast<std::uint32_t>(at - priorities_.begin());
  }

  /// Resources that have work or are declared, then what nobody does, then the tasks.
  void lanes() {
    lane_of_.assign(result_.resources.size(), none_);
    if (how_.lanes != roadmap_lanes::tasks) {
      std::vector<char> used(result_.resources.size(), 0);
      bool nobody = false, only_milestones = true;
      for (const roadmap_assignment& a : result_.placed) {
        nobody = nobody || a.resources.empty();
        only_milestones = only_milestones && (!a.resources.empty() || milestone(a.task));
        for (const roadmap_index k : a.resources) used[k] = 1;
      }
      for (roadmap_index k = 0; k < result_.resources.size(); ++k) {
        const std::uint32_t r = read_.find_resource(result_.resources[k]);
        if (used[k] == 0 && (r == no_index || read_.declaration(r) == nullptr)) continue;
        lane_of_[k] = static_cast<std::uint32_t>(c_.lanes.size());
        c_.lanes.push_back({.title = result_.resources[k], .rows = 1});
        if (r != no_index) c_.lanes.back().shaded = closed_in(r, window_);
      }
      if (nobody) {
        nobody_ = static_cast<std::uint32_t>(c_.lanes.size());
        c_.lanes.push_back({.title = only_milestones ? "Milestones" : "Nobody", .rows = 1});
      }
    }
    if (how_.lanes != roadmap_lanes::people) {
      tasks_ = static_cast<std::uint32_t>(c_.lanes.size());
      c_.lanes.push_back({.title = "Tasks", .named_by_bars = true});
    }
  }
  [[nodiscard]] std::vector<interval> closed_in(std::uint32_t r, interval when) const {
    std::vector<interval> all;
    for (instant t = when.start; t < when.finish;) {
      const roadmap_ledger::state s = closed_.look({r, 1}, t);
      const interval part{t, std::min(s.until, when.finish)};
      if (s.closed && !all.empty() && all.back().finish == t) all.back().finish = part.finish;
      else if (s.closed) all.push_back(part);
      t = part.finish;
    }
    return all;
  }

  void bars() {
    bar_of_.assign(map_.tasks.size(), none_);
    std::vector<const roadmap_assignment*> order;
    order.reserve(result_.placed.size());
    for (const roadmap_assignment& a : result_.placed) order.push_back(&a);
    std::ranges::stable_sort(order, [](const roadmap_assignment* a, const roadmap_assignment* b) {
      return std::pair(a->start, a->finish) < std::pair(b->start, b->finish);
    });
    for (const roadmap_assignment* a : order) {
      if (how_.lanes == roadmap_lanes::tasks) continue;
      for (std::size_t k = 0; k < a->resources.size(); ++k)
        if (std::find(a->resources.begin(), a->resources.begin() + static_cast<std::ptrdiff_t>(k), a->resources[k]) ==
            a->resources.begin() + static_cast<std::ptrdiff_t>(k))
          bar(*a, lane_of_[a->resources[k]], read_.find_resource(result_.resources[a->resources[k]]));
      if (a->resources.empty()) bar(*a, nobody_, no_index);
    }
    if (how_.lanes != roadmap_lanes::people)
      for (const roadmap_assignment* a : order) {
        bar(*a, tasks_, a->resources.empty() ? no_index : read_.find_resource(result_.resources[a->resources[0]]));
        c_.bars.back().row = c_.lanes[tasks_].rows++;
      }
    pack_rows(c_);
  }
  void bar(const roadmap_assignment& a, std::uint32_t lane, std::uint32_t resource) {
    if (bar_of_[a.task] == none_) bar_of_[a.task] = static_cast<std::uint32_t>(c_.bars.size());
    chart_bar b{.lane = lane, .kind = class_of(a.task), .start = a.start, .finish = a.finish, .label = label(a.task)};
    if (milestone(a.task) && !a.fixed) b.finish = b.start;  // the tail is of no interest
    b.finish = std::max(b.start, b.finish);
    const roadmap_explanation& e = why_[a.task];
    b.late = e.late > 0 || e.own_late > 0;
    b.due = read_.due(a.task);
    if (e.late > 0 && result_.dates[a.task].deadline + tail_days() != b.due)
      b.deadline = result_.dates[a.task].deadline + tail_days();
    if (resource != no_index) b.pauses = closed_in(resource, {b.start, b.finish});
    task_of_bar_.push_back(a.task);
    assignment_.push_back(&a);
    c_.bars.push_back(std::move(b));
  }
  /// Compatible modes name the last day.
  [[nodiscard]] duration tail_days() const { return read_.native() ? 0 : 1; }

  void links() {
    for (const roadmap_assignment& a : result_.placed)
      read_.each_dependency(a.task, [&](const roadmap_dependency& d, roadmap_index j) {
        if (j != no_index && bar_of_[j] != none_)
          c_.links.push_back({bar_of_[j], bar_of_[a.task], say_.lag_text(d.lag, false)});
      });
  }

  template <class F>
  void texts(std::string name, F of) {
    chart_column column{.name = std::move(name), .shown_as = style::text};
    bool any = false;
    for (std::size_t k = 0; k < task_of_bar_.size(); ++k) {
      column.texts.push_back(of(task_of_bar_[k], *assignment_[k]));
      any = any || !column.texts.back().empty();
    }
    if (any) c_.columns.push_back(std::move(column));
  }

  void columns() {
    std::vector<std::vector<const roadmap_decision*>> looked(map_.tasks.size());
    for (const roadmap_decision& d : result_.decisions)
      if (d.task < looked.size()) looked[d.task].push_back(&d);
    const auto number = [](std::int64_t x) { return std::to_string(x); };
    texts("Id", [&](roadmap_index i, const auto&) { return map_.tasks[i].name.empty() ? "" : map_.tasks[i].id; });
    texts("By", [&](roadmap_index, const roadmap_assignment& a) {
      std::string all;
      for (const roadmap_index k : a.resources) all += (all.empty() ? "" : ", ") + result_.resources[k];
      return all;
    });
    texts("Work", [&](roadmap_index i, const auto&) {
      return milestone(i) ? std::string()
                          : say_.length(read_.native() ? read_.work(i) : read_.rounded(map_.tasks[i].duration));
    });
    texts("Priority", [&](roadmap_index i, const auto&) {
      const std::int64_t own = read_.priority(i);
      const std::int64_t all = i < result_.dates.size() ? result_.dates[i].priority : own;
      return number(own) + (all != own ? ", inherited " + number(all) : "");
    });
    texts("Computed due date", [&](roadmap_index i, const auto&) {
      return i < result_.dates.size() && result_.dates[i].deadline.is_finite()
                 ? say_.due_text(result_.dates[i].deadline)
                 : std::string();
    });
    texts("Why", [&](roadmap_index i, const auto&) {
      std::string all;
      for (const std::string& line : say_.lines(why_[i])) all += (all.empty() ? "" : "\n") + line;
      return all;
    });
    texts("Look-ahead", [&](roadmap_index i, const auto&) {
      std::string all;
      constexpr std::size_t most = 8;
      for (std::size_t k = 0; k < looked[i].size() && k < most; ++k)
        all += (k == 0 ? "" : "\n") + say_.decision(*looked[i][k]);
      return looked[i].size() > most ? all + "\nand " + std::to_string(looked[i].size() - most) + " more" : all;
    });
  }

  void notes() {
    const auto note = [&](std::string name, std::vector<std::string> items) {
      if (!items.empty()) c_.notes.push_back({std::move(name), std::move(items)});
    };
    std::vector<std::string> failed, late, done;
    for (const roadmap_failure& f : result_.failed)
      if (f.task < map_.tasks.size()) failed.push_back(label(f.task) + ": " + say_.line(why_[f.task]));
    for (const roadmap_assignment& a : result_.placed)
      if (const duration d = why_[a.task].own_late; d > 0)
        late.push_back(label(a.task) + ": " + say_.length(d) + " behind " + say_.due_text(read_.due(a.task)));
    for (const roadmap_index i : result_.completed)
      if (i < map_.tasks.size()) done.push_back(label(i));
    std::vector<std::string> circle;
    for (const roadmap_index i : result_.cycle)
      if (i < map_.tasks.size()) circle.push_back(label(i) + " waits for the next");
    note("Not placed", std::move(failed));
    note("Waiting for each other", std::move(circle));
    note("Late", std::move(late));
    note("Warnings", result_.warnings);
    note("Completed", std::move(done));
  }

  void facts() {
    c_.facts.push_back({"Algorithm", std::string(to_string(options_.algorithm)), {}});
    c_.facts.push_back({"Strategy", std::string(to_string(options_.strategy)), {}});
    if (!read_.native()) c_.facts.push_back({"Mode", std::string(to_string(options_.mode)), {}});
    c_.facts.push_back({"Status", std::string(to_string(result_.status)), {}});
    c_.facts.push_back({"Tasks", std::to_string(result_.placed.size()), {}});
    c_.facts.push_back({"People", std::to_string(result_.resources.size()), {}});
    instant end = instant::minus_infinity();
    std::size_t late = 0, skips = 0;
    for (const roadmap_assignment& a : result_.placed) {
      end = std::max(end, a.finish);
      late += why_[a.task].own_late > 0 ? 1U : 0U;
    }
    for (const roadmap_decision& d : result_.decisions) skips += d.skipped ? 1 : 0;
    if (end.is_finite()) {
      c_.facts.push_back({"Ends", say_.when(read_.day() == 1 ? end - 1 : end), {}});
      c_.markers.push_back({end, "end"});
    }
    c_.markers.push_back({read_.now(), "now"});
    if (late != 0) c_.facts.push_back({"Late", std::to_string(late), "Tasks that end behind their own due date."});
    if (!result_.failed.empty()) c_.facts.push_back({"Not placed", std::to_string(result_.failed.size()), {}});
    if (!result_.decisions.empty())
      c_.facts.push_back({"Look-aheads",
                          std::to_string(result_.decisions.size()) + ", " + std::to_string(skips) + " waited" +
                              (result_.guarded ? ", all undone" : ""),
                          "How often starting a task was compared with leaving its people to something more urgent."});
    c_.facts.insert(c_.facts.end(), how_.facts.begin(), how_.facts.end());
  }

  const roadmap& map_;
  const roadmap_options& options_;
  const roadmap_result& result_;
  const roadmap_chart_options& how_;
  roadmap_reading read_;
  roadmap_ledger closed_;  ///< nothing is booked in it
  roadmap_reasons say_;
  std::vector<roadmap_explanation> why_;
  interval window_{};
  std::vector<std::int64_t> priorities_;
  std::vector<std::uint32_t> lane_of_, bar_of_;
  std::uint32_t nobody_ = none_, tasks_ = none_;
  std::vector<roadmap_index> task_of_bar_;
  std::vector<const roadmap_assignment*> assignment_;
  chart c_;
};

}  // namespace detail

/// The chart of a scheduled roadmap: a lane per person with closed times shaded, or a row per task, or both; colours by
/// priority; milestones, own due dates, computed ones where they are missed, late marks, links with lags; on hover who,
/// how long, why then, why they, and what the look-ahead compared; unplaced and late tasks and warnings as notes. The
/// axis shows dates where a tick is a whole number of seconds. Throws `sched::error` when the result is not one of this
/// roadmap. O((n + m) log n) plus explanations and the closed times that are drawn; allocates the chart.
[[nodiscard]] inline chart roadmap_chart(const roadmap& map, const roadmap_options& options,
                                         const roadmap_result& result, const roadmap_chart_options& how = {}) {
  return detail::roadmap_chart_builder(map, options, result, how).run();
}

/// The chart as one self-contained page.
[[nodiscard]] inline std::string roadmap_html(const roadmap& map, const roadmap_options& options,
                                              const roadmap_result& result, const roadmap_chart_options& how = {}) {
  return chart_html(roadmap_chart(map, options, result, how));
}

}  // namespace v0
}  // namespace sched

#endif
