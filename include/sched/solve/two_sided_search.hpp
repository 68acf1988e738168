// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_TWO_SIDED_SEARCH_HPP
#define SCHED_SOLVE_TWO_SIDED_SEARCH_HPP

/// \file
/// A genetic algorithm on classic projects that decodes every child from the other end.

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
#include <sched/solve/choice_decoder.hpp>
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
  std::size_t population = 50;   ///< schedules of each side at first …
  double last_share = 0.15;      ///< … and the share of it that is left when the budget ends
  std::uint64_t budget = 0;      ///< schedules over which the population shrinks; 0: it does not
  std::size_t window_least = 6;  ///< tasks that a child copies from its father, at least …
  std::size_t window_most = 36;  ///< … and at most (never more than three quarters)
  std::size_t windows = 16;    ///< of so many random windows the one that is denser than the mother's by most is copied
  double second_father = 0.5;  ///< share of the children with a window of one more father
  std::size_t tournament = 3;  ///< schedules of which the best becomes the father
  double swaps = 3.0;          ///< of neighbours in a child's list, on average
  double noise = 1.0;          ///< of the first schedules, in critical paths
  double serial = 0.2;         ///< share of the first schedules by the serial scheme, the others by the parallel one
  double samples = 1.5;        ///< first schedules to take the best from, in populations
  std::size_t choices = 10;    ///< a child's decoding compares 2 to so many tasks (`choice`); 1: its list rules
  double choice_cost = 0.09;   ///< of a place in the list, in mean durations
  bool abandon = true;         ///< children that nobody would keep are not decoded to the end; the result is the same
  replacement keep = replacement::pool;
  std::uint64_t seed = 1;

  /// For n tasks and so many schedules: what matters is how often each task can be looked at.
  [[nodiscard]] static two_sided_options tuned(std::size_t n, std::uint64_t schedules, std::uint64_t seed) {
    two_sided_options o;
    o.seed = seed;
    o.budget = schedules;
    const double looks = static_cast<double>(schedules) / static_cast<double>(std::max<std::size_t>(n, 1));
    // 10.5 · looks^(9/16), by roots because these are the same on every platform.
    const double root = std::sqrt(std::max(looks, 1.0));
    const double grown = 10.5 * root * std::sqrt(std::sqrt(std::sqrt(root)));
    o.population = static_cast<std::size_t>(std::clamp(grown, 12.0, 2500.0));
    o.window_most = std::clamp<std::size_t>(2 * n / 5, 8, 36);
    o.window_least = o.window_most / 6 + 1;
    return o;
  }
};

/// Two populations, one of left- and one of right-justified schedules. Parents of one side are read as lists by finish,
/// a window of the father's list is put into the mother's, and the child is decoded from the other end: it is justified
/// by being built, and belongs to the other side. Decoding may leave the list a little (`choice_decoder`). The first
/// schedules come from the parallel scheme and from sampling; populations shrink as the budget is used up.
///
/// For classic single-mode projects (`list_decoder::accepts`). `step` makes one generation. Every decoding counts one
/// schedule, an abandoned one, too. O(population · n) memory; allocates in the constructor. Reference: Debels &
/// Vanhoucke 2005 (two populations); Valls, Ballestín & Quintanilla 2008 (dense windows); Tanabe & Fukunaga 2014
/// (shrinking populations).
class two_sided_search {
public:
  two_sided_search(const project& p, const two_sided_options& o)
      : decoder_(p),
        choosing_(p),
        parallel_(p),
        options_(o),
        random_(o.seed),
        n_(p.task_count()),
        windows_of_tasks_(find_critical_path(p)) {
    durations_.resize(n_);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      durations_[i] = static_cast<std::int32_t>(p.work(task_id(i)).count());
      total += durations_[i];
    }
    choice_cost_ = std::llround(16.0 * o.choice_cost * static_cast<double>(total) / static_cast<double>(n_));
    weigh(p);
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
    standard_.reserve(2 * o.population);
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
  /// How many of them were abandoned, because their makespans would not have been kept.
  [[nodiscard]] std::uint64_t abandoned() const noexcept { return abandoned_; }
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
      if (options_.keep == replacement::slot && wanted() < sides_[0].size())
        for (side& s : sides_) cut(s, s.size(), wanted());
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

