// SPDX-License-Identifier: BSL-1.0
// Documents of `sched place`: a table of places, pages and figures of the nodes.
#include <algorithm>
#include <utility>

#include <sched/gantt.hpp>

#include "place_run.hpp"

namespace program {
namespace {

using namespace sched;

/// Nothing leaves: time is how many pods were asked for before.
chart as_chart(const cluster& c, const place_workload& w, const place_request& r, const place_answer& a,
               const std::string& title) {
  std::vector<occupancy> stays;
  cluster_gantt_options o{.title = title,
                          .axis = {.name = "arrival"},
                          .until = static_cast<std::int64_t>(a.results.size()),
                          .typical = typical_types(w.parts, r.typical),
                          .facts = {{"Policy", r.policy, {}}, {"Order", r.order, {}}}};
  for (std::size_t k = 0; k < a.results.size(); ++k) {
    const std::size_t pod = a.pods[k];
    const std::string& name = w.pods[pod].name;
    if (!a.results[k]) {
      const bool asked = w.asks(pod);
      o.unplaced.push_back(
          name + " (" +
          (asked ? std::string(to_string(a.results[k].why.first)) : io::wait_reason({w.waits[pod], {}, {}})) + ")");
      continue;
    }
    const auto parts = a.results[k].allocations();
    stays.push_back({.job = name, .start = static_cast<std::int64_t>(k), .place = {parts.begin(), parts.end()}});
  }
  return gantt_of(c, stays, o);
}

}  // namespace

std::string place_document(const std::string& kind, const std::string& name, const cluster& c, const place_workload& w,
                           const place_request& r, const place_answer& a) {
  if (kind == "csv") return place_csv(c, w, a);
  const chart picture = as_chart(c, w, r, a, name + ", " + r.policy);
  return kind == "svg" ? chart_svg(picture) : chart_html(picture);
}

}  // namespace program
