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
#include <sched/priority/detail/ordered_blocks.hpp>
#include <sched/priority/detail/paged_ids.hpp>
#include <sched/priority/detail/prefetch.hpp>

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
/// numbers. A job that comes back is pushed with the number that it had, and gets its place back. `now` never goes
/// back. Push is O(log n) and a short move, and O(1) at the end of a band; pop, removal by id and change of band or key
/// are amortised O(1) beside that: what a job leaves behind is passed later, at the front, or swept out when it is more
/// than what is alive, one operation in n costing O(n). With ageing, every rise costs as much once. Memory is O(largest
/// length) and kept: nothing is allocated once it has been reached.
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
  [[nodiscard]] std::size_t size(job_band b) const noexcept { return alive_[number(b)]; }
  [[nodiscard]] std::optional<queued_job> find(job_number id) const {
    const std::uint32_t s = ids_.find(static_cast<std::uint64_t>(id));
    return s == none ? std::nullopt : std::optional(job_of(s));
  }

  /// At the end of its band, or among equal keys. Throws `sched::error` for a key that is no number.
  queue_answer push(job_number id, job_band band, instant now, double key = 0) {
    return push_back({id, band, band, key, next_sequence_, now});
  }
  /// At the place that its sequence number says, waiting since `j.since`.
  queue_answer push_back(const queued_job& j) {
    if (std::isnan(j.key)) throw error("a key of a queue is a number");
    if (ids_.size() >= options_.max_queue) return queue_answer::queue_full;
    const std::uint32_t s = free_.empty() ? static_cast<std::uint32_t>(slots_.size()) : free_.back();
    if (!ids_.insert(static_cast<std::uint64_t>(j.id), s)) return queue_answer::in_use;
    if (free_.empty()) {
      slots_.emplace_back();
      tags_.emplace_back();
    } else {
      free_.pop_back();
    }
    next_sequence_ = std::max(next_sequence_, j.sequence + 1);
    slots_[s] = {j.id, j.key, j.sequence, j.since};
    tags_[s].band = tags_[s].effective = number(j.band) & 3U;
    enter(s);
    return queue_answer::done;
  }
  /// The first, if any: it stays.
  [[nodiscard]] std::optional<queued_job> peek(instant now) {
    advance(now);
    const std::size_t b = first_band();
    return b == job_band_count ? std::nullopt : std::optional(job_of(bands_[b].front().slot));
  }
  /// The first, if any, leaves.
  std::optional<queued_job> pop(instant now) {
    advance(now);
    const std::size_t b = first_band();
    if (b == job_band_count) return std::nullopt;
    const std::uint32_t s = bands_[b].front().slot;
    const queued_job j = job_of(s);
    bands_[b].pop_front();
    --dead_;  // as its entry has gone already
    ids_.erase(static_cast<std::uint64_t>(j.id));
    leave(s);
    // The slots of those who go next are fetched meanwhile: they are all over the memory.
    if (const entry* soon = bands_[b].near_front(3)) {
      detail::prefetch(&slots_[soon->slot]);
      detail::prefetch(&tags_[soon->slot]);
    }
    return j;
  }
  queue_answer remove(job_number id) {
    const std::uint32_t s = ids_.erase(static_cast<std::uint64_t>(id));
    if (s == none) return queue_answer::unknown;
    leave(s);
    return queue_answer::done;
  }
  /// To another band; the sequence number stays, and so does what it has waited.
  queue_answer reprioritise(job_number id, job_band band, instant now) {
    return change(id, now, [&](std::uint32_t s) { tags_[s].band = number(band) & 3U; });
  }
  queue_answer change_key(job_number id, double key, instant now) {
    if (std::isnan(key)) throw error("a key of a queue is a number");
    return change(id, now, [&](std::uint32_t s) { slots_[s].key = key; });
  }
  /// f(job) from the first on, while it is true. Amortised O(visited).
  template <class F>
  void each(instant now, F f) {
    advance(now);
    for (std::size_t b = job_band_count; b-- > 0;)
      if (!bands_[b].each([&](const entry& e) { return !alive(e) || f(job_of(e.slot)); })) return;
  }
  void clear() {
    ids_.clear();
    slots_.clear();
    tags_.clear();
    free_.clear();
    for (auto& b : bands_) b.clear();
    alive_ = {};
    rises_.clear();
    dead_ = 0;
  }

