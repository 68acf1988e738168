// SPDX-License-Identifier: BSL-1.0
// Every market case, and the published results of the Italian and Iberian markets as oracles.
#include "../../examples/sched/market_cases.hpp"

#include <map>
#include <string>
#include <vector>

#include <sched/io/gzip_file.hpp>
#include <sched/io/market_csv.hpp>

#include "support/catch.hpp"
#include "support/csv_table.hpp"

using namespace sched;

using sched_test::csv_table;
using sched_test::real;

TEST_CASE("every market case comes out as expected") {
  const std::string at = sched_test::market_folder();
  if (at.empty()) return;
  const std::string path = at + "cases.json", text = io::read_file(path);
  const io::json_document document(text, path);
  std::size_t run = 0;
  for (const io::market_case& c : io::read_market_cases(document)) {
    const auto got = program::market_runner(c).run();
    if (!got.supported) continue;
    ++run;
    INFO(c.name);
    CHECK(program::market_expectation(c).first_difference(got.values) == "");
  }
  CHECK(run >= 111);
}

TEST_CASE("Italian zones: the published price is admissible with the published net export, 2520 of 2520") {
  const std::string at = sched_test::market_folder();
  if (at.empty()) return;
  const std::string path = at + "italy_steps.csv.gz";
  std::map<std::string, double> prices, exports;
  for (const auto& r : csv_table(at + "italy_prices.csv.gz").rows)
    prices[r.at("day") + "/" + r.at("hour") + "/" + r.at("zone")] = real(r.at("price"));
  for (const auto& r : csv_table(at + "italy_flows.csv.gz").rows) {
    const std::string hour = r.at("day") + "/" + r.at("hour") + "/";
    exports[hour + r.at("from")] += real(r.at("flow"));
    exports[hour + r.at("to")] -= real(r.at("flow"));
  }
  // Awards of blocks take part without a limit.
  std::map<std::string, std::vector<curve_order>> awards;
  for (const auto& r : csv_table(at + "italy_block_awards.csv.gz").rows) {
    curve_order o{r.at("side") == "S" ? market_side::sell : market_side::buy, 0, real(r.at("volume"))};
    o.price_taking = true;
    awards[r.at("day") + "/" + r.at("hour") + "/" + r.at("zone")].push_back(o);
  }
  std::size_t zones = 0, inside = 0;
  for (auto& b : io::read_market_csv(io::read_gzip_file(path), path)) {
    ++zones;
    if (const auto it = awards.find(b.name); it != awards.end())
      b.orders.insert(b.orders.end(), it->second.begin(), it->second.end());
    const merit_curve curve(b.orders, {-500, 4000});
    const auto p = curve.prices(exports[b.name], 0.05);
    const double published = prices.at(b.name);
    if (p.lo - 0.005 <= published && published <= p.hi + 0.005) ++inside;
  }
  CHECK(zones == 2520);
  CHECK(inside == 2520);
}

TEST_CASE("the Iberian book: volumes and intervals of all rows, of simple ones, and of Portugal with its exports") {
  const std::string at = sched_test::market_folder();
  if (at.empty()) return;
  const std::string path = at + "omie_steps.csv.gz", text = io::read_gzip_file(path);
  struct books {
    std::vector<lot_order> all, simple, portugal;
  };
  std::map<std::string, books> hours;
  for (const auto& r : csv_table(path).rows) {
    // Cents and tenths: whole ticks and lots.
    const lot_order o{r.at("side") == "S" ? market_side::sell : market_side::buy,
                      std::llround(real(r.at("price")) * 100), std::llround(real(r.at("volume")) * 10)};
    books& b = hours[r.at("hour")];
    b.all.push_back(o);
    if (r.at("kind") != "S") continue;
    b.simple.push_back(o);
    if (r.at("zone") == "PT") b.portugal.push_back(o);
  }
  std::size_t exact = 0, published = 0;
  for (const auto& r : csv_table(at + "omie_hours.csv").rows) {
    const books& b = hours.at(r.at("hour"));
    const auto check = [&](const std::vector<lot_order>& orders, const std::string& kind) {
      const auto x = clear_two_sided(orders);
      CHECK(static_cast<double>(x.volume) / 10 == Approx(real(r.at(kind + "_volume"))));
      CHECK(x.lo == std::llround(real(r.at(kind + "_price_lo")) * 100));
      CHECK(x.hi == std::llround(real(r.at(kind + "_price_hi")) * 100));
      // The same in doubles.
      std::vector<curve_order> reals;
      for (const lot_order& o : orders)
        reals.push_back({o.side, static_cast<double>(o.price) / 100, static_cast<double>(o.volume) / 10});
      const auto y = clear_two_sided(reals);
      CHECK(y.lo == static_cast<double>(x.lo) / 100);
      CHECK(y.hi == static_cast<double>(x.hi) / 100);
      CHECK(y.volume == Approx(static_cast<double>(x.volume) / 10).epsilon(1e-12));
      ++exact;
    };
    check(b.all, "all");
    check(b.simple, "simple");
    book_clearing_options<std::int64_t> options;
    options.net_export = -std::llround(real(r.at("flow_es_pt")) * 10);
    const auto pt = clear_two_sided(b.portugal, pricing::k_price{}, tie::index{}, shortage::marginal_demand{}, options);
    CHECK(pt.lo == std::llround(real(r.at("pt_price_lo")) * 100));
    CHECK(pt.hi == std::llround(real(r.at("pt_price_hi")) * 100));
    const auto price = std::llround(real(r.at("price_pt")) * 100);
    if (pt.lo <= price && price <= pt.hi) ++published;
  }
  CHECK(exact == 24);
  CHECK(published == 12);
}
