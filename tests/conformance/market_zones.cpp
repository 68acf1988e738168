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

TEST_CASE(
    "a case of blocks over flow-based zones says prices, positions and shadow prices, proved; losses are refused") {
  const auto run = [](const std::string& more) {
    const std::string text = R"({"case": "b", "mechanism": "blocks", "periods": 1, "zones": ["A", "B", "C"], "orders": [
      {"side": "sell", "volume": 300, "price": 10, "zone": "A"}, {"side": "sell", "volume": 300, "price": 40, "zone": "B"},
      {"side": "buy", "volume": 150, "price": 500, "zone": "C"}],
      "blocks": [{"id": "b1", "side": "sell", "price": 60, "volume": [20], "zone": "C"}])" +
                             more + "}";
    const io::json_document document(text, "b.json");
    return program::run_block_zones(io::read_market_cases(document).front());
  };
  const auto flow_based = run(R"(, "constraints": [{"id": "AC", "ptdf": {"A": 0.5, "B": 0.25}, "ram": 60}])");
  CHECK(flow_based.wrong.empty());
  CHECK(flow_based.values["status"] == "cleared");
  CHECK(flow_based.values["blocks"]["b1"] == 1);
  CHECK(flow_based.values["price"]["C"][0].get<double>() == Approx(70));
  CHECK(flow_based.values["net_position"]["A"][0].get<double>() == Approx(110));
  CHECK(flow_based.values["shadow_price"]["AC"][0].get<double>() == Approx(120));
  const std::string link = R"(, "links": [{"from": "A", "to": "C", "capacity": 500, "tariff": 55)";
  const auto tariff = run(link + "}]");
  CHECK(tariff.wrong.empty());
  CHECK(tariff.values["blocks"]["b1"] == 1);
  CHECK(tariff.values["price"]["C"][0].get<double>() == Approx(65));
  CHECK(run(link + R"(, "loss": 0.1}])").values["error"] == "bad_curve");
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

TEST_CASE("a zonal case over periods holds flows back by ramps, proved, and without ramps clears period by period") {
  const auto run = [](const std::string& more) {
    const std::string text = R"({"case": "r", "mechanism": "zonal", "periods": 2, "zones": ["A", "B"], "orders": [
      {"side": "sell", "volume": 100, "price": 20, "zone": "A", "period": 1},
      {"side": "sell", "volume": 100, "price": 50, "zone": "B", "period": 1},
      {"side": "buy", "volume": 10, "price": 90, "zone": "B", "period": 1},
      {"side": "sell", "volume": 100, "price": 20, "zone": "A", "period": 2},
      {"side": "sell", "volume": 100, "price": 50, "zone": "B", "period": 2},
      {"side": "buy", "volume": 60, "price": 90, "zone": "B", "period": 2}],
      "links": [{"from": "A", "to": "B", "capacity": 100, "reverse": 100}])" +
                             more + "}";
    const io::json_document document(text, "r.json");
    return program::run_zonal(io::read_market_cases(document).front());
  };
  const auto held = run(R"(, "ramps": [{"links": [0], "up": 20}, {"zone": "B", "down": 90}])");
  CHECK(held.wrong.empty());
  CHECK(held.values["status"] == "cleared");
  CHECK(held.values["price"].dump() == R"({"A":[20.0,20.0],"B":[-10.0,50.0]})");
  CHECK(held.values["flows"].dump() == "[[10.0],[30.0]]");
  CHECK(held.values["accepted"].dump() == "[10.0,0.0,10.0,30.0,30.0,60.0]");
  CHECK(held.values["net_position"].dump() == R"({"A":[10.0,30.0],"B":[-10.0,-30.0]})");
  CHECK(held.values["ramp_price"].dump() == "[[30.0,0.0]]");
  CHECK(held.values["volume"].dump() == "[10.0,60.0]");
  CHECK(held.values["welfare"].get<double>() == Approx(10 * 70 + 30 * 70 + 30 * 40));
  const auto free = run("");
  CHECK(free.wrong.empty());
  CHECK(free.values["flows"].dump() == "[[10.0],[60.0]]");
  CHECK(free.values["welfare"].get<double>() == Approx(70 * 70));
  CHECK(!free.values.contains("ramp_price"));
  CHECK(run(R"(, "ramps": [{"zone": "C", "up": 1}])").values["error"] == "unknown_zone");
  CHECK(run(R"(, "ramps": [{"zone": "A", "up": -1}])").values["error"] == "negative_volume");
}

TEST_CASE("what stands where it has no meaning in a zonal case is refused with its line") {
  const auto refusal = [](const std::string& more) {
    const std::string text =
        "{\"case\": \"w\", \"mechanism\": \"zonal\", \"zones\": [\"A\", \"B\"], \"orders\": []" + more + "}";
    const io::json_document document(text, "w.json");
    try {
      program::run_zonal(io::read_market_cases(document).front());
    } catch (const error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  using sched_test::contains;
  const std::string link = R"(,
    "links": [{"from": "A", "to": "B", "capacity": 1)";
  CHECK(refusal(link + "}]") == "");
  CHECK_THAT(refusal(link + R"(, "ramp_up": 1}])"), contains("w.json:2: /links/0: unknown member 'ramp_up'"));
  CHECK_THAT(refusal(",\n\"ramps\": []"), contains("member 'periods' is missing"));
  const auto ramps = [&](const std::string& r) {
    return refusal(link + "}],\n\"periods\": 2, \"ramps\": [" + r + "]");
  };
  CHECK_THAT(ramps("{\"links\": [1], \"up\": 3}"), contains("w.json:3: /ramps/0/links/0: outside 0 to 0"));
  CHECK_THAT(ramps("{\"links\": [0], \"zone\": \"A\", \"up\": 3}"), contains("either 'links' or 'zone'"));
  CHECK_THAT(ramps("{\"zone\": \"A\"}"), contains("neither 'up' nor 'down'"));
  CHECK_THAT(ramps("{\"zone\": \"A\", \"most\": 3}"), contains("unknown member 'most'"));
  CHECK_THAT(refusal(R"(, "periods": 1, "purchases": [])"), contains("for one period"));
  CHECK_THAT(refusal(R"(, "periods": 1, "blocks": [])"), contains("for the mechanism 'blocks'"));
}
