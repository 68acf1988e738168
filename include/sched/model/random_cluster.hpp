// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RANDOM_CLUSTER_HPP
#define SCHED_MODEL_RANDOM_CLUSTER_HPP

/// \file
/// Random clusters and tasks for them: the same seed gives the same ones everywhere.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// Nodes of a few kinds, as in real clusters: most are alike. Shares are probabilities, 0 to 1.
struct random_cluster_options {
  std::size_t nodes = 100;
  std::size_t kinds = 4;           ///< different kinds of nodes
  std::size_t models = 3;          ///< device models, named G0, G1 …
  std::size_t nodes_per_rack = 0;  ///< 0: no racks; else levels "block" and "rack"
  std::size_t racks_per_block = 4;
  bool numa = false;           ///< two domains on nodes with 4 devices or more, pairs bridged
  double without_devices = 0;  ///< share of nodes without devices
  // Tasks.
  double load = 1;           ///< Σ thousandths of devices asked for / those there are
  double cpu_only = 0.13;    ///< share of tasks without devices
  double fractional = 0.35;  ///< share of tasks with a part of one device
  double multiple = 0.05;    ///< share of tasks with 2, 4 or 8 devices
  double choosy = 0.1;       ///< share of tasks with devices that name models
  std::size_t max_tasks = 1'000'000;
};

namespace detail {
template <class T>
[[nodiscard]] const T& any_of(const std::vector<T>& v, random_generator& rng) {
  return v[static_cast<std::size_t>(rng.below(v.size()))];
}
}  // namespace detail

/// Nodes with 2, 4 or 8 devices of one model, 8 to 16 cpus for each (16 to 64 without), 4 GiB of memory a cpu. Names
/// have leading zeros: their order is that of the nodes. O(nodes).
[[nodiscard]] inline std::vector<node_spec> random_nodes(const random_cluster_options& o, random_generator& rng) {
  std::vector<node_spec> kinds;
  for (std::size_t k = 0; k < std::max<std::size_t>(1, o.kinds); ++k) {
    node_spec n;
    std::size_t devices = std::size_t{2} << rng.below(3);
    if (rng.chance(o.without_devices)) devices = 0;
    const std::string model = "G" + std::to_string(rng.below(std::max<std::size_t>(1, o.models)));
    for (std::size_t d = 0; d < devices; ++d)
      n.devices.push_back(
          {model, 16'384 * mebibyte, static_cast<std::uint16_t>(o.numa && devices >= 4 && d >= devices / 2 ? 1 : 0)});
    if (o.numa)
      for (std::size_t d = 0; d + 1 < devices; d += 2)
        n.links.push_back({static_cast<std::uint16_t>(d), static_cast<std::uint16_t>(d + 1), link_class::bridge});
    const amount cpus = devices == 0 ? rng.between(16, 64) : static_cast<amount>(devices) * rng.between(8, 16);
    n.cpu = cpus * 1000;
    n.memory = cpus * 4096 * mebibyte;
    kinds.push_back(std::move(n));
  }
  const std::size_t digits = std::to_string(std::max<std::size_t>(1, o.nodes) - 1).size();
  const auto numbered = [&](const char* what, std::size_t i, std::size_t width) {
    const std::string number = std::to_string(i);
    return what + std::string(number.size() < width ? width - number.size() : 0, '0') + number;
  };
  std::vector<node_spec> out;
  for (std::size_t i = 0; i < o.nodes; ++i) {
    node_spec n = detail::any_of(kinds, rng);
    n.name = numbered("node-", i, digits);
    if (o.nodes_per_rack != 0) {
      const std::size_t rack = i / o.nodes_per_rack;
      n.path = {"block-" + std::to_string(rack / std::max<std::size_t>(1, o.racks_per_block)),
                "rack-" + std::to_string(rack)};
    }
    out.push_back(std::move(n));
  }
  return out;
}

/// The cluster of such nodes.
[[nodiscard]] inline cluster random_cluster(const random_cluster_options& o, random_generator& rng) {
  cluster_builder b(o.nodes_per_rack == 0 ? std::vector<std::string>{} : std::vector<std::string>{"block", "rack"});
  for (const node_spec& n : random_nodes(o, rng)) b.add_node(n);
  return b.build();
}

/// Tasks until `load` is asked for: 1 to 12 cpus (for each device), 1 to 8 GiB a cpu; shares are multiples of 10
/// thousandths. At least one task; without devices as many as there are cpus. O(tasks).
[[nodiscard]] inline std::vector<part> random_tasks(const cluster& c, const random_cluster_options& o,
                                                    random_generator& rng) {
  std::vector<part> out;
  const double wanted = o.load * static_cast<double>(c.total_milli());
  amount asked = 0, cpu = 0;
  do {
    part p;
    const amount cpus = rng.between(1, 12);
    p.cpu = cpus * 1000;
    p.memory = cpus * 1024 * mebibyte * rng.between(1, 8);
    const double kind = rng.real();
    if (c.device_count() != 0 && kind >= o.cpu_only) {
      p.devices = 1;
      if (kind < o.cpu_only + o.fractional) {
        p.share = 10 * rng.between(1, 99);
      } else if (kind < o.cpu_only + o.fractional + o.multiple) {
        p.devices = 2U << rng.below(3);
        p.cpu *= p.devices;
        p.memory *= p.devices;
      }
      if (rng.chance(o.choosy) && c.model_count() > 0)
        for (int k = 0; k < 2; ++k) p.models |= model_set{1} << rng.below(c.model_count());
    }
    if (p.devices != 0) asked += p.milli();
    cpu += p.cpu;
    out.push_back(std::move(p));
  } while (out.size() < o.max_tasks && (c.device_count() != 0 && o.cpu_only < 1
                                            ? static_cast<double>(asked) < wanted
                                            : static_cast<double>(cpu) < o.load * static_cast<double>(c.total_cpu())));
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
