// SPDX-License-Identifier: BSL-1.0
#include <sched/model/node_shape.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

const std::vector<std::uint8_t> four(4, 0);
const std::vector<std::uint16_t> two_domains{0, 0, 1, 1};

}  // namespace

TEST_CASE("links that are not given follow from the domains, costs from the table") {
  const std::vector<device_link> links{{0, 1, link_class::bridge}, {1, 2, link_class::pcie_switch}};
  const node_shape s(four, two_domains, links, {});
  CHECK(s.cost(0, 0) == 0);
  CHECK(s.cost(0, 1) == 1);
  CHECK(s.cost(2, 1) == 2);
  CHECK(s.cost(2, 3) == 3);
  CHECK(s.cost(0, 3) == 4);
  CHECK(s.domains() == 2);
  CHECK(s.joined());
  link_costs own;
  own.within[static_cast<std::size_t>(link_class::other_numa)] = 70;
  CHECK(node_shape(four, two_domains, {}, own).cost(0, 2) == 70);
}

TEST_CASE("without links and with one domain nothing is known and nothing is ranked") {
  const node_shape s(four, std::vector<std::uint16_t>(4, 0), {}, {});
  CHECK(!s.joined());
  CHECK(!s.ranked());
  CHECK(s.cost(0, 1) == 0);
  CHECK(s.choices(2).empty());
  CHECK(node_shape().size() == 0);
}

TEST_CASE("sets of devices: least link cost, then fewest domains, then lowest numbers") {
  const std::vector<device_link> links{{1, 3, link_class::bridge}};
  const node_shape s(four, two_domains, links, {});
  REQUIRE(s.choices(2).size() == 6);
  CHECK(s.choices(2)[0] == 0b1010);  // the bridge
  CHECK(s.choices(2)[1] == 0b0011);  // one domain, lowest
  CHECK(s.choices(2)[2] == 0b1100);
  CHECK(s.choices(2)[3] == 0b0101);
  CHECK(s.choices(4).size() == 1);
  CHECK(s.choices(5).empty());
  std::size_t all = 0;
  for (std::size_t k = 0; k <= 4; ++k)
    for (const std::uint16_t set : s.choices(k)) {
      CHECK(static_cast<std::size_t>(std::popcount(set)) == k);
      ++all;
    }
  CHECK(all == 16);
}

TEST_CASE("sixteen devices are ranked, seventeen are not") {
  std::vector<std::uint16_t> numa(16, 0);
  for (std::size_t k = 8; k < 16; ++k) numa[k] = 1;
  const node_shape s(std::vector<std::uint8_t>(16, 2), numa, {}, {});
  CHECK(s.ranked());
  CHECK(s.choices(8).size() == 12870);
  CHECK(s.choices(8)[0] == 0x00ff);
  CHECK(s.choices(8)[1] == 0xff00);
  numa.push_back(1);
  CHECK(!node_shape(std::vector<std::uint8_t>(17, 2), numa, {}, {}).ranked());
}

TEST_CASE("models are bits; a shape of one model is uniform") {
  const std::vector<std::uint8_t> models{3, 3, 5};
  const node_shape s(models, std::vector<std::uint16_t>(3, 0), {}, {});
  CHECK(s.models() == 0b101000);
  CHECK(!s.uniform());
  CHECK(s.model(2) == 5);
  CHECK(node_shape(four, two_domains, {}, {}).uniform());
  CHECK(s == node_shape(models, std::vector<std::uint16_t>(3, 0), {}, {}));
}
