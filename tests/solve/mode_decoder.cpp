// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/mode_decoder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/mode_budget.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_project.hpp"

using namespace sched;
using sched_test::random_list;

namespace {

project with_modes(random_generator& random) {
  return sched::random_project({.tasks = static_cast<std::size_t>(random.between(1, 30)),
                                .dummies = random.chance(0.5),
                                .min_modes = 1,
                                .max_modes = 4,
                                .renewables = static_cast<std::size_t>(random.between(0, 10)),
                                .nonrenewables = static_cast<std::size_t>(random.between(0, 3)),
                                .max_demand = random.chance(0.3) ? 90 : 10,
                                .resource_factor = 0.6,
                                .resource_strength = random.real() * 0.4,
                                .nonrenewable_strength = random.real()},
                               random);
}

/// Affordable modes, as rows; empty when none were found.
std::vector<std::uint32_t> some_rows(const project& p, const mode_decoder& d, std::uint64_t seed) {
  mode_budget budget(p);
  if (budget.find(seed) != mode_budget::outcome::found) return {};
  std::vector<std::uint32_t> chosen(p.task_count());
  for (std::size_t i = 0; i < p.task_count(); ++i) chosen[i] = d.rows().row_of(i, budget.modes()[i]);
  return chosen;
}

/// The definition, period by period and resource by resource of the project itself.
std::vector<std::int64_t> textbook(const project& p, const mode_decoder& d, std::vector<std::uint16_t> left,
                                   std::vector<std::uint32_t>& chosen, bool reversed, const mode_freedom& f) {
  const std::size_t n = p.task_count();
  const auto& rows = d.rows();
  std::vector<std::vector<amount>> free;
  std::vector<std::int64_t> start(n, -1), finish(n, -1);
  const auto length = [&](std::size_t i, std::uint32_t row) { return p.work(task_id(i), rows.original[row]).count(); };
  const auto need = [&](std::size_t i, std::uint32_t row, std::size_t r) {
    return p.demand(task_id(i), resource_id(r), rows.original[row]);
  };
  const auto renews = [&](std::size_t r) { return p.resource_of(resource_id(r)).kind == resource_kind::renewable; };
  const auto capacity = [&](std::size_t r) { return p.resource_of(resource_id(r)).capacity; };
  const auto earliest = [&](std::size_t i, std::uint32_t row, std::int64_t t) {
    for (;; ++t) {
      bool fits = true;
      for (std::int64_t x = t; x < t + length(i, row) && x < static_cast<std::int64_t>(free.size()); ++x)
        for (std::size_t r = 0; r < p.resource_count(); ++r)
          fits = fits && (!renews(r) || need(i, row, r) <= free[static_cast<std::size_t>(x)][r]);
      if (fits) return t;
    }
  };
  const auto affordable = [&](std::size_t i, std::uint32_t row) {
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      if (renews(r)) continue;
      amount sum = 0;
      for (std::size_t j = 0; j < n; ++j) sum += need(j, j == i ? row : chosen[j], r);
      if (sum > capacity(r)) return false;
    }
    return true;
  };
  while (!left.empty()) {
    std::size_t best = 0, place = 0;
    std::uint32_t its_row = 0;
    std::int64_t least = 0, at = 0;
    for (std::size_t k = 0; k < left.size() && place < std::max<std::size_t>(f.width, 1); ++k) {
      const std::size_t i = left[k];
      std::int64_t ready = 0;
      bool open = true;
      for (const adjacency& a : reversed ? p.successors(task_id(i)) : p.predecessors(task_id(i))) {
        open = open && start[a.task.index()] >= 0;
        ready = std::max(ready, finish[a.task.index()]);
      }
      if (!open) continue;
      std::uint32_t row = chosen[i];
      bool first = true;
      std::int64_t cheapest = 0;
      for (std::uint32_t r = rows.begin[i]; f.modes && r < rows.begin[i + 1]; ++r) {
        if (!affordable(i, r)) continue;
        std::int64_t done = (earliest(i, r, ready) + length(i, r)) / rows.scale;
        if (!f.due.empty()) done = std::max<std::int64_t>(done, f.due[i]);
        const std::int64_t value = 16 * done + (f.price.empty() ? 0 : f.price[r]);
        if (first || value < cheapest) {
          cheapest = value;
          row = r;
          first = false;
        }
      }
      const std::int64_t t = earliest(i, row, ready);
      const std::int64_t value = 16 * t / rows.scale + static_cast<std::int64_t>(place) * f.sixteenths;
      if (place++ == 0 || value < least) {
        least = value;
        best = k;
        at = t;
        its_row = row;
      }
    }
    const std::size_t i = left[best];
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    chosen[i] = its_row;
    start[i] = at;
    finish[i] = at + length(i, its_row);
    for (std::int64_t x = at; x < finish[i]; ++x) {
      while (static_cast<std::int64_t>(free.size()) <= x) {
        free.emplace_back();
        for (std::size_t r = 0; r < p.resource_count(); ++r) free.back().push_back(capacity(r));
      }
      for (std::size_t r = 0; r < p.resource_count(); ++r)
        if (renews(r)) free[static_cast<std::size_t>(x)][r] -= need(i, its_row, r);
    }
  }
  return start;
}

}  // namespace

