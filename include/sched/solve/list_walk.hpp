// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_LIST_WALK_HPP
#define SCHED_SOLVE_LIST_WALK_HPP

/// \file
/// Local search on activity lists: how a list is changed and what is accepted are policies.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/progress.hpp>
#include <sched/core/random.hpp>
#include <sched/core/status.hpp>
#include <sched/evaluate/lower_bound.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/solve/list_decoder.hpp>

namespace sched {
inline namespace v0 {

/// What a move may know: the project, its latest finishes, and where every task of the list stands.
struct list_view {
  const project& problem;
  std::span<const double> late;             ///< latest finish by task, in critical path lengths
  std::span<const std::uint32_t> position;  ///< by task, of the list before the move
  std::span<std::uint32_t> scratch{};       ///< n entries for the move's own use

  /// First and last position that the predecessors and successors of a task leave to it. O(arcs of the task).
  [[nodiscard]] std::pair<std::size_t, std::size_t> room(task_id t) const {
    std::size_t first = 0, last = position.size() - 1;
    for (const adjacency& a : problem.predecessors(t))
      first = std::max<std::size_t>(first, position[a.task.index()] + 1);
    for (const adjacency& a : problem.successors(t)) last = std::min<std::size_t>(last, position[a.task.index()] - 1);
    return {first, last};
  }
};

/// Changes a list in place into another one with predecessors first. `view.position` fits the list at the call only.
template <class M>
concept list_move = requires(M& m, std::span<std::uint32_t> list, const list_view& view, random_generator& random) {
  m(list, view, random);
};

/// What stands at an acceptance decision. `spent` is the part of the budget that is used up, in [0, 1].
struct walk_decision {
  std::int32_t current = 0, candidate = 0, best = 0;
  std::uint64_t hash = 0;  ///< of the candidate's start times
  double spent = 0;
};

/// Whether the walk goes on from the candidate.
template <class A>
concept acceptance = requires(A& a, const walk_decision& d, random_generator& random) {
  { a(d, random) } -> std::same_as<bool>;
};

namespace move {

/// One task goes elsewhere between its predecessors and its successors. O(n).
struct shift {
  void operator()(std::span<std::uint32_t> list, const list_view& view, random_generator& random) const {
    for (int tries = 0; tries < 8; ++tries) {
      const std::size_t from = random.below(list.size());
      const auto [first, last] = view.room(task_id(list[from]));
      if (first >= last) continue;
      std::size_t to = first + random.below(last - first);
      to += to >= from ? 1U : 0U;
      const auto at = [&](std::size_t k) { return list.begin() + static_cast<std::ptrdiff_t>(k); };
      if (to < from) std::rotate(at(to), at(from), at(from + 1));
      else std::rotate(at(from), at(from + 1), at(to + 1));
      return;
    }
  }
};

/// Ruin and recreate: a stretch of the list (of a schedule's list: of time) is listed anew, by latest finish with
/// noise; some of it keeps its order. O(n + width²).
class stretch {
public:
  struct settings {
    double least = 0.08, most = 0.35;  ///< width, of all tasks
    double noise = 0.5;                ///< in critical path lengths
  };
  stretch() = default;
  explicit stretch(const settings& s) : settings_(s) {}

  void operator()(std::span<std::uint32_t> list, const list_view& view, random_generator& random) {
    const auto n = static_cast<double>(list.size());
    const auto width = std::clamp<std::size_t>(
        static_cast<std::size_t>(n * (settings_.least + (settings_.most - settings_.least) * random.real())),
        std::min<std::size_t>(2, list.size()), list.size());
    const std::size_t from = random.below(list.size() - width + 1);
    const std::span<std::uint32_t> part = list.subspan(from, width);
    keys_.assign(list.size(), 0);
    for (const std::uint32_t i : part) keys_[i] = view.late[i] + settings_.noise * random.real();
    // The best of the tasks whose predecessors in the stretch are listed.
    const std::span<std::uint32_t> left = view.scratch.first(width);
    std::ranges::copy(part, left.begin());
    waiting_.assign(list.size(), 0);
    const auto inside = [&](std::size_t i) { return view.position[i] >= from && view.position[i] < from + width; };
    for (const std::uint32_t i : part)
      for (const adjacency& a : view.problem.predecessors(task_id(i))) waiting_[i] += inside(a.task.index()) ? 1U : 0U;
    for (std::size_t k = 0; k < width; ++k) {
      std::size_t best = k;
      bool found = false;
      for (std::size_t j = k; j < width; ++j)
        if (waiting_[left[j]] == 0 && (!found || keys_[left[j]] < keys_[left[best]])) {
          best = j;
          found = true;
        }
      std::swap(left[k], left[best]);
      for (const adjacency& a : view.problem.successors(task_id(left[k])))
        if (inside(a.task.index())) --waiting_[a.task.index()];
      part[k] = left[k];
    }
  }

private:
  settings settings_{};
  std::vector<double> keys_;
  std::vector<std::uint32_t> waiting_;
};

/// Takes tasks out and puts each back anywhere it may stand: the destruction of an iterated greedy walk. O(times · n).
class scatter {
public:
  explicit scatter(std::size_t times = 4) : times_(times) {}
  void operator()(std::span<std::uint32_t> list, const list_view& view, random_generator& random) {
    position_.assign(view.position.begin(), view.position.end());
    for (std::size_t k = 0; k < times_; ++k) {
      shift{}(list, {view.problem, view.late, position_, view.scratch}, random);
      for (std::size_t j = 0; j < list.size(); ++j) position_[list[j]] = static_cast<std::uint32_t>(j);
    }
  }

private:
  std::size_t times_;
  std::vector<std::uint32_t> position_;
};

}  // namespace move

namespace accept {

/// Never longer: a hill climber that crosses plateaus.
struct not_longer {
  bool operator()(const walk_decision& d, random_generator&) const { return d.candidate <= d.current; }
};

/// Simulated annealing: δ longer with probability exp(−δ / (temperature · best)), the temperature falling in a straight
/// line. The draw is compared with an exponential variate, hence the same on every platform.
struct annealing {
  double from = 0.02, to = 0.001;  ///< in makespans
  bool operator()(const walk_decision& d, random_generator& random) const {
    if (d.candidate <= d.current) return true;
    const double heat = (from + (to - from) * d.spent) * static_cast<double>(d.best);
    return heat > 0 && static_cast<double>(d.candidate - d.current) < heat * random.exponential();
  }
};

/// Record to record: anything within a share of the best (Dueck 1993).
struct near_best {
  double share = 0.01;
  bool operator()(const walk_decision& d, random_generator&) const {
    return static_cast<double>(d.candidate) <= (1 + share) * static_cast<double>(d.best);
  }
};

/// Tabu: the best neighbour, longer or not, unless it is one of the last schedules gone through; a new best always.
class not_recent {
public:
  explicit not_recent(std::size_t length = 50) : ring_(std::max<std::size_t>(length, 1), 0) {}
  bool operator()(const walk_decision& d, random_generator&) {
    if (d.candidate >= d.best && std::ranges::find(ring_, d.hash) != ring_.end()) return false;
    ring_[at_] = d.hash;
    at_ = (at_ + 1) % ring_.size();
    return true;
  }

private:
  std::vector<std::uint64_t> ring_;
  std::size_t at_ = 0;
};

}  // namespace accept

struct list_walk_options {
  std::uint64_t schedules = 5000;  ///< budget; a decoding is one, double justification two more
  std::uint64_t seed = 1;
  std::size_t neighbours = 1;        ///< candidates of a step; the best of them is offered
  bool justify = true;               ///< every candidate
  std::uint64_t back_to_best = 400;  ///< steps without a better schedule until the walk returns to the best; 0: never
  control watch{};                   ///< observer after every improvement, stop token asked every step
};

/// A walk through activity lists of a classic project. Start: latest finish; a step changes the list of the current
/// schedule, decodes and justifies the candidates, and asks for acceptance. Iterated greedy, ruin and recreate,
/// annealing and tabu search are choices of move and acceptance:
///
///     walk_lists(p, move::scatter(5), accept::near_best{}, {})                      // iterated greedy
///     walk_lists(p, move::stretch{}, accept::annealing{}, {})                       // ruin and recreate
///     walk_lists(p, move::shift{}, accept::not_recent(60), {.neighbours = 10})      // tabu
///
/// Requires `list_decoder::accepts(p)`. Allocates in the constructor; moves may on their first call. O(n) besides the
/// decodings. Same options, same result. Ends at the greater of critical path and energy bound.
/// References: Kirkpatrick et al. 1983; Glover 1989; Schrimpf et al. 2000; Ruiz & Stützle 2007.
template <list_move Move, acceptance Accept>
class list_walk {
public:
  list_walk(const project& p, Move change, Accept ask, const list_walk_options& o = {})
      : problem_(p), options_(o), change_(std::move(change)), ask_(std::move(ask)), decoder_(p), random_(o.seed) {
    const std::size_t n = p.task_count();
    SCHED_ASSERT(n > 0);
    bound_ = makespan_bound(p).count();
    const critical_path windows = find_critical_path(p);
    const double span = std::max(1.0, static_cast<double>(windows.length.count()));
    for (std::size_t i = 0; i < n; ++i) late_.push_back(static_cast<double>(windows.latest_finish[i].count()) / span);
    list_.resize(n);
    for (std::size_t k = 0; k < n; ++k) list_[k] = static_cast<std::uint32_t>(p.topological_order()[k].index());
    std::ranges::stable_sort(list_, {}, [&](std::uint32_t i) { return late_[i]; });
    // Tasks of length 0 may share a latest finish with their predecessors: topological order breaks the tie above.
    for (std::vector<std::uint32_t>* v : {&position_, &scratch_, &trial_}) v->resize(n);
    for (std::vector<std::int32_t>* v : {&starts_, &current_, &better_, &best_}) v->resize(n);
  }

  /// A schedule to go on from; call before the first step.
  void warm_start(std::span<const std::int32_t> starts) { decoder_.list_of(starts, std::span(list_)); }
  [[nodiscard]] bool done() const {
    return spent_ >= options_.schedules || (length_ != unknown && length_ <= bound_) || options_.watch.stopped();
  }
  /// Changes, decodes, decides.
  void step() {
    if (length_ == unknown) {
      current_length_ = decode(list_);
      current_ = starts_;
      return;
    }
    for (std::size_t k = 0; k < list_.size(); ++k) position_[list_[k]] = static_cast<std::uint32_t>(k);
    const list_view view{problem_, late_, position_, scratch_};
    std::int32_t least = unknown;
    const std::int32_t before = length_;
    for (std::size_t k = 0; k < std::max<std::size_t>(options_.neighbours, 1) && !done(); ++k) {
      trial_ = list_;
      change_(std::span(trial_), view, random_);
      if (const std::int32_t m = decode(trial_); m < least) {
        least = m;
        better_ = starts_;
      }
    }
    if (least == unknown) return;
    const walk_decision d{
        current_length_, least, before, hash_of(better_),
        static_cast<double>(spent_) / static_cast<double>(std::max<std::uint64_t>(options_.schedules, 1))};
    if (ask_(d, random_)) go(better_, least);
    waited_ = length_ < before ? 0 : waited_ + 1;
    if (options_.back_to_best != 0 && waited_ >= options_.back_to_best) {
      go(best_, length_);
      waited_ = 0;
    }
  }
  [[nodiscard]] std::uint64_t schedules() const noexcept { return spent_; }
  [[nodiscard]] schedule_result result() const {
    schedule_result out;
    out.schedules = spent_;
    if (length_ == unknown) {
      out.status = options_.watch.stopped() ? status::cancelled : status::unsolved;
      out.reason = options_.watch.stopped() ? "stopped by the caller" : "no schedule was asked for";
      return out;
    }
    out.status = length_ <= bound_ ? status::optimal : status::feasible;
    out.schedule = schedule::unplaced(best_.size());
    for (std::size_t i = 0; i < best_.size(); ++i) {
      out.schedule.start[i] = best_[i];
      out.schedule.finish[i] = out.schedule.start[i] + problem_.work(task_id(i));
    }
    return out;
  }

private:
  static constexpr std::int32_t unknown = std::numeric_limits<std::int32_t>::max();

  std::int32_t decode(const std::vector<std::uint32_t>& list) {
    std::int32_t m = decoder_.decode(std::span<const std::uint32_t>(list), std::span(starts_));
    ++spent_;
    if (options_.justify && spent_ + 2 <= options_.schedules) {
      m = decoder_.double_justify(std::span(starts_));
      spent_ += 2;
    }
    if (m < length_) {
      length_ = m;
      best_ = starts_;
      options_.watch.report({spent_, options_.schedules, static_cast<double>(m), static_cast<double>(bound_)});
    }
    return m;
  }
  void go(const std::vector<std::int32_t>& starts, std::int32_t length) {
    current_ = starts;
    current_length_ = length;
    decoder_.list_of(std::span<const std::int32_t>(current_), std::span(list_));
  }
  [[nodiscard]] static std::uint64_t hash_of(const std::vector<std::int32_t>& starts) noexcept {
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (const std::int32_t s : starts) h = (h ^ static_cast<std::uint32_t>(s)) * 0xd6e8feb86659fd93ULL;
    return h ^ (h >> 32);
  }

  const project& problem_;
  list_walk_options options_;
  Move change_;
  Accept ask_;
  list_decoder decoder_;
  random_generator random_;
  std::vector<double> late_;
  std::vector<std::uint32_t> list_, trial_, position_, scratch_;
  std::vector<std::int32_t> starts_, current_, better_, best_;
  std::int32_t length_ = unknown, current_length_ = unknown;
  std::int64_t bound_ = 0;
  std::uint64_t spent_ = 0, waited_ = 0;
};

/// One walk to its end.
template <list_move Move, acceptance Accept>
[[nodiscard]] schedule_result walk_lists(const project& p, Move change, Accept ask, const list_walk_options& o = {}) {
  list_walk<Move, Accept> walk(p, std::move(change), std::move(ask), o);
  while (!walk.done()) walk.step();
  return walk.result();
}

}  // namespace v0
}  // namespace sched

#endif
