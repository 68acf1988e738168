// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_PARALLEL_DECODER_HPP
#define SCHED_SOLVE_PARALLEL_DECODER_HPP

/// \file
/// Priority orders to non-delay schedules, fast: the parallel scheme with static keys.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/detail/decode_rows.hpp>
#include <sched/solve/detail/parallel_queues.hpp>
#include <sched/solve/detail/parallel_scan.hpp>

namespace sched {
inline namespace v0 {

/// How a `parallel_decoder` finds the next task to start.
enum class parallel_kernel : std::uint8_t {
  automatic,  ///< queues from 512 tasks on if few of them need several scarce resources, else scan
  scan,       ///< looks at every waiting task at every decision, a bit each
  queues      ///< one queue per resource: a task waits for what it lacks
};

/// The parallel schedule generation scheme on orders of priority: at 0 and at every finish, of the tasks whose
/// predecessors have finished and whose demands fit, the most urgent starts, until none can. For classic single-mode
/// projects (`accepts`); the general solver, also for rules that change over time, is `parallel_sgs`.
///
/// Prepared once from a project, which it does not keep. A call allocates nothing. Copies are independent; a decoder
/// serves one thread. An order names every task once, the most urgent first, in any order of precedence, in integers of
/// 8, 16 or 32 bits. Starts are ticks, indexed by task. Both kernels give the same schedules.
///
/// Cost: scan O(n + m) and 1–3 ns for every waiting task at every decision; queues O((n · needs + moves) log n), where
/// a move is a task found lacking another resource than the one it waited for. With one need per task there are no
/// moves (0.4 µs a task, however many wait); with two they cost as much as the scan saves, with more they lose.
/// Reference: Bedworth & Bailey 1982; Kolisch 1996.
class parallel_decoder {
public:
  /// Whether a project can be decoded: classic, no oversized tasks, durations adding up to less than 2^30. O(n).
  [[nodiscard]] static bool accepts(const project& p) noexcept { return detail::decode::accepts(p); }

  /// Precondition: `accepts(p)`. O(n · resources + m).
  explicit parallel_decoder(const project& p, parallel_kernel kernel = parallel_kernel::automatic)
      : parallel_decoder(p, kernel, detail::decode::numbers(p)) {}

  [[nodiscard]] std::size_t task_count() const noexcept { return lengths_.size(); }
  /// The kernel in use; never `automatic`.
  [[nodiscard]] parallel_kernel kernel() const noexcept { return kernel_; }

  /// Decodes an order; returns the makespan. Precondition: both have `task_count()` entries.
  template <std::unsigned_integral Index>
  std::int32_t decode(std::span<const Index> order, std::span<std::int32_t> starts) noexcept {
    return run(forward_, order, starts);
  }
  /// The same on the project with all arcs turned; starts count back from the end (a task that starts at s there starts
  /// at makespan − s − duration in the project's own time).
  template <std::unsigned_integral Index>
  std::int32_t decode_reversed(std::span<const Index> order, std::span<std::int32_t> starts) noexcept {
    return run(backward_, order, starts);
  }

private:
  static constexpr std::size_t queues_from_ = 512;
  static constexpr std::int32_t circle_longest_ = 63;

  parallel_decoder(const project& p, parallel_kernel kernel, const detail::decode::numbers& x)
      : kernel_(kernel != parallel_kernel::automatic                      ? kernel
                : x.tasks >= queues_from_ && 2 * x.needs() <= 3 * x.tasks ? parallel_kernel::queues
                                                                          : parallel_kernel::scan),
        scale_(x.scale),
        brief_(x.longest <= circle_longest_),
        forward_(p, false),
        backward_(p, true),
        lengths_(x.lengths),
        circle_(brief_ ? x.tasks : 0),
        heap_(brief_ ? 0 : x.tasks) {
    SCHED_ASSERT(accepts(p));
    if (kernel_ == parallel_kernel::queues) {
      queues_ = detail::decode::queue_decoder(x);
      return;
    }
    amounts_ = detail::decode::lanes(x);
    free_.assign(amounts_.words, 0);
    ranked_.assign(x.tasks * amounts_.words, 0);
    rank_.assign(x.tasks, 0);
    waiting_.assign(x.tasks, 0);
    eligible_.assign((x.tasks + 63) / 64, 0);
  }

  template <class Index>
  std::int32_t run(const detail::decode::arcs& network, std::span<const Index> order,
                   std::span<std::int32_t> starts) noexcept {
    SCHED_ASSERT(order.size() == task_count() && starts.size() == task_count());
    return brief_ ? run(network, circle_, order.data(), starts.data())
                  : run(network, heap_, order.data(), starts.data());
  }
  template <class Running, class Index>
  std::int32_t run(const detail::decode::arcs& network, Running& running, const Index* order,
                   std::int32_t* starts) noexcept {
    if (kernel_ == parallel_kernel::queues) return scale_ * queues_.decode(network, running, order, scale_, starts);
    const detail::decode::scan_pass pass{&network,       task_count(), lengths_.data(), &amounts_,        free_.data(),
                                         ranked_.data(), rank_.data(), waiting_.data(), eligible_.data(), scale_};
    return scale_ * (amounts_.words == 1 ? detail::decode::scan_decode<1>(pass, running, order, starts)
                                         : detail::decode::scan_decode<0>(pass, running, order, starts));
  }

  parallel_kernel kernel_;
  std::int32_t scale_;
  bool brief_;
  detail::decode::arcs forward_, backward_;
  std::vector<std::int32_t> lengths_;  // in units of scale_
  detail::decode::finish_circle circle_;
  detail::decode::finish_heap heap_;
  detail::decode::queue_decoder queues_;
  // Scan.
  detail::decode::lanes amounts_;
  std::vector<std::uint64_t> free_, ranked_, eligible_;
  std::vector<std::uint32_t> rank_, waiting_;
};

}  // namespace v0
}  // namespace sched

#endif
