// SPDX-License-Identifier: BSL-1.0
// A right clearing with every kind of order passes; every kind of change to it is caught.
#include <sched/evaluate/validate_blocks.hpp>

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using kind = market_violation_kind;

namespace {

constexpr auto S = market_side::sell, B = market_side::buy;

/// Prices 50 and 80 in two periods; right by hand.
block_book book() {
  block_book b;
  b.blocks = {{.side = S, .price = 40, .volume = {10, 10}},                   // 0: earns 500
              {.side = S, .price = 90, .volume = {10, 10}, .parent = 0},      // 1: loses, saved by 2
              {.side = S, .price = 20, .volume = {0, 20}, .parent = 1},       // 2: earns
              {.side = S, .price = 65, .volume = {8, 8}, .min_ratio = 0.25},  // 3: at the money, half
              {.side = S, .price = 30, .volume = {5, 5}, .group = 1},         // 4: its group's
              {.side = S, .price = 40, .volume = {5, 5}, .group = 1},         // 5: excused by it
              {.side = B, .price = 40, .volume = {6, 0}, .loop = 1},          // 6: loses 60
              {.side = S, .price = 70, .volume = {0, 6}, .loop = 1},          // 7: earns 60
              {.side = B, .price = 95, .volume = {3, 3}},                     // 8: off, although it earns
              {.side = S, .price = 99, .volume = {3, 3}}};                    // 9: off, loses
  b.flexible = {{.side = S, .price = 60, .volume = 7}};
  b.complex = {{.side = S,
                .kind = complex_kind::minimum_income,
                .fixed_term = 100,
                .variable_term = 10,
                .steps = {{0, 4, 45}, {1, 4, 80}, {1, 4, 90}}},
               {.side = S,
                .kind = complex_kind::scalable,
                .fixed_term = 40,
                .steps = {{0, 6, 60}, {1, 9, 60}},
                .ramp_up = 5,
                .ramp_down = 5,
                .min_power = {4, 4}}};
  return b;
}
block_result result() {
  block_result r;
  r.status = clearing_status::cleared;
  r.price = {50, 80};
  r.ratio = {1, 1, 1, 0.5, 1, 0, 1, 1, 0, 0};
  r.period = {1};
  r.complex_on = {1, 1};
  r.complex_accepted = {{4, 2, 0}, {4, 9}};
  r.paradoxically_rejected = {8};
  r.injection = {10 + 10 + 4 + 5 - 6 + 4 + 4., 10 + 10 + 20 + 4 + 5 + 6 + 7 + 2 + 9.};
  r.welfare = r.bound = 1000;
  return r;
}

template <class F, class G>
bool caught(kind k, F change, G order) {
  block_book b = book();
  block_result r = result();
  change(r);
  order(b);
  const auto all = validate_blocks(b, r, 2, 1);
  return std::any_of(all.begin(), all.end(), [&](const market_violation& v) { return v.kind == k; });
}
bool result_caught(kind k, void (*change)(block_result&)) {
  return caught(k, change, [](block_book&) {});
}
bool book_caught(kind k, void (*change)(block_book&)) {
  return caught(
      k, [](block_result&) {}, change);
}

}  // namespace

