// SPDX-License-Identifier: BSL-1.0
// The market cases of coupled zones, each result proved by the validator.
#include "../../examples/sched/market_zones.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <sched/io/file.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("every zonal case comes out as expected and is proved") {
  const char* other = std::getenv("SCHED_DATA_DIR");
  const std::string path = std::string(other == nullptr ? SCHED_DATA_DIR : other) + "/market/cases.json";
  if (!std::filesystem::exists(path)) return;
  const std::string text = io::read_file(path);
  const io::json_document document(text, path);
  std::size_t run = 0;
  for (const io::market_case& c : io::read_market_cases(document)) {
    if (c.mechanism != "zonal") continue;
    ++run;
    INFO(c.name);
    const auto got = program::run_zonal(c);
    CHECK(program::market_expectation(c).first_difference(got.values) == "");
    CHECK(got.wrong.empty());
  }
  CHECK(run >= 10);
}

TEST_CASE("a flow-based case may forbid exchanges against prices") {
  const auto run = [](const char* intuitive) {
    const std::string text = std::string(R"({"case": "i", "mechanism": "zonal", "zones": ["A", "B", "C"], "orders": [
      {"side": "sell", "volume": 300, "price": 10, "zone": "A"}, {"side": "sell", "volume": 100, "price": 60, "zone": "B"},
      {"side": "sell", "volume": 300, "price": 50, "zone": "C"}, {"side": "buy", "volume": 150, "price": 500, "zone": "C"}],
      "constraints": [{"id": "AC", "ptdf": {"A": 0.6, "B": -0.3}, "ram": 30}])") +
                             intuitive + "}";
    const io::json_document document(text, "i.json");
    return program::run_zonal(io::read_market_cases(document).front());
  };
  const auto free = run(""), held = run(R"(, "intuitive": true)");
  CHECK(free.wrong.empty());
  CHECK(held.wrong.empty());
  CHECK(free.values["net_position"]["B"].get<double>() > 1);
  CHECK(!free.values.contains("exchanges"));
  CHECK(held.values["net_position"]["B"].get<double>() == Approx(0).margin(1e-9));
  CHECK(held.values["exchanges"].dump() == R"([{"from":"A","to":"C","volume":50.0}])");
  CHECK(held.values["patched"].dump() == R"(["AC"])");
}

TEST_CASE("a zonal case with purchases has one average price for them") {
  const std::string text = R"({"case": "p", "mechanism": "zonal", "pricing": "last_accepted_offer", "zones": ["A", "B"],
    "orders": [{"side": "sell", "volume": 200, "price": 20, "zone": "A"},
               {"side": "sell", "volume": 200, "price": 50, "zone": "B"}],
    "purchases": [{"zone": "A", "price": 90, "volume": 30}, {"zone": "B", "price": 90, "volume": 10},
                  {"zone": "B", "price": 25, "volume": 5}]})";
  const io::json_document document(text, "p.json");
  const auto got = program::run_zonal(io::read_market_cases(document).front());
  CHECK(got.wrong.empty());
  CHECK(got.values["average_price"].get<double>() == Approx(27.5));
  CHECK(got.values["purchased"][0].get<double>() == Approx(30));
  CHECK(got.values["purchased"][2].get<double>() == Approx(0).margin(1e-9));
}