TEST_CASE("mode_decoder: equals its definition, in both directions, and schedules are proved") {
  random_generator random(11);
  std::size_t decoded = 0, changed = 0;
  for (int round = 0; round < 250; ++round) {
    const project p = with_modes(random);
    REQUIRE(mode_decoder::accepts(p));
    mode_decoder d(p);
    const std::vector<std::uint32_t> first = some_rows(p, d, 1);
    if (first.empty()) continue;
    std::vector<std::int64_t> price(d.rows().rows());
    std::vector<std::int32_t> due(p.task_count()), starts(p.task_count());
    for (auto& x : price) x = random.between(0, 100);
    for (auto& x : due) x = static_cast<std::int32_t>(random.between(-5, 60));
    for (const bool reversed : {false, true})
      for (const bool modes : {false, true}) {
        CAPTURE(round, reversed, modes);
        const std::vector<std::uint16_t> list = random_list<std::uint16_t>(random, p, reversed);
        mode_freedom f{.width = static_cast<std::size_t>(random.below(8)), .sixteenths = random.between(0, 40)};
        f.modes = modes;
        if (random.chance(0.5)) f.price = price;
        if (random.chance(0.5)) f.due = due;
        std::vector<std::uint32_t> mine = first, theirs = first;
        const std::span<const std::uint16_t> view(list);
        const std::int32_t makespan = reversed ? d.decode_reversed(view, std::span(mine), std::span(starts), f)
                                               : d.decode(view, std::span(mine), std::span(starts), f);
        const std::vector<std::int64_t> wanted = textbook(p, d, list, theirs, reversed, f);
        REQUIRE(mine == theirs);
        schedule s = schedule::unplaced(p.task_count());
        for (std::size_t i = 0; i < p.task_count(); ++i) {
          REQUIRE(std::int64_t{starts[i]} * d.rows().scale == wanted[i]);
          s.mode[i] = d.rows().original[mine[i]];
          const std::int32_t length = d.rows().length[mine[i]];
          s.start[i] = std::int64_t{reversed ? makespan - starts[i] - length : starts[i]} * d.rows().scale;
          s.finish[i] = s.start[i] + p.work(task_id(i), s.mode[i]);
        }
        REQUIRE(validate(p, s).ok());
        REQUIRE(s.makespan() == std::int64_t{makespan} * d.rows().scale);
        ++decoded;
        changed += mine != first ? 1U : 0U;
      }
  }
  CHECK(decoded > 600);
  CHECK(changed > 150);
}

TEST_CASE("mode_decoder: on single-mode projects, with nothing free, it is the list decoder") {
  random_generator random(5);
  for (int round = 0; round < 40; ++round) {
    const project p = sched_test::random_project(random, {.tasks = 25, .scale = 1 + round % 3});
    mode_decoder d(p);
    list_decoder plain(p);
    const std::vector<std::uint16_t> list = random_list<std::uint16_t>(random, p);
    std::vector<std::uint32_t> chosen(25);
    for (std::uint32_t i = 0; i < 25; ++i) chosen[i] = i;
    std::vector<std::int32_t> mine(25), theirs(25);
    const std::int32_t makespan =
        d.decode(std::span<const std::uint16_t>(list), std::span(chosen), std::span(mine), {});
    REQUIRE(makespan * d.rows().scale == plain.decode(std::span<const std::uint16_t>(list), std::span(theirs)));
    for (std::size_t i = 0; i < 25; ++i) REQUIRE(mine[i] * d.rows().scale == theirs[i]);
  }
}

