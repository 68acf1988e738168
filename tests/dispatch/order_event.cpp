// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/order_event.hpp>

#include <string_view>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("refusals have the names that files use") {
  CHECK(to_string(book_refusal::unknown_order) == std::string_view("unknown_order"));
  CHECK(to_string(book_refusal::duplicate_id) == std::string_view("duplicate_id"));
  CHECK(to_string(book_refusal::would_trade) == std::string_view("would_trade"));
  CHECK(to_string(book_refusal::none) == std::string_view("none"));
}

TEST_CASE("requests and events are values") {
  const book_request r{.op = book_op::limit, .id = 3, .volume = 5, .price = 7};
  book_request other = r;
  CHECK(other == r);
  other.keep_price = true;
  CHECK_FALSE(other == r);
  CHECK(book_event{} == book_event{.kind = book_event_kind::accepted});
}
