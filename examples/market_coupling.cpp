// SPDX-License-Identifier: BSL-1.0
// Zones with a link between them, and blocks that are taken or left as a whole.
#include <sched/evaluate/validate_blocks.hpp>
#include <sched/evaluate/validate_market.hpp>
#include <sched/market.hpp>
#include <sched/market_coupling.hpp>

#include <iostream>
#include <vector>

int main() {
  using namespace sched;
  const auto step = [](market_side side, double volume, double price) {
    return curve_segment(side, price, price, volume);
  };
  constexpr auto sell = market_side::sell, buy = market_side::buy;

  // North is cheap, south is dear; what the link carries decides how far prices meet.
  for (const double capacity : {200.0, 50.0, 0.0}) {
    const zonal_market m{
        .zones = 2,
        .orders = {{0, step(sell, 150, 20)}, {0, step(buy, 60, 90)}, {1, step(sell, 100, 55)}, {1, step(buy, 80, 90)}},
        .links = {{.from = 0, .to = 1, .capacity = capacity, .reverse = capacity}}};
    const zonal_result r = couple_zones(m, tie::index{}, pricing::last_accepted_offer{});
    std::cout << "link of " << capacity << ": prices " << r.price[0] << " and " << r.price[1] << ", flow " << r.flow[0]
              << ", congestion rent " << r.congestion_rent << ", welfare " << r.welfare << ", "
              << (validate_market(m, r).empty() ? "proved" : "wrong") << '\n';
  }

  // Two hours; a block sells 100 in both at 45 on average, another one at 30 waits for the first to be taken.
  const std::vector<std::vector<curve_segment>> hours{{step(buy, 180, 300), step(sell, 200, 60)},
                                                      {step(buy, 150, 300), step(sell, 200, 40)}};
  const curve_market hourly(hours, {}, pricing::last_accepted_offer{});
  block_book book;
  book.blocks = {{.side = sell, .price = 45, .volume = {100, 100}},
                 {.side = sell, .price = 30, .volume = {20, 0}, .parent = 0},
                 {.side = sell, .price = 58, .volume = {50, 50}}};
  const block_result r = clear_blocks(hourly, book);
  std::cout << "prices " << r.price[0] << " and " << r.price[1] << "; blocks";
  for (const double u : r.ratio) std::cout << ' ' << u;
  std::cout << "; welfare " << r.welfare << (r.proven ? ", best possible" : "") << ", "
            << (validate_blocks(book, r, 2, 1).empty() ? "proved" : "wrong") << '\n';

  // The same zones for two hours, the link of 50 between them. Both blocks ask 35: in the north, which sells at 20,
  // that is too much; in the south it is not, and the block takes the place of offers at 55.
  const zonal_market hour{
      .zones = 2,
      .orders = {{0, step(sell, 150, 20)}, {0, step(buy, 60, 90)}, {1, step(sell, 100, 55)}, {1, step(buy, 80, 90)}},
      .links = {{.from = 0, .to = 1, .capacity = 50, .reverse = 50}}};
  const std::vector<zonal_market> periods{hour, hour};
  const coupled_market zones(periods, pricing::last_accepted_offer{});
  block_book both;
  both.blocks = {{.side = sell, .price = 35, .volume = {10, 10}, .zone = 0},
                 {.side = sell, .price = 35, .volume = {10, 20}, .zone = 1}};
  const block_result b = clear_blocks(zones, both);
  const std::vector<zonal_result> cleared{zones.settle(0, b), zones.settle(1, b)};
  for (std::size_t t = 0; t < periods.size(); ++t)
    std::cout << "hour " << t << ": prices " << cleared[t].price[0] << " and " << cleared[t].price[1] << ", flow "
              << cleared[t].flow[0] << ", offers of the south " << cleared[t].accepted[2] << '\n';
  std::cout << "blocks " << b.ratio[0] << " and " << b.ratio[1] << "; welfare " << b.welfare << ", "
            << (validate_block_zones(periods, cleared, both, b).empty() ? "proved" : "wrong") << '\n';
}
