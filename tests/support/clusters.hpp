// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_CLUSTERS_HPP
#define SCHED_TESTS_SUPPORT_CLUSTERS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/model/cluster.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/request.hpp>

/// Small clusters and jobs for them.
namespace sched_test {

/// Nodes of 16 cpus and 64 GiB; each has so many devices, in domains of four.
inline sched::cluster small_cluster(const std::vector<std::size_t>& devices, const std::string& model = "A100") {
  sched::cluster_builder b;
  for (std::size_t k = 0; k < devices.size(); ++k) {
    sched::node_spec n{.name = "n" + std::to_string(k), .cpu = 16'000, .memory = 64 * 1024 * sched::mebibyte};
    for (std::size_t d = 0; d < devices[k]; ++d)
      n.devices.push_back({.model = model, .memory = 0, .numa = static_cast<std::uint16_t>(d / 4)});
    b.add_node(n);
  }
  return b.build();
}
/// A job of one part.
inline sched::cluster_job device_job(sched::job_number id, std::uint32_t devices,
                                     sched::duration estimate = sched::duration::infinity(),
                                     std::int32_t band = sched::band_normal) {
  sched::cluster_job j;
  j.id = id;
  sched::part p;
  p.cpu = 1000;
  p.devices = devices;
  j.wants = sched::single(p);
  j.estimate = estimate;
  j.band = band;
  return j;
}

}  // namespace sched_test

#endif
