// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_TEMPORAL_SEARCH_HPP
#define SCHED_SOLVE_TEMPORAL_SEARCH_HPP

/// \file
/// Projects with minimal and maximal lags: a complete search for feasible and shortest schedules.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/progress.hpp>
#include <sched/core/random.hpp>
#include <sched/core/status.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/solve/detail/temporal_network.hpp>

namespace sched {
inline namespace v0 {

struct temporal_options {
  std::uint64_t nodes = 5000;  ///< budget; a node is one schedule by earliest starts; 0: until decided or stopped
  std::uint64_t seed = 1;
  duration target = duration(0);  ///< ends at a schedule that is no longer
  control watch{};                ///< observer after every improvement, stop token asked every node
};

/// What the search found: optimal, feasible, infeasible (proved), or unsolved (nothing found, nothing excluded).
struct temporal_result : schedule_result {
  duration lower_bound{};  ///< on the makespan
  struct improvement {
    std::uint64_t nodes = 0;
    duration makespan{};
  };
  std::vector<improvement> improvements{};
};

/// Branches on the order of two tasks that stand in each other's way in the schedule of earliest starts: one before the
/// other, or not so. What every pair of starts must keep is known at every node (`detail::temporal_network`), with what
/// follows from capacities. Depth first, in rounds with more and more nodes and some noise; each round asks for a
/// makespan between the bound and the best one; a round that ends by itself is a proof.
///
/// For projects with one mode and without calendars, at most 600 tasks (`accepts`); lags of all kinds, releases,
/// deadlines and fixed starts are kept. A node costs O(n²) for every relation that is added and O(resources · n²) for
/// propagation; memory n² for each decision on the way down. Same options, same result.
/// References: De Reyck & Herroelen 1998; Cesta, Oddi & Smith 2002; Dorndorf, Pesch & Phan-Huy 2000.
class temporal_search {
public:
  [[nodiscard]] static bool accepts(const project& p) { return detail::temporal_problem::accepts(p); }

  temporal_search(const project& p, const temporal_options& o)
      : project_(p), options_(o), problem_(p), random_(o.seed) {}

  [[nodiscard]] temporal_result run() {
    if (project_.task_count() == 0) {
      out_.status = status::optimal;
      return std::move(out_);
    }
    network& root = level(0);
    if (!root.close(problem_.span) || !root.propagate()) return infeasible(root.where());
    closed_ = std::make_unique<network>(root);
    raise_bound();
    std::uint64_t limit = 2 * problem_.n + 50;
    for (std::uint64_t round = 0; !over(); ++round) {
      const time asked = ask(round);
      noise_ = round == 0 ? 0.0 : 0.05 * static_cast<double>(round % 8);
      level(0) = *closed_;
      round_ends_ = spent_ + limit;
      latest_ = asked;
      if (explore(0)) {  // exhausted: nothing else ends by then
        if (best_ > asked && best_ == none && asked == problem_.span) return infeasible(0);
        lower_ = best_ > asked ? asked + 1 : best_;
      }
      for (const std::uint64_t until = spent_ + 3 * limit; best_ != none && spent_ < until && !over();) improve();
      limit += limit / 4;
    }
    return finish();
  }

private:
  using network = detail::temporal_network;
  using time = network::time;
  static constexpr time none = std::numeric_limits<time>::max();

  [[nodiscard]] network& level(std::size_t k) {
    while (levels_.size() <= k) levels_.push_back(std::make_unique<network>(problem_));
    return *levels_[k];
  }
  [[nodiscard]] bool over() const {
    return (options_.nodes != 0 && spent_ >= options_.nodes) || options_.watch.stopped() ||
           (best_ != none && (best_ <= lower_ || duration(best_) <= options_.target));
  }
  /// The makespan of a round: first anything, then between the bound and the best.
  [[nodiscard]] time ask(std::uint64_t round) const {
    if (best_ == none) return problem_.span;
    const time gap = best_ - lower_;
    return round % 2 == 0 ? best_ - 1 : best_ - std::max<time>(1, gap / 4);
  }
  /// The least makespan that propagation does not refute.
  void raise_bound() {
    time low = 0, high = problem_.span;
    for (std::size_t i = 0; i < problem_.n; ++i) low = std::max(low, closed_->earliest(i) + problem_.length[i]);
    while (low < high) {
      const time middle = low + (high - low) / 2;
      network& trial = level(0);
      trial = *closed_;
      if (trial.end_by(middle) && trial.propagate()) high = middle;
      else low = middle + 1;
    }
    lower_ = low;
  }

  /// A search around the best schedule: tasks outside a stretch of time, and some inside, keep their order.
  void improve() {
    network& root = level(0);
    root = *closed_;
    const time width = std::max<time>(1, static_cast<time>((0.1 + 0.4 * random_.real()) * static_cast<double>(best_)));
    const auto begin = static_cast<time>(random_.below(static_cast<std::uint64_t>(best_))) - width / 2;
    const double kept_inside = random_.chance(0.5) ? 0.0 : 0.3;
    free_.assign(problem_.n, false);
    for (std::size_t i = 0; i < problem_.n; ++i)
      free_[i] = starts_[i] < begin + width && starts_[i] + problem_.length[i] > begin && !random_.chance(kept_inside);
    by_start_.clear();
    for (std::uint32_t i = 0; i < problem_.n; ++i)
      if (!free_[i] && problem_.length[i] > 0) by_start_.push_back(i);
    std::sort(by_start_.begin(), by_start_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return starts_[a] != starts_[b] ? starts_[a] < starts_[b] : a < b;
    });
    latest_ = best_ - 1;
    round_ends_ = ++spent_ + problem_.n / 2 + 20;
    // Nearest pairs first: the others then follow from them mostly.
    for (std::size_t apart = 1; apart < by_start_.size(); ++apart)
      for (std::size_t k = 0; k + apart < by_start_.size(); ++k) {
        const std::uint32_t i = by_start_[k], j = by_start_[k + apart];
        if (starts_[i] + problem_.length[i] > starts_[j] || !compete(i, j)) continue;
        if (!root.add(i, j, problem_.length[i])) return;
      }
    noise_ = 0.2;
    static_cast<void>(explore(0));
  }
  [[nodiscard]] bool compete(std::size_t i, std::size_t j) const {
    for (std::size_t r = 0; r < problem_.capacity.size(); ++r)
      if (problem_.needs(r, i) > 0 && problem_.needs(r, j) > 0) return true;
    return false;
  }

  /// True when nothing is left below this node that ends by `latest_`; false when the round is over.
  bool explore(std::size_t depth) {
    for (;;) {
      if (spent_ >= round_ends_ || over()) return false;
      ++spent_;
      network& here = level(depth);
      if (!here.end_by(latest_) || !here.propagate()) return true;
      std::size_t before = 0, behind = 0;
      switch (find_pair(here, before, behind)) {
        case conflict::none: take(here); return true;
        case conflict::hopeless: return true;
        case conflict::some: break;
      }
      network& next = level(depth + 1);
      network& again = level(depth);
      next = again;
      if (next.add(before, behind, problem_.length[before]) && !explore(depth + 1)) return false;
      if (!level(depth).add(behind, before, 1 - problem_.length[before])) return true;
    }
  }

  enum class conflict : std::uint8_t { none, some, hopeless };
  /// The first instant of the schedule of earliest starts at which a resource is overfull, and of the tasks that run
  /// then the pair whose order leaves most room.
  conflict find_pair(const network& d, std::size_t& before, std::size_t& behind) {
    by_start_.clear();
    for (std::uint32_t i = 0; i < problem_.n; ++i)
      if (problem_.length[i] > 0) by_start_.push_back(i);
    std::sort(by_start_.begin(), by_start_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return d.earliest(a) != d.earliest(b) ? d.earliest(a) < d.earliest(b) : a < b;
    });
    const std::size_t resources = problem_.capacity.size();
    running_.clear();
    for (const std::uint32_t i : by_start_) {
      const time now = d.earliest(i);
      std::erase_if(running_, [&](std::uint32_t j) { return d.earliest(j) + problem_.length[j] <= now; });
      running_.push_back(i);
      for (std::size_t r = 0; r < resources; ++r) {
        amount used = 0;
        for (const std::uint32_t j : running_) used += problem_.needs(r, j);
        if (used > problem_.capacity[r]) return choose(d, r, before, behind);
      }
    }
    return conflict::none;
  }
  conflict choose(const network& d, std::size_t r, std::size_t& before, std::size_t& behind) {
    double most = -1;
    for (const std::uint32_t i : running_) {
      if (problem_.needs(r, i) == 0) continue;
      for (const std::uint32_t j : running_) {
        if (i == j || problem_.needs(r, j) == 0 || !d.may_precede(i, j)) continue;
        // A pair that is in order already does not overlap; of what is left, room for the second task to move.
        double room = 1.0 + static_cast<double>(-d.least(j, i) - problem_.length[i]);
        if (noise_ > 0) room *= 1.0 + noise_ * random_.real();
        if (room > most) {
          most = room;
          before = i;
          behind = j;
        }
      }
    }
    return most < 0 ? conflict::hopeless : conflict::some;
  }

