// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_ID_PLAN_HPP
#define SCHED_SOLVE_DETAIL_JOB_ID_PLAN_HPP

/// \file
/// The plan of a machine by name: who holds which processors when.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/interval_set.hpp>
#include <sched/core/ticks.hpp>
#include <sched/placement/processors.hpp>
#include <sched/solve/detail/job_plan.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The same questions as `job_plan`, answered with sets of ids: a job fits where as many ids as it asks for are free
/// from its start to its end. What a job was given is kept until it is given again. Every question is O(steps · runs).
template <processor_placement Placement>
class job_id_plan {
public:
  using lot = interval_set;

  explicit job_id_plan(amount capacity, Placement place = {}) : place_(std::move(place)), machine_(first(capacity)) {
    steps_.push_back({0, machine_});
  }

  /// The ids that there are; `reset` to a capacity leaves them if that many are there.
  void set_machine(interval_set ids) { machine_ = std::move(ids); }
  [[nodiscard]] const interval_set& ids_of(std::uint32_t h) const { return held_[h]; }
  void adopt(std::uint32_t h, const interval_set& ids) { held(h) = ids; }

  void reset(amount capacity, instant now) {
    if (static_cast<amount>(machine_.size()) != capacity) machine_ = first(capacity);
    steps_.clear();
    steps_.push_back({std::max<instant>(now, instant::min()), machine_});
  }
  void forget(instant now) {
    std::size_t k = step_at(now);
    steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(k));
    steps_.front().start = std::max(steps_.front().start, now);
  }
  [[nodiscard]] instant earliest(instant from, duration planned, amount demand) const {
    from = std::max(from, steps_.front().start);
    const auto need = static_cast<std::uint64_t>(demand);
    for (std::size_t k = step_at(from); k < steps_.size(); ++k) {
      if (steps_[k].free.size() < need) continue;
      const instant at = std::max(from, steps_[k].start);
      if (common({at, at + planned}).size() >= need) return at;
    }
    return instant::infinity();
  }
  [[nodiscard]] amount least(interval when) const { return static_cast<amount>(common(when).size()); }
  [[nodiscard]] bool has(interval when, amount demand) const { return least(when) >= demand; }
  job_booking book(std::uint32_t h, instant at, duration planned, amount demand) {
    const interval when{at, at + planned};
    held(h) = place_.pick(common(when), demand);
    change(when, held_[h], false);
    return {at, planned, demand};
  }
  void release(std::uint32_t h, const job_booking& b) { change({b.start, b.start + b.planned}, held_[h], true); }
  [[nodiscard]] const lot& lot_of(std::uint32_t h) const noexcept { return held_[h]; }
  void restore(std::uint32_t h, const job_booking& b, const lot& ids) {
    held_[h] = ids;
    change({b.start, b.start + b.planned}, ids, false);
  }
  void occupy(std::uint32_t h, interval when, amount) { change(when, held_[h], false); }
  void release_from(std::uint32_t h, instant now, instant end, amount) {
    change({now, end}, held_[h] & machine_, true);
  }
  lot close(interval when, amount demand) {
    lot l = place_.pick(common(when), demand);
    change(when, l, false);
    return l;
  }
  void close_again(interval when, const lot& l) { change(when, l, false); }
  void open(interval when, const lot& l) { change(when, l, true); }
  void reset_to(const lot& l, interval when, instant now) {
    machine_ = l;
    steps_.clear();
    steps_.push_back({std::max<instant>(now, instant::min()), {}});
    change(when, l, true);
  }
  template <class F>
  void steps(F f) const {
    for (const step& s : steps_) f(s.start, static_cast<amount>(s.free.size()));
  }

private:
  struct step {
    instant start{};
    interval_set free{};
  };
  [[nodiscard]] static interval_set first(amount n) {
    constexpr amount most = std::numeric_limits<std::uint32_t>::max() - 1;
    return interval_set::first_ids(static_cast<std::uint32_t>(std::clamp<amount>(n, 0, most)));
  }
  [[nodiscard]] interval_set& held(std::uint32_t h) {
    if (held_.size() <= h) held_.resize(std::size_t{h} + 1);
    return held_[h];
  }
  /// The step that t lies in.
  [[nodiscard]] std::size_t step_at(instant t) const {
    const auto after =
        std::upper_bound(steps_.begin(), steps_.end(), t, [](instant x, const step& s) { return x < s.start; });
    return after == steps_.begin() ? 0 : static_cast<std::size_t>(after - steps_.begin()) - 1;
  }
  /// What is free all the time.
  [[nodiscard]] interval_set common(interval when) const {
    std::size_t k = step_at(when.start);
    interval_set out = steps_[k].free;
    for (++k; k < steps_.size() && steps_[k].start < when.finish; ++k) out &= steps_[k].free;
    return out;
  }
  std::size_t split(instant t) {
    const std::size_t k = step_at(t);
    if (steps_[k].start == t) return k;
    steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(k) + 1, {t, steps_[k].free});
    return k + 1;
  }
  void change(interval when, const interval_set& ids, bool give) {
    when.start = std::max(when.start, steps_.front().start);
    if (when.empty() || ids.empty()) return;
    const std::size_t begin = split(when.start);
    const std::size_t end = when.finish == instant::infinity() ? steps_.size() : split(when.finish);
    for (std::size_t k = begin; k < end; ++k) {
      if (give) steps_[k].free |= ids;
      else steps_[k].free -= ids;
    }
    // Neighbours can only have become equal at the two seams.
    for (const std::size_t k : {end, begin})
      if (k > 0 && k < steps_.size() && steps_[k].free == steps_[k - 1].free)
        steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(k));
  }

  Placement place_;
  interval_set machine_;
  std::vector<step> steps_;
  std::vector<interval_set> held_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
