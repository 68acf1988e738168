// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_ROADMAP_RESULT_HPP
#define SCHED_IO_JSON_ROADMAP_RESULT_HPP

/// \file
/// Everything that a scheduled roadmap says, in JSON: places, dates, failures with reasons, decisions.
///
///     {"format": "sched-roadmap-result", "version": 1,
///      "case": "house", "status": "complete",        or "unplaceable", "cycle", "cancelled"
///      "algorithm": …, "mode": …, "strategy": …, "ticks_per_day": 1,
///      "tasks": [{"id": "a", "name": …, "start": "2025-01-01", "end": "2025-01-06", "start_tick": …, "finish_tick": …,
///                 "resources": ["r"], "fixed": false, "automatic": false, "priority": 50,
///                 "deadline": …, "late_days": …, "own_late_days": …,            where there are any
///                 "why": {"from": "dependency", "eligible": …, "dependency": "b", "lag": 0,
///                         "waits": [{"from": …, "to": …, "why": "held", "resource": "r", "other": "c"}],
///                         "who": "earliest", "candidates": 2, "next_best": "q", "next_completion": …,
///                         "text": "…"}}],                                       the same for people
///      "failed": [{"id": "x", "reason": "waits_for", "other": "y"}],
///      "cycle": ["a", "b"], "completed": ["z"], "warnings": ["…"],
///      "decisions": [{"at": …, "task": …, "priority": …, "cr": …, "competitor": …, "competitor_priority": …,
///                     "competitor_cr": …, "eligible": …, "schedule_score": …, "skip_score": …, "horizon": …,
///                     "decision": "skip", "barred_until": …}],
///      "pass_overs": [{"at": …, "task": …, "reason": "not_free", "resource": "r", "until": …}],
///      "lookahead": {"scenarios": 12, "bytes_logged": 3400, "guarded": false}}
///
/// `end` and `deadline` are the last days in compatible modes and exclusive in native mode: in both, `end` ≤ `deadline`
/// is on time. Dates are as `tick_text` writes them; ticks count from 1970-01-01.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/evaluate/explain_roadmap.hpp>
#include <sched/evaluate/roadmap_reason.hpp>
#include <sched/io/detail/roadmap_json_text.hpp>
#include <sched/io/json_text.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/io/roadmap_settings.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

class json_result_writer {
public:
  json_result_writer(const roadmap& map, const roadmap_options& o, const roadmap_result& r)
      : map_(map),
        options_(o),
        result_(r),
        native_(o.mode == roadmap_mode::native),
        ticks_(native_ ? std::max<std::int64_t>(1, o.ticks_per_day) : 1) {}

  std::string write(bool reasons) {
    out_ = "{\n\"format\":\"sched-roadmap-result\",\"version\":1";
    if (!map_.name.empty()) text(",\n\"case\":", map_.name);
    text(",\n\"status\":", to_string(result_.status));
    text(",\n\"algorithm\":", to_string(options_.algorithm));
    text(",\"mode\":", to_string(options_.mode));
    text(",\"strategy\":", to_string(options_.strategy));
    number(",\"ticks_per_day\":", ticks_);
    tasks(reasons);
    failed();
    indices(",\n\"cycle\":", result_.cycle);
    indices(",\n\"completed\":", result_.completed);
    out_ += ",\n\"warnings\":";
    append_texts(out_, result_.warnings);
    decisions();
    pass_overs();
    number(",\n\"lookahead\":{\"scenarios\":", result_.scenarios);
    number(",\"bytes_logged\":", result_.bytes_logged);
    flag(",\"guarded\":", result_.guarded);
    return std::move(out_ += "}\n}\n");
  }

private:
  void text(std::string_view name, std::string_view value) { append_json_string(out_ += name, value); }
  void number(std::string_view name, std::integral auto value) { append_number(out_ += name, value); }
  void flag(std::string_view name, bool value) { (out_ += name) += value ? "true" : "false"; }
  void time(std::string_view name, instant t) {
    ((out_ += name) += '"') += tick_text(t, ticks_);
    out_ += '"';
  }
  void days(std::string_view name, duration d) {
    append_json_number(out_ += name, static_cast<double>(d.count()) / static_cast<double>(ticks_));
  }
  /// A score or ratio; JSON has no infinity.
  void real(std::string_view name, double value) {
    out_ += name;
    if (value - value == 0) append_json_number(out_, value);
    else out_ += "null";
  }
  void id(std::string_view name, roadmap_index i) {
    if (i < map_.tasks.size()) text(name, map_.tasks[i].id);
  }
  void resource(std::string_view name, roadmap_index r) {
    if (r < result_.resources.size()) text(name, result_.resources[r]);
  }
  void indices(std::string_view name, const std::vector<roadmap_index>& all) {
    (out_ += name) += '[';
    for (const roadmap_index& i : all) id(&i == all.data() ? "" : ",", i);
    out_ += ']';
  }
  /// Opens the next element of a list, each on its own line.
  void next(bool first, std::string_view begin) { (out_ += first ? "\n" : ",\n") += begin; }

