// SPDX-License-Identifier: BSL-1.0
// `sched roadmap`: read roadmaps, plan them, prove the plans, compare them with what is expected, show them.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include <sched/core/stop_after.hpp>
#include <sched/gantt.hpp>
#include <sched/io.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/json.hpp>
#include <sched/roadmap.hpp>
#include <sched/validate.hpp>

#include "roadmap_expect.hpp"
#include "roadmap_run.hpp"

namespace program {
namespace {

using namespace sched;

std::int64_t ticks_of(const roadmap_options& o) { return o.mode == roadmap_mode::native ? o.ticks_per_day : 1; }

/// Placed tasks in ascending byte order of their ids.
std::vector<const roadmap_assignment*> by_id(const roadmap& map, const roadmap_result& r) {
  std::vector<const roadmap_assignment*> all;
  for (const roadmap_assignment& a : r.placed) all.push_back(&a);
  std::ranges::sort(all, {}, [&](const roadmap_assignment* a) -> const std::string& { return map.tasks[a->task].id; });
  return all;
}

}  // namespace

roadmap_answer plan(const io::roadmap_document& d, const roadmap_options& options, bool check) {
  roadmap_answer a{.status = {}, .options = options, .result = {}};
  a.options.mode = flavour(options.algorithm, options.mode);
  try {
    const auto begin = std::chrono::steady_clock::now();
    a.result = plan_roadmap(d.map, a.options);
    a.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    a.status = to_string(a.result.status);
    if (check && a.result.status != roadmap_status::cancelled)
      a.violations = validate(d.map, a.options, a.result).text(d.map, a.result);
  } catch (const error& e) {
    throw d.locate(e);
  }
  return a;
}

const std::vector<std::string>& roadmap_columns() {
  static const std::vector<std::string> columns{"case", "status", "tasks", "end", "seconds"};
  return columns;
}

std::vector<cell> roadmap_row(const io::roadmap_document& d, const roadmap_answer& a) {
  instant last = instant::minus_infinity();
  for (const roadmap_assignment& p : a.result.placed) last = std::max(last, p.end);
  return {d.map.name, a.status, static_cast<std::int64_t>(a.result.placed.size()),
          last.is_finite() ? cell(io::tick_text(last, ticks_of(a.options))) : cell(), a.seconds};
}

std::string roadmap_line(const io::roadmap_document& d, const roadmap_answer& a) {
  const std::int64_t ticks = ticks_of(a.options);
  std::string out = "{\"case\":";
  io::append_json_string(out, d.map.name);
  io::append_json_string(out += ",\"status\":", a.status);
  out += ",\"tasks\":[";
  bool first = true;
  for (const roadmap_assignment* p : by_id(d.map, a.result)) {
    io::append_json_string(out += std::exchange(first, false) ? "[" : ",[", d.map.tasks[p->task].id);
    io::append_json_string(out += ',', io::tick_text(p->start, ticks));
    io::append_json_string(out += ',', io::tick_text(p->end, ticks));
    out += ",[";
    for (const roadmap_index& r : p->resources)
      io::append_json_string(&r == p->resources.data() ? out : out += ',', a.result.resources[r]);
    out += "]]";
  }
  out += ']';
  if (!a.result.failed.empty()) {
    out += ",\"failed\":[";
    for (const roadmap_failure& f : a.result.failed)
      io::append_json_string(&f == a.result.failed.data() ? out : out += ',', d.map.tasks[f.task].id);
    out += ']';
  }
  io::append_json_number(out += ",\"seconds\":", a.seconds);
  return out + "}\n";
}

std::string roadmap_text(const std::string& extension, const io::roadmap_document& d, const roadmap_answer& a) {
  if (extension == "csv") return io::write_roadmap_csv(d.map, a.options, a.result);
  if (extension == "json") return io::write_json_roadmap_result(d.map, a.options, a.result, a.violations.empty());
  const chart c = roadmap_chart(d.map, a.options, a.result);
  return extension == "svg" ? chart_svg(c) : chart_html(c);
}

namespace {

/// Options of the command that replace what a document says.
struct roadmap_request {
  std::optional<std::string> algorithm, mode, strategy, placement, lookahead, guard, backward_pass;
  std::optional<std::int64_t> ticks_per_day, min_first_chunk, tail, horizon;
  std::optional<bool> shared_allocation, inherit, unlimited_unassigned, joint_work, compare_resources;
  bool record_pass_overs = false;

