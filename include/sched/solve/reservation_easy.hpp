// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESERVATION_EASY_HPP
#define SCHED_SOLVE_RESERVATION_EASY_HPP

/// \file
/// Variants of EASY: a patient head, and better choices of what runs before it.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_booking.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {
namespace detail {
/// The head is reserved its earliest start in the plan; what it leaves over then.
template <class Desk>
[[nodiscard]] shadow reserve_head(Desk& desk, job_handle head) {
  if (desk.by_count()) return desk.shadow_of_head(head);
  shadow s;
  s.at = desk.earliest(head);
  static_cast<void>(desk.reserve(head, s.at));
  s.extra = desk.least({s.at, s.at + desk.planned_of(head)});
  return s;
}
}  // namespace detail

namespace reserve {

/// EASY with a patient head: it may be delayed to its first promise plus a share of the wait until then (Ward, Mahood &
/// West 2002). 0 is EASY.
struct relaxed {
  double patience = 0.5;

  struct memory {
    job_handle head = detail::no_job;
    instant latest = instant::infinity();
  };
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    const job_handle head = desk.start_heads();
    if (head == detail::no_job) return;
    if (head != m.head) m = {head, instant::infinity()};
    const instant first = desk.by_count() ? desk.shadow_of_head(head).at : desk.earliest(head);
    const auto wait = static_cast<double>((first - desk.eligible_of(head)).count());
    const double more = std::floor(patience * wait);
    if (more < 9e18) m.latest = std::min(m.latest, first + static_cast<std::int64_t>(more));
    const instant limit = std::max(m.latest, first);
    desk.each_in_walk([&](job_handle h) {
      if (h == head || !desk.fits(h)) return true;
      if (delayed_start(desk, head, h) <= limit) desk.start(h);
      return desk.available() > 0 || !desk.by_count();
    });
  }

private:
  /// Earliest start of the head if h started now.
  template <class Desk>
  [[nodiscard]] static instant delayed_start(Desk& desk, job_handle head, job_handle h) {
    if (!desk.by_count()) {
      const auto trial = desk.reserve(h, desk.now());
      const instant at = desk.earliest(head);
      desk.release(h, trial);
      return at;
    }
    const amount need = desk.demand_of(head), taken = desk.demand_of(h);
    const instant until = desk.now() + desk.planned_of(h);
    amount free = desk.available() - taken;
    instant at = instant::infinity();
    bool given = false;
    const auto give_back = [&] {
      given = true;
      free += taken;
      if (free >= need) at = until;
      return free >= need;
    };
    desk.each_end([&](instant end, amount freed) {
      if (!given && until <= end) {
        if (until == end) free += freed;
        if (give_back()) return false;
        if (until == end) return true;
      }
      free += freed;
      if (free < need) return true;
      at = end;
      return false;
    });
    if (at == instant::infinity() && !given) static_cast<void>(give_back());
    return at;
  }
};

/// EASY, but among the first `window` jobs behind the head those are started that use most: processors, or processors
/// times estimate (Shmueli & Feitelson 2005). O(window · free · extra) a pass, with a table of that size.
struct look_ahead {
  std::size_t window = 50;
  enum class objective : std::uint8_t { processors, area } most = objective::processors;

