// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_MODE_CHILD_HPP
#define SCHED_SOLVE_DETAIL_MODE_CHILD_HPP

/// \file
/// How a search over modes makes a child: lists and modes of two parents, repaired, decoded with modes that may change.

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
#include <sched/solve/detail/decode_rows.hpp>
#include <sched/solve/detail/list_crossing.hpp>
#include <sched/solve/detail/mode_rows.hpp>
#include <sched/solve/detail/parallel_scan.hpp>
#include <sched/solve/mode_decoder.hpp>
#include <sched/solve/mode_search_options.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Schedules of one side, start times counted from its own end.
struct mode_side {
  std::vector<std::int32_t> starts{};  ///< population × n
  std::vector<std::uint32_t> modes{};  ///< likewise
  std::vector<std::int32_t> makespan{};
  std::vector<std::uint64_t> hash{};
  std::unordered_multiset<std::uint64_t> known{};
  std::size_t accepted = 0;  ///< children since the last look

  [[nodiscard]] std::size_t size() const noexcept { return makespan.size(); }
  [[nodiscard]] std::span<const std::int32_t> starts_of(std::size_t k) const noexcept {
    const std::size_t n = starts.size() / size();
    return {starts.data() + k * n, n};
  }
  [[nodiscard]] std::span<const std::uint32_t> modes_of(std::size_t k) const noexcept {
    const std::size_t n = modes.size() / size();
    return {modes.data() + k * n, n};
  }
  [[nodiscard]] static std::uint64_t hash_of(std::span<const std::int32_t> start,
                                             std::span<const std::uint32_t> mode) noexcept {
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (std::size_t i = 0; i < start.size(); ++i) {
      h = (h ^ static_cast<std::uint32_t>(start[i])) * 0xd6e8feb86659fd93ULL;
      h = (h ^ mode[i]) * 0xd6e8feb86659fd93ULL;
    }
    return h ^ (h >> 32);
  }
  void insert(std::span<const std::int32_t> start, std::span<const std::uint32_t> mode, std::int32_t length,
              std::uint64_t h) {
    starts.insert(starts.end(), start.begin(), start.end());
    modes.insert(modes.end(), mode.begin(), mode.end());
    makespan.push_back(length);
    hash.push_back(h);
    known.insert(h);
  }
  void clear() {
    starts.clear();
    modes.clear();
    makespan.clear();
    hash.clear();
    known.clear();
  }
};

/// What all children of a project share.
struct mode_project {
  mode_project(const project& p, const mode_decoder& decoder, const mode_search_options& o,
               std::vector<std::uint32_t> affordable)
      : rows(decoder.rows()), n(p.task_count()), successors(p, false), known_modes(std::move(affordable)) {
    weigh(o);
    const std::vector<std::uint32_t> order = decode::tie_order(p);
    ties[0].assign(order.begin(), order.end());
    ties[1].assign(order.rbegin(), order.rend());
  }
  decode::mode_rows rows;
  std::size_t n;
  decode::arcs successors;
  std::vector<std::uint32_t> known_modes;  ///< affordable together
  std::vector<double> work{};              ///< by row
  std::vector<std::int64_t> cost_price{}, work_price{};
  std::array<std::vector<std::uint32_t>, 2> ties{};
  std::int64_t choice_cost = 0;
  std::uint64_t hurry = 0;
  double mean_length = 0;

private:
  /// Work of every mode, as `two_sided_search` weighs it, and prices: work and non-renewable units, each scaled such
  /// that the mean mode has the price of the mean length.
  void weigh(const mode_search_options& o) {
    const decode::mode_rows& m = rows;
    const std::size_t count = m.rows(), kinds = m.capacity.size();
    for (const std::int32_t l : m.length) mean_length += l;
    mean_length /= static_cast<double>(count);
    choice_cost = std::llround(16.0 * o.choice_cost * mean_length);
    hurry = static_cast<std::uint64_t>(std::llround(std::max(0.0, o.hurry * mean_length)));
    work.assign(count, 0);
    std::vector<double> one(count), cost(count, 0);
    double busiest = 0;
    for (std::size_t r = 0; r < kinds; ++r) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::uint32_t k = m.begin[i]; k < m.begin[i + 1]; ++k) {
          one[k] = static_cast<double>(m.length[k]) * static_cast<double>(m.units[k * kinds + r]) /
                   static_cast<double>(std::max<amount>(1, m.capacity[r]));
          sum += one[k] / static_cast<double>(m.count(i));
        }
      busiest = std::max(busiest, sum);
      for (std::size_t k = 0; k < count; ++k) work[k] += sum * sum * one[k];
    }
    for (std::size_t k = 0; k < count && busiest > 0; ++k) work[k] /= busiest * busiest;
    for (std::size_t k = 0; k < count; ++k)
      for (std::size_t c = 0; c < m.kinds; ++c)
        cost[k] +=
            static_cast<double>(m.cost[k * m.kinds + c]) / static_cast<double>(std::max<std::int64_t>(1, m.limit[c]));
    work_price = as_price(work);
    cost_price = as_price(cost);
  }
  [[nodiscard]] std::vector<std::int64_t> as_price(const std::vector<double>& what) const {
    double sum = 0;
    for (const double x : what) sum += x;
    std::vector<std::int64_t> out(what.size(), 0);
    const double scale = 16.0 * mean_length * static_cast<double>(what.size());
    for (std::size_t k = 0; k < what.size() && sum > 0; ++k) out[k] = std::llround(scale * what[k] / sum);
    return out;
  }
};

