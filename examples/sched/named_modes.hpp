// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_NAMED_MODES_HPP
#define SCHED_EXAMPLES_SCHED_NAMED_MODES_HPP

/// \file
/// Mode policies by name.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <sched/model/project.hpp>
#include <sched/priority/mode_choice.hpp>

namespace program {

using namespace sched;

/// The mode policy that a name means, chosen at run time: one type, so that the solvers are compiled once.
struct named_modes {
  enum class kind : std::uint8_t { earliest_finish, shortest, least_work } which = kind::earliest_finish;

  explicit named_modes(const std::string& name)
      : which(name == "shortest"     ? kind::shortest
              : name == "least-work" ? kind::least_work
                                     : kind::earliest_finish) {}
  [[nodiscard]] std::size_t choose(const project& p, task_id t, std::span<const mode_option> options) const {
    switch (which) {
      case kind::shortest: return mode::shortest{}.choose(p, t, options);
      case kind::least_work: return mode::least_work{}.choose(p, t, options);
      default: return mode::earliest_finish{}.choose(p, t, options);
    }
  }
};

}  // namespace program

#endif
