// SPDX-License-Identifier: BSL-1.0
// The openb lists: task by task equal to the reference placements, all published totals, and the published experiment.
#include <sched/placement.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/io/openb.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::string folder() {
  const char* other = std::getenv("SCHED_DATA_DIR");
  const std::string at = std::string(other == nullptr ? SCHED_DATA_DIR : other) + "/gpu/";
  return std::filesystem::is_directory(at) ? at : std::string();
}

struct workload {
  cluster machine;
  std::vector<part> tasks;
  std::vector<task_type> types;
};

workload load(const std::string& at, const std::string& list) {
  const std::string nodes = at + "openb_node_list_gpu_node.csv.gz", pods = at + "openb_pod_list_" + list + ".csv.gz";
  const auto n = io::read_openb_nodes(io::read_gzip_file(nodes), nodes);
  const auto p = io::read_openb_pods(io::read_gzip_file(pods), pods);
  workload w{io::make_openb_cluster(n, p), {}, {}};
  for (const io::openb_pod& pod : p) w.tasks.push_back(io::part_of(pod, w.machine));
  w.types = typical_types(w.tasks);
  return w;
}

struct outcome {
  std::size_t unplaced = 0;
  amount placed = 0;
  bool operator==(const outcome&) const = default;
};

template <placement_policy P, class F>
outcome place_all(const workload& w, const P& policy, F each) {
  cluster_state s(w.machine);
  placement_workspace ws;
  outcome o;
  for (std::size_t k = 0; k < w.tasks.size(); ++k) {
    const placement_result r = policy(single(w.tasks[k]), s, ws);
    if (r) {
      s.apply(r);
      o.placed += w.tasks[k].devices == 0 ? 0 : w.tasks[k].milli();
    } else {
      ++o.unplaced;
    }
    each(k, r);
  }
  return o;
}
template <placement_policy P>
outcome place_all(const workload& w, const P& policy) {
  return place_all(w, policy, [](std::size_t, const placement_result&) {});
}

struct expected {
  const char* list;
  outcome fgd, best, first, worst;
};
constexpr std::array<expected, 6> table{
    {{"default", {266, 5857560}, {465, 5676350}, {368, 5764710}, {471, 5323190}},
     {"cpu050", {644, 5501930}, {761, 5419860}, {830, 5377800}, {298, 5477850}},
     {"cpu100", {967, 5241790}, {922, 5293240}, {1305, 4972270}, {543, 5238880}},
     {"gpushare40", {515, 4953250}, {378, 5205250}, {868, 4632250}, {670, 4670250}},
     {"multigpu20", {509, 5789980}, {637, 5676350}, {540, 5764710}, {643, 5323190}},
     {"gpuspec10", {357, 5749490}, {469, 5703270}, {354, 5771480}, {514, 5287870}}}};

/// The list in another order, cut or filled up to 130 % of the devices, as in the published experiment.
std::vector<part> experiment(const workload& w, std::uint64_t seed) {
  random_generator rng(seed);
  std::vector<part> list = w.tasks;
  rng.shuffle(std::span<part>(list));
  const amount limit = w.machine.total_milli() * 13 / 10;
  const auto need = [](const part& p) { return p.devices == 0 ? 0 : p.milli(); };
  amount sum = 0;
  std::size_t n = 0;
  while (n < list.size() && sum + need(list[n]) <= limit) sum += need(list[n++]);
  if (n < list.size()) {
    list.resize(n);
  } else {
    for (;;) {
      const part& p = w.tasks[static_cast<std::size_t>(rng.below(w.tasks.size()))];
      if (sum + need(p) > limit) break;
      sum += need(p);
      list.push_back(p);
    }
  }
  rng.shuffle(std::span<part>(list));
  return list;
}

struct ratios {
  double at_100 = 0, at_130 = 0;
};
template <placement_policy P>
ratios run_experiment(const workload& w, std::span<const part> list, const P& policy) {
  cluster_state s(w.machine);
  placement_workspace ws;
  amount requested = 0, placed = 0;
  const amount all = w.machine.total_milli();
  ratios out;
  bool reached = false;
  for (const part& p : list) {
    const placement_result r = policy(single(p), s, ws);
    const amount milli = p.devices == 0 ? 0 : p.milli();
    if (r) {
      s.apply(r);
      placed += milli;
    }
    requested += milli;
    if (!reached && requested >= all) {
      out.at_100 = 100.0 * static_cast<double>(placed) / static_cast<double>(all);
      reached = true;
    }
  }
  out.at_130 = 100.0 * static_cast<double>(placed) / static_cast<double>(all);
  return out;
}

}  // namespace

