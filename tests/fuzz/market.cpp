// SPDX-License-Identifier: BSL-1.0
// Any bytes as market cases and as books in CSV: an error with file and line, or books that clear by the conditions of
// an optimum.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/json_market.hpp>
#include <sched/io/market_csv.hpp>
#include <sched/solve/call_auction.hpp>
#include <sched/solve/clear_two_sided.hpp>

#include "support/fuzz_project.hpp"

namespace {

using namespace sched;

template <class Order>
void clear_and_check(const std::vector<Order>& orders, const price_bounds<>& bounds) {
  book_clearing_result<> r;
  book_clearing_options<> options;
  options.bounds = bounds;
  try {
    r = clear_two_sided(orders, pricing::k_price{}, tie::pro_rata{}, shortage::marginal_demand{}, options);
  } catch (const market_error&) {
    return;
  }
  fuzz_require(r.accepted.size() == orders.size(), "every order has an answer");
  double sold = 0, bought = 0, all = 0;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    fuzz_require(r.accepted[i] >= 0 && r.accepted[i] <= orders[i].volume, "accepted volumes are in range");
    (orders[i].side == market_side::sell ? sold : bought) += r.accepted[i];
    all += orders[i].volume;
  }
  if (!(all < 1e300)) return;
  fuzz_require(sold - bought <= 1e-9 * all && bought - sold <= 1e-9 * all, "what is sold is bought");
  fuzz_require(r.lo <= r.hi || orders.empty(), "the interval is one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    for (const io::market_book& b : io::read_market_csv(text, "f.x")) clear_and_check(b.orders, {-1000, 5000});
  } catch (const error& e) {
    fuzz_check_error(e, text);
  }
  try {
    const io::json_document document(text, "f.x");
    for (const io::market_case& c : io::read_market_cases(document)) {
      if (const auto o = c.input.find("orders")) {
        const auto read = io::orders_of(*o);
        clear_and_check(read.orders, c.bounds);
        try {
          static_cast<void>(call_auction(read.steps(), {.reference = c.reference}));
        } catch (const market_error& e) {
          fuzz_require(!e.reason().empty(), "a reason");
        }
      }
      if (const auto e = c.input.find("events"))
        for (const io::json_value v : e->array()) static_cast<void>(io::request_of(v));
    }
  } catch (const error& e) {
    fuzz_check_error(e, text);
  }
  return 0;
}
