// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_BAND_QUEUE_HPP
#define SCHED_PRIORITY_BAND_QUEUE_HPP

/// \file
/// A queue of jobs in bands: the urgent before the high before the normal before the low.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>
#include <sched/priority/detail/id_table.hpp>
#include <sched/priority/detail/ordered_blocks.hpp>

namespace sched {
inline namespace v0 {

/// The usual bands, strictly one after another.
enum class job_band : std::uint8_t { low, normal, high, urgent };
inline constexpr std::size_t job_band_count = 4;

struct band_queue_options {
  std::size_t max_queue = std::numeric_limits<std::size_t>::max();
  duration age_step = 0;                ///< a job rises by one band after every such wait; 0: never
  job_band age_cap = job_band::urgent;  ///< but not above this one; jobs of bands above it stay there
};

enum class queue_answer : std::uint8_t { done, queue_full, in_use, unknown };

struct queued_job {
  job_number id = 0;
  job_band band = job_band::normal;  ///< as pushed
  job_band effective = job_band::normal;
  double key = 0;
  std::uint64_t sequence = 0;  ///< for life
  instant since{};
  bool operator==(const queued_job&) const noexcept = default;
};

/// Strict between bands; within one the smaller key first, equal ones (all, by default) in the order of their sequence
/// numbers. A job that comes back is pushed with the number that it had, and gets its place back. Push, pop, removal
/// by id and change of band are O(log n) and a short move; with ageing, every rise costs as much once. Allocates only
/// when it was never so long. `now` never goes back.
class band_queue {
public:
  band_queue() = default;
  /// Throws `sched::error` for a negative step.
  explicit band_queue(const band_queue_options& options) : options_(options) {
    if (options.age_step < 0) throw error("jobs rise after at least 0 ticks");
  }

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] bool empty() const noexcept { return ids_.size() == 0; }
  /// Jobs of a band, those that have risen to it included.
  [[nodiscard]] std::size_t size(job_band b) const noexcept { return bands_[number(b)].size(); }
  [[nodiscard]] std::optional<queued_job> find(job_number id) const {
    const std::uint32_t s = ids_.find(static_cast<std::uint64_t>(id));
    return s == detail::id_table::none ? std::nullopt : std::optional(slots_[s]);
  }

  /// At the end of its band, or among equal keys. Throws `sched::error` for a key that is no number.
  queue_answer push(job_number id, job_band band, instant now, double key = 0) {
    return push_back({id, band, band, key, next_sequence_, now});
  }
  /// At the place that its sequence number says, waiting since `j.since`.
  queue_answer push_back(queued_job j) {
    if (std::isnan(j.key)) throw error("a key of a queue is a number");
    if (ids_.size() >= options_.max_queue) return queue_answer::queue_full;
    const std::uint32_t s = free_.empty() ? static_cast<std::uint32_t>(slots_.size()) : free_.back();
    if (!ids_.insert(static_cast<std::uint64_t>(j.id), s)) return queue_answer::in_use;
    if (free_.empty()) slots_.emplace_back();
    else free_.pop_back();
    next_sequence_ = std::max(next_sequence_, j.sequence + 1);
    j.effective = j.band;
    slots_[s] = j;
    put(s);
    watch(s);
    return queue_answer::done;
  }
  /// The first, if any: it stays.
  [[nodiscard]] std::optional<queued_job> peek(instant now) {
    advance(now);
    const std::uint32_t s = first();
    return s == detail::id_table::none ? std::nullopt : std::optional(slots_[s]);
  }
  /// The first, if any, leaves.
  std::optional<queued_job> pop(instant now) {
    advance(now);
    const std::uint32_t s = first();
    if (s == detail::id_table::none) return std::nullopt;
    const queued_job j = slots_[s];
    drop(s);
    return j;
  }
  queue_answer remove(job_number id) {
    const std::uint32_t s = ids_.find(static_cast<std::uint64_t>(id));
    if (s == detail::id_table::none) return queue_answer::unknown;
    drop(s);
    return queue_answer::done;
  }
  /// To another band; the sequence number stays, and so does what it has waited.
  queue_answer reprioritise(job_number id, job_band band, instant now) {
    return change(id, now, [&](queued_job& j) { j.band = band; });
  }
  queue_answer change_key(job_number id, double key, instant now) {
    if (std::isnan(key)) throw error("a key of a queue is a number");
    return change(id, now, [&](queued_job& j) { j.key = key; });
  }
  /// f(job) from the first on, while it is true. O(visited).
  template <class F>
  void each(instant now, F f) {
    advance(now);
    for (std::size_t b = job_band_count; b-- > 0;)
      if (!bands_[b].each([&](const entry& e) { return f(const_cast<const queued_job&>(slots_[e.slot])); })) return;
  }
  void clear() {
    ids_.clear();
    slots_.clear();
    free_.clear();
    for (auto& b : bands_) b.clear();
    rises_.clear();
  }

private:
  struct entry {
    std::uint64_t key = 0;  ///< the key in the order of whole numbers
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0;
    /// Without branches: searches guess them wrong.
    [[nodiscard]] bool operator<(const entry& o) const noexcept {
      const bool later = (sequence < o.sequence) | ((sequence == o.sequence) & (slot < o.slot));
      return (key < o.key) | ((key == o.key) & later);
    }
  };
  struct rise {
    instant at{};
    std::uint32_t slot = 0;
    [[nodiscard]] bool operator<(const rise& o) const noexcept { return at != o.at ? at < o.at : slot < o.slot; }
  };
  static std::size_t number(job_band b) noexcept { return static_cast<std::size_t>(b); }
  static entry entry_of(const queued_job& j, std::uint32_t s) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(j.key + 0.0);  // −0 is 0
    const std::uint64_t sign = std::uint64_t{1} << 63;
    return {(bits & sign) != 0 ? ~bits : bits | sign, j.sequence, s};
  }