TEST_CASE("both reference placements, task by task") {
  const std::string at = folder();
  if (at.empty()) {
    WARN("reference placements skipped: no data");
    return;
  }
  const workload w = load(at, "default");
  REQUIRE(w.types.size() == 35);
  const auto check = [&](const char* name, const auto& policy) {
    INFO(name);
    std::string text = io::read_gzip_file(at + "openb_default_fileorder_" + name + ".csv.gz");
    std::vector<std::string> lines;
    for (std::size_t from = text.find('\n') + 1; from < text.size();) {
      const std::size_t end = text.find('\n', from);
      lines.push_back(text.substr(from, end - from));
      from = end + 1;
    }
    REQUIRE(lines.size() == w.tasks.size());
    place_all(w, policy, [&](std::size_t k, const placement_result& r) {
      const part& q = w.tasks[k];
      std::string mine = std::to_string(k) + ',' + std::to_string(q.cpu) + ',' + std::to_string(q.memory / mebibyte) +
                         ',' + std::to_string(q.devices) + ',' + std::to_string(q.devices == 0 ? 0 : q.share) + ',';
      mine += r ? std::to_string(r.parts[0].node.index()) : "-1";
      mine += ',';
      if (r)
        for (std::size_t d = 0; d < r.parts[0].devices.size(); ++d)
          mine += (d == 0 ? "" : "-") + std::to_string(r.parts[0].devices[d]);
      REQUIRE(mine == lines[k]);
    });
  };
  check("bestfit", placement::best_fit{});
  check("bestfit", placement::by_score<score::best_fit, false>{});
  check("fgd", placement::fgd(w.types, w.machine));
}

TEST_CASE("every published total of six lists under four policies") {
  const std::string at = folder();
  if (at.empty()) {
    WARN("published totals skipped: no data");
    return;
  }
  for (const expected& e : table) {
    INFO(e.list);
    const workload w = load(at, e.list);
    CHECK(place_all(w, placement::fgd(w.types, w.machine)) == e.fgd);
    CHECK(place_all(w, placement::best_fit{}) == e.best);
    CHECK(place_all(w, placement::first_fit{}) == e.first);
    CHECK(place_all(w, placement::worst_fit{}) == e.worst);
  }
}

TEST_CASE("the published experiment: allocation at 100 % and 130 % of the devices requested") {
  const std::string at = folder();
  if (at.empty()) {
    WARN("published experiment skipped: no data");
    return;
  }
  const char* wanted = std::getenv("SCHED_TEST_SEEDS");
  const int seeds = wanted == nullptr ? 1 : std::atoi(wanted);
  struct published {
    const char* list;
    std::array<std::array<double, 2>, 6> mean;  // random, dot product, clustering, packing, best fit, FGD
  };
  const std::array<published, 6> all{
      {{"default", {{{86.30, 87.47}, {90.62, 90.85}, {91.65, 91.88}, {91.78, 92.00}, {92.86, 93.08}, {95.23, 95.39}}}},
       {"cpu050", {{{89.02, 91.24}, {93.03, 93.27}, {93.52, 93.79}, {93.46, 93.72}, {93.56, 93.79}, {95.00, 95.21}}}},
       {"cpu100", {{{87.44, 89.11}, {91.73, 91.95}, {92.42, 92.64}, {92.50, 92.72}, {93.26, 93.44}, {95.21, 95.35}}}},
       {"gpushare40",
        {{{84.86, 86.00}, {89.30, 89.56}, {89.76, 90.02}, {89.77, 90.03}, {91.44, 91.69}, {93.96, 94.15}}}},
       {"multigpu20",
        {{{86.92, 88.69}, {91.85, 92.06}, {93.34, 93.56}, {93.50, 93.71}, {93.73, 93.93}, {95.53, 95.65}}}},
       {"gpuspec10",
        {{{86.26, 87.43}, {90.17, 90.39}, {91.96, 92.18}, {92.24, 92.46}, {93.10, 93.30}, {94.66, 94.95}}}}}};
  // In the mean of ten seeds all are within 0.5 (best fit, FGD) and 1.0 (others) but clustering on gpuspec10, 1.15
  // below (what the published policy does with tasks without devices is not known); one seed may be further off, by the
  // spread of single runs.
  const auto tolerance = [&](std::size_t k) { return k >= 4 ? 0.5 : seeds >= 10 ? 1.2 : k >= 2 ? 1.7 : 1.2; };
  for (const published& p : all) {
    const workload w = load(at, p.list);
    std::array<std::array<double, 2>, 6> sum{};
    for (int seed = 1; seed <= seeds; ++seed) {
      const auto list = experiment(w, static_cast<std::uint64_t>(seed));
      const auto add = [&](std::size_t k, const auto& policy) {
        const ratios r = run_experiment(w, list, policy);
        sum[k][0] += r.at_100 / seeds;
        sum[k][1] += r.at_130 / seeds;
      };
      add(0, placement::random_node(score::random{static_cast<std::uint64_t>(seed)}));
      add(1, placement::dot_product{});
      add(2, placement::clustering{});
      add(3, placement::packing{});
      add(4, placement::best_fit{});
      add(5, placement::fgd(w.types, w.machine));
    }
    for (std::size_t k = 0; k < 6; ++k)
      for (std::size_t half = 0; half < 2; ++half) {
        INFO(p.list << ", policy " << k << (half == 0 ? ", 100 %" : ", 130 %"));
        CHECK(std::abs(sum[k][half] - p.mean[k][half]) <= tolerance(k));
      }
    CHECK(sum[5][0] > sum[4][0]);
    CHECK(sum[5][1] > sum[4][1]);
  }
}
