// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ORDER_BOOK_HPP
#define SCHED_ORDER_BOOK_HPP

/// \file
/// Front door: continuous trading in an order book, with auctions.

#include <sched/dispatch/order_book.hpp>
#include <sched/dispatch/order_event.hpp>
#include <sched/solve/call_auction.hpp>

#endif
