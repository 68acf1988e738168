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
#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>
#include <sched/evaluate/lower_bound.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/solve/detail/key_lists.hpp>
#include <sched/solve/detail/mode_child.hpp>
#include <sched/solve/detail/mode_rows.hpp>
#include <sched/solve/detail/on_threads.hpp>
#include <sched/solve/mode_budget.hpp>
#include <sched/solve/mode_decoder.hpp>
#include <sched/solve/mode_search_options.hpp>

namespace sched {
inline namespace v0 {

/// The two populations of `two_sided_search`, of left- and of right-justified schedules, whose tasks have modes as
/// well. A child takes its mother's list with a window of the father's, modes with it, and is decoded from the other
/// end; modes that cost too much together are first repaired by changes that save most for the time they take. As it is
/// decoded, every task may change its mode (`mode_decoder`): it must finish by the time that keeps the mother's
/// makespan, or a little earlier, and among the modes that do so the cheapest in non-renewable units and renewable work
/// is taken, with weights drawn for every child. So tasks with slack save what critical ones spend. All schedules are
/// feasible.
///
/// For projects with precedence, modes and resources only (`accepts`). `step` makes one generation. A decoding counts
/// one schedule, however many modes it compares. Children are made on `threads`, each from a seed of its own: the
/// result does not depend on them. O(population · n) memory. References: Debels & Vanhoucke 2005 (two populations);
/// Lova, Tormos, Cervantes & Barber 2009, Van Peteghem & Vanhoucke 2010 (genetic algorithms with modes bettered task by
/// task).
class mode_search {
public:
  [[nodiscard]] static bool accepts(const project& p) { return p.task_count() > 0 && mode_decoder::accepts(p); }

  /// Precondition: `accepts(p)`. Refers to the project.
  mode_search(const project& p, const mode_search_options& o)
      : problem_(&p), decoder_(p), options_(o), random_(o.seed), n_(p.task_count()) {
    outcome_ = rows().impossible ? mode_budget::outcome::impossible : first_vector();
    if (outcome_ == mode_budget::outcome::found) prepare();
  }
  mode_search(const mode_search&) = delete;  // makers point at what they share
  mode_search& operator=(const mode_search&) = delete;

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
      maker().modes()[i] = row;
      keys_[i] = static_cast<double>(s.start[i].count());
    }
    if (!maker().affordable()) return;
    keyed_.list(shared_->successors, std::span<const double>(keys_), std::span(maker().list()));
    take(sides_[0], maker().decode(0, {}), 0);
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
  using side = detail::mode_side;
  static constexpr std::int32_t none_ = std::numeric_limits<std::int32_t>::max();
  static constexpr std::size_t block_ = 512;  // children that are made before the next are begun

  [[nodiscard]] const detail::decode::mode_rows& rows() const noexcept { return decoder_.rows(); }
  [[nodiscard]] detail::mode_child_maker& maker() noexcept { return makers_.front(); }
  mode_budget::outcome first_vector() {
    mode_budget search(*problem_);
    const auto found = search.find(options_.seed);
    if (found != mode_budget::outcome::found) return found;
    std::vector<std::uint32_t> affordable(n_);
    for (std::size_t i = 0; i < n_; ++i) affordable[i] = rows().row_of(i, search.modes()[i]);
    shared_ = std::make_unique<detail::mode_project>(*problem_, decoder_, options_, std::move(affordable));
    return found;
  }
  void prepare() {
    makers_.assign(std::max(1U, options_.threads), detail::mode_child_maker(decoder_, *shared_, options_));
    for (const task_id t : problem_->topological_order()) order_.push_back(static_cast<std::uint32_t>(t.index()));
    best_starts_.resize(n_);
    keys_.resize(n_);
    best_modes_.resize(n_);
    set_bound(makespan_bound(*problem_));
  }
  [[nodiscard]] std::size_t wanted() const noexcept {
    return detail::population_left(options_.population, options_.last_share, options_.budget, spent_);
  }
  [[nodiscard]] bool may_go_on() const noexcept { return spent_ < limit_ && !optimal(); }
  /// A schedule of side w: keep it if it is the best.
  void note(std::span<const std::int32_t> starts, std::span<const std::uint32_t> modes, std::int32_t makespan,
            std::size_t w) {
    if (makespan >= best_) return;
    best_ = makespan;
    for (std::size_t i = 0; i < n_; ++i)
      best_starts_[i] = w == 0 ? starts[i] : makespan - starts[i] - rows().length[modes[i]];
    best_modes_.assign(modes.begin(), modes.end());
  }
  /// What the first maker has just decoded.
  void take(side& s, std::int32_t makespan, std::size_t w) {
    ++spent_;
    note(maker().starts(), maker().modes(), makespan, w);
    s.insert(maker().starts(), maker().modes(), makespan, side::hash_of(maker().starts(), maker().modes()));
  }

  // --- the first schedules ---
  void fill() {
    const std::size_t want = std::min<std::size_t>(wanted(), std::max<std::size_t>(2, (limit_ - spent_) / 2));
    const auto samples = static_cast<std::size_t>(static_cast<double>(want) * std::max(options_.samples, 1.0));
    side& left = sides_[0];
    for (; sampled_ < samples && may_go_on(); ++sampled_) take(left, sample(sampled_), 0);
    cut(left, left.size(), want);
    side& right = sides_[1];
    for (std::size_t k = 0; k < left.size() && may_go_on(); ++k) {
      maker().list_of(left.starts_of(k), left.modes_of(k), 0, maker().list());
      std::ranges::copy(left.modes_of(k), maker().modes().begin());
      take(right, maker().decode_child(1, left.starts_of(k), left.makespan[k]), 1);
    }
    filled_ = right.size() >= 2;
    from_ = 1;
    since_restart_ = 0;
  }
  std::int32_t sample(std::size_t k) {
    detail::mode_child_maker& m = maker();
    m.seed(random_());
    m.draw_modes(k);
    const std::vector<std::uint32_t>& modes = m.modes();
    const detail::decode::arcs& next = shared_->successors;
    std::vector<std::int32_t>& late = m.starts();  // minus latest finish
    std::int32_t length = 0;
    for (std::size_t at = n_; at-- > 0;) {
      const std::uint32_t i = order_[at];
      std::int32_t tail = 0;
      for (std::uint32_t a = next.begin[i]; a < next.begin[i + 1]; ++a)
        tail = std::max(tail, late[next.to[a]] + rows().length[modes[next.to[a]]]);
      late[i] = tail;
      length = std::max(length, tail + rows().length[modes[i]]);
    }
    const double noise = (k == 0 ? 0.0 : 0.05 + options_.noise * random_.real()) * std::max(1.0, double(length));
    for (std::size_t i = 0; i < n_; ++i) keys_[i] = static_cast<double>(-late[i]) + noise * random_.real();
    keyed_.list(shared_->successors, std::span<const double>(keys_), std::span(maker().list()));
    return m.decode_child(0, {}, 0);
  }
  // --- generations ---
  void breed(const side& parents, side& target, std::size_t w) {
    const std::size_t born_before = target.size();
    const std::uint64_t seed = random_();
    born_.resize(block_);
    born_starts_.resize(block_ * n_);
    born_modes_.resize(block_ * n_);
    for (std::size_t first = 0; first < parents.size() && may_go_on(); first += block_) {
      const auto count =
          static_cast<std::size_t>(std::min<std::uint64_t>(std::min(block_, parents.size() - first), limit_ - spent_));
      const std::size_t team = count < 16 ? 1 : makers_.size();
      detail::on_threads(team, options_.threads, [&](std::size_t t) {
        for (std::size_t k = t * count / team; k < (t + 1) * count / team; ++k) {
          makers_[t].seed(seed ^ ((first + k) * 0xd6e8feb86659fd93ULL));
          born_[k] = makers_[t].make(parents, first + k, w);
          std::ranges::copy(makers_[t].starts(), born_starts_.begin() + static_cast<std::ptrdiff_t>(k * n_));
          std::ranges::copy(makers_[t].modes(), born_modes_.begin() + static_cast<std::ptrdiff_t>(k * n_));
        }
      });
      spent_ += count;
      for (std::size_t k = 0; k < count; ++k) {
        const auto starts = std::span(born_starts_).subspan(k * n_, n_);
        const auto modes = std::span(born_modes_).subspan(k * n_, n_);
        note(starts, modes, born_[k], w);
        const std::uint64_t h = side::hash_of(starts, modes);
        if (!target.known.contains(h)) target.insert(starts, modes, born_[k], h);
      }
    }
    cut(target, born_before, wanted());
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
      kept.insert(s.starts_of(m), s.modes_of(m), s.makespan[m], s.hash[m]);
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
    sides_[0].insert(best_starts_, best_modes_, best_, side::hash_of(best_starts_, best_modes_));
    sampled_ = 1;
    filled_ = false;
  }

  const project* problem_;
  mode_decoder decoder_;
  mode_search_options options_;
  random_generator random_;
  std::size_t n_;
  mode_budget::outcome outcome_ = mode_budget::outcome::not_found;
  std::unique_ptr<detail::mode_project> shared_;
  std::vector<detail::mode_child_maker> makers_;  // one a thread
  std::vector<double> keys_;
  detail::key_lists keyed_;
  std::vector<std::uint32_t> order_, sorted_;
  std::array<side, 2> sides_;
  side spare_;
  std::vector<std::int32_t> best_starts_, born_, born_starts_;
  std::vector<std::uint32_t> best_modes_, born_modes_;
  std::int32_t best_ = none_;
  std::int64_t bound_ = 0;
  std::uint64_t spent_ = 0, limit_ = 0;
  std::size_t from_ = 0, since_restart_ = 0, sampled_ = 0;
  bool filled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
