// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_BLOCK_PROGRAM_HPP
#define SCHED_SOLVE_DETAIL_BLOCK_PROGRAM_HPP

/// \file
/// A book of block orders as one set of ratios with linear rows and conditions on prices.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/block_orders.hpp>
#include <sched/model/orders.hpp>
#include <sched/solve/detail/boxed_lp.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// One ratio in [0, 1].
struct block_ratio {
  struct leg {
    std::size_t at;  ///< period · zones + zone
    double volume;   ///< put in at ratio 1; negative: taken out
  };
  enum class source_kind : std::uint8_t { block, flexible, complex, step };

  std::vector<leg> profile{};
  double value = 0;   ///< what acceptance in full is worth to its owner before payment
  double least = 0;   ///< 0 or at least this
  bool whole = true;  ///< false: any ratio is allowed
  source_kind source{};
  std::size_t order = 0, part = 0;  ///< of the book; the flexible order's period, the complex order's step
  std::size_t parent = no_block, group = no_block;

  /// Money per unit ratio at prices; positive: in the money.
  [[nodiscard]] double surplus(std::span<const double> price) const {
    double s = value;
    for (const leg& l : profile) s += l.volume * price[l.at];
    return s;
  }
  [[nodiscard]] double size() const {
    double s = std::abs(value);
    return s > 1 ? s : 1;
  }
};

/// Σ factor·u ≤ most.
struct ratio_row {
  std::vector<boxed_lp::term> terms{};
  double most = 0;
  bool equality = false;
};

class block_program {
public:
  block_program(const block_book& book, std::size_t periods, std::size_t zones) {
    for (std::size_t k = 0; k < book.blocks.size(); ++k) {
      const block_order& o = book.blocks[k];
      block_ratio r;
      const double sign = o.side == market_side::sell ? 1 : -1;
      for (std::size_t t = 0; t < periods; ++t)
        if (o.volume[t] > 0) {
          r.profile.push_back({t * zones + o.zone, sign * o.volume[t]});
          r.value -= sign * o.price * o.volume[t];
        }
      r.least = o.min_ratio;
      r.whole = o.min_ratio > 0;
      r.order = k;
      r.parent = o.parent;
      if (o.group != no_block) r.group = group_number(0, o.group);
      ratios.push_back(std::move(r));
      if (o.loop != no_block) loops_[o.loop].push_back(k);
    }
    for (std::size_t k = 0; k < book.flexible.size(); ++k) {
      const flexible_order& o = book.flexible[k];
      const double sign = o.side == market_side::sell ? 1 : -1;
      for (std::size_t t = o.first; t < periods && t <= o.last; ++t) {
        block_ratio r;
        if (o.volume > 0) r.profile.push_back({t * zones + o.zone, sign * o.volume});
        r.value = -sign * o.price * o.volume;
        r.least = 1;
        r.source = block_ratio::source_kind::flexible;
        r.order = k;
        r.part = t;
        r.group = group_number(1, k);
        most_[r.group] = std::min(o.most, periods);
        ratios.push_back(std::move(r));
      }
    }
    for (std::size_t k = 0; k < book.complex.size(); ++k) add_complex(book.complex[k], k, periods, zones);

    children.resize(ratios.size());
    for (std::size_t j = 0; j < ratios.size(); ++j)
      if (ratios[j].parent != no_block) {
        children[ratios[j].parent].push_back(j);
        rows.push_back({{{j, 1.0}, {ratios[j].parent, -1.0}}, 0, false});
      }
    members.resize(groups_.size());
    group_most.assign(groups_.size(), 1);
    for (const auto& [g, most] : most_) group_most[g] = most;
    for (std::size_t j = 0; j < ratios.size(); ++j)
      if (ratios[j].group != no_block) members[ratios[j].group].push_back(j);
    for (std::size_t g = 0; g < members.size(); ++g) {
      group_most[g] = std::min(group_most[g], members[g].size());
      if (members[g].size() < 2 || group_most[g] == members[g].size()) continue;
      ratio_row row;
      row.most = static_cast<double>(group_most[g]);
      for (const std::size_t j : members[g]) row.terms.push_back({j, 1.0});
      rows.push_back(std::move(row));
    }
    loop_of.assign(ratios.size(), no_block);
    for (const auto& [id, all] : loops_) {
      for (const std::size_t j : all) loop_of[j] = loops.size();
      loops.push_back(all);
      // Together: the same ratio.
      for (std::size_t k = 1; k < all.size(); ++k) rows.push_back({{{all[0], 1.0}, {all[k], -1.0}}, 0, true});
    }
  }

