// SPDX-License-Identifier: BSL-1.0
// How near to the best are clearings with block orders, and how soon? Ten generated days of 24 periods for each number
// of blocks: time and gap of the first good solution (`heuristic`), the gap that is left after a budget of nodes or
// seconds, and the time at which a gap was proved. Every result is proved right by the validator.
//
//   quality_blocks [SECONDS [DAYS [BLOCKS…]]]       default 60 10 200 700 1116
#include <sched/evaluate/validate_blocks.hpp>
#include <sched/market.hpp>
#include <sched/model/random_blocks.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace sched;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::size_t wrong(const random_block_day& day, const curve_market<>& market, const block_result& r) {
  std::vector<std::vector<double>> accepted;
  for (std::size_t t = 0; t < day.books.size(); ++t) accepted.push_back(market.accepted(t, r.injection[t]));
  return validate_block_books(day.books, accepted, day.orders, r, day.bounds).size();
}

struct row {
  double heuristic = 0, heuristic_gap = 0, seconds = 0, gap = 0;
  std::uint64_t nodes = 0;
  bool proven = false;
};

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x.size() % 2 == 1 ? x[x.size() / 2] : (x[x.size() / 2 - 1] + x[x.size() / 2]) / 2;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 60;
  const std::uint64_t days = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10;
  std::vector<std::size_t> sizes;
  for (int k = 3; k < argc; ++k) sizes.push_back(std::strtoull(argv[k], nullptr, 10));
  if (sizes.empty()) sizes = {200, 700, 1116};
  std::size_t mistakes = 0;
  for (const std::size_t blocks : sizes) {
    std::vector<row> rows;
    for (std::uint64_t seed = 1; seed <= days; ++seed) {
      const random_block_day day = make_random_blocks({.blocks = blocks}, seed);
      const curve_market market(day.books, day.bounds);
      row r;
      double begun = now();
      const block_result quick = clear_blocks(market, day.orders, {.heuristic = true});
      r.heuristic = now() - begun;
      begun = now();
      const block_result best = clear_blocks(market, day.orders, {.nodes = UINT64_MAX, .seconds = seconds});
      r.seconds = now() - begun;
      r.nodes = best.nodes;
      r.gap = best.gap();
      r.proven = best.proven;
      // Against the best bound known, not the one at which the heuristic stopped.
      r.heuristic_gap = (std::min(best.bound, quick.bound) - quick.welfare) / std::abs(best.bound);
      mistakes += wrong(day, market, quick) + wrong(day, market, best);
      std::printf("  %zu blocks, day %2llu: heuristic %6.2f s, gap %.2e; %s after %7.2f s and %llu nodes, gap %.2e\n",
                  blocks, static_cast<unsigned long long>(seed), r.heuristic, r.heuristic_gap,
                  r.proven ? "best" : "stopped", r.seconds, static_cast<unsigned long long>(r.nodes), r.gap);
      std::fflush(stdout);
      rows.push_back(r);
    }
    const auto column = [&](auto get) {
      std::vector<double> out;
      for (const row& r : rows) out.push_back(get(r));
      return out;
    };
    const auto heuristic = column([](const row& r) { return r.heuristic; });
    const auto first = column([](const row& r) { return r.heuristic_gap; });
    const auto spent = column([](const row& r) { return r.seconds; });
    const auto gap = column([](const row& r) { return r.gap; });
    const auto proven = std::count_if(rows.begin(), rows.end(), [](const row& r) { return r.proven; });
    const auto most = [](const std::vector<double>& x) { return *std::max_element(x.begin(), x.end()); };
    std::printf("|%zu|%.2f (%.2f)|%.1e (%.1e)|%lld of %zu|%.1f (%.1f)|%.1e (%.1e)|\n", blocks, median(heuristic),
                most(heuristic), median(first), most(first), static_cast<long long>(proven), rows.size(), median(spent),
                most(spent), median(gap), most(gap));
  }
  std::printf("wrong results: %zu\n", mistakes);
  return mistakes == 0 ? 0 : 1;
}
