// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_DEMO_ROADMAP_HPP
#define SCHED_EXAMPLES_SCHED_DEMO_ROADMAP_HPP

/// \file
/// The roadmap of the demo.

#include <string>

#include "program.hpp"

namespace program {

/// Plans a small roadmap by every algorithm, prints a table, writes documents into the folder, and returns its part of
/// the page.
std::string demo_roadmap(const std::string& folder, const std::string& format, outcome& worst);

}  // namespace program

#endif