/// Makes schedules, with a decoder and work space of its own: one serves one thread. What it makes follows from
/// parents, mother and seed alone.
class mode_child_maker {
public:
  using index = std::uint16_t;

  mode_child_maker(const mode_decoder& decoder, const mode_project& shared, const mode_search_options& o)
      : decoder_(decoder), shared_(&shared), options_(o), n_(shared.n) {
    for (auto* list : {&mother_, &father_, &child_, &place_}) list->resize(n_);
    starts_.resize(n_);
    modes_.resize(n_);
    due_.resize(n_);
    price_.assign(rows().rows(), 0);
    spent_units_.resize(rows().kinds);
  }

  void seed(std::uint64_t s) { random_ = random_generator(s); }
  /// What is decoded next, predecessors (successors) first, and its modes.
  [[nodiscard]] std::vector<index>& list() noexcept { return child_; }
  [[nodiscard]] std::vector<std::uint32_t>& modes() noexcept { return modes_; }
  /// What came out, with `modes()`.
  [[nodiscard]] std::vector<std::int32_t>& starts() noexcept { return starts_; }

  /// A child of a member of `parents`, for side w: its makespan.
  std::int32_t make(const mode_side& parents, std::size_t mother, std::size_t w) {
    const auto mother_modes = parents.modes_of(mother);
    list_of(parents.starts_of(mother), mother_modes, 1 - w, mother_);
    std::ranges::copy(mother_modes, modes_.begin());
    cross(parents, mother, w);
    if (options_.second_father > 0 && random_.chance(options_.second_father)) {
      std::swap(mother_, child_);
      cross(parents, mother, w);
    }
    mutate();
    repair(mother_modes);
    return decode_child(w, parents.starts_of(mother), parents.makespan[mother]);
  }
  std::int32_t decode(std::size_t w, const mode_freedom& f) {
    const std::span<const index> list(child_);
    return w == 0 ? decoder_.decode(list, std::span(modes_), std::span(starts_), f)
                  : decoder_.decode_reversed(list, std::span(modes_), std::span(starts_), f);
  }
  /// Decodes a list that may be left, with modes that may change; `mother`: starts and makespan on the other side.
  std::int32_t decode_child(std::size_t w, std::span<const std::int32_t> mother, std::int32_t makespan) {
    set_prices();
    mode_freedom f{.sixteenths = shared_->choice_cost, .modes = true, .price = price_};
    if (options_.choices > 1) f.width = 2 + static_cast<std::size_t>(random_.below(options_.choices - 1));
    if (!mother.empty()) {
      const auto less = static_cast<std::int32_t>(random_.below(shared_->hurry + 1));
      for (std::size_t i = 0; i < n_; ++i) due_[i] = makespan - mother[i] - less;
      f.due = due_;
    }
    return decode(w, f);
  }
  /// The k-th first vector: short modes or little work, with noise.
  void draw_modes(std::size_t k) {
    const double balance = k == 0 ? 0.0 : random_.real();
    const double noise = k == 0 ? 0.0 : random_.real();
    for (std::size_t i = 0; i < n_; ++i) {
      double least = std::numeric_limits<double>::infinity();
      for (std::uint32_t r = rows().begin[i]; r < rows().begin[i + 1]; ++r) {
        const double value =
            (16.0 * rows().length[r] * (1 - balance) + balance * static_cast<double>(shared_->work_price[r])) *
            (1 + noise * (random_.real() - 0.5));
        if (value < least) {
          least = value;
          modes_[i] = r;
        }
      }
    }
    repair(shared_->known_modes);
  }

  [[nodiscard]] std::int32_t finish(std::span<const std::int32_t> starts, std::span<const std::uint32_t> modes,
                                    std::size_t i) const noexcept {
    return starts[i] + rows().length[modes[i]];
  }
  void list_of(std::span<const std::int32_t> starts, std::span<const std::uint32_t> modes, std::size_t w,
               std::vector<index>& list) {
    const std::vector<std::uint32_t>& order = shared_->ties[w];
    sorted_.assign(order.rbegin(), order.rend());
    std::ranges::stable_sort(
        sorted_, [&](std::uint32_t a, std::uint32_t b) { return finish(starts, modes, a) > finish(starts, modes, b); });
    for (std::size_t k = 0; k < n_; ++k) list[k] = static_cast<index>(sorted_[k]);
  }

