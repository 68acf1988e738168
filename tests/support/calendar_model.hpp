// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_CALENDAR_MODEL_HPP
#define SCHED_TESTS_SUPPORT_CALENDAR_MODEL_HPP

// Brute force for calendars: an array of open and closed ticks, against which all eight queries are compared.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/calendar.hpp>
#include <sched/core/random.hpp>

namespace calendar_model {

using sched::duration;
using sched::instant;
using sched::interval;
using sched::ticks;

/// Ticks center − radius … center + radius − 1. Before and after it a calendar repeats what it does in the `tail`
/// outermost ticks, so a state that does not occur there never occurs beyond.
class brute_force {
public:
  brute_force(const std::function<bool(std::int64_t)>& open, std::int64_t center = 0, std::int64_t radius = 1500,
              std::int64_t tail = 400)
      : low_(center - radius), open_(static_cast<std::size_t>(2 * radius)), before_(open_.size() + 1), tail_(tail) {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      open_[i] = open(low_ + static_cast<std::int64_t>(i)) ? 1 : 0;
      before_[i + 1] = before_[i] + open_[i];
    }
  }

  std::int64_t low() const { return low_; }
  std::int64_t high() const { return low_ + size(); }
  bool at(std::int64_t t) const { return open_[static_cast<std::size_t>(t - low_)] != 0; }
  std::int64_t work(std::int64_t a, std::int64_t b) const {
    return before_[static_cast<std::size_t>(b - low_)] - before_[static_cast<std::size_t>(a - low_)];
  }
  bool occurs_left(bool state) const { return work(low(), low() + tail_) != (state ? 0 : tail_); }
  bool occurs_right(bool state) const { return work(high() - tail_, high()) != (state ? 0 : tail_); }

  /// An answer, or "somewhere beyond the window".
  struct answer {
    instant value{};
    int beyond = 0;  // −1, +1: any value there, finite
    bool agrees(instant x, const brute_force& m) const {
      if (beyond > 0) return x.is_finite() && x >= instant(m.high());
      if (beyond < 0) return x.is_finite() && x <= instant(m.low());
      return x == value;
    }
  };

  answer next(instant t, bool state) const {
    if (t == instant::infinity()) return {t};
    if (t == instant::minus_infinity()) {
      if (occurs_left(state)) return {t};
      t = low();
    }
    for (std::int64_t s = t.count(); s < high(); ++s)
      if (at(s) == state) return {s};
    if (occurs_right(state)) return {0, 1};
    return {instant::infinity()};
  }
  answer prev(instant t, bool state) const {
    if (t == instant::minus_infinity()) return {t};
    if (t == instant::infinity()) {
      if (occurs_right(state)) return {t};
      t = high();
    }
    for (std::int64_t s = t.count(); s > low(); --s)
      if (at(s - 1) == state) return {s};
    if (occurs_left(state)) return {0, -1};
    return {instant::minus_infinity()};
  }
  answer add(instant t, duration w) const {
    if (w == duration(0) || t == instant::infinity()) return {t};
    if (t == instant::minus_infinity()) {
      if (occurs_left(true)) return {t};
      t = low();
    }
    if (!w.is_finite()) return {instant::infinity()};
    std::int64_t left = w.count();
    for (std::int64_t s = t.count(); s < high(); ++s) {
      left -= at(s) ? 1 : 0;
      if (left == 0) return {s + 1};
    }
    if (occurs_right(true)) return {0, 1};
    return {instant::infinity()};
  }
  answer sub(instant t, duration w) const {
    if (w == duration(0) || t == instant::minus_infinity()) return {t};
    if (t == instant::infinity()) {
      if (occurs_right(true)) return {t};
      t = high();
    }
    if (!w.is_finite()) return {instant::minus_infinity()};
    std::int64_t left = w.count();
    for (std::int64_t s = t.count(); s > low(); --s) {
      left -= at(s - 1) ? 1 : 0;
      if (left == 0) return {s - 1};
    }
    if (occurs_left(true)) return {0, -1};
    return {instant::minus_infinity()};
  }
  duration between(interval i) const {
    if (i.empty()) return 0;
    if (i.start == instant::minus_infinity()) {
      if (occurs_left(true)) return duration::infinity();
      i.start = std::min(instant(low()), i.finish);
    }
    if (i.finish == instant::infinity()) {
      if (occurs_right(true)) return duration::infinity();
      i.finish = std::max(instant(high()), i.start);
    }
    return work(i.start.count(), i.finish.count());
  }

private:
  std::int64_t size() const { return static_cast<std::int64_t>(open_.size()); }

  std::int64_t low_;
  std::vector<unsigned char> open_;
  std::vector<std::int64_t> before_;
  std::int64_t tail_;
};

