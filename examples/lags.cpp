// SPDX-License-Identifier: BSL-1.0
// Lags of four kinds, dates, and what an answer says when a deadline cannot be kept.
#include <iostream>

#include <sched/sgs.hpp>
#include <sched/validate.hpp>

namespace {

sched::project street(sched::instant deadline) {
  using sched::lag_kind;
  sched::project_builder b;
  const auto crew = b.add_renewable(3, "crew");
  const auto open = b.add_task({.name = "open", .work = 4, .needs = {{crew, 2}}, .dates = {.release = 1}});
  const auto lay = b.add_task({.name = "lay", .work = 6, .needs = {{crew, 1}}});
  const auto fill = b.add_task({.name = "fill", .work = 3, .needs = {{crew, 1}}});
  const auto pour = b.add_task({.name = "pour", .work = 2, .needs = {{crew, 3}}});
  const auto guard = b.add_task({.name = "guard", .work = 5});
  const auto check = b.add_task({.name = "check", .work = 1, .dates = {.deadline = deadline}});
  b.add_precedence(open, lay, {.kind = lag_kind::start_start, .lag = 2});     // laying starts 2 after opening started
  b.add_precedence(lay, fill, {.kind = lag_kind::finish_finish, .lag = 1});   // filling ends 1 after laying ended
  b.add_precedence(fill, pour);                                               // pouring after filling
  b.add_precedence(pour, guard, {.kind = lag_kind::start_finish, .lag = 4});  // guards stay until 4 after pouring began
  b.add_precedence(pour, check, {.kind = lag_kind::finish_start, .lag = 3});  // concrete dries for 3
  return b.build();
}

void show(const sched::project& p, const sched::schedule_result& r) {
  std::cout << "status " << to_string(r.status) << '\n';
  if (!r.reason.empty()) std::cout << "reason: " << r.reason << '\n';
  for (const sched::task_id t : r.tasks) std::cout << "task concerned: " << p.label(t) << '\n';
  for (std::size_t i = 0; i < r.schedule.size(); ++i)
    std::cout << "  " << p.label(sched::task_id(i)) << '\t' << r.schedule.when(sched::task_id(i)) << '\n';
}

}  // namespace

int main() {
  const sched::project easy = street(20);
  const auto r = sched::parallel_sgs(easy);
  show(easy, r);
  std::cout << "  valid: " << sched::validate(easy, r.schedule).ok() << "\n\n";

  std::cout << "From the end, all as late as possible:\n";
  show(easy, sched::serial_sgs(easy, sched::priority::latest_finish{},
                               {.direction = sched::planning::backward, .horizon = 20}));

  std::cout << "\nThe critical path alone is longer than this deadline:\n";
  const sched::project hopeless = street(10);
  show(hopeless, sched::parallel_sgs(hopeless));

  std::cout << "\nA maximal lag is part of the model; these schemes cannot honour it and say so:\n";
  sched::project_builder b;
  const auto bake = b.add_task({.name = "bake", .work = 2});
  const auto eat = b.add_task({.name = "eat", .work = 1});
  b.add_precedence(bake, eat).add_precedence(bake, eat, {.lag = 3, .maximal = true});
  const sched::project fresh = b.build();
  show(fresh, sched::parallel_sgs(fresh));
}
