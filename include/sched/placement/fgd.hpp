// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_FGD_HPP
#define SCHED_PLACEMENT_FGD_HPP

/// \file
/// Fragmentation gradient descent: the node and device whose fragmentation grows least (Weng et al., USENIX ATC 2023).

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/fragmentation.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/policy.hpp>
#include <sched/placement/workspace.hpp>

namespace sched {
inline namespace v0 {
namespace score {

/// The gradient itself: value D = Σ count · (F before − F after), larger is better.
class exact {
public:
  using value = amount;
  static constexpr value infeasible = std::numeric_limits<amount>::min();
  explicit exact(amount = 1) {}
  [[nodiscard]] value operator()(amount d) const noexcept { return d; }
};

/// ⌊100 · σ(D / (1,000 · C))⌋ with σ(x) = 1/(1 + e^−x): coarse on purpose, what the published results need. A table of
/// the least D of every value is made once, from constants, so that no rounding of an `exp` matters.
class truncated {
public:
  using value = std::int16_t;
  static constexpr value infeasible = -1;
  explicit truncated(amount weight = 1) {
    const amount c = std::max<amount>(weight, 1);
    for (std::size_t k = 0; k < least_.size(); ++k) {
      const double least = logit[k] * 1000.0 * static_cast<double>(c);
      const double limit = 9e18;
      const auto whole = static_cast<amount>(std::clamp(least, -limit, limit));
      least_[k] = static_cast<double>(whole) < least ? whole + 1 : whole;  // rounded up
    }
  }
  [[nodiscard]] value operator()(amount d) const noexcept {
    return static_cast<value>(std::upper_bound(least_.begin(), least_.end(), d) - least_.begin());
  }

private:
  /// ln(s / (100 − s)) for s = 1 … 99; for 100 where 1 + e^−x is 1 in double precision.
  static constexpr std::array<double, 100> logit{
      -4.59511985013459,    -3.891820298110627,   -3.4760986898352733,  -3.1780538303479458,  -2.9444389791664407,
      -2.751535313041949,   -2.5866893440979424,  -2.4423470353692043,  -2.3136349291806306,  -2.1972245773362196,
      -2.0907410969337694,  -1.9924301646902063,  -1.900958761193047,   -1.8152899666382492,  -1.7346010553881064,
      -1.6582280766035324,  -1.5856272637403819,  -1.5163474893680884,  -1.4500101755059984,  -1.3862943611198906,
      -1.3249254147435987,  -1.2656663733312759,  -1.2083112059245342,  -1.1526795099383855,  -1.0986122886681098,
      -1.0459685551826876,  -0.9946225751440622,  -0.9444616088408514,  -0.8953840470548413,  -0.8472978603872037,
      -0.8001193001121132,  -0.7537718023763802,  -0.7081850579244858,  -0.6632942174102642,  -0.6190392084062235,
      -0.5753641449035618,  -0.5322168137473082,  -0.4895482253187058,  -0.4473122180436648,  -0.40546510810816444,
      -0.3639653772014116,  -0.322773392263051,   -0.2818511521409877,  -0.2411620568168881,  -0.2006706954621511,
      -0.16034265007517937, -0.12014431184206321, -0.08004270767353637, -0.04000533461369913, 0.0,
      0.040005334613699206, 0.08004270767353636,  0.12014431184206321,  0.16034265007517948,  0.20067069546215124,
      0.24116205681688804,  0.28185115214098766,  0.322773392263051,    0.3639653772014116,   0.4054651081081644,
      0.44731221804366483,  0.4895482253187058,   0.5322168137473082,   0.5753641449035618,   0.6190392084062235,
      0.6632942174102642,   0.7081850579244858,   0.7537718023763802,   0.8001193001121131,   0.8472978603872037,
      0.8953840470548413,   0.9444616088408515,   0.994622575144062,    1.0459685551826878,   1.0986122886681098,
      1.1526795099383853,   1.2083112059245342,   1.2656663733312759,   1.3249254147435985,   1.3862943611198906,
      1.4500101755059984,   1.5163474893680884,   1.5856272637403819,   1.6582280766035324,   1.7346010553881064,
      1.8152899666382492,   1.900958761193047,    1.992430164690206,    2.0907410969337694,   2.1972245773362196,
      2.3136349291806306,   2.4423470353692043,   2.586689344097943,    2.751535313041949,    2.9444389791664403,
      3.1780538303479458,   3.4760986898352733,   3.8918202981106265,   4.59511985013459,     36.7368005696771};
  std::array<amount, 100> least_{};
};

/// What typical tasks can still use after a task has come, by `Value` (exact or truncated), negated. Of the candidates
/// of a node — a share: each distinct remainder, lowest device first; whole devices: the default choice — the best is
/// taken. O(devices), for nodes or types without tables O(devices² · types). Copies share the tables.
template <class Value = truncated>
class gradient {
public:
  gradient(std::span<const task_type> types, const cluster& c) : tables_(std::make_shared<const tables>(types, c)) {}

  [[nodiscard]] const fragment_table& table() const noexcept { return tables_->fragments; }
  /// Tells gradients with tables of their own apart.
  [[nodiscard]] std::uint64_t number() const noexcept { return tables_->number; }

  amount operator()(const part& q, const node_state& n, device_choice& d) const {
    return -static_cast<amount>(best(q, n, d));
  }

  /// The value of the best candidate; sets the devices. Precondition: the node has room, `d` holds the default choice.
  [[nodiscard]] typename Value::value best(const part& q, const node_state& n, device_choice& d) const {
    std::uint16_t device = 0;
    if (q.devices == 1 && q.share < whole_device) {
      const auto value = best_share(q, n, device);
      d.devices = {device};
      return value;
    }
    return value_of_whole(q, n, d.devices);
  }

private:
  struct tables {
    tables(std::span<const task_type> types, const cluster& c) : fragments(types, c), value(fragments.weight()) {
      static std::atomic<std::uint64_t> last{0};
      number = ++last;
    }
    fragment_table fragments;
    Value value;
    std::uint64_t number = 0;
  };

  typename Value::value best_share(const part& q, const node_state& n, std::uint16_t& device) const {
    const fragment_table& t = tables_->fragments;
    const node_shape& shape = n.shape();
    const auto milli = n.device_milli();
    const auto share = static_cast<std::int32_t>(q.share);
    const amount gained = t.weight() * q.share - t.usable(shape, n.free().cpu, milli), cpu = n.free().cpu - q.cpu;
    auto best = Value::infeasible;
    const bool tabled = t.tabled(shape);
    fragment_table::row row{};
    amount sum = 0;
    std::size_t whole = 0;
    boost::container::small_vector<std::int32_t, 16> after;
    if (tabled) {
      row = t.row_of(shape.model(0), cpu);
      for (const std::int32_t r : milli) {
        sum += row.of_device(r);
        whole += r == whole_device ? 1U : 0U;
      }
    } else {
      after.assign(milli.begin(), milli.end());
    }
    for (std::size_t k = 0; k < milli.size(); ++k) {
      const std::int32_t r = milli[k];
      if (r < share || !n.usable(q, k)) continue;
      bool again = false;  // the same remainder on a lower device of the same model
      for (std::size_t j = 0; j < k; ++j)
        again = again || (milli[j] == r && shape.model(j) == shape.model(k) && n.usable(q, j));
      if (again) continue;
      amount usable;
      if (tabled) {
        usable =
            sum - row.of_device(r) + row.of_device(r - share) + row.of_whole(r == whole_device ? whole - 1 : whole);
      } else {
        after[k] = r - share;
        usable = t.usable(shape, cpu, {after.data(), after.size()});
        after[k] = r;
      }
      const auto value = tables_->value(gained + usable);
      if (value <= best) continue;
      best = value;
      device = static_cast<std::uint16_t>(k);
    }
    return best;
  }

  typename Value::value value_of_whole(const part& q, const node_state& n, const device_list& devices) const {
    const fragment_table& t = tables_->fragments;
    const auto milli = n.device_milli();
    const amount gained = t.weight() * q.milli() - t.usable(n.shape(), n.free().cpu, milli);
    boost::container::small_vector<std::int32_t, 16> after(milli.begin(), milli.end());
    for (const std::uint16_t d : devices) after[d] -= static_cast<std::int32_t>(q.share);
    return tables_->value(gained + t.usable(n.shape(), n.free().cpu - q.cpu, {after.data(), after.size()}));
  }

  std::shared_ptr<const tables> tables_;
};

}  // namespace score

namespace placement {

/// Fragmentation gradient descent. The value of a node depends on its state and the task's specification alone: it is
/// kept per distinct specification, and only nodes that have changed since are looked at again. One task: O(changes
/// since a task of this specification + nodes / 16); O(specifications · nodes) memory in the workspace (at most 1,024
/// specifications, then all are forgotten). Gangs, and tasks with NUMA domains or counted kinds, as `by_score`.
template <class Value = score::truncated>
class basic_fgd {
public:
  /// Typical types of the workload that is expected (`typical_types`).
  basic_fgd(std::span<const task_type> types, const cluster& c) : scan_(score::gradient<Value>(types, c)) {}

  [[nodiscard]] const fragment_table& table() const noexcept { return scan_.score().table(); }

  [[nodiscard]] placement_result operator()(const request& r, const cluster_view v, placement_workspace& ws) const {
    if (!r.simple() || !plain(r.groups[0].each)) return scan_(r, v, ws);
    const part& q = r.groups[0].each;
    const cluster_state& s = v.state();
    const gang_context alone{.decision = v.generation()};
    values& known = ws.memory<cache>(scan_.score().number()).find(q, s);
    const auto renew = [&](node_id n) { known.value[n.index()] = value_of(q, node_state(s, n, alone)); };
    const bool follows = known.lineage == s.lineage() && known.value.size() == s.machine().node_count() &&
                         s.changes_since(known.seen, renew);
    if (!follows) {
      known.value.resize(s.machine().node_count());
      for (std::size_t n = 0; n < known.value.size(); ++n) renew(node_id(n));
      known.lineage = s.lineage();
    }
    known.seen = s.generation();
    placement_result out;
    const std::size_t at = largest(known.value);
    if (known.value[at] == Value::infeasible) {
      detail::set_refused(out, r, s);
      return out;
    }
    const node_state node(s, node_id(at), alone);
    device_choice d;
    static_cast<void>(choose_devices(q, node, d));
    static_cast<void>(scan_.score().best(q, node, d));
    out.score = -static_cast<amount>(known.value[at]);
    detail::set_single(out, q, node_id(at), std::move(d));
    return out;
  }

private:
  using number = typename Value::value;
  struct values {
    amount cpu, memory, share;
    std::uint32_t devices;
    model_set models;
    std::vector<number> value;  // by node
    std::uint64_t lineage = 0, seen = 0;
  };
  /// By specification, in a hash table with open addresses.
  class cache {
  public:
    values& find(const part& q, const cluster_state&) {
      if (kept_.size() >= 1024) {
        kept_.clear();
        std::fill(slots_.begin(), slots_.end(), 0);
      }
      if (slots_.empty()) slots_.assign(4096, 0);
      const amount share = q.devices == 0 ? 0 : q.share;
      const model_set models = q.devices == 0 ? 0 : q.models;
      std::uint64_t h = static_cast<std::uint64_t>(q.cpu) * 0x9e3779b97f4a7c15U;
      h = (h ^ static_cast<std::uint64_t>(q.memory)) * 0xbf58476d1ce4e5b9U;
      h = (h ^ static_cast<std::uint64_t>(share) ^ (std::uint64_t{q.devices} << 32)) * 0x94d049bb133111ebU;
      h = (h ^ models) * 0x9e3779b97f4a7c15U;
      for (std::size_t at = (h >> 40) & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at] == 0) {
          kept_.push_back({q.cpu, q.memory, share, q.devices, models, {}, 0, 0});
          slots_[at] = static_cast<std::uint32_t>(kept_.size());
          return kept_.back();
        }
        values& k = kept_[slots_[at] - 1];
        if (k.cpu == q.cpu && k.memory == q.memory && k.share == share && k.devices == q.devices && k.models == models)
          return k;
      }
    }

  private:
    std::vector<values> kept_;
    std::vector<std::uint32_t> slots_;
  };

  /// The specification that the cache knows says all.
  [[nodiscard]] static bool plain(const part& q) noexcept {
    return q.numa == numa_policy::none && q.max_link_cost == std::numeric_limits<std::uint16_t>::max() &&
           q.device_memory == 0 && q.min_device_memory == 0 && q.counted.empty();
  }

  [[nodiscard]] number value_of(const part& q, const node_state& n) const {
    if (!n.has_room(q)) return Value::infeasible;
    device_choice d;
    if (q.devices != 1 || q.share == whole_device)
      if (!choose_devices(q, n, d)) return Value::infeasible;
    return scan_.score().best(q, n, d);
  }

  /// The first of the largest, in two passes that vectorise.
  [[nodiscard]] static std::size_t largest(const std::vector<number>& v) noexcept {
    number top = v[0];
    for (const number x : v) top = x > top ? x : top;
    return static_cast<std::size_t>(std::find(v.begin(), v.end(), top) - v.begin());
  }

  by_score<score::gradient<Value>> scan_;
};

using fgd = basic_fgd<score::truncated>;
using fgd_exact = basic_fgd<score::exact>;

}  // namespace placement
}  // namespace v0
}  // namespace sched

#endif
