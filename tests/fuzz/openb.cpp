// SPDX-License-Identifier: BSL-1.0
// Any bytes as a list of nodes and a list of pods: an error with file and line, or lists that survive writing and
// reading and of which a cluster can be made, on which every pod has a sound place or none.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/evaluate/validate_placement.hpp>
#include <sched/io/openb.hpp>
#include <sched/placement/policy.hpp>

#include "support/fuzz_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sched;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The two lists are parted by a line of one `%`.
  const std::size_t cut = text.find("\n%\n");
  const std::string_view first = text.substr(0, cut);
  const std::string_view second = cut == std::string_view::npos ? std::string_view() : text.substr(cut + 3);
  std::vector<node_spec> nodes;
  std::vector<io::openb_pod> pods;
  try {
    nodes = io::read_openb_nodes(first, "f.x");
  } catch (const error& e) {
    fuzz_check_error(e, first);
  }
  try {
    pods = io::read_openb_pods(second, "f.x");
  } catch (const error& e) {
    fuzz_check_error(e, second);
  }
  const std::string written = io::write_openb_pods(pods);
  fuzz_require(io::read_openb_pods(written) == pods, "pods survive writing and reading");
  if (nodes.empty()) return 0;
  const std::string again = io::write_openb_nodes(nodes);
  fuzz_require(io::write_openb_nodes(io::read_openb_nodes(again)) == again, "nodes survive writing and reading");
  try {
    const cluster c = io::make_openb_cluster(nodes, pods);
    cluster_state s(c);
    placement_workspace ws;
    std::vector<request> asked;
    std::vector<placement_result> given;
    for (const io::openb_pod& p : pods) {
      asked.push_back(single(io::part_of(p, c)));
      check_request(asked.back(), c);
      given.push_back(placement::best_fit{}(asked.back(), s, ws));
      fuzz_require(!given.back() || s.try_apply(given.back().allocations()), "what is placed fits");
    }
    std::vector<placed_request> all;
    for (std::size_t k = 0; k < asked.size(); ++k) all.push_back({&asked[k], given[k].allocations()});
    fuzz_require(validate_placement(c, all).empty(), "placements are sound");
  } catch (const error& e) {
    fuzz_require(!e.reason().empty(), "a model without a name, or too many models");
  }
  return 0;
}