  [[nodiscard]] std::uint32_t first() const noexcept {
    for (std::size_t b = job_band_count; b-- > 0;)
      if (!bands_[b].empty()) return bands_[b].front().slot;
    return detail::id_table::none;
  }
  void put(std::uint32_t s) { bands_[number(slots_[s].effective)].insert(entry_of(slots_[s], s)); }
  void take(std::uint32_t s) { bands_[number(slots_[s].effective)].erase(entry_of(slots_[s], s)); }
  void drop(std::uint32_t s) {
    take(s);
    unwatch(s);
    ids_.erase(static_cast<std::uint64_t>(slots_[s].id));
    free_.push_back(s);
  }
  /// When the job rises next; +∞: never.
  [[nodiscard]] instant next_rise(const queued_job& j) const noexcept {
    if (options_.age_step == 0 || j.effective >= options_.age_cap) return instant::infinity();
    return j.since + options_.age_step * static_cast<std::int64_t>(number(j.effective) - number(j.band) + 1);
  }
  void watch(std::uint32_t s) {
    const instant at = next_rise(slots_[s]);
    if (at != instant::infinity()) rises_.insert({at, s});
  }
  void unwatch(std::uint32_t s) {
    const instant at = next_rise(slots_[s]);
    if (at != instant::infinity()) rises_.erase({at, s});
  }
  void advance(instant now) {
    while (!rises_.empty() && rises_.front().at <= now) {
      const std::uint32_t s = rises_.front().slot;
      unwatch(s);
      take(s);
      slots_[s].effective = static_cast<job_band>(number(slots_[s].effective) + 1);
      put(s);
      watch(s);
    }
  }
  template <class F>
  queue_answer change(job_number id, instant now, F f) {
    const std::uint32_t s = ids_.find(static_cast<std::uint64_t>(id));
    if (s == detail::id_table::none) return queue_answer::unknown;
    take(s);
    unwatch(s);
    f(slots_[s]);
    slots_[s].effective = slots_[s].band;
    put(s);
    watch(s);
    advance(now);
    return queue_answer::done;
  }

  band_queue_options options_{};
  std::array<detail::ordered_blocks<entry>, job_band_count> bands_{};
  detail::ordered_blocks<rise> rises_{};
  std::vector<queued_job> slots_;
  std::vector<std::uint32_t> free_;
  detail::id_table ids_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace v0
}  // namespace sched

#endif
