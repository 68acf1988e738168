// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_market.hpp>

#include <cmath>
#include <string>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// The message about a text; empty: none.
std::string refusal(const std::string& text) {
  try {
    const io::json_document d(text, "f.json");
    for (const io::market_case& c : io::read_market_cases(d))
      if (const auto o = c.input.find("orders")) static_cast<void>(io::orders_of(*o));
  } catch (const error& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("what all mechanisms share is read, with its defaults") {
  const std::string text = R"([{"case": "a", "mechanism": "two_sided", "orders": [], "expect": {"price": 1}},
    {"case": "b", "mechanism": "one_sided", "pricing": "k_price", "tie": "pro_rata", "compat": "numba",
     "dtype": "int64", "options": {"k": 0.25, "price_cap": 4000, "reference_price": 7}, "tolerance": {"price": 0.5}}])";
  const io::json_document d(text, "f.json");
  const auto cases = io::read_market_cases(d);
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].name == "a");
  CHECK(cases[0].expect);
  CHECK_FALSE(cases[0].pricing);
  CHECK(cases[0].tolerance.price == 1e-9);
  CHECK(cases[1].numba);
  CHECK(cases[1].dtype == "int64");
  CHECK(cases[1].numbers.k == 0.25);
  CHECK(cases[1].bounds.cap == 4000.0);
  CHECK(cases[1].reference == 7.0);
  CHECK(cases[1].tolerance.price == 0.5);
}

TEST_CASE("orders: steps, segments, orders without limit, numbers that JSON has no word for") {
  const io::json_document d(
      R"({"case": "a", "mechanism": "two_sided", "orders": [{"side": "sell", "volume": 1, "price": 2, "user": 3},
      {"side": "buy", "volume": 4, "price": null}, {"side": "buy", "volume": "inf", "price": 9, "price_end": "nan"}]})",
      "f.json");
  const auto c = io::read_market_cases(d).at(0);
  const auto o = io::orders_of(c.input.at("orders"));
  CHECK(o.segments);
  CHECK(o.steps()[0] == curve_order{market_side::sell, 2.0, 1.0, 0, 0, 3});
  CHECK(o.orders[1].price_taking);
  CHECK(std::isinf(o.orders[2].volume));
  CHECK(std::isnan(o.orders[2].price_end));
}

TEST_CASE("events of an order book") {
  const io::json_document d(R"([{"op": "limit", "id": 9, "side": "sell", "volume": 10, "price": 50, "peak": 4},
    {"op": "replace", "id": 1, "volume": 3}, {"op": "stop_limit", "id": 2, "side": "buy", "volume": 1, "price": 5, "trigger": 6}])",
                            "f.json");
  std::vector<book_request> r;
  for (const auto v : d.root().array()) r.push_back(io::request_of(v));
  CHECK(r[0] ==
        book_request{.op = book_op::limit, .id = 9, .side = market_side::sell, .volume = 10, .price = 50, .peak = 4});
  CHECK(r[1].keep_price);
  CHECK(r[2].trigger == 6);
}

TEST_CASE("what is no case is refused with its line and place") {
  CHECK(refusal(R"([{"case": "a"}])").find("mechanism") != std::string::npos);
  CHECK(refusal("[{\"case\": \"a\",\n\"mechanism\": \"barter\"}]").find("f.json:2:") == 0);
  CHECK_FALSE(refusal(R"([{"case": "a", "mechanism": "two_sided", "dtype": "half"}])").empty());
  CHECK_FALSE(refusal(R"([{"case": "a", "mechanism": "two_sided", "compat": "julia"}])").empty());
  CHECK_FALSE(
      refusal(R"([{"case": "a", "mechanism": "two_sided", "orders": [{"side": "hold", "volume": 1, "price": 1}]}])")
          .empty());
  CHECK_FALSE(
      refusal(R"([{"case": "a", "mechanism": "two_sided", "orders": [{"side": "buy", "volume": "x", "price": 1}]}])")
          .empty());
  CHECK_FALSE(refusal(R"({"case": "a", "mechanism": "two_sided", "expect": 3})").empty());
  CHECK_FALSE(refusal("7").empty());
}