  /// The accepted part of the tree below an order, itself first.
  void subtree(std::size_t j, std::vector<std::size_t>& out) const {
    out.clear();
    out.push_back(j);
    for (std::size_t k = 0; k < out.size(); ++k)
      out.insert(out.end(), children[out[k]].begin(), children[out[k]].end());
  }

  std::vector<block_ratio> ratios{};
  std::vector<ratio_row> rows{};
  std::vector<std::vector<std::size_t>> children{}, members{}, loops{};
  std::vector<std::size_t> group_most{};  ///< per group: what its ratios sum up to at most
  std::vector<std::size_t> loop_of{};
  std::vector<std::size_t> complex_at{};      ///< per complex order: its ratio
  std::vector<std::uint8_t> complex_bound{};  ///< per complex order: rows besides its steps hold it

private:
  std::size_t group_number(int kind, std::size_t id) {
    return groups_.emplace(std::pair(kind, id), groups_.size()).first->second;
  }

  void add_complex(const complex_order& o, std::size_t k, std::size_t periods, std::size_t zones) {
    const double sign = o.side == market_side::sell ? 1 : -1;
    block_ratio on;
    on.value = o.kind == complex_kind::scalable ? -sign * o.fixed_term : 0;
    on.least = 1;
    on.source = block_ratio::source_kind::complex;
    on.order = k;
    const std::size_t at = ratios.size();
    complex_at.push_back(at);
    ratios.push_back(std::move(on));
    std::vector<std::vector<boxed_lp::term>> power(periods);
    for (std::size_t s = 0; s < o.steps.size(); ++s) {
      const complex_step& step = o.steps[s];
      block_ratio r;
      if (step.volume > 0) {
        r.profile.push_back({step.period * zones + o.zone, sign * step.volume});
        power[step.period].push_back({ratios.size(), step.volume});
      }
      r.value = -sign * step.price * step.volume;
      r.whole = false;
      r.source = block_ratio::source_kind::step;
      r.order = k;
      r.part = s;
      if (!step.survives) r.parent = at;
      ratios.push_back(std::move(r));
    }
    bool bound = false;
    for (std::size_t t = 0; t < o.min_power.size(); ++t) {
      if (!(o.min_power[t] > 0)) continue;
      ratio_row row;
      row.terms.push_back({at, o.min_power[t]});
      for (const auto& e : power[t]) row.terms.push_back({e.column, -e.factor});
      rows.push_back(std::move(row));
      bound = true;
    }
    for (std::size_t t = 1; t < periods; ++t)
      for (const bool up : {true, false}) {
        const double most = up ? o.ramp_up : o.ramp_down;
        if (!std::isfinite(most)) continue;
        ratio_row row;
        row.most = most;
        for (const auto& e : power[t]) row.terms.push_back({e.column, up ? e.factor : -e.factor});
        for (const auto& e : power[t - 1]) row.terms.push_back({e.column, up ? -e.factor : e.factor});
        if (!row.terms.empty()) rows.push_back(std::move(row));
        bound = true;
      }
    complex_bound.push_back(bound ? 1 : 0);
  }

  std::map<std::pair<int, std::size_t>, std::size_t> groups_;
  std::map<std::size_t, std::size_t> most_;
  std::map<std::size_t, std::vector<std::size_t>> loops_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
