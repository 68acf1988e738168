// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_LIFECYCLE_HPP
#define SCHED_MODEL_LIFECYCLE_HPP

/// \file
/// The life of a job in a cluster: its states, which changes are allowed, and the record of its attempts.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

enum class job_state : std::uint8_t {
  queued,     ///< may start as soon as there is a place
  scheduled,  ///< has a place and is being launched
  running,
  preempted,  ///< stopped for others; may be queued again
  completed,
  failed,
  cancelled,
  held,       ///< waits for a date, for other jobs, or for a release
  preempting  ///< running on, in its grace period
};
inline constexpr std::size_t job_state_count = 9;

[[nodiscard]] constexpr std::string_view to_string(job_state s) noexcept {
  constexpr std::array<std::string_view, job_state_count> names{
      "queued", "scheduled", "running", "preempted", "completed", "failed", "cancelled", "held", "preempting"};
  return static_cast<std::size_t>(s) < job_state_count ? names[static_cast<std::size_t>(s)] : "unknown";
}
/// Nothing follows.
[[nodiscard]] constexpr bool is_terminal(job_state s) noexcept {
  return s == job_state::completed || s == job_state::failed || s == job_state::cancelled;
}
/// The job has resources: whatever leaves these states for others gives them back in the same step.
[[nodiscard]] constexpr bool holds_resources(job_state s) noexcept {
  return s == job_state::scheduled || s == job_state::running || s == job_state::preempting;
}

struct invalid_transition {
  job_state from{}, to{};
  bool operator==(const invalid_transition&) const noexcept = default;
};

/// Which state may follow which: a constant. O(1).
class transition_table {
public:
  struct row {
    job_state from;
    std::initializer_list<job_state> to;
  };
  constexpr transition_table(std::initializer_list<row> rows) noexcept {
    for (const row& r : rows)
      for (const job_state s : r.to) next_[static_cast<std::size_t>(r.from)] |= bit(s);
  }
  [[nodiscard]] constexpr bool allows(job_state from, job_state to) const noexcept {
    return static_cast<std::size_t>(from) < job_state_count && static_cast<std::size_t>(to) < job_state_count &&
           (next_[static_cast<std::size_t>(from)] & bit(to)) != 0;
  }

private:
  static constexpr std::uint16_t bit(job_state s) noexcept {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(s));
  }
  std::array<std::uint16_t, job_state_count> next_{};
};

namespace lifecycle {

/// All nine states. Nothing leads to `held`: a queued job that is held later keeps its place and is passed by. A job
/// whose node is lost is preempted, and queued again if it may be.
inline constexpr transition_table full{
    {job_state::held, {job_state::queued, job_state::failed, job_state::cancelled}},
    {job_state::queued, {job_state::scheduled, job_state::failed, job_state::cancelled}},
    {job_state::scheduled, {job_state::queued, job_state::running, job_state::failed, job_state::cancelled}},
    {job_state::running,
     {job_state::preempting, job_state::preempted, job_state::completed, job_state::failed, job_state::cancelled}},
    {job_state::preempting, {job_state::preempted, job_state::completed, job_state::failed, job_state::cancelled}},
    {job_state::preempted, {job_state::queued, job_state::failed, job_state::cancelled}}};

/// The seven states of the Horizon scheduler, in its numbers.
inline constexpr transition_table reference{
    {job_state::queued, {job_state::scheduled, job_state::cancelled}},
    {job_state::scheduled, {job_state::running, job_state::cancelled}},
    {job_state::running, {job_state::preempted, job_state::completed, job_state::failed, job_state::cancelled}},
    {job_state::preempted, {job_state::queued, job_state::cancelled}}};

}  // namespace lifecycle

/// Why an attempt, or a job, ended.
enum class end_reason : std::uint8_t {
  none,
  done,
  exit_code,  ///< the job reported a failure
  cancelled,
  preempted,
  launch_failed,  ///< it never ran
  node_lost,
  timeout,
  out_of_memory,
  deadline,    ///< could not end in time
  dependency,  ///< waits for what can never be
  checkpoint   ///< what it should resume from is lost
};
[[nodiscard]] constexpr std::string_view to_string(end_reason r) noexcept {
  constexpr std::array<std::string_view, 12> names{"none",          "done",          "exit_code",  "cancelled",
                                                   "preempted",     "launch_failed", "node_lost",  "timeout",
                                                   "out_of_memory", "deadline",      "dependency", "checkpoint"};
  return static_cast<std::size_t>(r) < names.size() ? names[static_cast<std::size_t>(r)] : "unknown";
}

