// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MODE_SEARCH_HPP
#define SCHED_SOLVE_MODE_SEARCH_HPP

/// \file
/// A genetic algorithm over lists and modes, for projects whose tasks can be done in several ways.

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
#include <sched/evaluate/lower_bound.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/solve/detail/mode_rows.hpp>
#include <sched/solve/mode_budget.hpp>
#include <sched/solve/mode_decoder.hpp>
#include <sched/solve/two_sided_options.hpp>

namespace sched {
inline namespace v0 {

/// Settings of a search over modes; `tuned` chooses them by size and budget. Those that `two_sided_options` has, too,
/// mean the same.
struct mode_search_options {
  std::size_t population = 50;   ///< schedules of each side at first …
  double last_share = 0.15;      ///< … and the share of it that is left when the budget ends
  std::uint64_t budget = 0;      ///< schedules over which the population shrinks; 0: it does not
  std::size_t window_least = 6;  ///< tasks whose places and modes a child copies from its father, at least …
  std::size_t window_most = 36;  ///< … and at most (never more than three quarters)
  std::size_t windows = 16;      ///< of so many random windows the one that is denser than the mother's by most
  double second_father = 0.5;    ///< share of the children with a window of one more father
  std::size_t tournament = 3;    ///< schedules of which the best becomes the father
  double swaps = 3.0;            ///< of neighbours in a child's list, on average
  double changes = 1.0;          ///< of modes of a child, on average
  double noise = 1.0;            ///< of the first schedules, in critical paths
  double samples = 1.5;          ///< first schedules to take the best from, in populations
  std::size_t choices = 10;      ///< a decoding compares 2 to so many tasks; 1: its list rules
  double choice_cost = 0.09;     ///< of a place in the list, in mean lengths of modes
  double hurry = 0.4;            ///< a child aims at being up to so many mean lengths shorter than its mother
  double thrift = 1.0;           ///< most that a mode's non-renewable cost weighs, relative to its length, up to 2 …
  double work = 1.0;             ///< … and its renewable work
  std::uint64_t seed = 1;

  /// For n tasks and so many schedules.
  [[nodiscard]] static mode_search_options tuned(std::size_t n, std::uint64_t schedules, std::uint64_t seed) {
    const two_sided_options like = two_sided_options::tuned(n, schedules, seed);
    mode_search_options o;
    o.population = std::max<std::size_t>(two_sided_options::population_for(n, schedules) * 3 / 5, 12);
    o.budget = schedules;
    o.window_least = like.window_least;
    o.window_most = like.window_most;
    o.seed = seed;
    return o;
  }
};

/// The two populations of `two_sided_search`, of left- and of right-justified schedules, whose tasks have modes as
/// well. A child takes its mother's list with a window of the father's, modes with it, and is decoded from the other
/// end; modes that cost too much together are first repaired by changes that save most for the time they take. As it is
/// decoded, every task may change its mode (`mode_decoder`): it must finish by the time that keeps the mother's
/// makespan, or a little earlier, and among the modes that do so the cheapest in non-renewable units and renewable work
/// is taken, with weights drawn for every child. So tasks with slack save what critical ones spend. All schedules are
/// feasible.
///
/// For projects with precedence, modes and resources only (`accepts`). `step` makes one generation. A decoding counts
/// one schedule, however many modes it compares. O(population · n) memory. References: Debels & Vanhoucke 2005 (two
/// populations); Lova, Tormos, Cervantes & Barber 2009, Van Peteghem & Vanhoucke 2010 (genetic algorithms with modes
/// bettered task by task).
class mode_search {
public:
  [[nodiscard]] static bool accepts(const project& p) { return p.task_count() > 0 && mode_decoder::accepts(p); }

  /// Precondition: `accepts(p)`. Refers to the project.
  mode_search(const project& p, const mode_search_options& o)
      : problem_(&p), decoder_(p), options_(o), random_(o.seed), n_(p.task_count()) {
    outcome_ = rows().impossible ? mode_budget::outcome::impossible : first_vector();
    if (outcome_ == mode_budget::outcome::found) prepare();
  }

  /// Whether modes that are affordable together were found, or proved not to exist. Without them nothing else may be
  /// called.
  [[nodiscard]] mode_budget::outcome outcome() const noexcept { return outcome_; }

  /// No schedule is shorter: reaching it ends the search.
  void set_bound(duration b) noexcept { bound_ = std::max(bound_, (b.count() + rows().scale - 1) / rows().scale); }
  /// A schedule to start from: its modes, and its order decoded once, which is not longer. Call before the first step.
  void warm_start(const schedule& s) {
    for (std::size_t i = 0; i < n_; ++i) {
      const std::uint32_t row = rows().row_of(i, s.mode[i]);
      if (row == detail::decode::mode_rows::none) return;
      modes_[i] = row;
      keys_[i] = static_cast<double>(s.start[i].count());
    }
    if (overflow() > 0) return;
    list_by_key();
    insert(sides_[0], decode(0, {}));
  }

  [[nodiscard]] std::uint64_t schedules() const noexcept { return spent_; }
  /// Makespan of the best schedule; infinite before the first.
  [[nodiscard]] duration makespan() const noexcept {
    return best_ == none_ ? duration::infinity() : duration(std::int64_t{best_} * rows().scale);
  }
  /// The best schedule. Precondition: there is one.
  [[nodiscard]] schedule best() const {
    schedule out = schedule::unplaced(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      out.mode[i] = rows().original[best_modes_[i]];
      out.start[i] = std::int64_t{best_starts_[i]} * rows().scale;
      out.finish[i] = out.start[i] + problem_->work(task_id(i), out.mode[i]);
    }
    return out;
  }
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
  static constexpr std::int32_t none_ = std::numeric_limits<std::int32_t>::max();

  /// Schedules of one side, start times counted from its own end.
  struct side {
    std::vector<std::int32_t> starts{};  ///< population × n
    std::vector<std::uint32_t> modes{};  ///< likewise
    std::vector<std::int32_t> makespan{};
    std::vector<std::uint64_t> hash{};
    std::unordered_multiset<std::uint64_t> known{};
    std::size_t accepted = 0;  ///< children since the last look

    [[nodiscard]] std::size_t size() const noexcept { return makespan.size(); }
    void clear() {
      starts.clear();
      modes.clear();
      makespan.clear();
      hash.clear();
      known.clear();
    }
  };

  [[nodiscard]] const detail::decode::mode_rows& rows() const noexcept { return decoder_.rows(); }
  mode_budget::outcome first_vector() {
    mode_budget search(*problem_);
    const auto found = search.find(options_.seed);
    if (found != mode_budget::outcome::found) return found;
    known_modes_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) known_modes_[i] = rows().row_of(i, search.modes()[i]);
    return found;
  }
  void prepare() {
    weigh();
    const std::vector<std::uint32_t> order = detail::decode::tie_order(*problem_);
    ties_[0].assign(order.begin(), order.end());
    ties_[1].assign(order.rbegin(), order.rend());
    before_.assign(n_, 0);
    first_.push_back(0);
    for (std::size_t i = 0; i < n_; ++i) {
      for (const adjacency& a : problem_->successors(task_id(i))) {
        next_.push_back(static_cast<std::uint32_t>(a.task.index()));
        ++before_[a.task.index()];
      }
      first_.push_back(next_.size());
    }
    for (const task_id t : problem_->topological_order()) order_.push_back(static_cast<std::uint32_t>(t.index()));
    waiting_.resize(n_);
    mother_.resize(n_);
    father_.resize(n_);
    child_.resize(n_);
    place_.resize(n_);
    starts_.resize(n_);
    best_starts_.resize(n_);
    keys_.resize(n_);
    modes_.resize(n_);
    best_modes_.resize(n_);
    due_.resize(n_);
    spent_units_.resize(rows().kinds);
    set_bound(makespan_bound(*problem_));
  }
  /// Work of every mode, as `two_sided_search` weighs it, and prices: work and non-renewable units, each scaled such
  /// that the mean mode has the price of the mean length.
  void weigh() {
    const detail::decode::mode_rows& m = rows();
    const std::size_t count = m.rows(), kinds = m.capacity.size();
    double mean_length = 0;
    for (const std::int32_t l : m.length) mean_length += l;
    mean_length_ = mean_length / static_cast<double>(count);
    choice_cost_ = std::llround(16.0 * options_.choice_cost * mean_length_);
    hurry_ = static_cast<std::uint64_t>(std::llround(std::max(0.0, options_.hurry * mean_length_)));
    work_.assign(count, 0);
    std::vector<double> one(count), cost(count, 0);
    double busiest = 0;
    for (std::size_t r = 0; r < kinds; ++r) {
      double sum = 0;
      for (std::size_t i = 0; i < n_; ++i)
        for (std::uint32_t k = m.begin[i]; k < m.begin[i + 1]; ++k) {
          one[k] = static_cast<double>(m.length[k]) * static_cast<double>(m.units[k * kinds + r]) /
                   static_cast<double>(std::max<amount>(1, m.capacity[r]));
          sum += one[k] / static_cast<double>(m.count(i));
        }
      busiest = std::max(busiest, sum);
      for (std::size_t k = 0; k < count; ++k) work_[k] += sum * sum * one[k];
    }
    for (std::size_t k = 0; k < count && busiest > 0; ++k) work_[k] /= busiest * busiest;
    for (std::size_t k = 0; k < count; ++k)
      for (std::size_t c = 0; c < m.kinds; ++c)
        cost[k] +=
            static_cast<double>(m.cost[k * m.kinds + c]) / static_cast<double>(std::max<std::int64_t>(1, m.limit[c]));
    work_price_ = as_price(work_);
    cost_price_ = as_price(cost);
    price_.assign(count, 0);
  }
  [[nodiscard]] std::vector<std::int64_t> as_price(const std::vector<double>& what) const {
    double sum = 0;
    for (const double x : what) sum += x;
    std::vector<std::int64_t> out(what.size(), 0);
    const double scale = 16.0 * mean_length_ * static_cast<double>(what.size());
    for (std::size_t k = 0; k < what.size() && sum > 0; ++k) out[k] = std::llround(scale * what[k] / sum);
    return out;
  }
  [[nodiscard]] std::size_t wanted() const noexcept {
    if (options_.budget == 0 || options_.last_share >= 1) return options_.population;
    const double gone = std::min(1.0, static_cast<double>(spent_) / static_cast<double>(options_.budget));
    const double root = 1.0 - gone * (1.0 - std::sqrt(std::max(options_.last_share, 0.0)));
    return std::clamp<std::size_t>(static_cast<std::size_t>(root * root * static_cast<double>(options_.population)), 4,
                                   std::max<std::size_t>(options_.population, 4));
  }
  [[nodiscard]] bool precedes(std::size_t a, std::size_t b) const noexcept {
    return std::find(next_.begin() + static_cast<std::ptrdiff_t>(first_[a]),
                     next_.begin() + static_cast<std::ptrdiff_t>(first_[a + 1]),
                     b) != next_.begin() + static_cast<std::ptrdiff_t>(first_[a + 1]);
  }
  [[nodiscard]] bool may_go_on() const noexcept { return spent_ < limit_ && !optimal(); }
  [[nodiscard]] std::uint64_t hash_of() const noexcept {
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (std::size_t i = 0; i < n_; ++i) {
      h = (h ^ static_cast<std::uint32_t>(starts_[i])) * 0xd6e8feb86659fd93ULL;
      h = (h ^ modes_[i]) * 0xd6e8feb86659fd93ULL;
    }
    return h ^ (h >> 32);
  }
  [[nodiscard]] std::span<const std::int32_t> member(const side& s, std::size_t k) const noexcept {
    return {s.starts.data() + k * n_, n_};
  }
  [[nodiscard]] std::span<const std::uint32_t> modes_of(const side& s, std::size_t k) const noexcept {
    return {s.modes.data() + k * n_, n_};
  }

  // --- modes ---
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
          if (const double value = gain / (slower + 0.3 * mean_length_); value > best) {
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
  /// The k-th first vector: short modes or little work, with noise.
  void draw_modes(std::size_t k) {
    const double balance = k == 0 ? 0.0 : random_.real();
    const double noise = k == 0 ? 0.0 : random_.real();
    for (std::size_t i = 0; i < n_; ++i) {
      double least = std::numeric_limits<double>::infinity();
      for (std::uint32_t r = rows().begin[i]; r < rows().begin[i + 1]; ++r) {
        const double value = (16.0 * rows().length[r] * (1 - balance) + balance * static_cast<double>(work_price_[r])) *
                             (1 + noise * (random_.real() - 0.5));
        if (value < least) {
          least = value;
          modes_[i] = r;
        }
      }
    }
    repair(known_modes_);
  }

  // --- decoding ---
  void note(std::int32_t makespan, std::size_t w) {
    if (makespan >= best_) return;
    best_ = makespan;
    for (std::size_t i = 0; i < n_; ++i)
      best_starts_[i] = w == 0 ? starts_[i] : makespan - starts_[i] - rows().length[modes_[i]];
    best_modes_ = modes_;
  }
  std::int32_t decode(std::size_t w, const mode_freedom& f) {
    ++spent_;
    const std::span<const index> list(child_);
    const std::int32_t makespan = w == 0 ? decoder_.decode(list, std::span(modes_), std::span(starts_), f)
                                         : decoder_.decode_reversed(list, std::span(modes_), std::span(starts_), f);
    note(makespan, w);
    return makespan;
  }
  /// Weights for the next decoding; more often small ones.
  void set_prices() {
    const double a = std::clamp(options_.thrift, 0.0, 2.0) * random_.real();
    const double b = std::clamp(options_.work, 0.0, 2.0) * random_.real();
    const std::int64_t cost = std::llround(256 * a * a), work = std::llround(256 * b * b);
    for (std::size_t r = 0; r < price_.size(); ++r) price_[r] = (cost * cost_price_[r] + work * work_price_[r]) / 256;
  }
  /// Decodes a list that may be left, with modes that may change; `mother`: starts and makespan on the other side.
  std::int32_t decode_child(std::size_t w, std::span<const std::int32_t> mother, std::int32_t makespan) {
    set_prices();
    mode_freedom f{.sixteenths = choice_cost_, .modes = true, .price = price_};
    if (options_.choices > 1) f.width = 2 + static_cast<std::size_t>(random_.below(options_.choices - 1));
    if (!mother.empty()) {
      const auto less = static_cast<std::int32_t>(random_.below(hurry_ + 1));
      for (std::size_t i = 0; i < n_; ++i) due_[i] = makespan - mother[i] - less;
      f.due = due_;
    }
    return decode(w, f);
  }
  [[nodiscard]] std::int32_t finish(std::span<const std::int32_t> starts, std::span<const std::uint32_t> modes,
                                    std::size_t i) const noexcept {
    return starts[i] + rows().length[modes[i]];
  }
  void list_of(std::span<const std::int32_t> starts, std::span<const std::uint32_t> modes, std::size_t w,
               std::vector<index>& list) {
    const std::vector<std::uint32_t>& order = ties_[w];
    sorted_.assign(order.rbegin(), order.rend());
    std::ranges::stable_sort(
        sorted_, [&](std::uint32_t a, std::uint32_t b) { return finish(starts, modes, a) > finish(starts, modes, b); });
    for (std::size_t k = 0; k < n_; ++k) list[k] = static_cast<index>(sorted_[k]);
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
      list_of(member(left, k), modes_of(left, k), 0, child_);
      std::ranges::copy(modes_of(left, k), modes_.begin());
      insert(right, decode_child(1, member(left, k), left.makespan[k]));
    }
    filled_ = right.size() >= 2;
    from_ = 1;
    since_restart_ = 0;
  }
  std::int32_t sample(std::size_t k) {
    draw_modes(k);
    std::vector<std::int32_t>& late = starts_;  // minus latest finish
    std::int32_t length = 0;
    for (std::size_t at = n_; at-- > 0;) {
      const std::uint32_t i = order_[at];
      std::int32_t tail = 0;
      for (std::size_t a = first_[i]; a < first_[i + 1]; ++a)
        tail = std::max(tail, late[next_[a]] + rows().length[modes_[next_[a]]]);
      late[i] = tail;
      length = std::max(length, tail + rows().length[modes_[i]]);
    }
    const double noise = (k == 0 ? 0.0 : 0.05 + options_.noise * random_.real()) * std::max(1.0, double(length));
    for (std::size_t i = 0; i < n_; ++i) keys_[i] = static_cast<double>(-late[i]) + noise * random_.real();
    list_by_key();
    return decode_child(0, {}, 0);
  }
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
    s.modes.insert(s.modes.end(), modes_.begin(), modes_.end());
    s.makespan.push_back(makespan);
    s.hash.push_back(hash_of());
    s.known.insert(s.hash.back());
  }

