// SPDX-License-Identifier: BSL-1.0
// The Italian market of April 2025: all published zone prices, and published flows as the validator sees them.
#include <sched/solve/couple_zones.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <sched/evaluate/validate_market.hpp>
#include <sched/io/gzip_file.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::string folder() {
  const char* other = std::getenv("SCHED_DATA_DIR");
  const std::string at = std::string(other == nullptr ? SCHED_DATA_DIR : other) + "/market/";
  return std::filesystem::is_directory(at) ? at : std::string();
}

using fields = std::vector<std::string_view>;

double number(std::string_view t) {
  double x = 0;
  std::from_chars(t.data(), t.data() + t.size(), x);
  return x;
}

template <class F>
void each_row(const std::string& text, F f) {
  fields row;
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line(text.data() + at, end - at);
    row.clear();
    for (;;) {
      const std::size_t comma = line.find(',');
      row.push_back(line.substr(0, comma));
      if (comma == line.npos) break;
      line.remove_prefix(comma + 1);
    }
    f(row);
    at = end + 1;
  }
}

constexpr std::string_view zone_names[] = {"CALA", "CNOR", "CSUD", "NORD", "SARD", "SICI", "SUD"};

std::size_t zone_of(std::string_view name) {
  return static_cast<std::size_t>(std::find(std::begin(zone_names), std::end(zone_names), name) -
                                  std::begin(zone_names));
}

using hour = std::pair<int, int>;
struct day_ahead {
  zonal_market market;
  double price[7];
  std::map<std::pair<std::string, std::string>, double> flow;
  std::vector<std::string> outside;  ///< of each boundary
};

hour hour_of(const fields& f, std::size_t at = 1) {
  return {static_cast<int>(number(f[0])), static_cast<int>(number(f[at]))};
}

std::map<hour, day_ahead> load(const std::string& at) {
  std::map<hour, day_ahead> all;
  const auto read = [&](const char* name) { return io::read_gzip_file(at + "italy_" + name + ".csv.gz"); };
  std::map<std::tuple<int, int, std::string>, double> outside;
  each_row(read("prices"), [&](const fields& f) {
    const std::size_t z = zone_of(f[2]);
    if (z < 7) all[hour_of(f)].price[z] = number(f[3]);
    else outside[{hour_of(f).first, hour_of(f).second, std::string(f[2])}] = number(f[3]);
  });
  each_row(read("steps"), [&](const fields& f) {
    const auto side = f[3] == "S" ? market_side::sell : market_side::buy;
    all[hour_of(f)].market.orders.push_back(
        {static_cast<std::uint32_t>(zone_of(f[2])), curve_segment(side, number(f[4]), number(f[4]), number(f[5]))});
  });
  each_row(read("block_awards"), [&](const fields& f) {
    const auto side = f[3] == "S" ? market_side::sell : market_side::buy;
    zone_order o{static_cast<std::uint32_t>(zone_of(f[2])), curve_segment(side, 0, 0, number(f[4]))};
    o.order.price_taking = true;
    all[hour_of(f)].market.orders.push_back(o);
  });
  each_row(read("links"), [&](const fields& f) {
    const std::size_t a = zone_of(f[2]), b = zone_of(f[3]);
    if (a >= 7 && b >= 7) return;
    day_ahead& d = all[hour_of(f)];
    const double least = number(f[4]), most = number(f[5]);
    if (a < 7 && b < 7) {
      d.market.links.push_back({.from = static_cast<std::uint32_t>(a),
                                .to = static_cast<std::uint32_t>(b),
                                .capacity = most,
                                .reverse = -least});
      return;
    }
    const std::string other(a < 7 ? f[3] : f[2]);
    const double p = outside.at({hour_of(f).first, hour_of(f).second, other});
    d.market.boundaries.push_back({.zone = static_cast<std::uint32_t>(a < 7 ? a : b),
                                   .price = p,
                                   .import_capacity = a < 7 ? -least : most,
                                   .export_capacity = a < 7 ? most : -least});
    d.outside.push_back(other);
  });
  each_row(read("flows"), [&](const fields& f) {
    all[hour_of(f)].flow[{std::string(f[2]), std::string(f[3])}] = number(f[4]);
  });
  for (auto& [h, d] : all) {
    d.market.zones = 7;
    d.market.bounds = {-500, 4000};
  }
  return all;
}

}  // namespace

TEST_CASE("Italy, April 2025: all published zone prices, each result proved") {
  const std::string at = folder();
  if (at.empty()) {
    WARN("no market data");
    return;
  }
  std::size_t hours = 0, right = 0, points = 0, areas[8] = {};
  for (const auto& [h, d] : load(at)) {
    ++hours;
    const zonal_result r = couple_zones(d.market);
    for (const market_violation& v : validate_market(d.market, r)) {
      INFO("day " << h.first << " hour " << h.second);
      FAIL_CHECK(describe(v));
    }
    std::vector<double> different;
    for (std::size_t z = 0; z < 7; ++z) {
      if (std::abs(r.price[z] - d.price[z]) <= 0.005) ++right;
      else
        UNSCOPED_INFO("day " << h.first << " hour " << h.second << ' ' << zone_names[z] << ": " << r.price[z]
                             << " against " << d.price[z]);
      if (r.hi[z] - r.lo[z] < 1e-9) ++points;
      different.push_back(r.price[z]);
    }
    std::sort(different.begin(), different.end());
    ++areas[std::unique(different.begin(), different.end()) - different.begin()];
  }
  CHECK(hours == 360);
  CHECK(right == 2520);
  CHECK(points == 2520);
  CHECK(areas[1] == 293);
  CHECK(areas[2] == 59);
  CHECK(areas[3] == 7);
  CHECK(areas[4] == 1);
}

TEST_CASE("Italy, April 2025: with external flows given, pro rata comes close to the published flows") {
  const std::string at = folder();
  if (at.empty()) {
    WARN("no market data");
    return;
  }
  double error = 0, worst = 0;
  std::size_t flows = 0, accepted = 0;
  for (auto& [h, d] : load(at)) {
    zonal_market m = d.market;
    m.injection.assign(7, 0.0);
    for (const auto& [ends, f] : d.flow)
      if (zone_of(ends.second) >= 7) m.injection[zone_of(ends.first)] -= f;
    m.boundaries.clear();
    const zonal_result r = couple_zones(m, tie::pro_rata{});
    zonal_result published = r;
    published.net_position.assign(7, 0.0);
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const double f = d.flow.at({std::string(zone_names[m.links[k].from]), std::string(zone_names[m.links[k].to])});
      error += std::abs(r.flow[k] - f);
      worst = std::max(worst, std::abs(r.flow[k] - f));
      ++flows;
      published.flow[k] = f;
      published.net_position[m.links[k].from] += f;
      published.net_position[m.links[k].to] -= f;
    }
    // The published flows against the published prices; the volumes of orders are not published.
    published.price.assign(std::begin(d.price), std::end(d.price));
    bool fine = true;
    for (const market_violation& v : validate_market(m, published, {.price = 1e-6, .fixed_volume = 0.02}))
      if (v.item == market_item::link) fine = false;
    accepted += fine ? 1 : 0;
  }
  CHECK(flows == 2160);
  CHECK(accepted == 360);
  const double mean = error / static_cast<double>(flows);
  INFO("mean error " << mean << " MWh, worst " << worst);
  CHECK(mean < 0.01);
}
