// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_LIST_BRANCH_HPP
#define SCHED_SOLVE_LIST_BRANCH_HPP

/// \file
/// Activity lists that branch: the serial scheme on classic projects, where only complete schedules matter.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/trail.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/detail/fingerprint.hpp>
#include <sched/solve/detail/rank_set.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/rule_driver.hpp>

namespace sched {
inline namespace v0 {

/// A `rollout_state`: the tasks in the order in which a serial scheme would place them, best static key first among
/// those whose predecessors are listed. No times are kept while the list grows; a complete one is decoded when asked
/// for, which is several times faster than booking and taking back. The schedule equals that of `serial_sgs`.
///
/// Requires `list_decoder::accepts(p)` and a static rule. A decision writes one word per arc and three besides.
/// Nothing allocates after construction but the log.
template <priority_rule Rule>
  requires(std::copyable<Rule>)
class list_branch {
public:
  using choice = task_id;
  using checkpoint = trail::checkpoint;

  /// `width`: how many choices are offered. The rule's keys are computed once, here; the seed is for those it draws.
  list_branch(const project& p, Rule rule, std::size_t width = std::numeric_limits<std::size_t>::max(),
              std::uint64_t seed = 1)
      : problem_(&p),
        driver_(p, std::move(rule)),
        decoder_(p),
        width_(width),
        list_(p.task_count()),
        waiting_(p.task_count()),
        starts_(p.task_count()) {
    SCHED_ASSERT(driver_.is_static());
    driver_.reseed(seed);
    driver_.prepare();
    init();
  }

  /// Nothing listed.
  void init() {
    listed_ = 0;
    open_.reset(list_.size());
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      waiting_[i] = static_cast<std::uint32_t>(problem_->predecessors(task_id(i)).size());
      if (waiting_[i] == 0) open_.insert(driver_.ranks()[i], log_);
    }
  }

  [[nodiscard]] bool done() const noexcept { return listed_ == list_.size(); }
  void step() { take(task_id(driver_.by_rank()[open_.next(0)])); }
  void choices(std::vector<task_id>& out) const {
    for (std::size_t r = open_.next(0); r != detail::rank_set::none && out.size() < width_; r = open_.next(r + 1))
      out.push_back(task_id(driver_.by_rank()[r]));
  }
  void take(task_id t) {
    log_.set(list_[listed_], static_cast<std::uint32_t>(t.index()));
    log_.set(listed_, listed_ + 1);
    open_.erase(driver_.ranks()[t.index()], log_);
    for (const adjacency& l : problem_->successors(t)) {
      std::uint32_t& waiting = waiting_[l.task.index()];
      log_.set(waiting, waiting - 1);
      if (waiting == 0) open_.insert(driver_.ranks()[l.task.index()], log_);
    }
  }
  [[nodiscard]] checkpoint mark() { return log_.mark(); }
  void rewind(checkpoint m) { log_.rewind(m); }
  [[nodiscard]] std::uint64_t bytes_logged() const noexcept { return log_.bytes_written(); }

  [[nodiscard]] const critical_path& windows() const noexcept { return driver_.windows(); }
  [[nodiscard]] std::size_t placed_count() const noexcept { return listed_; }
  [[nodiscard]] std::span<const std::uint32_t> list() const noexcept { return std::span(list_).first(listed_); }
  /// Equal for lists of the same tasks with the same starts: the same may follow them. 64 bits, unequal otherwise but
  /// for chance. Decodes the list.
  [[nodiscard]] std::uint64_t fingerprint() const {
    decoder_.decode(list(), std::span(starts_));
    detail::fingerprint f;
    for (const std::uint32_t i : list()) f.add_unordered(i, static_cast<std::uint64_t>(starts_[i]));
    return f.value();
  }
  /// The schedule of a complete list, into memory that is reused. Classic projects have nothing to break.
  void complete_into(schedule& out) const {
    SCHED_ASSERT(done());
    decoder_.decode(std::span<const std::uint32_t>(list_), std::span(starts_));
    const std::size_t n = list_.size();
    out.start.resize(n);
    out.finish.resize(n);
    out.mode.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
      out.start[i] = starts_[i];
      out.finish[i] = out.start[i] + problem_->work(task_id(i));
    }
  }
  [[nodiscard]] schedule_result result() const {
    schedule_result out;
    out.status = status::feasible;
    out.schedules = 1;
    complete_into(out.schedule);
    return out;
  }
  /// No times, no bound: what a look-ahead may say of a scenario before its end.
  [[nodiscard]] instant bound() const noexcept { return instant::minus_infinity(); }
  [[nodiscard]] std::uint64_t broken() const noexcept { return 0; }

private:
  const project* problem_;
  rule_driver<Rule> driver_;
  mutable list_decoder decoder_;  // its scratch memory changes with every call
  std::size_t width_;
  detail::rank_set open_;  // ranks of the tasks whose predecessors are listed
  std::vector<std::uint32_t> list_, waiting_;
  mutable std::vector<std::int32_t> starts_;
  std::size_t listed_ = 0;
  trail log_;
};

}  // namespace v0
}  // namespace sched

#endif