  // --- generations ---
  void breed(const side& parents, side& target, std::size_t w) {
    const std::size_t born_before = target.size();
    for (std::size_t i = 0; i < parents.size() && may_go_on(); ++i) {
      const auto mother_modes = modes_of(parents, i);
      list_of(member(parents, i), mother_modes, 1 - w, mother_);
      std::ranges::copy(mother_modes, modes_.begin());
      mother_modes_.assign(mother_modes.begin(), mother_modes.end());
      cross(parents, i, w);
      if (options_.second_father > 0 && random_.chance(options_.second_father)) {
        std::swap(mother_, child_);
        cross(parents, i, w);
      }
      mutate();
      repair(mother_modes);
      const std::int32_t makespan = decode_child(w, member(parents, i), parents.makespan[i]);
      const std::uint64_t h = hash_of();
      if (target.known.contains(h)) continue;
      insert(target, makespan);
    }
    cut(target, born_before, wanted());
  }
  [[nodiscard]] std::size_t other_than(std::size_t i, std::size_t n) {
    const std::size_t k = random_.below(n - 1);
    return k < i ? k : k + 1;
  }
  [[nodiscard]] std::size_t father_for(const side& parents, std::size_t mother) {
    std::size_t f = other_than(mother, parents.size());
    for (std::size_t k = 1; k < options_.tournament; ++k)
      if (const std::size_t g = other_than(mother, parents.size()); parents.makespan[g] < parents.makespan[f]) f = g;
    return f;
  }
  void cross(const side& parents, std::size_t mother, std::size_t w) {
    const std::size_t f = father_for(parents, mother);
    list_of(member(parents, f), modes_of(parents, f), 1 - w, father_);
    const std::size_t most = std::clamp<std::size_t>(options_.window_most, 1, std::max<std::size_t>(1, 3 * n_ / 4));
    const std::size_t least = std::min(options_.window_least, most);
    const std::size_t width = least + random_.below(most - least + 1);
    std::size_t at = random_.below(n_ - width + 1);
    if (options_.windows > 1) {
      double most_gained = -std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < options_.windows; ++k) {
        const std::size_t candidate = k == 0 ? at : random_.below(n_ - width + 1);
        const double gained =
            density(father_, parents, f, candidate, width) - density(mother_, parents, mother, candidate, width);
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
    const auto fathers = modes_of(parents, f);
    for (std::size_t k = at; k < at + width; ++k) {
      child_[k] = father_[k];
      modes_[father_[k]] = fathers[father_[k]];
    }
  }
  [[nodiscard]] double density(const std::vector<index>& list, const side& s, std::size_t who, std::size_t at,
                               std::size_t width) const {
    const auto starts = member(s, who);
    const auto modes = modes_of(s, who);
    std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = 0;
    double work = 0;
    for (std::size_t k = at; k < at + width; ++k) {
      const index x = list[k];
      first = std::min(first, starts[x]);
      last = std::max(last, finish(starts, modes, x));
      work += work_[modes[x]];
    }
    return work / static_cast<double>(std::max(1, last - first));
  }
  void mutate() {
    if (n_ < 2) return;
    for (double left = options_.swaps; left >= 1 || (left > 0 && random_.chance(left)); left -= 1) {
      const std::size_t at = random_.below(n_ - 1);
      const index a = child_[at], b = child_[at + 1];
      if (!precedes(a, b) && !precedes(b, a)) std::swap(child_[at], child_[at + 1]);
    }
    for (double left = options_.changes; left >= 1 || (left > 0 && random_.chance(left)); left -= 1) {
      const std::size_t i = random_.below(n_);
      modes_[i] = rows().begin[i] + static_cast<std::uint32_t>(random_.below(rows().count(i)));
    }
  }
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
      kept.modes.insert(kept.modes.end(), modes_of(s, m).begin(), modes_of(s, m).end());
      kept.makespan.push_back(s.makespan[m]);
      kept.hash.push_back(s.hash[m]);
      kept.known.insert(s.hash[m]);
    }
    kept.accepted = s.accepted;
    std::swap(s, kept);
  }
  [[nodiscard]] bool stale() {
    const std::size_t taken = sides_[0].accepted + sides_[1].accepted;
    sides_[0].accepted = sides_[1].accepted = 0;
    since_restart_ = 0;
    return taken * 50 < 40 * wanted();
  }
  void restart() {
    for (side& s : sides_) s.clear();
    starts_ = best_starts_;
    modes_ = best_modes_;
    insert(sides_[0], best_);
    sampled_ = 1;
    filled_ = false;
  }

  const project* problem_;
  mode_decoder decoder_;
  mode_search_options options_;
  random_generator random_;
  std::size_t n_;
  mode_budget::outcome outcome_ = mode_budget::outcome::not_found;
  std::vector<double> work_, keys_;
  std::vector<std::int64_t> cost_price_, work_price_, price_;
  std::vector<std::int64_t> spent_units_;
  std::vector<std::uint32_t> known_modes_, modes_, best_modes_, mother_modes_;
  std::vector<std::int32_t> due_;
  std::array<std::vector<std::uint32_t>, 2> ties_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> next_, before_, waiting_, order_;
  std::array<side, 2> sides_;
  side spare_;
  std::vector<index> mother_, father_, child_, place_;
  std::vector<std::int32_t> starts_, best_starts_;
  std::vector<std::uint32_t> sorted_;
  std::int32_t best_ = none_;
  std::int64_t bound_ = 0, choice_cost_ = 0;
  std::uint64_t hurry_ = 0;
  double mean_length_ = 0;
  std::uint64_t spent_ = 0, limit_ = 0;
  std::size_t from_ = 0, since_restart_ = 0, sampled_ = 0;
  bool filled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
