// SPDX-License-Identifier: BSL-1.0
#include <sched/model/lifecycle.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr std::array all{job_state::held,      job_state::queued,     job_state::scheduled,
                         job_state::running,   job_state::preempting, job_state::preempted,
                         job_state::completed, job_state::failed,     job_state::cancelled};
// Rows and columns in the order of `all`. R: both tables, +: the full one, .: refused.
constexpr std::array<std::string_view, 9> cells{".+.....++",  // held
                                                "..R....+R",  // queued
                                                ".+.R...+R",  // scheduled
                                                "....+RRRR",  // running
                                                ".....++++",  // preempting
                                                ".R.....+R",  // preempted
                                                ".........", ".........", "........."};

constexpr bool every_cell_stands() {
  for (std::size_t f = 0; f < all.size(); ++f)
    for (std::size_t t = 0; t < all.size(); ++t) {
      if (lifecycle::full.allows(all[f], all[t]) != (cells[f][t] != '.')) return false;
      if (lifecycle::reference.allows(all[f], all[t]) != (cells[f][t] == 'R')) return false;
    }
  return true;
}
static_assert(every_cell_stands());

}  // namespace

TEST_CASE("the tables of transitions hold cell by cell, and refusals change nothing") {
  for (std::size_t f = 0; f < all.size(); ++f)
    for (std::size_t t = 0; t < all.size(); ++t) {
      CAPTURE(to_string(all[f]), to_string(all[t]));
      std::vector<job_attempt> attempts;
      if (holds_resources(all[f])) attempts.push_back({1, 2, instant::infinity(), end_reason::none});
      const job_history before = job_history::restored(all[f], 0, 0, instant::infinity(), attempts);
      job_history h = before;
      const auto refused = h.move(all[t], 7);
      if (cells[f][t] != '.') {
        CHECK_FALSE(refused);
        CHECK(h.state() == all[t]);
        if (holds_resources(all[f]) && !holds_resources(all[t])) CHECK(h.attempt(0).ended == 7);
        CHECK((h.finished() == 7) == is_terminal(all[t]));
      } else {
        REQUIRE(refused);
        CHECK(*refused == invalid_transition{all[f], all[t]});
        CHECK(h == before);
      }
    }
}

TEST_CASE("the states of the reference have its numbers") {
  CHECK(static_cast<int>(job_state::queued) == 0);
  CHECK(static_cast<int>(job_state::scheduled) == 1);
  CHECK(static_cast<int>(job_state::running) == 2);
  CHECK(static_cast<int>(job_state::preempted) == 3);
  CHECK(static_cast<int>(job_state::completed) == 4);
  CHECK(static_cast<int>(job_state::failed) == 5);
  CHECK(static_cast<int>(job_state::cancelled) == 6);
  CHECK_FALSE(lifecycle::full.allows(static_cast<job_state>(99), job_state::queued));
  CHECK(to_string(static_cast<job_state>(99)) == "unknown");
}

TEST_CASE("what a preempted job ran stays accounted for") {
  job_history h(0);
  CHECK(h.eligible() == 0);
  CHECK_FALSE(h.move(job_state::scheduled, 10));
  CHECK_FALSE(h.move(job_state::running, 11));
  CHECK(h.run_time(20) == 9);
  CHECK_FALSE(h.move(job_state::preempting, 25));
  CHECK(h.run_time(30) == 19);
  CHECK_FALSE(h.move(job_state::preempted, 31, end_reason::preempted));
  CHECK_FALSE(h.move(job_state::queued, 31));
  CHECK_FALSE(h.move(job_state::scheduled, 50));
  CHECK_FALSE(h.move(job_state::queued, 52, end_reason::launch_failed));
  CHECK_FALSE(h.move(job_state::scheduled, 60));
  CHECK_FALSE(h.move(job_state::running, 61));
  CHECK_FALSE(h.move(job_state::completed, 71, end_reason::done));
  REQUIRE(h.attempt_count() == 3);
  CHECK(h.attempt(0) == job_attempt{10, 11, 31, end_reason::preempted});
  CHECK(h.attempt(1) == job_attempt{50, instant::infinity(), 52, end_reason::launch_failed});
  CHECK(h.run_time(1000) == 30);
  CHECK(h.finished() == 71);
  CHECK(h.move(job_state::queued, 99));
  CHECK(h.finished() == 71);
  CHECK(h.eligible() == 0);
}

TEST_CASE("a held job is eligible when it is first queued") {
  job_history h(5, true);
  CHECK(h.state() == job_state::held);
  CHECK(h.eligible() == instant::infinity());
  CHECK(h.move(job_state::scheduled, 6));
  CHECK_FALSE(h.move(job_state::queued, 8));
  CHECK(h.eligible() == 8);
  CHECK(h.created() == 5);
}
