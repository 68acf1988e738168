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
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/detail/key_lists.hpp>
#include <sched/solve/detail/on_threads.hpp>
#include <sched/solve/detail/two_sided_child.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/parallel_decoder.hpp>
#include <sched/solve/two_sided_options.hpp>

namespace sched {
inline namespace v0 {

/// Two populations, one of left- and one of right-justified schedules. Parents of one side are read as lists by finish,
/// a window of the father's list is put into the mother's, and the child is decoded from the other end: it is justified
/// by being built, and belongs to the other side. Decoding may leave the list a little (`choice_decoder`). The first
/// schedules come from the parallel scheme and from sampling; populations shrink as the budget is used up, or every
/// schedule keeps its place until a child that is not worse takes it (`replacement`). Children are made on `threads`,
/// each from a seed of its own: the result does not depend on them.
///
/// For classic single-mode projects (`list_decoder::accepts`). `step` makes one generation. Every decoding counts one
/// schedule, an abandoned one, too. O(population · n) memory; allocates in the constructor and, once, in the
/// first generations. References: Debels & Vanhoucke 2005 (two populations); Valls, Ballestín & Quintanilla 2008 (dense
/// windows); Tanabe & Fukunaga 2014 (shrinking populations).
class two_sided_search {
public:
  two_sided_search(const project& p, const two_sided_options& o)
      : parallel_(p),
        options_(o),
        random_(o.seed),
        n_(p.task_count()),
        windows_of_tasks_(find_critical_path(p)),
        shared_(p, list_decoder(p).tie_order()) {
    makers_.reserve(std::max(1U, o.threads));
    for (unsigned t = 0; t < std::max(1U, o.threads); ++t) makers_.emplace_back(p, shared_, o);
    list_.resize(n_);
    starts_.resize(n_);
    best_starts_.resize(n_);
    keys_.resize(n_);
    standard_.reserve(2 * o.population);
    bound_ = static_cast<std::int32_t>(windows_of_tasks_.length.count());
    for (side& s : sides_) s.reserve(o.population, n_);
  }

  two_sided_search(const two_sided_search&) = delete;  // makers point at what they share
  two_sided_search& operator=(const two_sided_search&) = delete;

  /// No schedule is shorter: reaching it ends the search.
  void set_bound(std::int32_t bound) { bound_ = std::max(bound_, bound); }
  /// A schedule to start from, starts by task; call before the first step.
  void warm_start(std::span<const std::int32_t> starts) { sides_[0].insert(starts, finish_of(starts)); }

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
  using index = detail::child_maker::index;
  using side = detail::schedule_side;
  /// Children of a block are made before any of them takes its place: large populations give threads enough to do,
  /// small ones learn at once from what was made.
  static constexpr std::size_t block_ = 512, small_block_ = 16;

  /// What the population should be by now.
  [[nodiscard]] std::size_t wanted() const noexcept {
    return detail::population_left(options_.population, options_.last_share, options_.budget, spent_);
  }
  [[nodiscard]] bool may_go_on() const noexcept { return spent_ < limit_ && !optimal(); }
  [[nodiscard]] std::int32_t finish_of(std::span<const std::int32_t> starts) const noexcept {
    std::int32_t finish = 0;
    for (std::size_t i = 0; i < n_; ++i) finish = std::max(finish, starts[i] + shared_.durations[i]);
    return finish;
  }
  /// A schedule of side w: keep it if it is the best.
  void note(std::span<const std::int32_t> starts, std::int32_t makespan, std::size_t w) {
    if (makespan >= best_) return;
    best_ = makespan;
    for (std::size_t i = 0; i < n_; ++i)
      best_starts_[i] = w == 0 ? starts[i] : makespan - starts[i] - shared_.durations[i];
  }
  /// Decodes `list_` into side w, in `starts_`.
  std::int32_t decode(std::size_t w) {
    ++spent_;
    list_decoder& decoder = makers_[0].decoder();
    const std::span<const index> list(list_);
    const std::int32_t makespan =
        w == 0 ? decoder.decode(list, std::span(starts_)) : decoder.decode_reversed(list, std::span(starts_));
    note(starts_, makespan, w);
    return makespan;
  }

  // --- the first schedules ---
  void fill() {
    const std::size_t want = std::min<std::size_t>(wanted(), std::max<std::size_t>(2, (limit_ - spent_) / 2));
    const auto samples = static_cast<std::size_t>(static_cast<double>(want) * std::max(options_.samples, 1.0));
    side& left = sides_[0];
    for (; sampled_ < samples && may_go_on(); ++sampled_) {
      const std::int32_t makespan = sample(sampled_);
      left.insert(starts_, makespan);
    }
    cut(left, left.size(), want);
    side& right = sides_[1];
    for (std::size_t k = 0; k < left.size() && may_go_on(); ++k) {
      makers_[0].list_of(left.member(k), left.makespan[k], 0, list_);
      const std::int32_t makespan = decode(1);
      right.insert(starts_, makespan);
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
      keyed_.list(shared_.successors, std::span<const double>(keys_), std::span(list_));
      return decode(0);
    }
    sorted_.assign(shared_.ties[0].begin(), shared_.ties[0].end());
    std::ranges::stable_sort(sorted_, [&](std::uint32_t a, std::uint32_t b) { return keys_[a] < keys_[b]; });
    ++spent_;
    const std::int32_t makespan = parallel_.decode(std::span<const std::uint32_t>(sorted_), std::span(starts_));
    note(starts_, makespan, 0);
    return makespan;
  }
  // --- generations ---
  void breed(const side& parents, side& target, std::size_t w) {
    const std::size_t born_before = target.size();
    const bool pool = options_.keep == replacement::pool;
    standard_.clear();
    if (pool && options_.abandon) set_standard(target);
    const std::uint64_t seed = random_();
    const std::size_t block = parents.size() < 128 ? small_block_ : block_;
    born_.resize(block);
    born_starts_.resize(block * n_);
    for (std::size_t first = 0; first < parents.size() && may_go_on(); first += block) {
      const auto count =
          static_cast<std::size_t>(std::min<std::uint64_t>(std::min(block, parents.size() - first), limit_ - spent_));
      const std::size_t team = count < 64 ? 1 : makers_.size();
      detail::on_threads(team, options_.threads, [&](std::size_t t) {
        for (std::size_t k = t * count / team; k < (t + 1) * count / team; ++k) {
          const std::size_t i = first + k;
          born_[k] = makers_[t].make(parents, i, w, seed ^ (i * 0xd6e8feb86659fd93ULL),
                                     limit_of(target, std::min(i, born_before - 1)),
                                     std::span(born_starts_).subspan(k * n_, n_));
        }
      });
      spent_ += count;
      for (std::size_t k = 0; k < count; ++k)
        settle(target, std::min(first + k, born_before - 1), std::span(born_starts_).subspan(k * n_, n_), born_[k], w);
    }
    if (pool) cut(target, born_before, wanted());
  }
  /// A child takes its place, or not.
  void settle(side& target, std::size_t slot, std::span<const std::int32_t> starts, std::int32_t makespan,
              std::size_t w) {
    if (makespan == never_) {
      ++abandoned_;
      return;
    }
    note(starts, makespan, w);
    const std::uint64_t h = side::hash_of(starts);
    if (target.known.contains(h)) return;
    if (options_.keep == replacement::pool) {
      target.insert(starts, makespan);
      if (standard_.empty() || makespan >= standard_.front()) return;
      std::ranges::pop_heap(standard_);
      standard_.back() = makespan;
      std::ranges::push_heap(standard_);
    } else if (makespan <= target.makespan[slot]) {
      target.replace(slot, starts, makespan, h);
      ++target.accepted;
    }
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
      const std::span<const std::int32_t> starts = s.member(m);
      kept.starts.insert(kept.starts.end(), starts.begin(), starts.end());
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
    sides_[0].insert(best_starts_, best_);
    sampled_ = 1;
    filled_ = false;
  }

  parallel_decoder parallel_;
  two_sided_options options_;
  random_generator random_;
  std::size_t n_;
  critical_path windows_of_tasks_;
  detail::two_sided_project shared_;
  std::vector<detail::child_maker> makers_;  // one a thread
  std::vector<double> keys_;
  detail::key_lists keyed_;
  std::array<side, 2> sides_;
  side spare_;
  std::vector<index> list_;
  std::vector<std::int32_t> starts_, best_starts_, born_, born_starts_;
  std::vector<std::int32_t> standard_;  // a heap, the greatest first
  std::vector<std::uint32_t> sorted_;
  static constexpr std::int32_t never_ = detail::child_maker::never;
  std::int32_t best_ = never_;
  std::int32_t bound_ = 0;
  std::uint64_t spent_ = 0, limit_ = 0, abandoned_ = 0;
  std::size_t from_ = 0, since_restart_ = 0, sampled_ = 0;
  bool filled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
