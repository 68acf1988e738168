// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_BRUTE_JOBS_HPP
#define SCHED_TESTS_SUPPORT_BRUTE_JOBS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include <sched/model/job.hpp>

/// Backfilling second by second, on an array with an entry per second that is filled anew for every question. Written
/// from the rules alone; slow, and short enough to be right by reading. Rigid jobs that run no longer than planned.
class brute_jobs {
public:
  /// A key by job, planning estimate and time: the smallest goes first, ties by place in the trace.
  using order = std::function<double(const sched::job&, std::int64_t planned, std::int64_t now)>;
  enum class kind : std::uint8_t { none, depth, conservative };
  struct options {
    kind reserve = kind::depth;
    std::size_t depth = 1;
    int sweeps = 1;  ///< of compression at an end: 0, 1, or −1 for as many as move somebody
    bool batch = false;
    order first = [](const sched::job&, std::int64_t, std::int64_t) { return 0.0; };
    order walk{};  ///< empty: as `first`
    std::function<std::int64_t(const sched::job_shape&)> planned = [](const sched::job_shape& s) {
      return s.estimate.count();
    };
  };

  brute_jobs(std::int64_t processors, const std::vector<sched::job>& jobs, options o)
      : o_(std::move(o)), processors_(processors), jobs_(jobs), state_(jobs.size()) {
    if (!o_.walk) o_.walk = o_.first;
    for (std::size_t j = 0; j < jobs.size(); ++j) state_[j].planned = o_.planned(jobs[j].shapes[0]);
  }

  std::vector<std::int64_t> run() {
    std::size_t next = 0, left = jobs_.size();
    for (now_ = jobs_.empty() ? 0 : jobs_[0].submit.count(); left > 0 || !ends_.empty(); ++now_)
      for (bool again = true; again;) {
        again = false;
        const std::size_t before = starts_;
        bool ended = false;
        std::vector<std::size_t> fresh;
        const auto submits = [&] {
          for (; next < jobs_.size() && jobs_[next].submit.count() == now_; ++next) {
            queue_.push_back(next);
            fresh.push_back(next);
            if (!o_.batch) {
              decide(fresh, false);
              fresh.clear();
            }
          }
        };
        if (!o_.batch) submits();
        for (std::size_t k = 0; k < ends_.size();) {
          if (state_[ends_[k]].end != now_) {
            ++k;
            continue;
          }
          state_[ends_[k]].running = false;
          ends_.erase(ends_.begin() + static_cast<std::ptrdiff_t>(k));
          ended = again = true;
          if (!o_.batch) {
            decide({}, true);
            k = 0;
          }
        }
        if (o_.batch) {
          submits();
          if (ended || !fresh.empty() || o_.reserve == kind::conservative) decide(fresh, ended);
        }
        if (o_.reserve == kind::conservative) start_booked();
        left -= starts_ - before;
        again = again || starts_ != before;
      }
    std::vector<std::int64_t> out;
    for (const state& s : state_) out.push_back(s.start);
    return out;
  }

private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  struct state {
    std::int64_t planned = 1, start = never, end = never, booked = never;
    std::uint64_t booking = 0;  ///< when it was made
    bool running = false;
  };
  using plan = std::vector<std::int64_t>;  // processors taken, by second from now on

  void take(plan& p, std::int64_t from, std::int64_t to, std::int64_t demand) const {
    if (p.size() < static_cast<std::size_t>(to - now_)) p.resize(static_cast<std::size_t>(to - now_));
    for (std::int64_t t = std::max(from, now_); t < to; ++t) p[static_cast<std::size_t>(t - now_)] += demand;
  }
  [[nodiscard]] std::int64_t demand(std::size_t j) const { return jobs_[j].shapes[0].demand; }
  [[nodiscard]] plan running_plan() const {
    plan p;
    for (std::size_t j = 0; j < state_.size(); ++j)
      if (state_[j].running) take(p, now_, std::max(now_, state_[j].start + state_[j].planned), demand(j));
    return p;
  }
  [[nodiscard]] std::int64_t earliest(const plan& p, std::size_t j) const {
    std::int64_t start = now_;
    for (std::int64_t t = now_; t < start + state_[j].planned && t < now_ + static_cast<std::int64_t>(p.size()); ++t)
      if (p[static_cast<std::size_t>(t - now_)] + demand(j) > processors_) start = t + 1;
    return start;
  }
  void start(std::size_t j) {
    std::erase(queue_, j);
    state_[j].running = true;
    state_[j].start = now_;
    state_[j].end = now_ + jobs_[j].shapes[0].runtime.count();
    ends_.push_back(j);
    ++starts_;
  }
  [[nodiscard]] std::vector<std::size_t> ranked(const order& o) const {
    std::vector<std::size_t> out = queue_;
    std::ranges::stable_sort(out, {}, [&](std::size_t j) { return o(jobs_[j], state_[j].planned, now_); });
    return out;
  }
  void decide(const std::vector<std::size_t>& fresh, bool ended) {
    if (o_.reserve == kind::conservative) {
      if (ended) sweep();
      for (const std::size_t j : fresh) {
        book(j, booked_plan(j));
        if (state_[j].booked == now_) start(j);
      }
      return;
    }
    plan p = running_plan();
    std::size_t reserved = 0;
    std::vector<std::size_t> rest;
    const std::size_t depth = o_.reserve == kind::none ? 1 : o_.depth;
    for (const std::size_t j : ranked(o_.first)) {
      const std::int64_t at = reserved < depth ? earliest(p, j) : never;
      if (at == never) continue;
      take(p, at, at + state_[j].planned, demand(j));
      if (at == now_) start(j);
      else {
        ++reserved;
        rest.push_back(j);
      }
      if (o_.reserve == kind::none && at > now_) return;
    }
    for (const std::size_t j : ranked(o_.walk)) {
      if (std::ranges::count(rest, j) != 0 || earliest(p, j) != now_) continue;
      take(p, now_, now_ + state_[j].planned, demand(j));
      start(j);
    }
  }
  /// What all hold but j.
  [[nodiscard]] plan booked_plan(std::size_t j) const {
    plan p = running_plan();
    for (const std::size_t i : queue_)
      if (i != j && state_[i].booked != never)
        take(p, state_[i].booked, state_[i].booked + state_[i].planned, demand(i));
    return p;
  }
  void book(std::size_t j, const plan& p) {
    state_[j].booked = earliest(p, j);
    state_[j].booking = ++bookings_;
  }
  void sweep() {
    for (int k = 0; k != o_.sweeps; ++k) {
      bool moved = false;
      for (const std::size_t j : queue_) {
        const std::int64_t was = state_[j].booked;
        if (was <= now_ || was == never) continue;
        book(j, booked_plan(j));
        moved = moved || state_[j].booked != was;
      }
      if (!moved) return;
    }
  }
  void start_booked() {
    std::vector<std::size_t> due;
    for (const std::size_t j : queue_)
      if (state_[j].booked == now_) due.push_back(j);
    std::ranges::sort(due, {}, [&](std::size_t j) { return state_[j].booking; });
    for (const std::size_t j : due) start(j);
  }

  options o_;
  std::int64_t processors_;
  std::vector<sched::job> jobs_;
  std::vector<state> state_;
  std::vector<std::size_t> queue_, ends_;  // waiting, by arrival; running, by start
  std::int64_t now_ = 0;
  std::uint64_t bookings_ = 0;
  std::size_t starts_ = 0;
};

#endif
