// SPDX-License-Identifier: BSL-1.0
#include <sched/io/market_csv.hpp>

#include <string>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("books are told apart by day, hour and zone, in the order of their first line") {
  const auto b = io::read_market_csv(
      "day,hour,zone,side,price,volume,other\n1,2,N,S,-10.5,3\x2c"
      "x\n1,2,N,D,4000,0.1,\n1,1,N,sell,5,6,\n1,2,N,buy,7,8,y\n",
      "f.csv");
  REQUIRE(b.size() == 2);
  CHECK(b[0].name == "1/2/N");
  CHECK(b[1].hour == "1");
  REQUIRE(b[0].orders.size() == 3);
  CHECK(b[0].orders[0] == curve_order{market_side::sell, -10.5, 3.0});
  CHECK(b[0].orders[2] == curve_order{market_side::buy, 7.0, 8.0});
}

TEST_CASE("a file without day, hour and zone is one book; columns stand in any order") {
  const auto b = io::read_market_csv("volume,price,side\n1,2,S\n3,4,D\n");
  REQUIRE(b.size() == 1);
  CHECK(b[0].name == "book");
  CHECK(io::read_market_csv("volume,price,side,hour\n1,2,S,7\n")[0].name == "7");
  CHECK(io::read_market_csv("side,price,volume\n").empty());
}

TEST_CASE("what is no order is refused with its line") {
  const auto line = [](const std::string& text) {
    try {
      static_cast<void>(io::read_market_csv(text, "f.csv"));
    } catch (const error& e) {
      return e.line();
    }
    return std::size_t{0};
  };
  CHECK(line("side,price\nS,1\n") == 1);
  CHECK(line("side,price,volume\nS,1,2\nX,1,2\n") == 3);
  CHECK(line("side,price,volume\nS,1,-2\n") == 2);
  CHECK(line("side,price,volume\nS,inf,2\n") == 2);
  CHECK(line("side,price,volume\nS,1e,2\n") == 2);
  CHECK(line("side,price,volume\nS,1\n") == 2);
}