  /// Work of every task: of each resource as a share of its capacity, weighted by the square of how busy it is.
  void weigh(const project& p) {
    work_.assign(n_, 0);
    std::vector<double> one(n_), all(n_);
    double busiest = 0;
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      const amount c = p.resource_of(resource_id(r)).capacity;
      if (c <= 0) continue;
      double sum = 0;
      for (std::size_t i = 0; i < n_; ++i) {
        one[i] = static_cast<double>(durations_[i]) * static_cast<double>(p.demand(task_id(i), resource_id(r))) /
                 static_cast<double>(c);
        sum += one[i];
      }
      busiest = std::max(busiest, sum);
      for (std::size_t i = 0; i < n_; ++i) all[i] += sum * sum * one[i];
    }
    for (std::size_t i = 0; i < n_ && busiest > 0; ++i) work_[i] = all[i] / (busiest * busiest);
  }
  /// What the population should be by now.
  [[nodiscard]] std::size_t wanted() const noexcept {
    if (options_.budget == 0 || options_.last_share >= 1) return options_.population;
    // Close to last_share^gone, and the same on every platform.
    const double gone = std::min(1.0, static_cast<double>(spent_) / static_cast<double>(options_.budget));
    const double root = 1.0 - gone * (1.0 - std::sqrt(std::max(options_.last_share, 0.0)));
    const double share = root * root;
    return std::clamp<std::size_t>(static_cast<std::size_t>(share * static_cast<double>(options_.population)), 4,
                                   std::max<std::size_t>(options_.population, 4));
  }
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
  /// The same for a child, which may leave its list; abandoned (greatest value) when it must be longer than `limit`.
  std::int32_t decode_child(std::size_t w, std::int32_t limit) {
    if (options_.choices <= 1) return decode(child_, w);
    ++spent_;
    const choice c{.width = 2 + static_cast<std::size_t>(random_.below(options_.choices - 1)),
                   .sixteenths = choice_cost_,
                   .limit = limit};
    const std::span<const index> list(child_);
    const std::int32_t makespan =
        w == 0 ? choosing_.decode(list, std::span(starts_), c) : choosing_.decode_reversed(list, std::span(starts_), c);
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
    const std::size_t want = std::min<std::size_t>(wanted(), std::max<std::size_t>(2, (limit_ - spent_) / 2));
    const auto samples = static_cast<std::size_t>(static_cast<double>(want) * std::max(options_.samples, 1.0));
    side& left = sides_[0];
    for (; sampled_ < samples && may_go_on(); ++sampled_) insert(left, sample(sampled_));
    cut(left, left.size(), want);
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
    const bool plain = k < 4;
    const double noise = plain ? 0.0 : 0.05 + options_.noise * random_.real();
    const double span = std::max(1.0, static_cast<double>(windows_of_tasks_.length.count())) * noise;
    for (std::size_t i = 0; i < n_; ++i) {
      const instant late = k % 4 < 2 ? windows_of_tasks_.latest_finish[i] : windows_of_tasks_.latest_start[i];
      keys_[i] = static_cast<double>(late.count()) + span * random_.real();
    }
    if (plain ? k % 2 == 1 : random_.chance(options_.serial)) {
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
    const bool pool = options_.keep == replacement::pool;
    standard_.clear();
    if (pool && options_.abandon) set_standard(target);
    for (std::size_t i = 0; i < parents.size() && may_go_on(); ++i) {
      list_of(member(parents, i), parents.makespan[i], 1 - w, mother_);
      cross(parents, i, w);
      if (options_.second_father > 0 && random_.chance(options_.second_father)) {
        std::swap(mother_, child_);
        cross(parents, i, w);
      }
      mutate();
      const std::size_t slot = std::min(i, born_before - 1);
      const std::int32_t makespan = decode_child(w, limit_of(target, slot));
      if (makespan == never_) {
        ++abandoned_;
        continue;
      }
      const std::uint64_t h = hash_of(starts_);
      if (target.known.contains(h)) continue;
      if (pool) {
        insert(target, makespan);
        if (!standard_.empty() && makespan < standard_.front()) {
          std::ranges::pop_heap(standard_);
          standard_.back() = makespan;
          std::ranges::push_heap(standard_);
        }
        continue;
      }
      if (makespan > target.makespan[slot]) continue;
      target.known.erase(target.known.find(target.hash[slot]));
      target.known.insert(h);
      target.hash[slot] = h;
      target.makespan[slot] = makespan;
      std::ranges::copy(starts_, target.starts.begin() + static_cast<std::ptrdiff_t>(slot * n_));
      ++target.accepted;
    }
    if (pool) cut(target, born_before, wanted());
  }
  /// The least makespans of a side, as many as can stay at most: who is longer than all of them will be cut.
  void set_standard(const side& target) {
    if (target.size() < wanted()) return;
    standard_.assign(target.makespan.begin(), target.makespan.end());
    const auto last = standard_.begin() + static_cast<std::ptrdiff_t>(wanted());
    std::nth_element(standard_.begin(), last - 1, standard_.end());
    standard_.erase(last, standard_.end());
    std::ranges::make_heap(standard_);
  }
  /// The longest makespan with which a child may still be kept.
  [[nodiscard]] std::int32_t limit_of(const side& target, std::size_t slot) const noexcept {
    if (!options_.abandon) return never_;
    if (options_.keep == replacement::slot) return target.makespan[slot];
    return standard_.empty() ? never_ : standard_.front();
  }
  [[nodiscard]] std::size_t other_than(std::size_t i, std::size_t n) {
    const std::size_t k = random_.below(n - 1);
    return k < i ? k : k + 1;
  }
  /// The best of a few others.
  [[nodiscard]] std::size_t father_for(const side& parents, std::size_t mother) {
    std::size_t f = other_than(mother, parents.size());
    for (std::size_t k = 1; k < options_.tournament; ++k)
      if (const std::size_t g = other_than(mother, parents.size()); parents.makespan[g] < parents.makespan[f]) f = g;
    return f;
  }
  /// A window of a father's list, the others in the order of `mother_` before and behind it: the window that is denser
  /// than what the mother does at the same places.
  void cross(const side& parents, std::size_t mother, std::size_t w) {
    const std::size_t f = father_for(parents, mother);
    list_of(member(parents, f), parents.makespan[f], 1 - w, father_);
    const std::size_t most = std::clamp<std::size_t>(options_.window_most, 1, std::max<std::size_t>(1, 3 * n_ / 4));
    const std::size_t least = std::min(options_.window_least, most);
    const std::size_t width = least + random_.below(most - least + 1);
    std::size_t at = random_.below(n_ - width + 1);
    if (options_.windows > 1) {
      double most_gained = -std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < options_.windows; ++k) {
        const std::size_t candidate = k == 0 ? at : random_.below(n_ - width + 1);
        const double gained = density(father_, member(parents, f), candidate, width) -
                              density(mother_, member(parents, mother), candidate, width);
        if (gained > most_gained) {
          most_gained = gained;
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
  /// Work per time of a stretch of a schedule's list.
  [[nodiscard]] double density(const std::vector<index>& list, std::span<const std::int32_t> starts, std::size_t at,
                               std::size_t width) const {
    std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = 0;
    double work = 0;
    for (std::size_t k = at; k < at + width; ++k) {
      const index x = list[k];
      first = std::min(first, starts[x]);
      last = std::max(last, starts[x] + durations_[x]);
      work += work_[x];
    }
    return work / static_cast<double>(std::max(1, last - first));
  }
  /// Swaps neighbours that may be swapped, at random places.
  void mutate() {
    if (n_ < 2) return;
    double left = options_.swaps;
    for (; left >= 1 || (left > 0 && random_.chance(left)); left -= 1) {
      const std::size_t at = random_.below(n_ - 1);
      if (!related(child_[at], child_[at + 1])) std::swap(child_[at], child_[at + 1]);
    }
  }
  /// The best of old and new schedules, new ones first among equals.
  void cut(side& s, std::size_t old, std::size_t most) {
    const std::size_t size = std::min(s.size(), most);
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
    return taken * 50 < 40 * wanted();
  }
  /// New schedules; the best one stays.
  void restart() {
    for (side& s : sides_) s.clear();
    std::ranges::copy(best_starts_, starts_.begin());
    insert(sides_[0], best_);
    sampled_ = 1;
    filled_ = false;
  }

  list_decoder decoder_;
  choice_decoder choosing_;
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
  std::vector<std::int32_t> standard_;  // a heap, the greatest first
  std::vector<std::uint32_t> buckets_, sorted_;
  static constexpr std::int32_t never_ = std::numeric_limits<std::int32_t>::max();
  std::int32_t best_ = never_;
  std::int32_t bound_ = 0;
  std::int64_t choice_cost_ = 0;
  std::uint64_t spent_ = 0, limit_ = 0, abandoned_ = 0;
  std::size_t from_ = 0, since_restart_ = 0, sampled_ = 0;
  bool filled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
