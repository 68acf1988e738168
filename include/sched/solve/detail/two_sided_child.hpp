// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_TWO_SIDED_CHILD_HPP
#define SCHED_SOLVE_DETAIL_TWO_SIDED_CHILD_HPP

/// \file
/// How a two-sided search makes a child: lists of two parents, a window, a few swaps, a decoding from the other end.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/choice_decoder.hpp>
#include <sched/solve/detail/list_crossing.hpp>
#include <sched/solve/detail/parallel_scan.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/two_sided_options.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Schedules of one side, start times counted from its own end.
struct schedule_side {
  std::vector<std::int32_t> starts{};  ///< size × tasks
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
  [[nodiscard]] std::span<const std::int32_t> member(std::size_t k) const noexcept {
    const std::size_t n = starts.size() / makespan.size();
    return {starts.data() + k * n, n};
  }
  [[nodiscard]] static std::uint64_t hash_of(std::span<const std::int32_t> starts) noexcept {
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (const std::int32_t s : starts) h = (h ^ static_cast<std::uint32_t>(s)) * 0xd6e8feb86659fd93ULL;
    return h ^ (h >> 32);
  }
  void insert(std::span<const std::int32_t> schedule, std::int32_t length) {
    starts.insert(starts.end(), schedule.begin(), schedule.end());
    makespan.push_back(length);
    hash.push_back(hash_of(schedule));
    known.insert(hash.back());
  }
  void replace(std::size_t k, std::span<const std::int32_t> schedule, std::int32_t length, std::uint64_t h) {
    known.erase(known.find(hash[k]));
    known.insert(h);
    hash[k] = h;
    makespan[k] = length;
    std::ranges::copy(schedule, starts.begin() + static_cast<std::ptrdiff_t>(k * schedule.size()));
  }
  void clear() {
    starts.clear();
    makespan.clear();
    hash.clear();
    known.clear();
  }
};

/// What all children of a project share.
struct two_sided_project {
  explicit two_sided_project(const project& p, std::span<const std::uint32_t> order)
      : n(p.task_count()), successors(p, false), durations(n) {
    for (std::size_t i = 0; i < n; ++i) {
      durations[i] = static_cast<std::int32_t>(p.work(task_id(i)).count());
      total += durations[i];
    }
    ties[0].assign(order.begin(), order.end());
    ties[1].assign(order.rbegin(), order.rend());
    weigh(p);
  }

  std::size_t n;
  decode::arcs successors;
  std::vector<std::int32_t> durations;
  std::int64_t total = 0;  ///< of all durations
  std::vector<double> work{};
  std::array<std::vector<std::uint32_t>, 2> ties{};

private:
  /// Work of every task: of each resource as a share of its capacity, weighted by the square of how busy it is.
  void weigh(const project& p) {
    work.assign(n, 0);
    std::vector<double> one(n);
    double busiest = 0;
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      const amount c = p.resource_of(resource_id(r)).capacity;
      if (c <= 0) continue;
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) {
        one[i] = static_cast<double>(durations[i]) * static_cast<double>(p.demand(task_id(i), resource_id(r))) /
                 static_cast<double>(c);
        sum += one[i];
      }
      busiest = std::max(busiest, sum);
      for (std::size_t i = 0; i < n; ++i) work[i] += sum * sum * one[i];
    }
    for (std::size_t i = 0; i < n && busiest > 0; ++i) work[i] /= busiest * busiest;
  }
};

/// Makes children, with decoders and work space of its own: one serves one thread. What it makes follows from parents,
/// mother and seed alone.
class child_maker {
public:
  using index = std::uint16_t;
  static constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();

  child_maker(const project& p, const two_sided_project& shared, const two_sided_options& o)
      : list_decoder_(p), choosing_(p), shared_(&shared), options_(o), n_(shared.n) {
    for (auto* list : {&mother_, &father_, &child_, &place_}) list->resize(n_);
    choice_cost_ = std::llround(16.0 * o.choice_cost * static_cast<double>(shared.total) /
                                static_cast<double>(std::max<std::size_t>(n_, 1)));
  }