  struct memory {
    std::vector<job_handle> jobs{};
    std::vector<amount> best{};
  };
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    const job_handle head = desk.start_heads();
    if (head == detail::no_job) return;
    const shadow s = detail::reserve_head(desk, head);
    desk.start_members(head);
    const amount free = desk.available();
    if (free <= 0) return;
    m.jobs.clear();
    desk.each_in_order([&](job_handle h) {
      if (h != head) m.jobs.push_back(h);
      return m.jobs.size() < window;
    });
    const amount extra = std::clamp<amount>(s.extra, 0, free);
    // best[k][f][x]: most that the jobs from k on use, with f free and x to spare at the shadow.
    const auto columns = static_cast<std::size_t>(extra) + 1;
    const std::size_t layer = (static_cast<std::size_t>(free) + 1) * columns;
    m.best.assign((m.jobs.size() + 1) * layer, 0);
    const auto at = [&](std::size_t k, amount f, amount x) -> amount& {
      return m.best[k * layer + static_cast<std::size_t>(f) * columns + static_cast<std::size_t>(x)];
    };
    const auto beyond = [&](job_handle h) { return desk.now() + desk.planned_of(h) > s.at; };
    const auto after = [&](std::size_t k, amount f, amount x, bool& possible) -> amount {
      const job_handle h = m.jobs[k];
      const amount demand = desk.demand_of(h);
      const amount spare = beyond(h) ? demand : 0;
      possible = demand <= f && spare <= x;
      if (!possible) return 0;
      const amount worth = most == objective::processors ? demand : saturating_mul(demand, desk.planned_of(h).count());
      return saturating_add(worth, at(k + 1, f - demand, x - spare));
    };
    for (std::size_t k = m.jobs.size(); k-- > 0;)
      for (amount f = 0; f <= free; ++f)
        for (amount x = 0; x <= extra; ++x) {
          bool possible = false;
          const amount taken = after(k, f, x, possible);
          at(k, f, x) = std::max(at(k + 1, f, x), taken);
        }
    amount f = free;
    amount x = extra;
    for (std::size_t k = 0; k < m.jobs.size(); ++k) {
      bool possible = false;
      const job_handle h = m.jobs[k];
      const amount taken = after(k, f, x, possible);
      if (!possible || taken < at(k, f, x)) continue;
      if (beyond(h)) x -= desk.demand_of(h);
      f -= desk.demand_of(h);
      if (desk.fits(h)) desk.start(h);
    }
  }
};

/// EASY that tries several orders of the jobs behind the head on paper and keeps the one that starts most processors;
/// of equals the first. `greedy(order::fcfs{}, order::sjf{}, …)`. O(orders · queue log queue) a pass. With advance
/// reservations or ids in the plan, what the paper says is tested against the plan once more.
template <job_order... Orders>
class greedy {
public:
  explicit greedy(Orders... orders) : orders_(std::move(orders)...) {}

  struct memory {
    std::optional<std::tuple<Orders...>> orders{};
    std::vector<job_handle> jobs{}, best{}, list{};
    std::vector<waiting_job> views{};
    std::vector<double> keys{};
    std::vector<std::size_t> by_key{};
  };
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    const job_handle head = desk.start_heads();
    if (head == detail::no_job) return;
    shadow s = detail::reserve_head(desk, head);
    desk.start_members(head);
    if (desk.available() <= 0) return;
    if (!m.orders) m.orders = orders_;
    m.jobs.clear();
    m.views.clear();
    desk.each_in_order([&](job_handle h) {
      if (h == head) return true;
      m.jobs.push_back(h);
      m.views.push_back(desk.view(h));
      return true;
    });
    m.keys.resize(m.jobs.size());
    amount most = -1;
    std::apply([&](auto&... o) { (try_order(desk, o, m, s, most), ...); }, *m.orders);
    for (const job_handle h : m.best) desk.start_behind(h, s);
  }

private:
  template <class Desk, class Order>
  void try_order(Desk& desk, Order& order, memory& m, shadow s, amount& most) const {
    order.keys(m.views, desk.now(), m.keys);
    m.by_key.resize(m.jobs.size());
    std::iota(m.by_key.begin(), m.by_key.end(), std::size_t{0});
    std::ranges::stable_sort(m.by_key, [&](std::size_t a, std::size_t b) { return m.keys[a] < m.keys[b]; });
    amount free = desk.available();
    amount used = 0;
    m.list.clear();
    for (const std::size_t k : m.by_key) {
      const amount demand = m.views[k].demand;
      const bool beyond = desk.now() + m.views[k].estimate > s.at;
      if (demand > free || (beyond && demand > s.extra)) continue;
      free -= demand;
      used += demand;
      if (beyond) s.extra -= demand;
      m.list.push_back(m.jobs[k]);
    }
    if (used <= most) return;
    most = used;
    std::swap(m.best, m.list);
  }
  std::tuple<Orders...> orders_;
};

}  // namespace reserve
}  // namespace v0
}  // namespace sched

#endif