TEST_CASE("mode_decoder: due times leave the costly mode to the task that has no time") {
  // Two tasks: both fast is too dear.
  project_builder b;
  const resource_id money = b.add_nonrenewable(10);
  const auto modes = [&] {
    task_spec t;
    t.modes = {{.work = 2, .needs = {{money, 9}}}, {.work = 6, .needs = {{money, 1}}}};
    return t;
  };
  b.add_task(modes());
  b.add_task(modes());
  const project p = b.build();
  mode_decoder d(p);
  REQUIRE(d.rows().rows() == 4);
  const std::vector<std::uint16_t> list{0, 1};
  std::vector<std::uint32_t> chosen{1, 3};
  std::vector<std::int32_t> starts(2);
  const auto decode = [&](const mode_freedom& f) {
    return d.decode(std::span<const std::uint16_t>(list), std::span(chosen), std::span(starts), f);
  };
  decode({.modes = true});
  CHECK(chosen == std::vector<std::uint32_t>{0, 3});  // first come, first served
  chosen = {1, 3};
  const std::vector<std::int64_t> price{9, 1, 9, 1};
  const std::vector<std::int32_t> due{3, 1};  // in units of 2 ticks: the first has time for its slow mode
  decode({.modes = true, .price = price, .due = due});
  CHECK(chosen == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("mode_decoder: rows are the modes that can matter") {
  project_builder b;
  const resource_id crew = b.add_renewable(3);
  const resource_id money = b.add_nonrenewable(10);
  task_spec one, two;
  one.modes = {{.work = 4, .needs = {{crew, 2}, {money, 4}}},
               {.work = 4, .needs = {{crew, 2}, {money, 4}}},   // the same
               {.work = 5, .needs = {{crew, 2}, {money, 4}}},   // slower, no cheaper
               {.work = 5, .needs = {{crew, 2}, {money, 3}}},   // slower, cheaper
               {.work = 1, .needs = {{crew, 2}, {money, 9}}}};  // leaves too little for the other task
  two.modes = {{.work = 2, .needs = {{crew, 2}, {money, 2}}}};
  b.add_task(one);
  b.add_task(two);
  const project p = b.build();
  const mode_decoder d(p);
  REQUIRE(d.rows().count(0) == 2);
  CHECK(d.rows().original[0] == 0);
  CHECK(d.rows().original[1] == 3);
  for (const std::size_t m : {0U, 1U, 2U}) CHECK(d.rows().row_of(0, m) == 0);
  CHECK(d.rows().row_of(0, 3) == 1);
  CHECK(d.rows().row_of(0, 4) == detail::decode::mode_rows::none);
  CHECK(!d.rows().impossible);
  b.add_task(two);
  b.add_task(two);
  b.add_task(two);
  const project poor = b.build();
  CHECK(mode_decoder(poor).rows().impossible);  // 3 + 4 · 2 > 10
}

TEST_CASE("mode_decoder: refuses what it cannot keep, and allocates nothing in a call") {
  random_generator random(3);
  CHECK(!mode_decoder::accepts(sched::random_project({.lag_probability = 1}, random)));
  CHECK(!mode_decoder::accepts(sched::random_project({.release_probability = 1}, random)));
  project_builder large;
  large.add_task({.work = std::int64_t{1} << 40});
  CHECK(!mode_decoder::accepts(large.build()));
  const project p = sched::random_project({.tasks = 30, .min_modes = 3, .max_modes = 3, .nonrenewables = 1}, random);
  mode_decoder d(p);
  std::vector<std::uint32_t> chosen = some_rows(p, d, 1);
  REQUIRE(!chosen.empty());
  const std::vector<std::uint16_t> list = random_list<std::uint16_t>(random, p);
  std::vector<std::int32_t> starts(30);
  const auto decode = [&] {
    d.decode(std::span<const std::uint16_t>(list), std::span(chosen), std::span(starts), {.width = 4, .modes = true});
  };
  decode();
  const sched_test::allocation_count count;
  decode();
  CHECK(count.since() == 0);
}
