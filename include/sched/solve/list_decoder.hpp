// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_LIST_DECODER_HPP
#define SCHED_SOLVE_LIST_DECODER_HPP

/// \file
/// Activity lists to schedules, as fast as the processor allows: the inner loop of every search over lists.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/detail/decode_packed.hpp>
#include <sched/solve/detail/decode_portable.hpp>
#include <sched/solve/detail/decode_rows.hpp>
#include <sched/solve/detail/decode_steps.hpp>
#include <sched/solve/detail/decode_x86.hpp>

namespace sched {
inline namespace v0 {

/// How a `list_decoder` keeps what is left of the resources.
enum class decode_kernel : std::uint8_t {
  automatic,  ///< the fastest below that the project and the processor allow
  avx512,     ///< a word per period, 16 or 8 periods an instruction
  avx2,       ///< a word per period, 8 or 4 periods an instruction
  portable,   ///< 8 or 4 periods and one resource in 64-bit integers
  steps       ///< a list of steps: any durations, any number of resources
};

[[nodiscard]] constexpr std::string_view to_string(decode_kernel k) noexcept {
  switch (k) {
    case decode_kernel::automatic: return "automatic";
    case decode_kernel::avx512: return "AVX-512";
    case decode_kernel::avx2: return "AVX2";
    case decode_kernel::portable: return "portable";
    case decode_kernel::steps: return "steps";
  }
  return "unknown";
}

/// Whether this processor runs the kernel. O(1).
[[nodiscard]] inline bool runs_here(decode_kernel k) noexcept {
#if SCHED_DECODE_X86
  if (k == decode_kernel::avx512)
    return runs_here(decode_kernel::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
  if (k == decode_kernel::avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#else
  if (k == decode_kernel::avx512 || k == decode_kernel::avx2) return false;
#endif
  return true;
}

/// The serial schedule generation scheme on activity lists: every task, in the order of the list, starts as early as
/// its predecessors and the capacities allow. For classic single-mode projects (`accepts`); the general solver is
/// `serial_sgs`.
///
/// Prepared once from a project, which it does not keep. A call allocates nothing. Copies are independent; a decoder
/// serves one thread. Lists name every task once, predecessors first, in integers of 8, 16 or 32 bits. Starts are
/// ticks, indexed by task. All kernels give the same schedules.
///
/// Kernels that keep periods need every duration ≤ 32 times the greatest common divisor of all durations, at most 8
/// resources that can run short (4 when a capacity exceeds 255; 127 without vectors) and capacities ≤ 65,535 (32,767);
/// O(32 periods) an instruction or few per task. Otherwise `steps`: O(steps passed) per task.
/// References: Kelley 1963; Kolisch & Hartmann 1999 (lists); Valls, Ballestín & Quintanilla 2005 (justification).
class list_decoder {
public:
  /// Whether a project can be decoded: classic, no oversized tasks, durations adding up to less than 2^30. O(n).
  [[nodiscard]] static bool accepts(const project& p) noexcept { return detail::decode::accepts(p); }

  /// Precondition: `accepts(p)`. O((n + m) log n + n · resources). Throws `sched::error` when a kernel is asked for
  /// that the processor does not run or the project does not fit.
  explicit list_decoder(const project& p, decode_kernel kernel = decode_kernel::automatic);

  [[nodiscard]] std::size_t task_count() const noexcept { return durations_.size(); }
  /// The kernel in use; never `automatic`.
  [[nodiscard]] decode_kernel kernel() const noexcept { return kernel_; }
  /// The order that breaks ties of justification: the task numbers when these are topological, otherwise
  /// `project::topological_order()`.
  [[nodiscard]] std::span<const std::uint32_t> tie_order() const noexcept { return order_; }

  /// Decodes a list; returns the makespan. Predecessors come first. A list may end early: then only the starts of its
  /// tasks are written. Precondition: at most `task_count()` entries, as many starts.
  template <std::unsigned_integral Index>
  std::int32_t decode(std::span<const Index> list, std::span<std::int32_t> starts) noexcept {
    return run(forward_, list, starts);
  }
  /// Decodes a list on the project with all arcs turned: successors come first, and starts count back from the end
  /// (a task that starts at s there starts at makespan − s − duration in the project's own time).
  template <std::unsigned_integral Index>
  std::int32_t decode_reversed(std::span<const Index> list, std::span<std::int32_t> starts) noexcept {
    return run(backward_, list, starts);
  }

  /// The tasks of a schedule by increasing start, ties in `tie_order()`: the list that a schedule stands for.
  /// O(n + makespan / common divisor of the durations) for kernels that keep periods, otherwise O(n log n).
  template <std::unsigned_integral Index>
  void list_of(std::span<const std::int32_t> starts, std::span<Index> list) noexcept {
    for (std::size_t i = 0; i < task_count(); ++i) keys_[i] = starts[i];
    sort<false>(list.data());
  }

  /// Moves every task right by a serial pass over decreasing finishes on the turned project; starts are then counted
  /// from the new beginning. Never longer than before. One schedule. Returns the makespan.
  std::int32_t justify_right(std::span<std::int32_t> starts) noexcept {
    const std::int32_t makespan = right_pass(starts);
    for (std::size_t i = 0; i < task_count(); ++i) starts[i] = makespan - starts[i] - durations_[i];
    return makespan;
  }
  /// Moves every task left by a serial pass over increasing starts. Never longer than before. One schedule.
  std::int32_t justify_left(std::span<std::int32_t> starts) noexcept {
    list_of(std::span<const std::int32_t>(starts), std::span(list_));
    return decode(std::span<const std::uint32_t>(list_), starts);
  }
  /// Right, then left: forward–backward improvement. Never longer than before. Two schedules. Returns the makespan.
  /// Precondition for all three: `starts` is a feasible schedule.
  std::int32_t double_justify(std::span<std::int32_t> starts) noexcept {
    right_pass(starts);
    // Increasing start after the right pass is decreasing finish in the time of the turned project.
    for (std::size_t i = 0; i < task_count(); ++i) keys_[i] = -(starts[i] + durations_[i]);
    sort<false>(list_.data());
    return decode(std::span<const std::uint32_t>(list_), starts);
  }

private:
  /// Bits per resource and per period (one resource: portable kernel).
  enum class layout : std::uint8_t { lanes8_word32, lanes8_word64, lanes16_word32, lanes16_word64 };

  bool choose_layout(const detail::decode::numbers& x, decode_kernel kernel) noexcept;
  void prepare_packed(const detail::decode::numbers& x);
  void prepare_steps(const detail::decode::numbers& x);

  std::int32_t right_pass(std::span<std::int32_t> starts) noexcept {
    for (std::size_t i = 0; i < task_count(); ++i) keys_[i] = starts[i] + durations_[i];
    sort<true>(list_.data());
    return decode_reversed(std::span<const std::uint32_t>(list_), starts);
  }

  /// Tasks by increasing key, ties in `order_`; or exactly the other way round. Counting sort where keys are few.
  template <bool Backwards, class Index>
  void sort(Index* list) noexcept;

  template <class Index>
  std::int32_t run(const detail::decode::table& table, std::span<const Index> list,
                   std::span<std::int32_t> starts) noexcept;
  template <class Narrow8, class Wide8, class Narrow16, class Wide16, class F>
  std::int32_t with_layout(F f) const noexcept {
    const bool brief = longest_ <= 16;
    switch (layout_) {
      case layout::lanes8_word32:
        if (guess_)
          return brief ? f.template operator()<Narrow8, 4, true>() : f.template operator()<Narrow8, 5, true>();
        return brief ? f.template operator()<Narrow8, 4, false>() : f.template operator()<Narrow8, 5, false>();
      case layout::lanes8_word64: return f.template operator()<Wide8, 5, false>();
      case layout::lanes16_word32: return f.template operator()<Narrow16, 5, false>();
      case layout::lanes16_word64: return f.template operator()<Wide16, 5, false>();
    }
    return 0;
  }

  /// Guessing pays where most tasks start as soon as their predecessors end (measured on J30–J120 by this ratio).
  static constexpr double loose_below_ = 0.85;

  decode_kernel kernel_ = decode_kernel::steps;
  layout layout_ = layout::lanes8_word32;
  std::int32_t scale_ = 1;
  std::int32_t longest_ = 0;
  bool guess_ = false;
  detail::decode::table forward_, backward_;
  std::vector<std::int32_t> durations_;  // ticks
  std::vector<std::uint32_t> order_;
  // Kernels that keep periods.
  std::uint64_t full_ = 0;  // capacities, packed
  detail::decode::cells cells_;
  std::int32_t dirty_ = 0;
  std::vector<std::int32_t> finish_;
  // Steps.
  detail::decode::lanes amounts_;
  std::vector<detail::decode::step> steps_;
  std::vector<std::uint64_t> rest_, step_finish_;
  // Justification.
  std::vector<std::uint32_t> list_, buckets_;
  std::vector<std::int32_t> keys_;
  std::vector<std::uint64_t> pairs_;
};

inline list_decoder::list_decoder(const project& p, decode_kernel kernel)
    : forward_(p, false), backward_(p, true), order_(detail::decode::tie_order(p)) {
  SCHED_ASSERT(accepts(p));
  if (!runs_here(kernel)) throw error("this processor does not run the " + std::string(to_string(kernel)) + " decoder");
  const detail::decode::numbers x(p);
  if (kernel == decode_kernel::automatic) {
    kernel_ = decode_kernel::steps;
    for (decode_kernel k : {decode_kernel::avx512, decode_kernel::avx2, decode_kernel::portable})
      if (kernel_ == decode_kernel::steps && runs_here(k) && choose_layout(x, k)) kernel_ = k;
  } else if (kernel != decode_kernel::steps && !choose_layout(x, kernel)) {
    throw error("the project does not fit the " + std::string(to_string(kernel)) + " decoder");
  } else {
    kernel_ = kernel;
  }
  scale_ = x.scale;
  longest_ = x.longest;
  for (std::size_t i = 0; i < x.tasks; ++i) durations_.push_back(x.lengths[i] * x.scale);
  guess_ = x.busyness(p) < loose_below_;
  if (kernel_ == decode_kernel::steps) prepare_steps(x);
  else prepare_packed(x);
  list_.assign(x.tasks, 0);
  keys_.assign(x.tasks, 0);
  pairs_.assign(x.tasks, 0);
  buckets_.assign(
      static_cast<std::size_t>(std::min<std::int64_t>(x.total, 8 * static_cast<std::int64_t>(x.tasks) + 1024)) + 2, 0);
}

inline bool list_decoder::choose_layout(const detail::decode::numbers& x, decode_kernel kernel) noexcept {
  const std::size_t resources = x.capacities.size();
  const amount most = x.largest_capacity();
  const bool spare_bit = kernel == decode_kernel::portable;
  if (x.longest > detail::decode::packed_longest || x.total > detail::decode::packed_horizon) return false;
  if (most <= (spare_bit ? 127 : 255) && resources <= 8) {
    layout_ = resources <= 4 ? layout::lanes8_word32 : layout::lanes8_word64;
    return true;
  }
  layout_ = resources <= 2 ? layout::lanes16_word32 : layout::lanes16_word64;
  return most <= (spare_bit ? 32767 : 65535) && resources <= 4;
}

inline void list_decoder::prepare_packed(const detail::decode::numbers& x) {
  const unsigned bits = layout_ == layout::lanes8_word32 || layout_ == layout::lanes8_word64 ? 8 : 16;
  for (std::size_t k = 0; k < x.capacities.size(); ++k) detail::decode::pack_lane(&full_, k, bits, x.capacities[k]);
  for (std::size_t i = 0; i < x.tasks; ++i) {
    std::uint64_t need = 0;
    for (std::size_t k = 0; k < x.capacities.size(); ++k) detail::decode::pack_lane(&need, k, bits, x.demands[k][i]);
    for (detail::decode::table* t : {&forward_, &backward_}) {
      t->rows[i].need = need;
      t->rows[i].shape = detail::decode::packed_shape(x.lengths[i]);
    }
  }
  // A search may look at 33 periods and a block behind the longest schedule.
  dirty_ = static_cast<std::int32_t>((x.total + 33 + 64) / 64 * 64 + 64);

  cells_ = detail::decode::cells(static_cast<std::size_t>(dirty_) * 8);
  finish_.assign(x.tasks + 1, 0);
}

inline void list_decoder::prepare_steps(const detail::decode::numbers& x) {
  amounts_ = detail::decode::lanes(x);
  for (std::size_t i = 0; i < x.tasks; ++i)
    for (detail::decode::table* t : {&forward_, &backward_}) {
      t->rows[i].need = amounts_.needs[i * amounts_.words];
      t->rows[i].shape = static_cast<std::uint32_t>(x.lengths[i]);
    }
  steps_.resize(x.tasks + 2);
  rest_.assign((x.tasks + 2) * (amounts_.words - 1), 0);
  step_finish_.assign(x.tasks + 1, 0);
}

template <bool Backwards, class Index>
void list_decoder::sort(Index* list) noexcept {
  const std::size_t n = task_count();
  if (n == 0) return;
  std::int32_t least = keys_[0];
  std::int32_t most = least;
  for (const std::int32_t key : keys_) {
    least = std::min(least, key);
    most = std::max(most, key);
  }
  const auto place = [n](std::size_t position) { return Backwards ? n - 1 - position : position; };
  const std::int32_t scale = scale_;
  const auto range = static_cast<std::size_t>((most - least) / scale);
  bool few = range < buckets_.size();
  std::uint32_t* const buckets = buckets_.data();
  if (few) {
    std::fill_n(buckets, range + 1, 0U);
    for (const std::int32_t key : keys_) {
      const std::int32_t bucket = scale == 1 ? key - least : (key - least) / scale;
      few = few && bucket * scale == key - least;
      ++buckets[bucket];
    }
  }
  if (!few) {
    for (std::size_t k = 0; k < n; ++k)
      pairs_[k] = static_cast<std::uint64_t>(static_cast<std::uint32_t>(keys_[order_[k]] - least)) << 32 | k;
    std::sort(pairs_.begin(), pairs_.end());
    for (std::size_t k = 0; k < n; ++k) list[place(k)] = static_cast<Index>(order_[pairs_[k] & 0xffffffffU]);
    return;
  }
  std::uint32_t before = 0;  // in a register: a sum that reads back what it has just stored waits for it
  for (std::size_t b = 0; b <= range; ++b) {
    const std::uint32_t count = buckets[b];
    buckets[b] = before;
    before += count;
  }
  for (const std::uint32_t i : order_) {
    const std::int32_t bucket = scale == 1 ? keys_[i] - least : (keys_[i] - least) / scale;
    list[place(buckets[bucket]++)] = static_cast<Index>(i);
  }
}

template <class Index>
std::int32_t list_decoder::run(const detail::decode::table& table, std::span<const Index> list,
                               std::span<std::int32_t> starts) noexcept {
  SCHED_ASSERT(list.size() <= task_count() && starts.size() == task_count());
  using namespace detail::decode;  // NOLINT(google-build-using-namespace): this function only
  if (kernel_ == decode_kernel::steps) {
    const step_pass pass{table.rows.data(), table.others.data(), list.size(),         &amounts_,
                         steps_.data(),     rest_.data(),        step_finish_.data(), scale_};
    return scale_ * (amounts_.words == 1 ? step_decode<true>(pass, list.data(), starts.data())
                                         : step_decode<false>(pass, list.data(), starts.data()));
  }
  const packed_pass pass{
      table.rows.data(), table.others.data(), list.size(), full_, cells_.data(), dirty_, finish_.data(), scale_};
#if SCHED_DECODE_X86
  if (kernel_ == decode_kernel::avx512)
    dirty_ = with_layout<avx512_blocks<std::uint32_t, std::uint8_t>, avx512_blocks<std::uint64_t, std::uint8_t>,
                         avx512_blocks<std::uint32_t, std::uint16_t>, avx512_blocks<std::uint64_t, std::uint16_t>>(
        [&]<class Blocks, int Steps, bool Guess>() {
          return avx512_decode<Blocks, Steps, Guess>(pass, list.data(), starts.data());
        });
  else if (kernel_ == decode_kernel::avx2)
    dirty_ = with_layout<avx2_blocks<std::uint32_t, std::uint8_t>, avx2_blocks<std::uint64_t, std::uint8_t>,
                         avx2_blocks<std::uint32_t, std::uint16_t>, avx2_blocks<std::uint64_t, std::uint16_t>>(
        [&]<class Blocks, int Steps, bool Guess>() {
          return avx2_decode<Blocks, Steps, Guess>(pass, list.data(), starts.data());
        });
  else
#endif
    dirty_ = with_layout<portable_blocks<8, 4>, portable_blocks<8, 8>, portable_blocks<16, 2>, portable_blocks<16, 4>>(
        [&]<class Blocks, int Steps, bool Guess>() {
          return packed_decode<Blocks, Steps, Guess>(pass, list.data(), starts.data());
        });
  return dirty_ * scale_;
}

}  // namespace v0
}  // namespace sched

#endif
