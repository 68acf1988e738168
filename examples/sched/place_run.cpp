// SPDX-License-Identifier: BSL-1.0
// Placing pods by the policy of a name.
#include "place_run.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include <sched/core/random.hpp>

namespace program {

using namespace sched;

const std::vector<place_name>& place_policies() {
  static const std::vector<place_name> all{
      {"first-fit", "first-fit", "the lowest node that has room"},
      {"best-fit", "best-fit", "least left: cpu + 16 times GPU thousandths"},
      {"worst-fit", "worst-fit", "most left"},
      {"bfd", "best-fit-decreasing", "largest pods first, then best fit"},
      {"dot-product", "dot-product", "least product of what is free and what is asked for"},
      {"packing", "gpu-packing", "shared GPUs before idle ones before idle nodes"},
      {"clustering", "gpu-clustering", "pods with the same number of GPUs together"},
      {"random", "random", "any node, and any GPU for a share"},
      {"least-nodes", "least-nodes", "fewest nodes"},
      {"balanced", "balanced", "smallest largest load of cpu, memory and GPUs"},
      {"fgd", "fragmentation-gradient-descent", "least growth of what typical pods cannot use, rounded as published"},
      {"fgd-exact", "fragmentation-gradient-exact", "the same without rounding"},
      {"reference", "horizon-reference", "first node with enough GPUs, emptiest NUMA domains first"}};
  return all;
}

place_policy make_place_policy(const std::string& name, const cluster& c, std::span<const part> workload,
                               const place_request& r) {
  if (name == "first-fit") return placement::first_fit{};
  if (name == "best-fit" || name == "bfd") return placement::best_fit{};
  if (name == "worst-fit") return placement::worst_fit{};
  if (name == "dot-product") return placement::dot_product{};
  if (name == "packing") return placement::packing{};
  if (name == "clustering") return placement::clustering{};
  if (name == "random") return placement::random_node(score::random(r.seed));
  if (name == "least-nodes") return placement::least_nodes{};
  if (name == "balanced") return placement::balanced{};
  if (name == "fgd") return placement::fgd(typical_types(workload, r.typical), c);
  if (name == "fgd-exact") return placement::fgd_exact(typical_types(workload, r.typical), c);
  return placement::reference{};
}

void place_workload::ask(const cluster& c) {
  for (const io::openb_pod& p : pods) {
    parts.push_back(io::part_of(p, c));
    asked.push_back(gang(parts.back(), p.count, p.least));
    check_request(asked.back(), c);
  }
}

namespace {

amount milli_of(const request& r) {
  amount sum = 0;
  for (const part_group& g : r.groups)
    if (g.each.devices != 0) sum = saturating_add(sum, saturating_mul(g.each.milli(), static_cast<amount>(g.count)));
  return sum;
}

/// What is left when everybody was asked goes to gangs below their count, one pod each in turn.
void grow(const place_workload& w, const place_policy& policy, cluster_state& s, placement_workspace& ws,
          place_answer& out) {
  std::vector<std::size_t> growing;
  for (std::size_t k = 0; k < out.results.size(); ++k)
    if (out.results[k] && w.elastic(out.pods[k])) growing.push_back(k);
  while (!growing.empty())
    std::erase_if(growing, [&](std::size_t k) {
      const request& asked = w.asked[out.pods[k]];
      placement_result& have = out.results[k];
      if (have.parts.size() >= asked.part_count()) return true;
      placement_result more = one_more(policy, asked, 0, have.allocations(), {}, s, ws);
      if (!more) return true;  // nothing becomes free here
      s.apply(more);
      out.milli_placed += static_cast<amount>(more.parts[0].devices.size()) * more.parts[0].share;
      have.parts.push_back(std::move(more.parts[0]));
      return false;
    });
}

}  // namespace

std::vector<std::uint32_t> place_order(const cluster& c, const place_workload& w, const place_request& r) {
  const std::vector<part>& parts = w.parts;
  std::vector<std::uint32_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0U);
  random_generator random(r.seed);
  if (r.order == "shuffle") random.shuffle(std::span<std::uint32_t>(order));
  if (r.fraction > 0) {
    const auto milli = [&](std::uint32_t k) { return milli_of(w.asked[k]); };
    const double limit = r.fraction * static_cast<double>(c.total_milli());
    amount sum = 0;
    std::size_t n = 0;
    while (n < order.size() && static_cast<double>(sum) < limit) sum = saturating_add(sum, milli(order[n++]));
    const bool short_list = n == order.size();
    order.resize(n);
    if (r.fill && short_list && sum > 0) {
      while (static_cast<double>(sum) < limit) {
        order.push_back(static_cast<std::uint32_t>(random.below(parts.size())));
        sum = saturating_add(sum, milli(order.back()));
      }
      if (r.order == "shuffle") random.shuffle(std::span<std::uint32_t>(order));
    }
  }
  if (r.order == "decreasing" || r.policy == "bfd")
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return placement::larger_first{}(parts[a], parts[b]); });
  return order;
}

place_answer run_place(const cluster& c, const place_workload& w, const place_request& r, std::stop_token stop,
                       const std::function<void(std::size_t, std::size_t)>& step) {
  const std::vector<part>& parts = w.parts;
  place_answer out;
  out.pods = place_order(c, w, r);
  out.results.reserve(out.pods.size());
  const auto begin = std::chrono::steady_clock::now();
  const place_policy policy = make_place_policy(r.policy, c, parts, r);
  cluster_state s(c);
  placement_workspace ws;
  for (std::size_t k = 0; k < out.pods.size(); ++k) {
    if (k % 256 == 0) {
      if (stop.stop_requested()) {
        out.stopped = true;
        out.pods.resize(k);
        break;
      }
      if (step) step(k, out.pods.size());
    }
    const request& asked = w.asked[out.pods[k]];
    out.results.push_back(!w.asks(out.pods[k])     ? placement_result()
                          : w.elastic(out.pods[k]) ? policy(at_least(asked), s, ws)
                                                   : policy(asked, s, ws));
    out.milli_requested = saturating_add(out.milli_requested, milli_of(asked));
    if (!out.results.back()) continue;
    s.apply(out.results.back());
    for (const allocation& a : out.results.back().parts)
      out.milli_placed += static_cast<amount>(a.devices.size()) * a.share;
    ++out.placed;
  }
  if (!out.stopped) grow(w, policy, s, ws, out);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const fragmentation f = measure_fragmentation(fragment_table(typical_types(parts, r.typical), c), s);
  out.fragmented = f.of(f.free);
  return out;
}

}  // namespace program
