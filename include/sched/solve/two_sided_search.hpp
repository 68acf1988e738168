// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_TWO_SIDED_SEARCH_HPP
#define SCHED_SOLVE_TWO_SIDED_SEARCH_HPP

/// \file
/// A genetic algorithm on classic projects in which every decoding is a justification.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/parallel_decoder.hpp>

namespace sched {
inline namespace v0 {

/// How children take their places.
enum class replacement : std::uint8_t {
  pool,  ///< the best of old and new, none twice: quick gains
  slot   ///< a child that is not worse replaces one parent's counterpart: keeps more variety
};

/// Settings of a two-sided search; `tuned` chooses them by size and budget.
struct two_sided_options {
  std::size_t population = 50;   ///< schedules of each side
  std::size_t window_least = 6;  ///< tasks that a child copies from its father, at least …
  std::size_t window_most = 36;  ///< … and at most (never more than three quarters)
  std::size_t windows = 3;       ///< of so many random windows the one with most work per time is copied
  std::size_t tournament = 2;    ///< schedules of which the best becomes the father
  double swaps = 3.5;            ///< of neighbours in a child's list, on average
  double noise = 2.0;            ///< of the first schedules, in critical paths
  replacement keep = replacement::pool;
  std::uint64_t seed = 1;

  /// For n tasks and so many schedules: what matters is how often each task can be looked at.
  [[nodiscard]] static two_sided_options tuned(std::size_t n, std::uint64_t schedules, std::uint64_t seed) {
    two_sided_options o;
    o.seed = seed;
    const double looks = static_cast<double>(schedules) / static_cast<double>(std::max<std::size_t>(n, 1));
    o.population = static_cast<std::size_t>(std::clamp(10.0 * std::pow(std::max(looks, 1.0), 0.46), 10.0, 2000.0));
    if (looks >= 120) {
      o.keep = replacement::slot;
      o.tournament = 3;
    }
    return o;
  }
};

/// Two populations, one of left- and one of right-justified schedules. Parents of one side are read as lists by finish,
/// a window of the father's list is put into the mother's, and the child is decoded from the other end: it is justified
/// by being built, and belongs to the other side. The first schedules come from the parallel scheme and from sampling.
///
/// For classic single-mode projects (`list_decoder::accepts`). `step` makes one generation. Every decoding counts one
/// schedule. O(population · n) memory; allocates in the constructor and when `reset` makes populations larger.
/// Reference: Debels & Vanhoucke 2005 (two populations); Valls, Ballestín & Quintanilla 2008 (dense windows).
class two_sided_search {
public:
  two_sided_search(const project& p, const two_sided_options& o)
      : decoder_(p),
        parallel_(p),
        options_(o),
        random_(o.seed),
        n_(p.task_count()),
        windows_of_tasks_(find_critical_path(p)) {
    durations_.resize(n_);
    work_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      durations_[i] = static_cast<std::int32_t>(p.work(task_id(i)).count());
      for (std::size_t r = 0; r < p.resource_count(); ++r)
        if (const amount c = p.resource_of(resource_id(r)).capacity; c > 0)
          work_[i] += static_cast<double>(durations_[i]) * static_cast<double>(p.demand(task_id(i), resource_id(r))) /
                      static_cast<double>(c);
    }
    const auto order = decoder_.tie_order();
    ties_[0].assign(order.begin(), order.end());
    ties_[1].assign(order.rbegin(), order.rend());
    related_.assign((n_ * n_ + 63) / 64, 0);
    before_.assign(n_, 0);
    first_.push_back(0);
    for (std::size_t i = 0; i < n_; ++i) {
      for (const adjacency& a : p.successors(task_id(i))) {
        relate(i, a.task.index());
        relate(a.task.index(), i);
        next_.push_back(static_cast<std::uint32_t>(a.task.index()));
        ++before_[a.task.index()];
      }
      first_.push_back(next_.size());
    }
    waiting_.resize(n_);
    mother_.resize(n_);
    father_.resize(n_);
    child_.resize(n_);
    place_.resize(n_);
    starts_.resize(n_);
    best_starts_.resize(n_);
    keys_.resize(n_);
    bound_ = static_cast<std::int32_t>(windows_of_tasks_.length.count());
    for (side& s : sides_) s.reserve(o.population, n_);
  }

  /// No schedule is shorter: reaching it ends the search.
  void set_bound(std::int32_t bound) { bound_ = std::max(bound_, bound); }
  /// A schedule to start from, starts by task; call before the first step.
  void warm_start(std::span<const std::int32_t> starts) {
    std::ranges::copy(starts, starts_.begin());
    insert(sides_[0], finish_of(starts_));
  }

  [[nodiscard]] std::uint64_t schedules() const noexcept { return spent_; }
  /// Makespan of the best schedule; greatest value before the first.
  [[nodiscard]] std::int32_t makespan() const noexcept { return best_; }
  /// Its starts by task.
  [[nodiscard]] std::span<const std::int32_t> starts() const noexcept { return best_starts_; }
  /// Whether nothing better exists.
  [[nodiscard]] bool optimal() const noexcept { return best_ <= bound_; }

  /// One generation, of at most `most` schedules. Returns whether the best schedule became shorter.
  bool step(std::uint64_t most) {
    const std::int32_t before = best_;
    limit_ = spent_ + most;
    if (!filled_) {
      fill();
    } else {
      breed(sides_[from_], sides_[1 - from_], 1 - from_);
      from_ = 1 - from_;
      if (++since_restart_ >= 40 && stale()) restart();
    }
    return best_ < before;
  }

private:
  using index = std::uint16_t;

  /// Schedules of one side, start times counted from its own end.
  struct side {
    std::vector<std::int32_t> starts{};  ///< population × n
    std::vector<std::int32_t> makespan{};
    std::vector<std::uint64_t> hash{};
    std::unordered_multiset<std::uint64_t> known{};
    std::size_t accepted = 0;  ///< children since the last look

    void reserve(std::size_t population, std::size_t n) {
      starts.reserve(2 * population * n);
      makespan.reserve(2 * population);
      hash.reserve(2 * population);
      known.reserve(4 * population);
    }
    [[nodiscard]] std::size_t size() const noexcept { return makespan.size(); }
    void clear() {
      starts.clear();
      makespan.clear();
      hash.clear();
      known.clear();
    }
  };

  void relate(std::size_t a, std::size_t b) { related_[(a * n_ + b) / 64] |= std::uint64_t{1} << ((a * n_ + b) % 64); }
  [[nodiscard]] bool related(std::size_t a, std::size_t b) const noexcept {
    return (related_[(a * n_ + b) / 64] >> ((a * n_ + b) % 64) & 1) != 0;
  }
  [[nodiscard]] bool may_go_on() const noexcept { return spent_ < limit_ && !optimal(); }
  [[nodiscard]] std::int32_t finish_of(std::span<const std::int32_t> starts) const noexcept {
    std::int32_t finish = 0;
    for (std::size_t i = 0; i < n_; ++i) finish = std::max(finish, starts[i] + durations_[i]);
    return finish;
  }
  [[nodiscard]] static std::uint64_t hash_of(std::span<const std::int32_t> starts) noexcept {
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (const std::int32_t s : starts) h = (h ^ static_cast<std::uint32_t>(s)) * 0xd6e8feb86659fd93ULL;
    return h ^ (h >> 32);
  }
  [[nodiscard]] std::span<const std::int32_t> member(const side& s, std::size_t k) const noexcept {
    return {s.starts.data() + k * n_, n_};
  }
  /// `starts_` is a schedule of side w: keep it if it is the best.
  void note(std::int32_t makespan, std::size_t w) {
    if (makespan >= best_) return;
    best_ = makespan;
    for (std::size_t i = 0; i < n_; ++i) best_starts_[i] = w == 0 ? starts_[i] : makespan - starts_[i] - durations_[i];
  }
  /// Decodes a list into side w, in `starts_`.
  std::int32_t decode(std::span<const index> list, std::size_t w) {
    ++spent_;
    const std::int32_t makespan =
        w == 0 ? decoder_.decode(list, std::span(starts_)) : decoder_.decode_reversed(list, std::span(starts_));
    note(makespan, w);
    return makespan;
  }
  /// The list that a schedule of side w is for the other side: by falling finish.
  void list_of(std::span<const std::int32_t> starts, std::int32_t makespan, std::size_t w, std::vector<index>& list) {
    const std::vector<std::uint32_t>& order = ties_[w];
    const auto slots = static_cast<std::size_t>(makespan) + 2;
    if (slots > 16 * n_ + 4096) {
      std::vector<std::uint32_t>& sorted = sorted_;
      sorted.assign(order.rbegin(), order.rend());
      std::ranges::stable_sort(sorted, [&](std::uint32_t a, std::uint32_t b) {
        return starts[a] + durations_[a] > starts[b] + durations_[b];
      });
      for (std::size_t k = 0; k < n_; ++k) list[k] = static_cast<index>(sorted[k]);
      return;
    }
    buckets_.assign(slots, 0);
    for (std::size_t i = 0; i < n_; ++i)
      ++buckets_[static_cast<std::size_t>(starts[i]) + static_cast<std::size_t>(durations_[i])];
    std::uint32_t before = 0;
    for (std::size_t b = slots; b-- > 0;) before += std::exchange(buckets_[b], before);
    for (std::size_t k = n_; k-- > 0;) {
      const std::uint32_t i = order[k];
      list[buckets_[static_cast<std::size_t>(starts[i]) + static_cast<std::size_t>(durations_[i])]++] =
          static_cast<index>(i);
    }
  }

  // --- the first schedules ---
  void fill() {
    const std::size_t want =
        std::min<std::size_t>(options_.population, std::max<std::size_t>(2, (limit_ - spent_) / 2));
    side& left = sides_[0];
    for (std::size_t k = left.size(); left.size() < want && may_go_on(); ++k) insert(left, sample(k));
    side& right = sides_[1];
    for (std::size_t k = 0; k < left.size() && may_go_on(); ++k) {
      list_of(member(left, k), left.makespan[k], 0, child_);
      insert(right, decode(child_, 1));
    }
    filled_ = right.size() >= 2;
    from_ = 1;
    since_restart_ = 0;
  }
  /// The k-th first schedule: latest finish and latest start, without and with noise, in turn in the parallel and the
  /// serial scheme.
  std::int32_t sample(std::size_t k) {
    const double noise = k < 4 ? 0.0 : 0.05 + options_.noise * random_.real();
    const double span = std::max(1.0, static_cast<double>(windows_of_tasks_.length.count())) * noise;
    for (std::size_t i = 0; i < n_; ++i) {
      const instant late = k % 4 < 2 ? windows_of_tasks_.latest_finish[i] : windows_of_tasks_.latest_start[i];
      keys_[i] = static_cast<double>(late.count()) + span * random_.real();
    }
    if (k % 2 == 1) {
      list_by_key();
      return decode(child_, 0);
    }
    sorted_.assign(ties_[0].begin(), ties_[0].end());
    std::ranges::stable_sort(sorted_, [&](std::uint32_t a, std::uint32_t b) { return keys_[a] < keys_[b]; });
    ++spent_;
    const std::int32_t makespan = parallel_.decode(std::span<const std::uint32_t>(sorted_), std::span(starts_));
    note(makespan, 0);
    return makespan;
  }
  /// `child_` by key, predecessors first.
  void list_by_key() {
    const auto later = [&](std::uint32_t a, std::uint32_t b) {
      return keys_[a] != keys_[b] ? keys_[a] > keys_[b] : a > b;
    };
    sorted_.clear();
    for (std::size_t i = 0; i < n_; ++i) {
      waiting_[i] = before_[i];
      if (waiting_[i] == 0) sorted_.push_back(static_cast<std::uint32_t>(i));
    }
    std::ranges::make_heap(sorted_, later);
    for (std::size_t k = 0; k < n_; ++k) {
      std::ranges::pop_heap(sorted_, later);
      const std::uint32_t i = sorted_.back();
      sorted_.pop_back();
      child_[k] = static_cast<index>(i);
      for (std::size_t a = first_[i]; a < first_[i + 1]; ++a)
        if (--waiting_[next_[a]] == 0) {
          sorted_.push_back(next_[a]);
          std::ranges::push_heap(sorted_, later);
        }
    }
  }
  void insert(side& s, std::int32_t makespan) {
    s.starts.insert(s.starts.end(), starts_.begin(), starts_.end());
    s.makespan.push_back(makespan);
    s.hash.push_back(hash_of(starts_));
    s.known.insert(s.hash.back());
  }

  // --- generations ---
  void breed(const side& parents, side& target, std::size_t w) {
    const std::size_t born_before = target.size();
    for (std::size_t i = 0; i < parents.size() && may_go_on(); ++i) {
      std::size_t f = other_than(i, parents.size());
      for (std::size_t k = 1; k < options_.tournament; ++k)
        if (const std::size_t g = other_than(i, parents.size()); parents.makespan[g] < parents.makespan[f]) f = g;
      list_of(member(parents, i), parents.makespan[i], 1 - w, mother_);
      list_of(member(parents, f), parents.makespan[f], 1 - w, father_);
      cross(member(parents, f));
      mutate();
      const std::int32_t makespan = decode(child_, w);
      const std::uint64_t h = hash_of(starts_);
      if (target.known.contains(h)) continue;
      if (options_.keep == replacement::pool) {
        insert(target, makespan);
        continue;
      }
      const std::size_t slot = std::min(i, born_before - 1);
      if (makespan > target.makespan[slot]) continue;
      target.known.erase(target.known.find(target.hash[slot]));
      target.known.insert(h);
      target.hash[slot] = h;
      target.makespan[slot] = makespan;
      std::ranges::copy(starts_, target.starts.begin() + static_cast<std::ptrdiff_t>(slot * n_));
      ++target.accepted;
    }
    if (options_.keep == replacement::pool) cut(target, born_before);
  }
  [[nodiscard]] std::size_t other_than(std::size_t i, std::size_t n) {
    const std::size_t k = random_.below(n - 1);
    return k < i ? k : k + 1;
  }
  /// A window of the father's list, the others in the mother's order before and behind it.
  void cross(std::span<const std::int32_t> father_starts) {
    const std::size_t most = std::clamp<std::size_t>(options_.window_most, 1, std::max<std::size_t>(1, 3 * n_ / 4));
    const std::size_t least = std::min(options_.window_least, most);
    const std::size_t width = least + random_.below(most - least + 1);
    std::size_t at = random_.below(n_ - width + 1);
    if (options_.windows > 1) {
      double densest = -1;
      for (std::size_t k = 0; k < options_.windows; ++k) {
        const std::size_t candidate = k == 0 ? at : random_.below(n_ - width + 1);
        if (const double d = density(father_starts, candidate, width); d > densest) {
          densest = d;
          at = candidate;
        }
      }
    }
    for (std::size_t k = 0; k < n_; ++k) place_[father_[k]] = static_cast<index>(k);
    std::size_t front = 0;
    std::size_t back = at + width;
    for (std::size_t k = 0; k < n_; ++k) {
      const index x = mother_[k];
      if (place_[x] < at) child_[front++] = x;
      else if (place_[x] >= at + width) child_[back++] = x;
    }
    std::copy_n(father_.begin() + static_cast<std::ptrdiff_t>(at), width,
                child_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  [[nodiscard]] double density(std::span<const std::int32_t> starts, std::size_t at, std::size_t width) const {
    std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = 0;
    double work = 0;
    for (std::size_t k = at; k < at + width; ++k) {
      const index x = father_[k];
      first = std::min(first, starts[x]);
      last = std::max(last, starts[x] + durations_[x]);
      work += work_[x];
    }
    return work / static_cast<double>(std::max(1, last - first));
  }
  void mutate() {
    const double rate = std::min(options_.swaps / static_cast<double>(n_), 0.9);
    if (rate <= 0) return;
    // The distance to the next swap is geometric.
    const double scale = 1.0 / std::log1p(-rate);
    for (double k = std::floor(std::log(1.0 - random_.real()) * scale); k + 1 < static_cast<double>(n_);
         k += 1 + std::floor(std::log(1.0 - random_.real()) * scale)) {
      const auto at = static_cast<std::size_t>(k);
      if (!related(child_[at], child_[at + 1])) std::swap(child_[at], child_[at + 1]);
    }
  }
  /// The best of old and new schedules, new ones first among equals.
  void cut(side& s, std::size_t old) {
    const std::size_t size = std::min(s.size(), options_.population);
    sorted_.resize(s.size());
    std::iota(sorted_.begin(), sorted_.end(), 0U);
    std::ranges::stable_sort(sorted_, [&](std::uint32_t a, std::uint32_t b) {
      if (s.makespan[a] != s.makespan[b]) return s.makespan[a] < s.makespan[b];
      return (a >= old) > (b >= old);
    });
    side& kept = spare_;
    kept.clear();
    for (std::size_t k = 0; k < size; ++k) {
      const std::size_t m = sorted_[k];
      if (m >= old) ++s.accepted;
      kept.starts.insert(kept.starts.end(), member(s, m).begin(), member(s, m).end());
      kept.makespan.push_back(s.makespan[m]);
      kept.hash.push_back(s.hash[m]);
      kept.known.insert(s.hash[m]);
    }
    kept.accepted = s.accepted;
    std::swap(s, kept);
  }
  /// Hardly any child was taken lately.
  [[nodiscard]] bool stale() {
    const std::size_t taken = sides_[0].accepted + sides_[1].accepted;
    sides_[0].accepted = sides_[1].accepted = 0;
    since_restart_ = 0;
    return taken * 50 < 40 * options_.population;
  }
  /// New schedules; the best one stays.
  void restart() {
    for (side& s : sides_) s.clear();
    std::ranges::copy(best_starts_, starts_.begin());
    insert(sides_[0], best_);
    filled_ = false;
  }

  list_decoder decoder_;
  parallel_decoder parallel_;
  two_sided_options options_;
  random_generator random_;
  std::size_t n_;
  critical_path windows_of_tasks_;
  std::vector<std::int32_t> durations_;
  std::vector<double> work_, keys_;
  std::array<std::vector<std::uint32_t>, 2> ties_;
  std::vector<std::uint64_t> related_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> next_, before_, waiting_;  // successors in rows; number of predecessors
  std::array<side, 2> sides_;
  side spare_;
  std::vector<index> mother_, father_, child_, place_;
  std::vector<std::int32_t> starts_, best_starts_;
  std::vector<std::uint32_t> buckets_, sorted_;
  std::int32_t best_ = std::numeric_limits<std::int32_t>::max();
  std::int32_t bound_ = 0;
  std::uint64_t spent_ = 0, limit_ = 0;
  std::size_t from_ = 0, since_restart_ = 0;
  bool filled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