  void take(const network& d) {
    best_ = 0;
    starts_.resize(problem_.n);
    for (std::size_t i = 0; i < problem_.n; ++i) {
      starts_[i] = d.earliest(i);
      best_ = std::max(best_, starts_[i] + problem_.length[i]);
    }
    latest_ = best_ - 1;
    out_.improvements.push_back({spent_, best_});
    options_.watch.report({spent_, options_.nodes, static_cast<double>(best_), static_cast<double>(lower_)});
  }
  temporal_result infeasible(std::size_t where) {
    out_.status = status::infeasible;
    out_.schedules = spent_;
    if (where < problem_.n) out_.tasks.push_back(task_id(where));
    out_.reason = "no schedule keeps all lags and capacities";
    return std::move(out_);
  }
  temporal_result finish() {
    out_.schedules = spent_;
    out_.lower_bound = lower_;
    if (best_ == none) {
      out_.status = options_.watch.stopped() ? status::cancelled : status::unsolved;
      out_.reason = options_.watch.stopped() ? "stopped by the caller" : "nothing found within the budget";
      return std::move(out_);
    }
    out_.schedule = schedule::unplaced(problem_.n);
    for (std::size_t i = 0; i < problem_.n; ++i) {
      out_.schedule.start[i] = starts_[i];
      out_.schedule.finish[i] = starts_[i] + problem_.length[i];
    }
    out_.status = best_ <= lower_ ? status::optimal : status::feasible;
    return std::move(out_);
  }

  const project& project_;
  const temporal_options& options_;
  detail::temporal_problem problem_;
  random_generator random_;
  std::vector<std::unique_ptr<network>> levels_;
  std::unique_ptr<network> closed_;
  std::vector<std::uint32_t> by_start_, running_;
  std::vector<time> starts_;
  std::vector<char> free_;
  temporal_result out_;
  time best_ = none, latest_ = 0, lower_ = 0;
  double noise_ = 0;
  std::uint64_t spent_ = 0, round_ends_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