  void tasks(bool reasons) {
    std::vector<roadmap_explanation> why;
    if (reasons) why = explain(map_, options_, result_);
    const roadmap_reasons say(map_, options_, result_);
    out_ += ",\n\"tasks\":[";
    for (const roadmap_assignment& a : result_.placed) {
      const roadmap_task& t = map_.tasks[a.task];
      next(&a == result_.placed.data(), "{\"id\":");
      append_json_string(out_, t.id);
      if (!t.name.empty()) text(",\"name\":", t.name);
      time(",\"start\":", a.start);
      time(",\"end\":", a.end);
      number(",\"start_tick\":", a.start.count());
      number(",\"finish_tick\":", a.finish.count());
      out_ += ",\"resources\":[";
      for (const roadmap_index& r : a.resources) resource(&r == a.resources.data() ? "" : ",", r);
      flag("],\"fixed\":", a.fixed);
      flag(",\"automatic\":", a.automatic);
      if (a.task < result_.dates.size()) {
        const roadmap_dates& d = result_.dates[a.task];
        number(",\"priority\":", d.priority);
        if (d.deadline.is_finite()) {
          time(",\"deadline\":", d.deadline);
          days(",\"late_days\":", d.late);
        }
        if (t.end_before) days(",\"own_late_days\":", d.own_late);
      }
      if (a.task < why.size()) reason(why[a.task], say);
      out_ += '}';
    }
    out_ += ']';
  }

  void reason(const roadmap_explanation& e, const roadmap_reasons& say) {
    static constexpr std::array<std::string_view, 6> bounds{"now",   "release",  "dependency",
                                                            "fixed", "unplaced", "left_out"};
    static constexpr std::array<std::string_view, 5> choices{"nobody", "named", "only_one", "earliest", "sooner"};
    static constexpr std::array<std::string_view, 8> waits{"held",        "closed",   "waits_best", "barred",
                                                           "short_chunk", "unbooked", "not_tried",  "more"};
    text(",\"why\":{\"from\":", bounds[static_cast<std::size_t>(e.from)]);
    time(",\"eligible\":", e.eligible);
    if (e.from == roadmap_explanation::bound::dependency) {
      id(",\"dependency\":", e.dependency);
      real(",\"lag\":", e.lag);
    }
    if (!e.waits.empty()) {
      out_ += ",\"waits\":[";
      for (const roadmap_wait& w : e.waits) {
        time(&w == e.waits.data() ? "{\"from\":" : ",{\"from\":", w.from);
        time(",\"to\":", w.to);
        text(",\"why\":", waits[static_cast<std::size_t>(w.why)]);
        resource(",\"resource\":", w.resource);
        id(",\"other\":", w.other);
        if (w.decision < result_.decisions.size()) number(",\"decision\":", w.decision);
        out_ += '}';
      }
      out_ += ']';
    }
    text(",\"who\":", choices[static_cast<std::size_t>(e.who)]);
    if (e.candidates != 0) number(",\"candidates\":", e.candidates);
    if (e.next_best < result_.resources.size()) {
      resource(",\"next_best\":", e.next_best);
      time(",\"next_completion\":", e.next_completion);
    }
    text(",\"text\":", say.line(e));
    out_ += '}';
  }

  void failed() {
    static constexpr std::array<std::string_view, 6> kinds{"no_candidate", "no_resource",        "calendar_never_free",
                                                           "waits_for",    "unknown_dependency", "not_reached"};
    out_ += ",\n\"failed\":[";
    for (const roadmap_failure& f : result_.failed) {
      next(&f == result_.failed.data(), "{\"id\":");
      id("", f.task);
      text(",\"reason\":", kinds[static_cast<std::size_t>(f.reason)]);
      id(",\"other\":", f.other);
      out_ += '}';
    }
    out_ += ']';
  }

  void decisions() {
    out_ += ",\n\"decisions\":[";
    for (const roadmap_decision& d : result_.decisions) {
      next(&d == result_.decisions.data(), "{");
      time("\"at\":", d.at);
      id(",\"task\":", d.task);
      number(",\"priority\":", d.priority);
      real(",\"cr\":", d.critical_ratio);
      id(",\"competitor\":", d.competitor);
      number(",\"competitor_priority\":", d.competitor_priority);
      real(",\"competitor_cr\":", d.competitor_critical_ratio);
      time(",\"eligible\":", d.competitor_release);
      real(",\"schedule_score\":", d.place_cost);
      real(",\"skip_score\":", d.skip_cost);
      time(",\"horizon\":", d.horizon);
      text(",\"decision\":", d.skipped ? "skip" : "schedule");
      if (d.skipped) time(",\"barred_until\":", d.barred_until);
      out_ += '}';
    }
    out_ += ']';
  }

  void pass_overs() {
    static constexpr std::array<std::string_view, 5> kinds{"not_free", "waits_best", "no_candidate", "reserved_for",
                                                           "barred"};
    out_ += ",\n\"pass_overs\":[";
    for (const roadmap_pass_over& p : result_.pass_overs) {
      next(&p == result_.pass_overs.data(), "{");
      time("\"at\":", p.at);
      id(",\"task\":", p.task);
      text(",\"reason\":", kinds[static_cast<std::size_t>(p.reason)]);
      resource(",\"resource\":", p.resource);
      id(",\"other\":", p.other);
      time(",\"until\":", p.until);
      out_ += '}';
    }
    out_ += ']';
  }

  const roadmap& map_;
  const roadmap_options& options_;
  const roadmap_result& result_;
  bool native_;
  std::int64_t ticks_;
  std::string out_;
};

}  // namespace detail

/// Writes a result in the form above, one task, failure or record a line. With `reasons` each placed task carries why
/// it is where it is (`explain`, which costs more than the writing). Throws `sched::error` for ids, names and warnings
/// that are not UTF-8. Precondition: the result is of this roadmap and these options; with `reasons` also: valid.
/// O(size of the text), and what `explain` costs.
[[nodiscard]] inline std::string write_json_roadmap_result(const roadmap& map, const roadmap_options& options,
                                                           const roadmap_result& result, bool reasons = true) {
  return detail::json_result_writer(map, options, result).write(reasons);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