  [[nodiscard]] roadmap_mode mode_of(const roadmap_options& o) const {
    return mode ? *io::parse_setting<roadmap_mode>(*mode) : o.mode;
  }
  void apply(roadmap_options& o) const {
    const auto set = [](const auto& from, auto& to) {
      using value = std::remove_reference_t<decltype(to)>;
      if (!from) return;
      if constexpr (std::is_enum_v<value>) to = *io::parse_setting<value>(*from);
      else to = *from;
    };
    set(algorithm, o.algorithm);
    set(mode, o.mode);
    set(strategy, o.strategy);
    set(placement, o.placement);
    set(lookahead, o.lookahead.ahead);
    set(guard, o.lookahead.guard);
    set(backward_pass, o.backward_pass);
    set(ticks_per_day, o.ticks_per_day);
    set(min_first_chunk, o.min_first_chunk);
    set(tail, o.tail);
    set(shared_allocation, o.shared_allocation);
    set(inherit, o.inherit_priority);
    set(unlimited_unassigned, o.unlimited_unassigned);
    set(joint_work, o.joint_work);
    set(compare_resources, o.lookahead.compare_resources);
    if (horizon) o.lookahead.max_horizon_days = o.attractiveness.rollout_max_horizon_days = *horizon;
    if (horizon && *horizon == 0) {
      o.lookahead.max_horizon_days.reset();
      o.attractiveness.rollout_max_horizon_days.reset();
    }
    o.record_pass_overs = o.record_pass_overs || record_pass_overs;
  }
};

/// One case of one input: the text, kept for its `expected`, and what was read of it.
struct roadmap_case {
  std::string_view text{};
  io::roadmap_document document{};
};

/// One input file.
struct roadmap_input {
  std::string path;
  std::string text{};
  std::vector<roadmap_case> cases{};
  outcome worst = outcome::done;
  std::vector<std::string> messages{};  ///< of reading
};

struct roadmap_command {
  common_options common;
  roadmap_request request;
  std::vector<std::string> inputs;
  std::string lock, write_lock, compare;
  bool expect = false, warnings = false;

  outcome run();

private:
  struct report {
    outcome worst = outcome::done;
    std::vector<std::vector<cell>> rows;
    std::string lines;
    std::vector<std::string> messages, differences;
    std::size_t agree = 0;
    std::string best = "none";
    std::optional<roadmap_answer> answer;
  };