TEST_CASE("a right clearing with blocks passes, and every mutation is caught") {
  for (const market_violation& v : validate_blocks(book(), result(), 2, 1)) FAIL_CHECK(describe(v));

  CHECK(result_caught(kind::malformed, [](block_result& r) { r.ratio.pop_back(); }));
  CHECK(result_caught(kind::malformed, [](block_result& r) { r.complex_accepted[1].pop_back(); }));
  CHECK(result_caught(kind::outside_ratio, [](block_result& r) { r.ratio[0] = 1.5; }));
  CHECK(result_caught(kind::outside_ratio, [](block_result& r) { r.ratio[0] = 0.5; }));
  CHECK(result_caught(kind::outside_ratio, [](block_result& r) { r.ratio[3] = 0.2; }));
  CHECK(result_caught(kind::outside_ratio, [](block_result& r) { r.period[0] = 2; }));
  CHECK(result_caught(kind::above_parent, [](block_result& r) { r.ratio[1] = 0; }));
  CHECK(result_caught(kind::group_overfull, [](block_result& r) { r.ratio[5] = 1; }));
  CHECK(result_caught(kind::loop_apart, [](block_result& r) { r.ratio[6] = 0; }));
  CHECK(result_caught(kind::paradoxical, [](block_result& r) { r.ratio[9] = 1; }));
  CHECK(result_caught(kind::paradoxical, [](block_result& r) { r.ratio[2] = 0; }));  // its parent is saved no more
  CHECK(result_caught(kind::paradoxical, [](block_result& r) { r.period[0] = 0; }));
  CHECK(result_caught(kind::wrong_list, [](block_result& r) { r.period[0] = no_block; }));  // it would earn
  CHECK(result_caught(kind::wrong_list, [](block_result& r) { r.paradoxically_rejected_flexible = {0}; }));
  CHECK(result_caught(kind::malformed, [](block_result& r) { r.periods = {{1}, {}}; }));
  CHECK(result_caught(kind::malformed, [](block_result& r) { r.periods = {{0}}; }));
  CHECK(result_caught(kind::outside_ratio, [](block_result& r) { r.periods = {{1, 1}}; }));
  CHECK(caught(
      kind::outside_ratio,
      [](block_result& r) {
        r.periods = {{1, 1}};
      },
      [](block_book& b) { b.flexible[0].most = 2; }));
  CHECK(caught(
      kind::paradoxical,
      [](block_result& r) {
        r.periods = {{0, 1}};
        r.period = {0};
      },
      [](block_book& b) { b.flexible[0].most = 2; }));     // the first period loses, whatever the second earns
  CHECK(book_caught(kind::wrong_list, [](block_book& b) {  // one more period would earn
    b.flexible[0].most = 2;
    b.flexible[0].price = 45;
  }));
  CHECK(result_caught(kind::unbalanced, [](block_result& r) { r.injection[1] += 1; }));
  CHECK(result_caught(kind::income_missing, [](block_result& r) { r.price[1] = 62; }));
  CHECK(result_caught(kind::below_minimum, [](block_result& r) { r.complex_accepted[1][0] = 3; }));
  CHECK(result_caught(kind::beyond_gradient, [](block_result& r) { r.complex_accepted[1] = {6, 0}; }));
  CHECK(result_caught(kind::outside_volume, [](block_result& r) { r.complex_accepted[0][0] = 5; }));
  CHECK(result_caught(kind::outside_volume, [](block_result& r) { r.complex_on[0] = 0; }));
  CHECK(result_caught(kind::out_of_the_money, [](block_result& r) { r.complex_accepted[0][2] = 1; }));
  CHECK(result_caught(kind::in_the_money, [](block_result& r) { r.complex_accepted[0][0] = 3; }));
  CHECK(result_caught(kind::wrong_list, [](block_result& r) { r.paradoxically_rejected.clear(); }));
  CHECK(result_caught(kind::wrong_list, [](block_result& r) { r.paradoxically_rejected.push_back(9); }));
  CHECK(result_caught(kind::wrong_list, [](block_result& r) { r.paradoxically_rejected.push_back(5); }));
  CHECK(result_caught(kind::wrong_sum, [](block_result& r) { r.bound = 900; }));
  CHECK(book_caught(kind::paradoxical, [](block_book& b) { b.blocks[7].price = 71; }));
  CHECK(book_caught(kind::partial_not_at_the_money, [](block_book& b) { b.blocks[3].price = 60; }));
  CHECK(book_caught(kind::income_missing, [](block_book& b) { b.complex[0].fixed_term = 400; }));
  CHECK(book_caught(kind::income_missing, [](block_book& b) { b.complex[1].fixed_term = 200; }));
}

TEST_CASE("with a tick prices are on its grid, and a unit may lose one tick but not two") {
  const auto wrong = [](double tick, void (*change)(block_book&)) {
    block_book b = book();
    change(b);
    block_tolerance t;
    t.tick = tick;
    const auto all = validate_blocks(b, result(), 2, 1, t);
    return all.empty() ? std::string() : describe(all.front());
  };
  const auto none = [](block_book&) {};
  CHECK(wrong(1, none) == "");
  CHECK_THAT(wrong(60, none), sched_test::contains("zone 0, period 0: price wrong"));
  // Limits a little beyond the price: allowed with a tick of 1, refused without and beyond it.
  const auto loop = [](block_book& b) { b.blocks[7].price = 71.5; };  // 9 lost on 12 units
  CHECK_THAT(wrong(0, loop), sched_test::contains("paradoxically accepted"));
  CHECK(wrong(1, loop) == "");
  CHECK_THAT(wrong(1, [](block_book& b) { b.blocks[7].price = 72.5; }), sched_test::contains("paradoxically accepted"));
  CHECK(wrong(1, [](block_book& b) { b.blocks[3].price = 64.5; }) == "");
  CHECK_THAT(wrong(1, [](block_book& b) { b.blocks[3].price = 63.5; }), sched_test::contains("partial"));
  CHECK(wrong(1, [](block_book& b) { b.flexible[0].price = 80.5; }) == "");
  CHECK_THAT(wrong(1, [](block_book& b) { b.flexible[0].price = 81.5; }), sched_test::contains("paradoxically"));
  // 4 units at 50 and 2 at 80 earn 360.
  CHECK(wrong(1, [](block_book& b) { b.complex[0].fixed_term = 305; }) == "");
  CHECK_THAT(wrong(1, [](block_book& b) { b.complex[0].fixed_term = 307; }), sched_test::contains("income missing"));
  CHECK(wrong(1, [](block_book& b) { b.complex[0].steps[1].price = 80.5; }) == "");
  CHECK_THAT(wrong(1, [](block_book& b) { b.complex[0].steps[1].price = 81.5; }),
             sched_test::contains("out of the money"));
}