/// One time that a job got resources. +∞: not yet.
struct job_attempt {
  instant scheduled = instant::infinity();
  instant started = instant::infinity();
  instant ended = instant::infinity();
  end_reason reason = end_reason::none;
  bool operator==(const job_attempt&) const noexcept = default;
};

/// State and times of one job. A second attempt adds a record, so what preempted attempts ran stays accounted for.
/// Changes are O(1); allocates from the second attempt on.
class job_history {
public:
  job_history() = default;
  /// A job is `held` or `queued` at first.
  explicit job_history(instant created, bool held = false)
      : created_(created),
        eligible_(held ? instant::infinity() : created),
        state_(held ? job_state::held : job_state::queued) {}
  /// As it was written down: no rule is applied.
  static job_history restored(job_state state, instant created, instant eligible, instant finished,
                              std::vector<job_attempt> attempts) {
    job_history h(created);
    h.state_ = state;
    h.eligible_ = eligible;
    h.finished_ = finished;
    h.attempt_count_ = static_cast<std::uint32_t>(attempts.size());
    if (attempts.empty()) return h;
    h.last_ = attempts.back();
    attempts.pop_back();
    h.earlier_ = std::move(attempts);
    return h;
  }

  [[nodiscard]] job_state state() const noexcept { return state_; }
  [[nodiscard]] instant created() const noexcept { return created_; }
  /// When it was queued first; +∞ while it is held.
  [[nodiscard]] instant eligible() const noexcept { return eligible_; }
  /// When it reached a terminal state; +∞ before.
  [[nodiscard]] instant finished() const noexcept { return finished_; }
  [[nodiscard]] std::size_t attempt_count() const noexcept { return attempt_count_; }
  /// The k-th attempt, from 0.
  [[nodiscard]] const job_attempt& attempt(std::size_t k) const noexcept {
    return k + 1 == attempt_count_ ? last_ : earlier_[k];
  }
  /// Whether any attempt ran.
  [[nodiscard]] bool ever_started() const noexcept {
    for (std::size_t k = 0; k < attempt_count_; ++k)
      if (attempt(k).started != instant::infinity()) return true;
    return false;
  }
  /// Time run in all attempts until `now`. O(attempts).
  [[nodiscard]] duration run_time(instant now) const noexcept {
    duration sum = 0;
    for (std::size_t k = 0; k < attempt_count_; ++k) {
      const job_attempt& a = attempt(k);
      if (a.started != instant::infinity()) sum += std::min(a.ended, now) - a.started;
    }
    return sum;
  }

  /// To another state, at `now`. What the rules refuse is returned, and changes nothing.
  std::optional<invalid_transition> move(job_state to, instant now, end_reason why = end_reason::none,
                                         const transition_table& rules = lifecycle::full) {
    if (!rules.allows(state_, to)) return invalid_transition{state_, to};
    if (holds_resources(state_) && !holds_resources(to)) {
      last_.ended = now;
      last_.reason = why;
    }
    if (to == job_state::scheduled) {
      if (attempt_count_++ > 0) earlier_.push_back(last_);
      last_ = {now, instant::infinity(), instant::infinity(), end_reason::none};
    } else if (to == job_state::running) {
      last_.started = now;
    } else if (to == job_state::queued && eligible_ == instant::infinity()) {
      eligible_ = now;
    } else if (is_terminal(to)) {
      finished_ = now;
    }
    state_ = to;
    return std::nullopt;
  }
  bool operator==(const job_history& o) const noexcept = default;

private:
  instant created_{};
  instant eligible_{};
  instant finished_ = instant::infinity();
  job_attempt last_{};
  std::vector<job_attempt> earlier_{};
  std::uint32_t attempt_count_ = 0;
  job_state state_ = job_state::queued;
};

}  // namespace v0
}  // namespace sched

#endif
