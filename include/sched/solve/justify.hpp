// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_JUSTIFY_HPP
#define SCHED_SOLVE_JUSTIFY_HPP

/// \file
/// Double justification, also called forward–backward improvement.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <sched/model/project.hpp>
#include <sched/model/reversed.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/serial_scheme.hpp>
#include <sched/solve/sgs_options.hpp>

namespace sched {
inline namespace v0 {

/// Shifts all tasks of a schedule as far right as they go, in the order of falling finish, then as far left, in the
/// order of rising start: never longer than before, usually shorter (Li & Willis 1992; Valls, Ballestín & Quintanilla
/// 2005). Modes are kept. Ties: by task number where numbers are topological, else by topological position.
///
/// Construct once per project and reuse; for projects without dates and calendars nothing allocates after the first
/// call (otherwise the mirrored project is rebuilt for each schedule). A pass costs one serial generation; classic
/// projects go through a `list_decoder`.
template <reusable_timeline Timeline>
class justifier {
public:
  explicit justifier(const project& p) : problem_(&p) {
    if (list_decoder::accepts(p)) {
      decoder_.emplace(p);
      starts_.resize(p.task_count());
      return;
    }
    dated_ = p.has_releases() || p.has_calendars() || p.has_deadlines() || p.has_fixed();
    const std::size_t n = p.task_count();
    position_.resize(n);
    std::iota(position_.begin(), position_.end(), 0U);
    bool numbered = true;
    for (std::size_t i = 0; i < n; ++i)
      for (const adjacency& l : p.successors(task_id(i))) numbered = numbered && l.task.index() > i;
    if (!numbered)
      for (std::uint32_t k = 0; k < n; ++k) position_[p.topological_order()[k].index()] = k;
    order_.resize(n);
    keys_.resize(n);
    modes_.resize(n);
    left_ = std::make_unique<scheme>(p, priority::given(keys_), sgs_options{}, mode::given(modes_));
    if (!dated_) mirror(0);
  }
  justifier(const justifier&) = delete;  // the schemes refer to this object's keys
  justifier& operator=(const justifier&) = delete;

  /// One right and one left pass over a complete feasible schedule. Returns how many schedules were generated (2).
  std::uint64_t double_justify(schedule& s) {
    if (decoder_) {
      for (std::size_t i = 0; i < s.size(); ++i) starts_[i] = static_cast<std::int32_t>(s.start[i].count());
      decoder_->double_justify(starts_);
      for (std::size_t i = 0; i < s.size(); ++i) {
        s.start[i] = starts_[i];
        s.finish[i] = s.start[i] + problem_->work(task_id(i));
      }
      return 2;
    }
    modes_ = s.mode;
    const instant before = s.makespan();
    if (dated_) mirror(before);
    // Right: earliest in the mirror. Its own latest finishes, in falling order, are the rising starts of the left pass.
    list_by_falling_finish(s, false);
    const schedule& right = decode(*right_);
    if (!complete(right)) return 1;
    list_by_falling_finish(right, true);
    const schedule& left = decode(*left_);
    if (dated_ && !left_->result().solved()) return 2;  // the order of the right pass broke a date
    if (complete(left) && left.makespan() <= before) s = left;
    return 2;
  }

private:
  using scheme = serial_scheme<priority::given, mode::given, Timeline>;

  void mirror(instant horizon) {
    reversed_ = reversed_project(*problem_, horizon, modes_);
    right_ = std::make_unique<scheme>(reversed_, priority::given(keys_), sgs_options{}, mode::given(modes_));
  }
  static bool complete(const schedule& s) {
    return std::ranges::all_of(s.finish, [](instant f) { return f.is_finite(); });
  }
  static const schedule& decode(scheme& with) {
    for (with.init(); !with.done(); with.step()) {
    }
    return with.current();
  }
  /// Keys for decoding in the other direction. `turned`: the schedule belongs to the mirror.
  void list_by_falling_finish(const schedule& s, bool turned) {
    std::iota(order_.begin(), order_.end(), 0U);
    std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
      if (s.finish[a] != s.finish[b]) return s.finish[a] > s.finish[b];
      return turned ? position_[a] < position_[b] : position_[a] > position_[b];
    });
    for (std::size_t k = 0; k < order_.size(); ++k) keys_[order_[k]] = static_cast<double>(k);
  }

  const project* problem_;
  std::optional<list_decoder> decoder_;
  std::vector<std::int32_t> starts_;
  bool dated_ = false;
  std::vector<std::uint32_t> position_, order_, modes_;
  std::vector<double> keys_;
  project reversed_;
  std::unique_ptr<scheme> left_, right_;
};

}  // namespace v0
}  // namespace sched

#endif