TEST_CASE("steps that survive a scheduled stop follow merit, others of an order that is off have nothing") {
  block_book b;
  b.complex = {{.side = S, .fixed_term = 1000, .steps = {{0, 4, 30, true}, {0, 4, 30, false}, {0, 4, 90, true}}}};
  block_result r;
  r.price = {50};
  r.complex_on = {0};
  r.complex_accepted = {{4, 0, 0}};
  r.injection = {4};
  const auto first = [&] {
    const auto all = validate_blocks(b, r, 1, 1);
    return all.empty() ? -1 : static_cast<int>(all.front().kind);
  };
  CHECK(first() == -1);
  r.complex_accepted[0][1] = 1;
  CHECK(first() == static_cast<int>(kind::outside_volume));
  r.complex_accepted[0] = {3, 0, 0};
  CHECK(first() == static_cast<int>(kind::in_the_money));
  r.complex_accepted[0] = {4, 0, 1};
  CHECK(first() == static_cast<int>(kind::out_of_the_money));
}

TEST_CASE("the divisible orders and the welfare are part of the proof for one zone") {
  const std::vector<std::vector<curve_segment>> books{{curve_segment(B, 100, 100, 50), curve_segment(S, 60, 60, 60)}};
  block_book b;
  b.blocks = {{.side = S, .price = 40, .volume = {20}}};
  block_result r;
  r.price = {60};
  r.injection = {20};
  r.ratio = {1};
  r.welfare = r.bound = 5000 - 1800 - 800;
  std::vector<std::vector<double>> accepted{{50, 30}};
  const auto first = [&] {
    const auto all = validate_block_books(books, accepted, b, r);
    return all.empty() ? -1 : static_cast<int>(all.front().kind);
  };
  CHECK(first() == -1);
  accepted[0][1] = 31;
  CHECK(first() == static_cast<int>(kind::unbalanced));
  accepted[0] = {50, 30};
  r.price[0] = 59;
  CHECK(first() == static_cast<int>(kind::out_of_the_money));
  r.price[0] = 60;
  r.welfare = r.bound = 1;
  CHECK(first() == static_cast<int>(kind::wrong_sum));
}

namespace {

/// Two periods of two zones: north (20) sends all that the link carries to south (55), and a block of north runs.
struct coupled {
  std::vector<zonal_market> markets{};
  std::vector<zonal_result> cleared{};
  block_book book{};
  block_result r{};

  coupled() {
    zonal_market m;
    m.zones = 2;
    m.orders = {{0, curve_segment(B, 90, 90, 40)},
                {0, curve_segment(S, 20, 20, 100)},
                {1, curve_segment(B, 90, 90, 80)},
                {1, curve_segment(S, 55, 55, 100)}};
    m.links = {{.from = 0, .to = 1, .capacity = 50, .reverse = 50}};
    m.boundaries = {{.zone = 1, .price = 70, .import_capacity = 5, .export_capacity = 0}};
    m.bounds = {-500, 4000};
    markets = {m, m};
    zonal_result z;
    z.status = clearing_status::cleared;
    z.price = z.lo = z.hi = {20, 55};
    z.accepted = {40, 80, 80, 30};
    z.net_position = {50, -50};
    z.flow = {50};
    z.boundary_import = {0};
    z.area = {0, 1};
    z.congestion_rent = 50 * 35;
    z.welfare = 40 * 90 - 80 * 20 + 80 * 90 - 30 * 55;
    cleared = {z, z};
    book.blocks = {{.side = S, .price = 10, .volume = {10, 10}, .zone = 0},
                   {.side = S, .price = 60, .volume = {10, 10}, .zone = 1}};
    r.status = clearing_status::cleared;
    r.price = {20, 55, 20, 55};
    r.ratio = {1, 0};
    r.injection = {10, 0, 10, 0};
    r.welfare = r.bound = 2 * z.welfare - 200;
  }
  [[nodiscard]] std::vector<market_violation> wrong() const { return validate_block_zones(markets, cleared, book, r); }
};

bool zones_caught(kind k, market_item item, std::size_t period, void (*change)(coupled&)) {
  coupled c;
  change(c);
  const auto all = c.wrong();
  return std::any_of(all.begin(), all.end(),
                     [&](const market_violation& v) { return v.kind == k && v.item == item && v.period == period; });
}

}  // namespace

