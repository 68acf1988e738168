// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_DEMO_CLUSTER_HPP
#define SCHED_EXAMPLES_SCHED_DEMO_CLUSTER_HPP

/// \file
/// The cluster of the demo.

#include <string>

#include "program.hpp"

namespace program {

/// Runs a day of a cluster under several schedulers, prints a table, writes documents into the folder, and returns its
/// part of the page.
std::string demo_cluster(const std::string& folder, const std::string& format, outcome& worst);

}  // namespace program

#endif
