// SPDX-License-Identifier: BSL-1.0
#include <sched/generate.hpp>

#include <sched/model/critical_path.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/project_checksum.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

project make(const random_project_options& o, std::uint64_t seed = 1) {
  random_generator rng(seed);
  return random_project(o, rng);
}

template <class F>
double average(int count, F f) {
  double sum = 0;
  for (int k = 0; k < count; ++k) sum += f(static_cast<std::uint64_t>(k));
  return sum / count;
}

std::size_t demands(const project& p) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < p.task_count(); ++i) n += p.requirements(task_id(i)).size();
  return n;
}

}  // namespace

TEST_CASE("a seed means the same instance on every platform") {
  const std::map<std::string, std::uint64_t> golden{
      {"all calendars, lags and dates", 9102318197619406365U},
      {"both kinds of breaks", 14402557163319938757U},
      {"classic", 9358524690577829619U},
      {"classic, shuffled numbers", 10658320433411986119U},
      {"closed breaks", 6526916378380347310U},
      {"deadlines", 2392539093042541236U},
      {"dense", 7228054857511094104U},
      {"due dates and weights", 8750144254695323071U},
      {"dummies", 15766621572971818487U},
      {"everything", 7336656095097362588U},
      {"fixed starts", 11534880914512567869U},
      {"lags of four kinds", 8767963323993385667U},
      {"maximal lags", 2277388403376917428U},
      {"modes", 5779381206379686574U},
      {"modes and non-renewables", 14540581286477567150U},
      {"negative lags", 6512715814395743722U},
      {"no resources", 480671442436588820U},
      {"one task", 6715128477816299748U},
      {"parallel", 2568822509834919786U},
      {"plentiful", 7443133747724919802U},
      {"releases", 16417543235020798107U},
      {"scarce", 6504099799822629793U},
      {"shrinking breaks", 12638589902782112929U},
      {"stretching breaks", 13077173823132884499U},
      {"zero durations", 3697043834747467512U},
  };
  std::map<std::string, checksum> found;
  each_random_instance(5, [&](const random_instance& i, const instance_preset& preset, std::uint64_t) {
    found[preset.name].add(checksum_of(i.project)).add(checksum_of(i.witness));
  });
  for (const auto& [name, sum] : found) {
    INFO("{\"" << name << "\", " << sum.value() << "U},");
    CHECK((golden.contains(name) && golden.at(name) == sum.value()));
  }
  CHECK(golden.size() == found.size());
}

TEST_CASE("the same generator state gives the same project, another state another one") {
  CHECK(checksum_of(make({}, 7)) == checksum_of(make({}, 7)));
  CHECK(checksum_of(make({}, 7)) != checksum_of(make({}, 8)));
  random_generator a(7);
  random_generator b(7);
  const random_instance both = random_project_with_witness({}, a);
  CHECK(checksum_of(both.project) == checksum_of(random_project({}, b)));
  CHECK(a == b);
}

TEST_CASE("sizes, dummies, names and numbering are as asked") {
  CHECK(make({.tasks = 17}).task_count() == 17);
  const project p = make({.tasks = 17, .dummies = true, .named = true});
  REQUIRE(p.task_count() == 19);
  CHECK(
      (p.task_name(task_id(0)) == "start" && p.task_name(task_id(18)) == "finish" && p.task_name(task_id(1)) == "T1"));
  CHECK((p.work(task_id(0)) == 0 && p.work(task_id(18)) == 0));
  CHECK(p.predecessors(task_id(0)).empty());
  CHECK(p.successors(task_id(18)).empty());
  for (std::size_t i = 1; i < 18; ++i) {
    CHECK_FALSE(p.predecessors(task_id(i)).empty());
    CHECK_FALSE(p.successors(task_id(i)).empty());
    for (const sched::adjacency& l : p.successors(task_id(i))) CHECK(l.task.index() > i);
  }
  bool backwards = false;
  const project q = make({.tasks = 17, .shuffled = true});
  for (std::size_t i = 0; i < 17; ++i)
    for (const sched::adjacency& l : q.successors(task_id(i))) backwards |= l.task.index() < i;
  CHECK(backwards);
}

TEST_CASE("with lags of all kinds the finish dummy still comes last") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const project p = make({.tasks = 15, .dummies = true, .lag_probability = 1, .min_lag = -4}, seed);
    const critical_path c = find_critical_path(p);
    CHECK(c.earliest_start.back() == *std::ranges::max_element(c.earliest_finish));
    CHECK(c.earliest_start.front() == 0);
  }
}

