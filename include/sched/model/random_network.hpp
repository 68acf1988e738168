// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RANDOM_NETWORK_HPP
#define SCHED_MODEL_RANDOM_NETWORK_HPP

/// \file
/// Random precedence networks without redundant arcs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/random.hpp>

namespace sched {
inline namespace v0 {

struct random_network_options {
  std::size_t nodes = 30;
  std::size_t arcs = 45;             ///< wanted; the result comes as near as the other limits allow
  std::size_t sources = 3;           ///< the first nodes, which have no predecessors; every later node has one
  std::size_t sinks = 3;             ///< the last nodes, which have no successors; every earlier node has one
  std::size_t max_predecessors = 3;  ///< per node; exceeded only where a node would otherwise stay unconnected
  std::size_t max_successors = 3;    ///< likewise
  /// Longest distance between the two ends of an arc, in nodes: keeps the cost linear. 0 = min(nodes, 256). The larger,
  /// the shallower the network.
  std::size_t window = 0;
};

/// An arc between nodes, `from < to`.
using node_arc = std::pair<std::uint32_t, std::uint32_t>;

namespace detail {

class network_generator {
public:
  network_generator(const random_network_options& o, random_generator& rng)
      : o_(o), rng_(rng), n_(o.nodes), window_(o.window != 0 ? o.window : std::min<std::size_t>(o.nodes, 256)) {}

  std::vector<node_arc> run() {
    words_ = (window_ + 63) / 64;
    wanted_.resize(n_);
    out_.assign(n_, 0);
    reach_.assign(n_ * words_, 0);
    propose();
    std::vector<node_arc> arcs;
    arcs.reserve(o_.arcs + n_);
    for (std::size_t j = o_.sources; j < n_; ++j) {
      proposed_so_far_ += wanted_[j].size();
      reduce(j);
      enrich(j, arcs.size());
      std::ranges::sort(wanted_[j]);
      for (std::uint32_t i : wanted_[j]) arcs.emplace_back(i, static_cast<std::uint32_t>(j));
    }
    return arcs;
  }

private:
  [[nodiscard]] std::size_t first_before(std::size_t j) const { return j > window_ ? j - window_ : 0; }
  [[nodiscard]] std::size_t end_before(std::size_t j) const { return std::min(j, n_ - o_.sinks); }
  [[nodiscard]] std::size_t pick(std::size_t first, std::size_t end) {
    return first + static_cast<std::size_t>(rng_.below(end - first));
  }

  /// A random predecessor for every node, then a random successor for every node that has none.
  void propose() {
    for (std::size_t j = o_.sources; j < n_; ++j) {
      const std::size_t end = end_before(j);
      // Of two candidates the one with fewer successors: few nodes are left without any, so few arcs are forced.
      std::size_t i = pick(first_before(j), end);
      if (const std::size_t other = pick(first_before(j), end); out_[other] < out_[i]) i = other;
      for (int tries = 0; out_[i] >= o_.max_successors && tries < 8; ++tries) i = pick(first_before(j), end);
      if (out_[i] >= o_.max_successors) i = end - 1;
      connect(i, j);
    }
    for (std::size_t i = 0; i + o_.sinks < n_; ++i) {
      if (out_[i] != 0) continue;
      const std::size_t first = std::max(i + 1, o_.sources);
      const std::size_t end = std::min(n_, i + window_ + 1);
      std::size_t j = pick(first, end);
      for (int tries = 0; wanted_[j].size() >= o_.max_predecessors && tries < 8; ++tries) j = pick(first, end);
      connect(i, j);
    }
  }
  void connect(std::size_t i, std::size_t j) {
    wanted_[j].push_back(static_cast<std::uint32_t>(i));
    ++out_[i];
    ++proposed_;
  }

  /// Nodes before j that j can be reached from, as bits: bit d − 1 is node j − d. A path that shortcuts an arc lies
  /// between its ends, so the window of bits decides redundancy exactly.
  [[nodiscard]] std::span<std::uint64_t> reach(std::size_t j) { return {reach_.data() + j * words_, words_}; }
  [[nodiscard]] bool reached(std::size_t from, std::size_t j) {
    const std::size_t bit = j - from - 1;
    return j - from <= window_ && ((reach(j)[bit / 64] >> (bit % 64)) & 1U) != 0;
  }
  void absorb(std::size_t i, std::size_t j) {
    const std::size_t shift = j - i;
    const auto source = reach(i);
    const auto target = reach(j);
    const std::size_t whole = shift / 64;
    const std::size_t part = shift % 64;
    for (std::size_t w = words_; w-- > whole;) {
      std::uint64_t bits = source[w - whole] << part;
      if (part != 0 && w > whole) bits |= source[w - whole - 1] >> (64 - part);
      target[w] |= bits;
    }
    target[(shift - 1) / 64] |= std::uint64_t{1} << ((shift - 1) % 64);
  }

  /// Keeps the proposals for j that no other one implies. A dropped one has a successor on the way to j.
  void reduce(std::size_t j) {
    std::vector<std::uint32_t>& row = wanted_[j];
    std::ranges::sort(row, std::ranges::greater{});
    std::size_t kept = 0;
    for (std::uint32_t i : row) {
      if (reached(i, j)) {
        --out_[i];
        continue;
      }
      absorb(i, j);
      row[kept++] = i;
    }
    row.resize(kept);
  }

  /// Adds arcs into j until the number so far is what was proposed for the nodes up to j and a fair share of the rest.
  void enrich(std::size_t j, std::size_t before) {
    std::vector<std::uint32_t>& row = wanted_[j];
    const std::size_t end = end_before(j);
    const std::size_t spare = o_.arcs > proposed_ ? o_.arcs - proposed_ : 0;
    const std::size_t share =
        proposed_so_far_ + (spare * (j + 1 - o_.sources) + (n_ - o_.sources) - 1) / (n_ - o_.sources);
    for (int tries = 0; before + row.size() < share && row.size() < o_.max_predecessors && tries < 24; ++tries) {
      const std::size_t i = pick(first_before(j), end);
      if (out_[i] >= o_.max_successors || reached(i, j)) continue;
      if (std::ranges::any_of(row, [&](std::uint32_t k) { return k < i && reached(k, i); })) continue;
      absorb(i, j);
      row.push_back(static_cast<std::uint32_t>(i));
      ++out_[i];
    }
  }

  const random_network_options& o_;
  random_generator& rng_;
  std::size_t n_, window_, words_ = 0;
  std::size_t proposed_ = 0, proposed_so_far_ = 0;
  std::vector<std::vector<std::uint32_t>> wanted_;  // predecessors of every node
  std::vector<std::uint32_t> out_;                  // number of successors
  std::vector<std::uint64_t> reach_;
};

}  // namespace detail

/// A random acyclic network: nodes in topological order, arcs sorted by `to` then `from`, none implied by the others
/// (it is its own transitive reduction), every node but the sources with a predecessor and every node but the sinks
/// with a successor. Follows ProGen, with arcs no longer than the window. O(arcs · window / 64 + nodes). Throws
/// `sched::error` unless 1 ≤ sources, 1 ≤ sinks, sources + sinks ≤ nodes, the limits are at least 1, and sources, sinks
/// < window ≤ 4096. Reference: Kolisch, Sprecher & Drexl 1995 (ProGen).
[[nodiscard]] inline std::vector<node_arc> random_network(const random_network_options& o, random_generator& rng) {
  const auto require = [](bool fine, const char* reason) {
    if (!fine) throw error(std::string("random network: ") + reason);
  };
  require(o.nodes <= 100'000'000, "at most 100,000,000 nodes");
  require(o.sources >= 1 && o.sinks >= 1, "at least one source and one sink");
  require(o.sources + o.sinks <= o.nodes, "sources and sinks together exceed the nodes");
  require(o.max_predecessors >= 1 && o.max_successors >= 1, "limits of predecessors and successors must be at least 1");
  require(o.arcs <= o.nodes * 64, "at most 64 arcs per node");
  const std::size_t window = o.window != 0 ? o.window : std::min<std::size_t>(o.nodes, 256);
  require(window <= 4096, "window above 4096");
  require(o.sources < window && o.sinks < window, "window must exceed the number of sources and of sinks");
  return detail::network_generator(o, rng).run();
}

}  // namespace v0
}  // namespace sched

#endif