  [[nodiscard]] bool affordable() noexcept { return overflow() <= 0; }

private:
  [[nodiscard]] const decode::mode_rows& rows() const noexcept { return shared_->rows; }
  /// Units above the limits, each as a share of its limit.
  [[nodiscard]] double excess() const noexcept {
    double sum = 0;
    for (std::size_t c = 0; c < rows().kinds; ++c)
      if (spent_units_[c] > rows().limit[c])
        sum += static_cast<double>(spent_units_[c] - rows().limit[c]) /
               static_cast<double>(std::max<std::int64_t>(1, rows().limit[c]));
    return sum;
  }
  double overflow() noexcept {
    std::ranges::fill(spent_units_, 0);
    for (const std::uint32_t row : modes_)
      for (std::size_t c = 0; c < rows().kinds; ++c) spent_units_[c] += rows().cost[row * rows().kinds + c];
    return excess();
  }
  void swap_mode(std::size_t i, std::uint32_t row) noexcept {
    for (std::size_t c = 0; c < rows().kinds; ++c)
      spent_units_[c] += rows().cost[row * rows().kinds + c] - rows().cost[modes_[i] * rows().kinds + c];
    modes_[i] = row;
  }
  /// Makes `modes_` affordable by changes that save much for the time they cost, each the best of some random tasks';
  /// else takes the fallback.
  void repair(std::span<const std::uint32_t> fallback) {
    if (rows().kinds == 0) return;
    double over = overflow();
    for (std::size_t step = 0; over > 0; ++step) {
      if (step >= 3 * n_) {
        std::ranges::copy(fallback, modes_.begin());
        return;
      }
      double best = 0;
      std::size_t task = n_;
      std::uint32_t to = 0;
      const std::size_t from = random_.below(n_);
      for (std::size_t k = 0; k < std::min<std::size_t>(n_, 128); ++k) {
        const std::size_t i = (from + k) % n_;
        if (rows().count(i) < 2 || random_.chance(0.5)) continue;
        const std::uint32_t old = modes_[i];
        for (std::uint32_t r = rows().begin[i]; r < rows().begin[i + 1]; ++r) {
          if (r == old) continue;
          swap_mode(i, r);
          const double gain = over - excess();
          swap_mode(i, old);
          if (gain <= 0) continue;
          const double slower = std::max(0, rows().length[r] - rows().length[old]);
          if (const double value = gain / (slower + 0.3 * shared_->mean_length); value > best) {
            best = value;
            task = i;
            to = r;
          }
        }
      }
      if (task == n_) continue;
      swap_mode(task, to);
      over = excess();
    }
  }
  /// Weights for the next decoding; more often small ones.
  void set_prices() {
    const double a = std::clamp(options_.thrift, 0.0, 2.0) * random_.real();
    const double b = std::clamp(options_.work, 0.0, 2.0) * random_.real();
    const std::int64_t cost = std::llround(256 * a * a), work = std::llround(256 * b * b);
    for (std::size_t r = 0; r < price_.size(); ++r)
      price_[r] = (cost * shared_->cost_price[r] + work * shared_->work_price[r]) / 256;
  }
  void cross(const mode_side& parents, std::size_t mother, std::size_t w) {
    const std::size_t f = father_for(random_, parents.makespan, mother, options_.tournament);
    list_of(parents.starts_of(f), parents.modes_of(f), 1 - w, father_);
    const auto density_of = [&](const std::vector<index>& list, std::size_t who, list_window at) {
      const auto starts = parents.starts_of(who);
      const auto modes = parents.modes_of(who);
      return density(
          std::span<const index>(list), at, [&](index x) { return starts[x]; },
          [&](index x) { return finish(starts, modes, x); }, [&](index x) { return shared_->work[modes[x]]; });
    };
    const list_window window = choose_window(random_, n_, options_, [&](list_window at) {
      return density_of(father_, f, at) - density_of(mother_, mother, at);
    });
    cross_lists(std::span<const index>(mother_), std::span<const index>(father_), window, std::span(place_),
                std::span(child_));
    const auto fathers = parents.modes_of(f);
    for (std::size_t k = window.at; k < window.at + window.width; ++k) modes_[father_[k]] = fathers[father_[k]];
  }
  void mutate() {
    if (n_ < 2) return;
    swap_neighbours(random_, options_.swaps, shared_->successors, std::span(child_));
    for (double left = options_.changes; left >= 1 || (left > 0 && random_.chance(left)); left -= 1) {
      const std::size_t i = random_.below(n_);
      modes_[i] = rows().begin[i] + static_cast<std::uint32_t>(random_.below(rows().count(i)));
    }
  }
  mode_decoder decoder_;
  const mode_project* shared_;
  mode_search_options options_;
  random_generator random_;
  std::size_t n_;
  std::vector<index> mother_, father_, child_, place_;
  std::vector<std::int32_t> starts_, due_;
  std::vector<std::uint32_t> modes_, sorted_;
  std::vector<std::int64_t> price_, spent_units_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