private:
  static constexpr std::uint32_t none = detail::paged_ids::none;

  struct alignas(32) slot {
    job_number id = 0;
    double key = 0;
    std::uint64_t sequence = 0;
    instant since{};
  };
  /// What else a slot has, apart, in few bytes: all that removal looks at. An entry is alive while it has the version
  /// of its slot.
  static constexpr int version_bits = 28;
  struct tag {
    std::uint32_t version : version_bits = 0;
    std::uint32_t band : 2 = 0;
    std::uint32_t effective : 2 = 0;
  };
  struct entry {
    std::uint64_t key = 0;  ///< the key in the order of whole numbers
    std::uint64_t sequence = 0;
    std::uint32_t slot = 0, version = 0;
    /// Without branches: searches guess them wrong.
    [[nodiscard]] bool operator<(const entry& o) const noexcept {
      const std::uint64_t at = std::uint64_t{slot} << 32 | version, other = std::uint64_t{o.slot} << 32 | o.version;
      const bool later = (sequence < o.sequence) | ((sequence == o.sequence) & (at < other));
      return (key < o.key) | ((key == o.key) & later);
    }
  };
  struct rise {
    instant at{};
    std::uint32_t slot = 0, version = 0;
    [[nodiscard]] bool operator<(const rise& o) const noexcept {
      if (at != o.at) return at < o.at;
      return slot != o.slot ? slot < o.slot : version < o.version;
    }
  };
  static constexpr std::uint32_t no_version = (1U << version_bits) - 1;  ///< that no entry has
  static std::size_t number(job_band b) noexcept { return static_cast<std::size_t>(b); }
  static std::uint64_t ordered(double key) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(key + 0.0);  // −0 is 0
    const std::uint64_t sign = std::uint64_t{1} << 63;
    return (bits & sign) != 0 ? ~bits : bits | sign;
  }
  [[nodiscard]] queued_job job_of(std::uint32_t s) const noexcept {
    const slot& j = slots_[s];
    return {j.id,   static_cast<job_band>(tags_[s].band), static_cast<job_band>(tags_[s].effective), j.key, j.sequence,
            j.since};
  }
  template <class Entry>
  [[nodiscard]] bool alive(const Entry& e) const noexcept {
    return tags_[e.slot].version == e.version;
  }

  /// The best band with a job, its first entry alive; or their number.
  [[nodiscard]] std::size_t first_band() {
    for (std::size_t b = job_band_count; b-- > 0;) {
      if (alive_[b] == 0) continue;
      for (; !alive(bands_[b].front()); --dead_) bands_[b].pop_front();
      return b;
    }
    return job_band_count;
  }
  /// Into its band, and the list of those who will rise.
  void enter(std::uint32_t s) {
    const slot& j = slots_[s];
    const tag t = tags_[s];
    ++alive_[t.effective];
    bands_[t.effective].insert({ordered(j.key), j.sequence, s, t.version});
    if (options_.age_step == 0 || t.effective >= number(options_.age_cap)) return;
    const instant at = j.since + options_.age_step * (std::int64_t{t.effective} - std::int64_t{t.band} + 1);
    if (at != instant::infinity()) rises_.insert({at, s, t.version});
  }
  /// Its entries are dead from now on.
  void forget(std::uint32_t s) {
    --alive_[tags_[s].effective];
    ++dead_;
    const bool all_used = ++tags_[s].version == no_version;
    if (dead_ > size() + 64 || all_used) {
      for (auto& b : bands_) b.keep_if([&](const entry& e) { return alive(e); });
      dead_ = 0;
    }
    if (rises_.size() > 2 * size() + 64 || all_used) rises_.keep_if([&](const rise& r) { return alive(r); });
    if (all_used) tags_[s].version = 0;
  }
  void leave(std::uint32_t s) {
    forget(s);
    free_.push_back(s);
  }
  void advance(instant now) {
    while (!rises_.empty() && rises_.front().at <= now) {
      const rise r = rises_.front();
      rises_.pop_front();
      if (!alive(r)) continue;
      forget(r.slot);
      ++tags_[r.slot].effective;
      enter(r.slot);
    }
  }
  template <class F>
  queue_answer change(job_number id, instant now, F f) {
    const std::uint32_t s = ids_.find(static_cast<std::uint64_t>(id));
    if (s == none) return queue_answer::unknown;
    forget(s);
    f(s);
    tags_[s].effective = tags_[s].band;
    enter(s);
    advance(now);
    return queue_answer::done;
  }

  band_queue_options options_{};
  std::array<detail::ordered_blocks<entry>, job_band_count> bands_{};
  std::array<std::size_t, job_band_count> alive_{};  ///< entries of bands that are
  std::size_t dead_ = 0;                             ///< entries of bands that are not
  detail::ordered_blocks<rise> rises_{};
  std::vector<slot> slots_;
  std::vector<tag> tags_;
  std::vector<std::uint32_t> free_;
  detail::paged_ids ids_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace v0
}  // namespace sched

#endif
