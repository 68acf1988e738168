// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_ROADMAP_REASON_HPP
#define SCHED_EVALUATE_ROADMAP_REASON_HPP

/// \file
/// The explanation of a task's place as text for people.

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/explain_roadmap.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {

/// Writes times and reasons of one scheduled roadmap. Keeps references; each call allocates its text.
class roadmap_reasons {
public:
  roadmap_reasons(const roadmap& map, const roadmap_options& options, const roadmap_result& result)
      : map_(&map),
        result_(&result),
        native_(options.mode == roadmap_mode::native),
        day_(native_ ? options.ticks_per_day : 1) {}

  /// `2025-01-31`, with ` 14:30` where a tick is a part of a day; `never`.
  [[nodiscard]] std::string when(instant t) const {
    if (!t.is_finite()) return t > 0 ? "never" : "ever";
    std::int64_t day = t.count() / day_;
    std::int64_t rest = t.count() % day_;
    if (rest < 0) rest += day_, --day;
    const calendar::civil_date d = calendar::civil_from_days(day);
    const auto two = [](std::int64_t x) { return (x < 10 ? "0" : "") + std::to_string(x); };
    std::string text = std::to_string(d.year) + '-' + two(d.month) + '-' + two(d.day);
    if (rest == 0) return text;
    if (86'400 % day_ != 0) return text + " + " + std::to_string(rest) + '/' + std::to_string(day_);
    const std::int64_t minutes = rest * (86'400 / day_) / 60;
    return text + ' ' + two(minutes / 60) + ':' + two(minutes % 60);
  }
  /// `3 days`, `0.5 days`.
  [[nodiscard]] std::string length(duration d) const {
    return days(static_cast<double>(d.count()) / static_cast<double>(day_));
  }

  /// ` + 2 days` behind a name, or `+2 days` alone; empty for 0.
  [[nodiscard]] std::string lag_text(double lag, bool behind = true) const {
    if (lag == 0) return {};
    const std::string sign = lag > 0 ? "+" : "\u2212";
    return (behind ? ' ' + sign + ' ' : sign) + days(lag > 0 ? lag : -lag);
  }
  /// The last day or tick of something that ends before t.
  [[nodiscard]] std::string due_text(instant deadline) const {
    return when(native_ && day_ == 1 ? deadline - 1 : deadline);
  }

  /// Lines, the first of them why then. Empty for what is left out.
  [[nodiscard]] std::vector<std::string> lines(const roadmap_explanation& e) const {
    using bound = roadmap_explanation::bound;
    std::vector<std::string> all;
    switch (e.from) {
      case bound::now: all.push_back("possible from the beginning, " + when(e.eligible)); break;
      case bound::release: all.push_back("not before its release date, " + when(e.eligible)); break;
      case bound::dependency:
        all.push_back("behind " + id(e.dependency) + lag_text(e.lag) + ": possible from " + when(e.eligible));
        break;
      case bound::fixed: all.push_back("fixed by its own dates"); break;
      case bound::unplaced: all.push_back(failure(*e.failure)); break;
      case bound::left_out: return all;
    }
    for (const roadmap_wait& w : e.waits) all.push_back(wait(w));
    switch (e.who) {
      case roadmap_explanation::choice::nobody:
      case roadmap_explanation::choice::named: break;
      case roadmap_explanation::choice::only_one: all.push_back("the only candidate"); break;
      case roadmap_explanation::choice::earliest:
        all.push_back("earliest completion of " + std::to_string(e.candidates) + " candidates" + next(e));
        break;
      case roadmap_explanation::choice::sooner:
        all.push_back("first that was free of " + std::to_string(e.candidates) + " candidates" + next(e));
        break;
    }
    if (e.late > 0) {
      const roadmap_dates& d = result_->dates[e.task];
      all.push_back(length(e.late) + " late: due " + due_text(d.deadline) +
                    (e.own_late > 0 ? "" : ", for the sake of what depends on it"));
    }
    if (e.own_late > 0 && e.own_late != e.late) all.push_back(length(e.own_late) + " behind its own due date");
    return all;
  }
  /// One line.
  [[nodiscard]] std::string line(const roadmap_explanation& e) const {
    std::string all;
    for (const std::string& part : lines(e)) all += (all.empty() ? "" : "; ") + part;
    return all;
  }
  /// What the look-ahead compared.
  [[nodiscard]] std::string decision(const roadmap_decision& d) const {
    std::string text = when(d.at) + ": " + (d.skipped ? "left to " : "not left to ") + id(d.competitor);
    if (d.competitor_release.is_finite() && d.competitor_release > d.at)
      text += " (possible from " + when(d.competitor_release) + ')';
    return text + ": now costs " + number(d.place_cost) + ", waiting " + number(d.skip_cost) +
           (d.horizon.is_finite() ? ", to " + when(d.horizon) : "");
  }

private:
  [[nodiscard]] std::string id(roadmap_index i) const {
    return i < map_->tasks.size() ? map_->tasks[i].id : std::string("another task");
  }
  [[nodiscard]] std::string who(roadmap_index r) const {
    return r < result_->resources.size() ? result_->resources[r] : std::string("nobody");
  }
  static std::string number(double x) {
    std::array<char, 32> text{};
    const auto end = x == static_cast<double>(static_cast<std::int64_t>(x))
                         ? std::to_chars(text.data(), text.data() + text.size(), static_cast<std::int64_t>(x)).ptr
                         : std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, 6).ptr;
    return {text.data(), end};
  }
  static std::string days(double x) { return number(x) + (x == 1 ? " day" : " days"); }

  [[nodiscard]] std::string wait(const roadmap_wait& w) const {
    const std::string to = " until " + when(w.to);
    const std::string holder = w.other == no_index ? ", which is closed" : ", held by " + id(w.other) + ',';
    switch (w.why) {
      case roadmap_wait::kind::held: return "waited for " + who(w.resource) + holder + to;
      case roadmap_wait::kind::closed: return who(w.resource) + " closed" + to;
      case roadmap_wait::kind::waits_best: return "somebody was free, but waited for " + who(w.resource) + holder + to;
      case roadmap_wait::kind::barred:
        return "left to " + id(w.other) + " by the look-ahead" + to + " (" + decision(result_->decisions[w.decision]) +
               ')';
      case roadmap_wait::kind::short_chunk: return "too little time before the next break" + to;
      case roadmap_wait::kind::unbooked: return id(w.other) + " was not placed yet," + to;
      case roadmap_wait::kind::not_tried: return "not tried" + to;
      case roadmap_wait::kind::more: return "and more waiting" + to;
    }
    return {};
  }
  [[nodiscard]] std::string next(const roadmap_explanation& e) const {
    if (e.next_best == no_index) return ", the others never";
    return "; next " + who(e.next_best) + ", " + when(e.next_completion);
  }
  [[nodiscard]] std::string failure(const roadmap_failure& f) const {
    switch (f.reason) {
      case roadmap_failure::kind::no_candidate: return "nobody fits its expression";
      case roadmap_failure::kind::no_resource: return "it names nobody";
      case roadmap_failure::kind::calendar_never_free: return "its resources never have the time for it";
      case roadmap_failure::kind::waits_for: return "waits for " + id(f.other) + ", which is not placed";
      case roadmap_failure::kind::unknown_dependency: return "waits for something that does not exist";
      case roadmap_failure::kind::not_reached: return "stopped before its turn";
    }
    return {};
  }

  const roadmap* map_;
  const roadmap_result* result_;
  bool native_;
  std::int64_t day_;
};

}  // namespace v0
}  // namespace sched

#endif
