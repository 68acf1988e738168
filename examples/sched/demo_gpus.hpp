// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_DEMO_GPUS_HPP
#define SCHED_EXAMPLES_SCHED_DEMO_GPUS_HPP

/// \file
/// The GPU cluster of the demo.

#include <string>

#include "program.hpp"

namespace program {

/// Runs a morning of a GPU cluster under several placement policies, prints a table, writes documents into the folder,
/// and returns its part of the page.
std::string demo_gpus(const std::string& folder, const std::string& format, outcome& worst);

}  // namespace program

#endif