TEST_CASE("network complexity, resource factor and ranges are kept on average") {
  for (const double complexity : {1.5, 1.8, 2.1}) {
    const double found = average(40, [&](std::uint64_t seed) {
      const project p = make({.tasks = 60, .dummies = true, .network_complexity = complexity}, seed);
      return static_cast<double>(p.precedences().arc_count()) / static_cast<double>(p.task_count());
    });
    CHECK(found == Approx(complexity).epsilon(0.06));
  }
  for (const double factor : {0.1, 0.25, 0.5, 0.75, 1.0}) {
    const project p = make({.tasks = 200, .resource_factor = factor});
    CHECK(demands(p) == static_cast<std::size_t>(factor * 200 * 4));
    if (factor >= 0.25)
      for (std::size_t i = 0; i < 200; ++i) CHECK_FALSE(p.requirements(task_id(i)).empty());
  }
  const project p = make({.tasks = 500,
                          .min_duration = 3,
                          .max_duration = 8,
                          .min_demand = 2,
                          .max_demand = 6,
                          .min_weight = 2,
                          .max_weight = 4});
  std::map<std::int64_t, int> works, units, weights;
  for (std::size_t i = 0; i < 500; ++i) {
    ++works[p.work(task_id(i)).count()];
    for (const requirement& q : p.requirements(task_id(i))) ++units[q.units];
    ++weights[static_cast<std::int64_t>(p.weight(task_id(i)))];
  }
  CHECK((works.size() == 6 && works.begin()->first == 3 && works.rbegin()->first == 8));
  CHECK((units.size() == 5 && units.begin()->first == 2 && units.rbegin()->first == 6));
  CHECK((weights.size() == 3 && weights.begin()->first == 2));
}

TEST_CASE("resource strength runs from the greatest demand to the peak of the earliest start schedule") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random_project_options o{.tasks = 40};
    o.resource_strength = 0;
    const project tight = make(o, seed);
    o.resource_strength = 1;
    const project loose = make(o, seed);
    const critical_path c = find_critical_path(tight);
    for (std::size_t r = 0; r < 4; ++r) {
      amount greatest = 0, peak = 0;
      for (std::int64_t t = 0; t < c.length.count(); ++t) {
        amount level = 0;
        for (std::size_t i = 0; i < 40; ++i) {
          greatest = std::max(greatest, tight.demand(task_id(i), resource_id(r)));
          if (interval{c.earliest_start[i], c.earliest_finish[i]}.contains(t))
            level += tight.demand(task_id(i), resource_id(r));
        }
        peak = std::max(peak, level);
      }
      CHECK(tight.resource_of(resource_id(r)).capacity == greatest);
      CHECK(loose.resource_of(resource_id(r)).capacity == peak);
    }
  }
}

TEST_CASE("longer modes need no more, and budgets run from the least to the greatest total") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random_project_options o{.tasks = 25, .min_modes = 2, .max_modes = 4, .nonrenewables = 2, .resource_strength = 1};
    o.nonrenewable_strength = 0;
    const project poor = make(o, seed);
    o.nonrenewable_strength = 1;
    const project rich = make(o, seed);
    std::vector<amount> least(6, 0), greatest(6, 0);
    for (std::size_t i = 0; i < 25; ++i) {
      const task_id t(i);
      CHECK(rich.mode_count(t) <= 4);
      for (std::size_t m = 0; m < rich.mode_count(t); ++m)
        for (std::size_t r = 0; r < 6; ++r) {
          if (m == 0) greatest[r] += rich.demand(t, resource_id(r), m);
          if (m + 1 == rich.mode_count(t)) least[r] += rich.demand(t, resource_id(r), m);
          if (m == 0) continue;
          CHECK(rich.work(t, m) > rich.work(t, m - 1));
          CHECK(rich.demand(t, resource_id(r), m) <= rich.demand(t, resource_id(r), m - 1));
        }
    }
    for (std::size_t r = 4; r < 6; ++r) {
      CHECK(rich.resource_of(resource_id(r)).capacity == greatest[r]);
      CHECK(poor.resource_of(resource_id(r)).capacity == least[r]);
    }
  }
}