/// The first query on which the calendar and the model differ, as text; empty when there is none. Arguments: every
/// instant of the middle third of the window and the infinities for searches; random ones for the rest.
template <class C>
std::string mismatch(const C& c, const brute_force& model, std::uint64_t seed = 1, int rounds = 300) {
  std::ostringstream text;
  const auto differs = [&](const char* query, instant t, auto argument, const brute_force::answer& want, instant got) {
    if (want.agrees(got, model)) return false;
    text << query << '(' << t << ", " << argument << ") = " << got << ", want ";
    if (want.beyond != 0)
      text << (want.beyond > 0 ? "finite after " : "finite before ") << (want.beyond > 0 ? model.high() : model.low());
    else text << want.value;
    return true;
  };
  const std::int64_t third = (model.high() - model.low()) / 3;
  const std::int64_t from = model.low() + third;
  const std::int64_t to = model.high() - third;
  std::vector<instant> instants{instant::minus_infinity(), instant::infinity()};
  for (std::int64_t t = from; t <= to; t += rounds < 100 ? 7 : 1) instants.push_back(t);
  for (const instant t : instants) {
    if (t.is_finite() && c.is_open(t) != model.at(t.count())) {
      text << "is_open(" << t << ") = " << c.is_open(t);
      return text.str();
    }
    if (differs("next_open", t, "", model.next(t, true), c.next_open(t)) ||
        differs("next_closed", t, "", model.next(t, false), c.next_closed(t)) ||
        differs("prev_open", t, "", model.prev(t, true), c.prev_open(t)) ||
        differs("prev_closed", t, "", model.prev(t, false), c.prev_closed(t)))
      return text.str();
  }
  sched::random_generator random(seed);
  const auto any = [&]() -> instant {
    const std::uint64_t k = random.below(40);
    if (k == 0) return instant::infinity();
    if (k == 1) return instant::minus_infinity();
    return random.between(from, to);
  };
  for (int round = 0; round < rounds; ++round) {
    const instant t = any();
    const std::uint64_t kind = random.below(20);
    const duration w = kind == 0 ? duration::infinity() : duration(random.between(0, kind < 10 ? 12 : third));
    const instant f = c.add_work(t, w);
    const instant s = c.sub_work(t, w);
    if (differs("add_work", t, w, model.add(t, w), f) || differs("sub_work", t, w, model.sub(t, w), s))
      return text.str();
    if (t.is_finite() && f.is_finite() && (c.work_between({t, f}) != w || (w > duration(0) && !c.is_open(f - 1)))) {
      text << "add_work(" << t << ", " << w << ") = " << f << " does not invert work_between";
      return text.str();
    }
    if (t.is_finite() && s.is_finite() && (c.work_between({s, t}) != w || (w > duration(0) && !c.is_open(s)))) {
      text << "sub_work(" << t << ", " << w << ") = " << s << " does not invert work_between";
      return text.str();
    }
    const interval i{t, any()};
    if (c.work_between(i) != model.between(i)) {
      text << "work_between" << i << " = " << c.work_between(i) << ", want " << model.between(i);
      return text.str();
    }
  }
  return {};
}

/// Up to `most` intervals in [low, high], not normalised: overlapping, touching and empty ones among them.
inline std::vector<interval> random_intervals(sched::random_generator& random, std::int64_t low, std::int64_t high,
                                              int most) {
  std::vector<interval> list;
  const std::int64_t count = random.between(0, most);
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t a = random.between(low, high);
    const std::int64_t length = random.below(3) == 0 ? random.between(0, 3) : random.between(0, (high - low) / 4);
    list.push_back({a, std::min(high, a + length)});
  }
  return list;
}
inline bool covered(const std::vector<interval>& list, std::int64_t t) {
  return std::any_of(list.begin(), list.end(), [t](const interval& i) { return i.contains(instant(t)); });
}
inline std::int64_t modulo(std::int64_t t, std::int64_t period) { return ((t % period) + period) % period; }

/// A calendar that offers only what the concept asks for, hides what it is and counts its queries.
template <class C>
class opaque {
public:
  explicit opaque(C c, long* queries = nullptr) : calendar_(std::move(c)), queries_(queries) {}
  bool is_open(instant t) const { return count().is_open(t); }
  instant next_open(instant t) const { return count().next_open(t); }
  instant next_closed(instant t) const { return count().next_closed(t); }
  instant prev_open(instant t) const { return count().prev_open(t); }
  instant prev_closed(instant t) const { return count().prev_closed(t); }
  instant add_work(instant t, duration w) const { return count().add_work(t, w); }
  instant sub_work(instant t, duration w) const { return count().sub_work(t, w); }
  duration work_between(interval i) const { return count().work_between(i); }

private:
  const C& count() const {
    if (queries_ != nullptr) ++*queries_;
    return calendar_;
  }
  C calendar_;
  long* queries_;
};

}  // namespace calendar_model

#endif