TEST_CASE("blocks over zones: a right clearing passes, and every mutation is caught in its period") {
  using item = market_item;
  for (const market_violation& v : coupled().wrong()) FAIL_CHECK(describe(v));

  CHECK(zones_caught(kind::malformed, item::book, 0, [](coupled& c) { c.cleared.pop_back(); }));
  CHECK(zones_caught(kind::malformed, item::book, 0, [](coupled& c) { c.r.price.pop_back(); }));
  CHECK(zones_caught(kind::malformed, item::order, 1, [](coupled& c) { c.cleared[1].accepted.pop_back(); }));
  CHECK(zones_caught(kind::malformed, item::link, 1, [](coupled& c) { c.cleared[1].flow.clear(); }));
  // Decisions on blocks.
  CHECK(zones_caught(kind::outside_ratio, item::block, 0, [](coupled& c) { c.r.ratio[0] = 0.5; }));
  CHECK(zones_caught(kind::paradoxical, item::block, 0, [](coupled& c) { c.book.blocks[0].price = 21; }));
  CHECK(zones_caught(kind::paradoxical, item::block, 0, [](coupled& c) { c.r.ratio[1] = 1; }));  // by its own zone
  CHECK(zones_caught(kind::wrong_list, item::block, 0, [](coupled& c) { c.book.blocks[1].price = 50; }));
  CHECK(zones_caught(kind::wrong_list, item::block, 0,
                     [](coupled& c) { c.book.blocks[1].zone = 0, c.r.paradoxically_rejected = {1}; }));
  CHECK(zones_caught(kind::unbalanced, item::zone, 1, [](coupled& c) { c.r.injection[2] = 9; }));
  CHECK(zones_caught(kind::unbalanced, item::zone, 1, [](coupled& c) { c.r.injection[2] = 0, c.r.injection[3] = 10; }));
  CHECK(zones_caught(kind::unbalanced, item::zone, 0, [](coupled& c) { c.book.blocks[0].zone = 1; }));
  CHECK(zones_caught(kind::wrong_sum, item::book, 0, [](coupled& c) { c.r.bound = c.r.welfare - 100; }));
  CHECK(zones_caught(kind::wrong_sum, item::book, 0, [](coupled& c) { c.r.welfare -= 100; }));
  // The divisible part of a period.
  CHECK(zones_caught(kind::outside_volume, item::order, 1, [](coupled& c) { c.cleared[1].accepted[0] = 41; }));
  CHECK(zones_caught(kind::unbalanced, item::zone, 1, [](coupled& c) { c.cleared[1].accepted[1] = 70; }));
  CHECK(zones_caught(kind::in_the_money, item::order, 1, [](coupled& c) { c.cleared[1].accepted[2] = 70; }));
  CHECK(zones_caught(kind::out_of_the_money, item::order, 1,
                     [](coupled& c) { c.markets[1].orders[1].order = curve_segment(S, 21, 21, 100); }));
  CHECK(zones_caught(kind::outside_capacity, item::link, 1, [](coupled& c) { c.cleared[1].flow[0] = 51; }));
  CHECK(zones_caught(kind::wrong_flow, item::link, 1, [](coupled& c) { c.markets[1].links[0].capacity = 60; }));
  CHECK(
      zones_caught(kind::outside_capacity, item::boundary, 1, [](coupled& c) { c.cleared[1].boundary_import[0] = 6; }));
  CHECK(zones_caught(kind::wrong_flow, item::boundary, 1, [](coupled& c) { c.markets[1].boundaries[0].price = 50; }));
  CHECK(zones_caught(kind::unbalanced, item::zone, 1, [](coupled& c) { c.cleared[1].net_position[0] = 40; }));
  CHECK(zones_caught(kind::wrong_sum, item::book, 1, [](coupled& c) { c.cleared[1].congestion_rent = 0; }));
  CHECK(zones_caught(kind::wrong_sum, item::book, 1, [](coupled& c) { c.cleared[1].welfare += 1000; }));
  CHECK(zones_caught(kind::wrong_status, item::book, 1,
                     [](coupled& c) { c.cleared[1].status = clearing_status::shortage; }));
  // Prices of the blocks that are not those of the zones.
  CHECK(zones_caught(kind::wrong_price, item::zone, 1, [](coupled& c) { c.r.price[3] = 56; }));
  CHECK(
      zones_caught(kind::wrong_price, item::zone, 1, [](coupled& c) { c.cleared[1].price[0] = c.r.price[2] = 4001; }));
}
