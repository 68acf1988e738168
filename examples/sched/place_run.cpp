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

std::vector<std::uint32_t> place_order(const cluster& c, std::span<const part> parts, const place_request& r) {
  std::vector<std::uint32_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0U);
  random_generator random(r.seed);
  if (r.order == "shuffle") random.shuffle(std::span<std::uint32_t>(order));
  if (r.fraction > 0) {
    const auto milli = [&](std::uint32_t k) { return parts[k].devices == 0 ? 0 : parts[k].milli(); };
    const double limit = r.fraction * static_cast<double>(c.total_milli());
    amount sum = 0;
    std::size_t n = 0;
    while (n < order.size() && static_cast<double>(sum) < limit) sum += milli(order[n++]);
    const bool short_list = n == order.size();
    order.resize(n);
    if (r.fill && short_list && sum > 0) {
      while (static_cast<double>(sum) < limit) {
        order.push_back(static_cast<std::uint32_t>(random.below(parts.size())));
        sum += milli(order.back());
      }
      if (r.order == "shuffle") random.shuffle(std::span<std::uint32_t>(order));
    }
  }
  if (r.order == "decreasing" || r.policy == "bfd")
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return placement::larger_first{}(parts[a], parts[b]); });
  return order;
}

place_answer run_place(const cluster& c, std::span<const part> parts, const place_request& r, std::stop_token stop,
                       const std::function<void(std::size_t, std::size_t)>& step) {
  place_answer out;
  out.pods = place_order(c, parts, r);
  out.results.reserve(out.pods.size());
  std::vector<request> asked;
  asked.reserve(parts.size());
  for (const part& p : parts) {
    asked.push_back(single(p));
    check_request(asked.back(), c);
  }
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
    const part& p = parts[out.pods[k]];
    out.results.push_back(policy(asked[out.pods[k]], s, ws));
    const amount milli = p.devices == 0 ? 0 : p.milli();
    out.milli_requested += milli;
    if (!out.results.back()) continue;
    s.apply(out.results.back());
    out.milli_placed += milli;
    ++out.placed;
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const fragmentation f = measure_fragmentation(fragment_table(typical_types(parts, r.typical), c), s);
  out.fragmented = f.of(f.free);
  return out;
}

}  // namespace program