  void check_usage() const;
  [[nodiscard]] roadmap_input read(const std::string& path) const;
  void process(const roadmap_case& c, const roadmap_options& run, const std::vector<std::string>& documents,
               report& to) const;
  void expected(const roadmap_case& c, const roadmap_options& run, report& to) const;
  void add(const roadmap_case& c, const roadmap_answer& a, report& to) const;
  [[nodiscard]] std::vector<std::string> documents_of(const roadmap_input& input, std::size_t k,
                                                      std::map<std::string, std::string>& writer) const;
};

void roadmap_command::check_usage() const {
  const auto check_kind = [](const std::string& kind) {
    for (const char* known : {"csv", "json", "html", "svg"})
      if (kind == known) return;
    throw usage_error("cannot write documents of kind '" + kind + "' (csv, json, html, svg)");
  };
  for (const std::string& path : common.out) check_kind(extension_of(path));
  if (!common.out_format.empty() && common.out_dir.empty()) throw usage_error("--out-format needs --out-dir");
  if (!common.out_format.empty()) check_kind(common.out_format);
  if (expect && (!common.out.empty() || !common.out_dir.empty() || !write_lock.empty() || !compare.empty()))
    throw usage_error("--expect compares and writes no documents");
  if (expect && !lock.empty()) throw usage_error("--expect and --lock exclude each other");
}

roadmap_input roadmap_command::read(const std::string& path) const {
  roadmap_input in{path};
  try {
    in.text = io::read_gzip_file(path);
    std::vector<io::roadmap_lock> locks;
    const bool native = !request.mode || *request.mode == "native";
    const io::text_rules rules = native ? io::text_rules::strict : io::text_rules::lenient;
    if (!lock.empty()) locks = io::read_json_locks(io::read_gzip_file(lock), lock, rules);
    for (const io::json_piece& piece : io::split_json(in.text, io::json_layout_of(path))) {
      const io::json_document json(piece.text, path, piece.line);
      in.cases.push_back({piece.text, io::read_json_roadmap(json.root(), path, rules)});
      for (const std::string& w : in.cases.back().document.warnings) in.messages.push_back("sched: warning: " + w);
      for (const std::string& w : io::apply_locks(in.cases.back().document.map, locks))
        if (native) in.messages.push_back("sched: warning: " + lock + ": " + w);
    }
    if (in.cases.empty()) throw error(path, 1, "no roadmap");
  } catch (const error& e) {
    in.messages.push_back(std::string("sched: ") + e.what());
    in.worst = outcome::malformed;
    in.cases.clear();
  } catch (const std::system_error& e) {
    in.messages.push_back(std::string("sched: ") + e.what());
    in.worst = outcome::io_failed;
    in.cases.clear();
  }
  return in;
}

void roadmap_command::add(const roadmap_case& c, const roadmap_answer& a, report& to) const {
  if (common.format == "json") to.lines += roadmap_line(c.document, a);
  else to.rows.push_back(roadmap_row(c.document, a));
  const std::string where = "sched: " + c.document.file + ": " + c.document.map.name + ": ";
  if (!a.violations.empty()) to.messages.push_back(where + "the plan breaks rules:\n" + a.violations);
  if (warnings)
    for (const std::string& w : a.result.warnings) to.messages.push_back(where + w);
}

void roadmap_command::process(const roadmap_case& c, const roadmap_options& run,
                              const std::vector<std::string>& documents, report& to) const {
  roadmap_options o = c.document.options;
  request.apply(o);
  o.threads = run.threads;
  o.watch = run.watch;
  if (c.document.unknown_strategy && !request.strategy) {
    roadmap_answer none{.status = "unknown-strategy", .options = o, .result = {}};
    add(c, none, to);
    throw error(c.document.file, c.document.line,
                "unknown strategy " + io::in_quotes(*c.document.unknown_strategy) + ", expected one of " +
                    io::setting_choices<roadmap_strategy>());
  }
  roadmap_answer a = plan(c.document, o, common.validate);
  add(c, a, to);
  if (!a.solved()) worsen(to.worst, outcome::unsolved);
  if (a.status != "complete") {
    std::string who;
    for (const roadmap_failure& f : a.result.failed)
      if (who.size() < 200) who += (who.empty() ? ": " : ", ") + c.document.map.tasks[f.task].id;
    for (const roadmap_index i : a.result.cycle)
      if (who.size() < 200) who += (who.empty() ? ": " : " waits for ") + c.document.map.tasks[i].id;
    to.messages.push_back("sched: " + c.document.file + ": " + c.document.map.name + ": " + a.status +
                          io::printable(who));
  }
  to.best = a.status;
  for (const std::string& document : documents) {
    try {
      save_document(document, roadmap_text(extension_of(document), c.document, a));
    } catch (const std::system_error& e) {
      to.messages.push_back(std::string("sched: ") + e.what());
      worsen(to.worst, outcome::io_failed);
    }
  }
  if (!write_lock.empty())
    save_document(write_lock, io::write_json_locks(io::lock_roadmap(c.document.map, a.options, a.result)));
  if (!compare.empty()) to.answer = std::move(a);
}

void roadmap_command::expected(const roadmap_case& c, const roadmap_options& run, report& to) const {
  const io::json_document json(c.text, c.document.file, c.document.line);
  const auto list = json.root().find("expected");
  if (!list) return;
  for (const io::json_value entry : list->array()) {
    roadmap_options o = c.document.options;
    request.apply(o);
    o.threads = run.threads;
    o.watch = run.watch;
    if (!fits(entry, o.algorithm, o.mode)) continue;
    const auto strategy = strategy_of(entry, c.document);
    if (request.strategy && strategy != io::parse_setting<roadmap_strategy>(*request.strategy)) continue;
    roadmap_answer a{.status = "unknown-strategy", .options = o, .result = {}};
    if (strategy) {
      o.strategy = *strategy;
      a = plan(c.document, o, common.validate);
    }
    add(c, a, to);
    if (!a.violations.empty()) worsen(to.worst, outcome::unsolved);
    const std::string difference = expectation(entry, c.document.map, a.options, a.result).first_difference(a.status);
    if (difference.empty()) {
      ++to.agree;
      continue;
    }
    worsen(to.worst, outcome::unsolved);
    to.differences.push_back("sched: " + c.document.file + ':' + std::to_string(c.document.line) + ": " +
                             c.document.map.name + " (" + std::string(to_string(o.algorithm)) + ", " +
                             std::string(to_string(o.mode)) + ", " +
                             (strategy ? std::string(to_string(*strategy)) : "unknown strategy") + "): " + difference);
  }
}

std::vector<std::string> roadmap_command::documents_of(const roadmap_input& input, std::size_t k,
                                                       std::map<std::string, std::string>& writer) const {
  std::vector<std::string> all = common.out;
  if (common.out_dir.empty()) return all;
  std::string name = stem_of(input.path);
  const std::string what = input.cases.size() == 1 ? input.path : input.path + ": " + input.cases[k].document.map.name;
  if (input.cases.size() > 1) {
    name += '-';
    for (const char c : input.cases[k].document.map.name) name += c == '/' || c == '\\' || c == '\0' ? '_' : c;
  }
  const std::string kind = common.out_format.empty() ? "csv" : common.out_format;
  all.push_back((std::filesystem::path(common.out_dir) / (name + "." + kind)).string());
  const auto [other, fresh] = writer.emplace(all.back(), what);
  if (!fresh) throw usage_error(other->second + " and " + what + " would both be written to " + other->first);
  return all;
}

outcome roadmap_command::run() {
  check_usage();
  std::vector<roadmap_input> read_inputs;
  struct job {
    std::size_t input, number;
    std::vector<std::string> documents;
  };
  std::vector<job> jobs;
  std::map<std::string, std::string> writer;
  for (const std::string& path : inputs) {
    read_inputs.push_back(read(path));
    const std::size_t i = read_inputs.size() - 1;
    for (std::size_t k = 0; k < read_inputs[i].cases.size(); ++k)
      jobs.push_back({i, k, documents_of(read_inputs[i], k, writer)});
  }
  if ((!common.out.empty() || !write_lock.empty()) && (inputs.size() > 1 || jobs.size() > 1))
    throw usage_error("--out and --write-lock take one roadmap; use --out-dir for several");

  const stop_after limit(std::chrono::duration<double>(common.time_limit));
  progress_line line(jobs.size(), common.progress);
  std::optional<table> out;
  if (common.format != "json") out.emplace(roadmap_columns(), common.format);
  std::vector<report> reports(jobs.size());
  outcome worst = outcome::done;
  std::size_t agree = 0, differ = 0;
  constexpr std::size_t most_differences = 20;

  std::size_t next_input = 0;
  const auto told_up_to = [&](std::size_t input) {  // messages of reading, in the order of the inputs
    for (; next_input <= input && next_input < read_inputs.size(); ++next_input) {
      worsen(worst, read_inputs[next_input].worst);
      line.aside([&] {
        for (const std::string& m : read_inputs[next_input].messages) std::cerr << m << '\n';
      });
    }
  };
  const auto work = [&](std::size_t k) {
    report& to = reports[k];
    const roadmap_case& c = read_inputs[jobs[k].input].cases[jobs[k].number];
    roadmap_options run;
    run.threads = jobs.size() == 1 ? common.threads : 1;  // several roadmaps share the threads among them
    run.watch = {.stop = limit.token(), .observer = [&line, k](const progress& at) { line.step(k, at); }};
    try {
      if (expect) expected(c, run, to);
      else process(c, run, jobs[k].documents, to);
    } catch (const error& e) {
      to.messages.push_back(std::string("sched: ") +
                            (e.line() != 0 || !e.file().empty() ? "" : c.document.file + ": ") + e.what());
      worsen(to.worst, outcome::malformed);
    } catch (const std::system_error& e) {
      to.messages.push_back(std::string("sched: ") + e.what());
      worsen(to.worst, outcome::io_failed);
    } catch (const std::exception& e) {  // out of memory, say; the others go on
      to.messages.push_back("sched: " + c.document.file + ": " + e.what());
      worsen(to.worst, outcome::unsolved);
    }
  };
  in_order(jobs.size(), common.threads, work, [&](std::size_t k) {
    told_up_to(jobs[k].input);
    report& r = reports[k];
    line.aside([&] {
      for (auto& row : r.rows) out->row(std::move(row));
      if (!r.lines.empty()) std::cout << r.lines << std::flush;
      for (const std::string& message : r.messages) std::cerr << message << '\n';
      for (const std::string& d : r.differences)
        if (differ++ < most_differences) std::cerr << d << '\n';
    });
    agree += r.agree;
    worsen(worst, r.worst);
    line.finish(k, r.best);
    std::optional<roadmap_answer> answer = std::move(r.answer);
    r = {};
    r.answer = std::move(answer);
  });
  told_up_to(read_inputs.size());
  line.aside([&] {
    if (out) out->finish();
  });
  if (!compare.empty()) {
    std::vector<io::roadmap_scenario> scenarios;
    for (std::size_t k = 0; k < jobs.size(); ++k)
      if (const auto& a = reports[k].answer) {
        const io::roadmap_document& d = read_inputs[jobs[k].input].cases[jobs[k].number].document;
        scenarios.push_back({d.map.name, &d.map, &a->options, &a->result});
      }
    worsen(worst, write_document(compare, io::write_roadmap_comparison_csv(scenarios)));
  }
  if (expect) {
    if (agree + differ == 0) {
      roadmap_options o;
      request.apply(o);
      std::cerr << "sched: nothing is expected of " << to_string(o.algorithm) << ", " << to_string(o.mode)
                << (o.mode == roadmap_mode::native ? ": entries are about compatible modes unless marked native\n"
                                                   : "\n");
    }
    if (differ > most_differences) std::cerr << "sched: and " << differ - most_differences << " more\n";
    std::cerr << agree << " agree, " << differ << " differ\n";
  }
  return worst;
}

template <class Enum>
CLI::Validator setting() {
  return {[](std::string& value) -> std::string {
            const auto found = io::parse_setting<Enum>(value);
            if (!found) return '\'' + value + "' is unknown; available: " + io::setting_choices<Enum>();
            value = io::setting_text(*found);
            return {};
          },
          '{' + io::setting_choices<Enum>() + '}'};
}

}  // namespace

runner add_roadmap(CLI::App& app) {
  const auto self = std::make_shared<roadmap_command>();
  CLI::App* c = app.add_subcommand(
      "roadmap", "Projects with people, calendars and deadlines: .json and .jsonl (also .gz) to plans");
  c->add_option("INPUT", self->inputs, "Roadmap files, one roadmap or one a line; processed in this order")->required();
  roadmap_request& r = self->request;
  c->add_option(
       "--algorithm", r.algorithm,
       "parallel-sgs: greedy with foresight; bounded-rollout: may leave somebody idle for what is more urgent; "
       "critical-path: the most attractive target first (default: the roadmap's own, or parallel-sgs)")
      ->check(setting<roadmap_algorithm>());
  c->add_option("--mode", r.mode,
                "native: half-open time, exact; compatible-floor, compatible-ceil: as the Mouc scheduler rounds "
                "(default: the roadmap's own, or native)")
      ->check(setting<roadmap_mode>());
  c->add_option("--strategy", r.strategy,
                "Who goes first: weighted, priority-first, cr-first or atc (default: the roadmap's own, or weighted)")
      ->check(setting<roadmap_strategy>());
  c->add_option("--placement", r.placement,
                "Native: whose best candidate is not free waits, takes the best that is free now, or reserves "
                "(default wait)")
      ->check(setting<roadmap_placement>());
  c->add_option("--lookahead", r.lookahead,
                "Native: look ahead where something urgent comes, at every choice to the end, or automatic: full up to "
                "400 tasks (default automatic)")
      ->check(setting<lookahead_settings::width>());
  c->add_option("--guard", r.guard,
                "Native: what a look-ahead must not make worse than the plan without: none, pareto (none of three "
                "aggregates), objective (their weighted sum) (default pareto)")
      ->check(setting<lookahead_settings::guard_by>());
  c->add_option("--horizon", r.horizon, "Days to look ahead; 0: to the end (default 30)")
      ->check(CLI::Range(0, 1'000'000));
  c->add_flag("--compare-resources,!--no-compare-resources", r.compare_resources,
              "Native: also weigh a free resource against waiting for the best (default: off)");
  c->add_option("--backward-pass", r.backward_pass,
                "Native: due dates of predecessors over calendars, exact, or simple by durations (default exact)")
      ->check(setting<roadmap_backward_pass>());
  c->add_flag("--inherit,!--no-inherit", r.inherit,
              "Native: predecessors are at least as important as what needs them (default: on)");
  c->add_option("--ticks-per-day", r.ticks_per_day,
                "Native: ticks of a day; durations are rounded up to ticks (default 1)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400'000'000}));
  c->add_option("--min-first-chunk", r.min_first_chunk,
                "Native: ticks of work that must lie before the first break (default 0)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40));
  c->add_option("--tail", r.tail, "Native: ticks that a task holds its resources after its work (default 0)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40));
  c->add_flag("--shared-allocation,!--no-shared-allocation", r.shared_allocation,
              "Native: allocations are shares of people that add up to 1 (default: off)");
  c->add_flag("--joint-work,!--no-joint-work", r.joint_work,
              "Native: several people work only when all can (default: on)");
  c->add_flag("--unlimited-unassigned,!--no-unlimited-unassigned", r.unlimited_unassigned,
              "Native: work of nobody in particular does not queue (default: off)");
  c->add_flag("--record-all", r.record_pass_overs, "Also record every passing over of a task in .json (default: off)");
  c->add_option("--lock", self->lock, "Lock file: tasks that stay where they are (default: none)");
  c->add_option("--write-lock", self->write_lock, "Writes the plan as a lock file; one roadmap only (default: none)");
  c->add_option("--compare", self->compare, "Writes when each task ends in each of the roadmaps, .csv (default: none)");
  c->add_flag("--expect", self->expect,
              "Compares with what the roadmaps expect of this algorithm and mode, all strategies (default: off)");
  c->add_flag("--warnings", self->warnings, "Prints what plans warn of on standard error (default: off)");
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv .json .html .svg");
  self->common.add_run(*c);
  return [self] { return self->run(); };
}

}  // namespace program
