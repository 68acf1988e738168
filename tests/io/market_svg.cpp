// SPDX-License-Identifier: BSL-1.0
#include <sched/io/market_svg.hpp>

#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

market_picture example() {
  market_picture p;
  p.title = "a < b & c";
  p.orders = {{market_side::sell, 20, 20, 10}, {market_side::sell, 30, 60, 10}, {market_side::buy, 50, 50, 12}};
  p.accepted = {10, 2, 12};
  p.price = p.lo = p.hi = 36;
  p.priced = true;
  p.sold = p.bought = 12;
  p.facts = {{"price", "36"}};
  return p;
}
std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a picture shows both curves, the clearing point and what it is called") {
  const std::vector<market_picture> one{example()};
  const std::string svg = market_svg(one);
  CHECK(svg.find("<svg xmlns=") == 0);
  CHECK(count(svg, "<path class=\"s\"") == 1);
  CHECK(count(svg, "<path class=\"d\"") == 1);
  CHECK(count(svg, "<circle") == 1);
  CHECK(svg.find("a &lt; b &amp; c") != std::string::npos);
  CHECK(svg.find("36 × 12") != std::string::npos);
  CHECK(market_svg(one) == svg);
}

TEST_CASE("an interval of prices is a band, a market without price has no point") {
  auto p = example();
  p.lo = 30;
  p.hi = std::numeric_limits<double>::infinity();
  CHECK(count(market_svg(std::vector<market_picture>{p}), "class=\"band\"") == 1);
  p.priced = false;
  const std::string svg = market_svg(std::vector<market_picture>{p, example()});
  CHECK(count(svg, "<circle") == 1);
  CHECK(count(svg, "class=\"head\"") == 2);
}

TEST_CASE("an empty market, one of a single price, and a net export can be drawn") {
  market_picture empty;
  CHECK(count(market_svg(std::vector<market_picture>{empty}), "<path class=\"s\"") == 1);
  market_picture flat;
  flat.orders = {{market_side::sell, 7, 7, 1}};
  flat.net_export = 1;
  CHECK(market_svg(std::vector<market_picture>{flat}).find("nan") == std::string::npos);
  CHECK(market_svg(std::vector<market_picture>{flat}).find("demand, export") != std::string::npos);
}

TEST_CASE("the page lists the orders with what was accepted") {
  const std::string page = market_html(std::vector<market_picture>{example()}, "T & t", 2);
  CHECK(page.find("<title>T &amp; t</title>") != std::string::npos);
  CHECK(page.find("30 → 60") != std::string::npos);
  CHECK(page.find("<p>1 more</p>") != std::string::npos);
}
