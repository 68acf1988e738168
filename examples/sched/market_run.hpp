// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_MARKET_RUN_HPP
#define SCHED_EXAMPLES_SCHED_MARKET_RUN_HPP

/// \file
/// Running market cases as the command line asks for it; shared by `market`, `bench` and `demo`.

#include <optional>
#include <string>

#include <sched/io/json_market.hpp>
#include <sched/io/market_csv.hpp>
#include <sched/io/market_svg.hpp>

#include "market_cases.hpp"
#include "program.hpp"

namespace program {

/// Runs a case by its mechanism and, if asked, proves the result.
market_answer run_market_case(const sched::io::market_case& c, bool validate);
/// The zones of it, with blocks or without, in a source of its own.
market_answer run_market_zones(const sched::io::market_case& c, bool validate);
/// The same for block and complex orders.
market_answer run_market_blocks(const sched::io::market_case& c, bool validate);

/// The picture of a case with a book and one price; none for others.
std::optional<sched::market_picture> picture_of(const sched::io::market_case& c, const answer& a);

/// The command `generate market`.
runner add_generate_market(CLI::App& command);
/// A random market hour: a book of steps around a price, as CSV.
std::string random_market_csv(std::size_t orders, std::size_t hours, double elastic, std::uint64_t seed);
/// Prints and draws a market hour for `demo`; what belongs on its page.
std::string demo_market(const std::string& folder, const std::string& format, outcome& worst);

}  // namespace program

#endif
