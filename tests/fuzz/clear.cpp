// SPDX-License-Identifier: BSL-1.0
// Any bytes as a market: every kernel gives the same bits; whole numbers clear as by hand; faults are refused.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <sched/solve/clear.hpp>

#include "support/brute_market.hpp"

namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

/// All kernels: the fault, the book and the volumes.
sched::clearing<double> run(const std::vector<double>& prices, const std::vector<double>& volumes, double demand,
                            std::vector<double>& accepted, sched::market_input_fault& fault) {
  sched::clearing<double> first;
  fault = sched::try_clear(prices, volumes, demand, accepted, first, sched::clearing_rules<>{},
                           {.kernel = sched::clear_kernel::portable});
  for (const auto k : {sched::clear_kernel::avx2, sched::clear_kernel::avx512}) {
    if (!sched::runs_here(k)) continue;
    std::vector<double> other(prices.size());
    sched::clearing<double> book;
    const sched::market_input_fault f =
        sched::try_clear(prices, volumes, demand, other, book, sched::clearing_rules<>{}, {.kernel = k});
    if (f != fault) fail("kernels find different faults");
    if (f) continue;
    if (book.status != first.status || !same(book.price, first.price) || !same(book.unserved, first.unserved))
      fail("kernels disagree");
    for (std::size_t i = 0; i < other.size(); ++i)
      if (!same(other[i], accepted[i])) fail("kernels accept different volumes");
  }
  return first;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bool whole = data[0] % 2 == 0;
  const std::uint8_t part = data[1];
  data += 2;
  size -= 2;
  std::vector<double> prices, volumes;
  double supply = 0;
  const std::size_t step = whole ? 2 : 16;
  for (; size >= step; data += step, size -= step) {
    if (whole) {
      prices.push_back(static_cast<double>(data[0]) - 100);
      volumes.push_back(static_cast<double>(data[1] / 4));
    } else {
      double pair[2];
      std::memcpy(pair, data, sizeof pair);
      prices.push_back(pair[0]);
      volumes.push_back(pair[1]);
    }
    supply += volumes.back();
  }
  const double demand = whole ? std::floor(supply * part / 250) : supply * (part / 250.0);
  std::vector<double> accepted(prices.size());
  sched::market_input_fault fault;
  const sched::clearing<double> book = run(prices, volumes, demand, accepted, fault);
  bool sound = std::isfinite(demand) && demand >= 0;
  for (std::size_t i = 0; i < prices.size(); ++i)
    sound = sound && std::isfinite(prices[i]) && std::isfinite(volumes[i]) && volumes[i] >= 0;
  if (sound == static_cast<bool>(fault)) fail("a fault is missed or made up");
  if (fault) return 0;
  for (std::size_t i = 0; i < prices.size(); ++i)
    if (!(accepted[i] >= 0 && accepted[i] <= volumes[i])) fail("accepted out of range");
  if (whole) {
    const brute_clearing wanted = clear_brute(prices, volumes, demand);
    if (book.status != wanted.status || !same(book.price + 0.0, wanted.price + 0.0) || accepted != wanted.accepted)
      fail("not as by hand");
  }
  return 0;
}
