// SPDX-License-Identifier: BSL-1.0
#include <sched/model/zonal_ramps.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("periods share zones and links, and ramps name what there is") {
  zonal_market m;
  m.zones = 2;
  m.links = {{.from = 0, .to = 1, .capacity = 1}};
  std::vector<zonal_market> p{m, m};
  CHECK(!check_zonal_periods(p, std::vector<zonal_ramp>{{.links = {0}}, {.zone = 1, .up = 3}}));
  CHECK(check_zonal_periods(p, std::vector<zonal_ramp>{{.links = {0}}, {.links = {1}}}).index == 1);
  CHECK(check_zonal_periods(p, std::vector<zonal_ramp>{{.zone = 7}}).code == market_fault::unknown_zone);
  CHECK(check_zonal_periods(p, std::vector<zonal_ramp>{{.down = -1}}).code == market_fault::negative_volume);
  p[1].links[0].to = 0;
  p[1].links[0].from = 1;
  CHECK(check_zonal_periods(p, {}).code == market_fault::length_mismatch);
  CHECK(check_zonal_periods(p, {}).index == 1);
  p[1].links[0].to = 9;
  CHECK(check_zonal_periods(p, {}).code == market_fault::unknown_zone);
}