  [[nodiscard]] list_decoder& decoder() noexcept { return list_decoder_; }

  /// A child of a member of `parents`, for side w, into `starts`: its makespan, or the greatest value when it would be
  /// longer than `limit`.
  std::int32_t make(const schedule_side& parents, std::size_t mother, std::size_t w, std::uint64_t seed,
                    std::int32_t limit, std::span<std::int32_t> starts) {
    random_ = random_generator(seed);
    list_of(parents.member(mother), parents.makespan[mother], 1 - w, mother_);
    cross(parents, mother, w);
    if (options_.second_father > 0 && random_.chance(options_.second_father)) {
      std::swap(mother_, child_);
      cross(parents, mother, w);
    }
    swap_neighbours(random_, options_.swaps, shared_->successors, std::span(child_));
    const std::span<const index> list(child_);
    if (options_.choices <= 1)
      return w == 0 ? list_decoder_.decode(list, starts) : list_decoder_.decode_reversed(list, starts);
    const choice c{.width = 2 + static_cast<std::size_t>(random_.below(options_.choices - 1)),
                   .sixteenths = choice_cost_,
                   .limit = limit};
    return w == 0 ? choosing_.decode(list, starts, c) : choosing_.decode_reversed(list, starts, c);
  }

  /// The list that a schedule of side w is for the other side: by falling finish.
  void list_of(std::span<const std::int32_t> starts, std::int32_t makespan, std::size_t w, std::vector<index>& list) {
    const std::vector<std::uint32_t>& order = shared_->ties[w];
    const std::vector<std::int32_t>& durations = shared_->durations;
    const auto slots = static_cast<std::size_t>(makespan) + 2;
    if (slots > 16 * n_ + 4096) {
      sorted_.assign(order.rbegin(), order.rend());
      std::ranges::stable_sort(sorted_, [&](std::uint32_t a, std::uint32_t b) {
        return starts[a] + durations[a] > starts[b] + durations[b];
      });
      for (std::size_t k = 0; k < n_; ++k) list[k] = static_cast<index>(sorted_[k]);
      return;
    }
    buckets_.assign(slots, 0);
    for (std::size_t i = 0; i < n_; ++i)
      ++buckets_[static_cast<std::size_t>(starts[i]) + static_cast<std::size_t>(durations[i])];
    std::uint32_t before = 0;
    for (std::size_t b = slots; b-- > 0;) before += std::exchange(buckets_[b], before);
    for (std::size_t k = n_; k-- > 0;) {
      const std::uint32_t i = order[k];
      list[buckets_[static_cast<std::size_t>(starts[i]) + static_cast<std::size_t>(durations[i])]++] =
          static_cast<index>(i);
    }
  }

private:
  /// A window of a father's list, the others in the order of `mother_` before and behind it: the window that is denser
  /// than what the mother does at the same places.
  void cross(const schedule_side& parents, std::size_t mother, std::size_t w) {
    const std::size_t f = father_for(random_, parents.makespan, mother, options_.tournament);
    list_of(parents.member(f), parents.makespan[f], 1 - w, father_);
    const auto density_of = [&](const std::vector<index>& list, std::span<const std::int32_t> starts, list_window at) {
      return density(
          std::span<const index>(list), at, [&](index x) { return starts[x]; },
          [&](index x) { return starts[x] + shared_->durations[x]; }, [&](index x) { return shared_->work[x]; });
    };
    const list_window window = choose_window(random_, n_, options_, [&](list_window at) {
      return density_of(father_, parents.member(f), at) - density_of(mother_, parents.member(mother), at);
    });
    cross_lists(std::span<const index>(mother_), std::span<const index>(father_), window, std::span(place_),
                std::span(child_));
  }
  list_decoder list_decoder_;
  choice_decoder choosing_;
  const two_sided_project* shared_;
  two_sided_options options_;
  random_generator random_;
  std::size_t n_;
  std::int64_t choice_cost_ = 0;
  std::vector<index> mother_, father_, child_, place_;
  std::vector<std::uint32_t> buckets_, sorted_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