TEST_CASE("probabilities of 0 and 1 mean never and always") {
  const project plain = make({.tasks = 20});
  CHECK(plain.classic());
  CHECK_FALSE(plain.has_due_dates());
  const project all = make({.tasks = 20,
                            .maximal_lag_probability = 1,
                            .release_probability = 1,
                            .due_probability = 1,
                            .deadline_probability = 1,
                            .fixed_probability = 1,
                            .stretching_probability = 1,
                            .shrinking_probability = 1});
  for (std::size_t i = 0; i < 20; ++i) {
    const task_dates& d = all.dates(task_id(i));
    CHECK((d.release.is_finite() && d.due.is_finite() && d.deadline.is_finite() && d.fixed_start.is_finite()));
  }
  for (const resource& r : all.resources()) {
    CHECK_FALSE(r.breaks.always_open());
    CHECK(r.on_break == break_rule::stretching);
    CHECK(r.shrinkings.size() == 1);
  }
  CHECK(all.maximal_lags().size() == all.precedences().arc_count());
  const project closed = make({.tasks = 5, .closed_probability = 1});
  for (const resource& r : closed.resources()) CHECK(r.on_break == break_rule::closed);
  std::size_t changed = 0;
  std::map<lag_kind, int> kinds;
  const project lags = make({.tasks = 200, .lag_probability = 1, .min_lag = 1, .max_lag = 3});
  for (std::size_t i = 0; i < 200; ++i)
    for (const sched::adjacency& l : lags.successors(task_id(i))) {
      changed += l.lag >= 1 && l.lag <= 3 ? 1U : 0U;
      ++kinds[l.kind];
    }
  CHECK(changed == lags.precedences().arc_count());
  CHECK(kinds.size() == 4);
}

TEST_CASE("the smallest projects can be made") {
  for (const std::size_t n : {1U, 2U, 3U, 4U, 5U})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CHECK(make({.tasks = n}, seed).task_count() == n);
      CHECK(make({.tasks = n, .dummies = true}, seed).task_count() == n + 2);
    }
  CHECK(make({.tasks = 3, .min_duration = 0, .max_duration = 0, .renewables = 0, .stretching_probability = 1})
            .resource_count() == 0);
}

TEST_CASE("a large project keeps its parameters") {
  const project p = make({.tasks = 20'000, .renewables = 20});
  CHECK(p.task_count() == 20'000);
  CHECK(p.precedences().arc_count() == Approx(30'000).epsilon(0.02));
  CHECK(demands(p) == 200'000);
}

TEST_CASE("options out of range are refused by name") {
  const auto refused = [](const random_project_options& o, const std::string& reason) {
    random_generator rng(1);
    CHECK_THROWS_WITH(random_project(o, rng), "random project: " + reason);
  };
  refused({.tasks = 0}, "1 … 10,000,000 tasks");
  refused({.network_complexity = -1}, "network complexity must be in 0 … 32");
  refused({.min_duration = 5, .max_duration = 4}, "durations must be a range within 0 … 4294967296");
  refused({.min_duration = -1}, "durations must be a range within 0 … 4294967296");
  refused({.max_duration = (std::int64_t{1} << 32) + 1}, "durations must be a range within 0 … 4294967296");
  refused({.min_modes = 0}, "modes must be a range within 1 … 1000");
  refused({.min_demand = 0}, "demands must be a range within 1 … 4294967296");
  refused({.resource_factor = 1.5}, "resource factor must be in 0 … 1");
  refused({.resource_strength = std::numeric_limits<double>::quiet_NaN()}, "resource strength must be in 0 … 1");
  refused({.min_lag = 9}, "lags must be a range within -4294967296 … 4294967296");
  refused({.release_probability = -0.1}, "release probability must be in 0 … 1");
  refused({.deadline_range = -1}, "deadline range must be in 0 … 1000");
  refused({.closed_probability = 0.6, .stretching_probability = 0.6},
          "closed and stretching probability together must be in 0 … 1");
  refused({.renewables = 10'001}, "at most 10,000 resources");
}

TEST_CASE("the longest legal durations either fit or are refused, and never wrap") {
  const std::int64_t longest = std::int64_t{1} << 32;
  const project p = make({.tasks = 100,
                          .max_duration = longest,
                          .max_demand = longest,
                          .deadline_probability = 1,
                          .stretching_probability = 1});
  for (std::size_t i = 0; i < p.task_count(); ++i) CHECK(p.deadline(task_id(i)) > 0);
  random_generator rng(1);
  CHECK_THROWS_AS(random_project({.tasks = 100'000,
                                  .min_duration = longest,
                                  .max_duration = longest,
                                  .resource_factor = 1,
                                  .resource_strength = 0,
                                  .deadline_probability = 1,
                                  .deadline_range = 1000,
                                  .stretching_probability = 1},
                                 rng),
                  error);
}
