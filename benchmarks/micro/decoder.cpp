// SPDX-License-Identifier: BSL-1.0
//
// Schedules per second of the fast decoders on PSPLIB, one core, every list decoded once per round.
//
//   decoder [--lists N] [--rounds N] [--set j30|j60|j90|j120]... [--large]
//
// Lists are drawn by regret-biased sampling on latest finishes and all differ: decoding a few lists again and again
// inflates the figures by 30–60 %, because branch predictors learn them. Variants take turns within a round; the table
// shows medians over the rounds. All variants must give the same makespans. --large prints the growth from 10^3 to 10^5
// tasks with 20 resources instead.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/read_project.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/random_project.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/parallel_decoder.hpp>

#include "peers/textbook_sgs.hpp"

namespace {

using sched::decode_kernel;
using list = std::vector<std::uint8_t>;

/// Processor time, so that other programs on the machine disturb less.
double clock_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct sample {
  std::size_t instance;
  list tasks;  // a precedence-feasible list
  list order;  // tasks by latest finish with noise: an order of priority
};

struct variant {
  std::string name;
  int passes;  // schedules per call
  std::function<std::int32_t(const sample&, std::vector<std::int32_t>&)> decode;
  bool same_as_first;  // makespans must equal those of the first variant
  std::vector<double> rates{};
  std::uint64_t checksum = 0;
};

/// Regret-based biased random sampling on latest finishes.
list biased_list(sched::random_generator& random, const sched::project& p, const sched::critical_path& c) {
  std::vector<std::size_t> waiting(p.task_count());
  std::vector<std::size_t> free;
  list result;
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    waiting[i] = p.predecessors(sched::task_id(i)).size();
    if (waiting[i] == 0) free.push_back(i);
  }
  while (!free.empty()) {
    std::int64_t worst = 0;
    for (const std::size_t i : free) worst = std::max(worst, c.latest_finish[i].count());
    std::int64_t total = 0;
    for (const std::size_t i : free) total += worst - c.latest_finish[i].count() + 1;
    auto draw = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(total)));
    std::size_t k = 0;
    for (; draw >= worst - c.latest_finish[free[k]].count() + 1; ++k)
      draw -= worst - c.latest_finish[free[k]].count() + 1;
    const std::size_t i = free[k];
    free.erase(free.begin() + static_cast<std::ptrdiff_t>(k));
    result.push_back(static_cast<std::uint8_t>(i));
    for (const sched::adjacency& l : p.successors(sched::task_id(i)))
      if (--waiting[l.task.index()] == 0) free.push_back(l.task.index());
  }
  return result;
}

list noisy_order(sched::random_generator& random, const sched::critical_path& c) {
  list order(c.latest_finish.size());
  std::iota(order.begin(), order.end(), std::uint8_t{0});
  std::vector<double> key;
  for (const sched::instant f : c.latest_finish)
    key.push_back(static_cast<double>(f.count()) * (0.8 + 0.4 * random.real()));
  std::sort(order.begin(), order.end(), [&](std::uint8_t a, std::uint8_t b) { return key[a] < key[b]; });
  return order;
}

sched::project stretched(const sched::project& p, std::int64_t odd) {
  sched::project_builder b;
  for (const sched::resource& r : p.resources()) b.add_renewable(r.capacity);
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const auto needs = p.requirements(sched::task_id(i));
    b.add_task(p.work(sched::task_id(i)) * odd, {needs.begin(), needs.end()});
  }
  for (std::size_t i = 0; i < p.task_count(); ++i)
    for (const sched::adjacency& l : p.successors(sched::task_id(i))) b.add_precedence(sched::task_id(i), l.task);
  return b.build();
}

int run_set(const std::string& set, int lists, int rounds) {
  std::vector<sched::project> projects;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SCHED_DATA_DIR) + "/psplib/" + set))
    if (entry.path().extension() == ".sm") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& f : files) projects.push_back(sched::io::load_project(f.string()));

  sched::random_generator random(1);
  std::vector<sample> samples;
  for (std::size_t i = 0; i < projects.size(); ++i) {
    const sched::critical_path c = sched::find_critical_path(projects[i]);
    for (int k = 0; k < lists; ++k) samples.push_back({i, biased_list(random, projects[i], c), noisy_order(random, c)});
  }

  std::vector<variant> variants;
  std::vector<textbook_sgs> textbook;
  std::vector<std::vector<sched::list_decoder>> decoders(5);
  std::vector<sched::list_decoder> minutes;
  std::vector<sched::parallel_decoder> scan, queues;
  for (const sched::project& p : projects) {
    textbook.emplace_back(p);
    scan.emplace_back(p, sched::parallel_kernel::scan);
    queues.emplace_back(p, sched::parallel_kernel::queues);
    minutes.emplace_back(stretched(p, 60), decode_kernel::steps);
  }
  variants.push_back({"textbook arrays", 1,
                      [&](const sample& s, auto& starts) { return textbook[s.instance].decode(s.tasks, starts); },
                      true});
  decode_kernel best = decode_kernel::steps;
  for (const decode_kernel k :
       {decode_kernel::steps, decode_kernel::portable, decode_kernel::avx2, decode_kernel::avx512}) {
    if (!sched::runs_here(k)) continue;
    best = k;
    auto& row = decoders[static_cast<std::size_t>(k)];
    for (const sched::project& p : projects) row.emplace_back(p, k);
    variants.push_back({std::string(to_string(k)), 1,
                        [&row](const sample& s, auto& starts) {
                          return row[s.instance].decode(std::span<const std::uint8_t>(s.tasks), starts);
                        },
                        true});
  }
  variants.push_back({"steps, durations x 60", 1,
                      [&](const sample& s, auto& starts) {
                        return minutes[s.instance].decode(std::span<const std::uint8_t>(s.tasks), starts) / 60;
                      },
                      true});
  auto& fastest = decoders[static_cast<std::size_t>(best)];
  variants.push_back({std::string(to_string(best)) + ", double justified", 3,
                      [&](const sample& s, auto& starts) {
                        fastest[s.instance].decode(std::span<const std::uint8_t>(s.tasks), starts);
                        return fastest[s.instance].double_justify(starts);
                      },
                      false});
  variants.push_back({"parallel, scan", 1,
                      [&](const sample& s, auto& starts) {
                        return scan[s.instance].decode(std::span<const std::uint8_t>(s.order), starts);
                      },
                      false});
  variants.push_back({"parallel, queues", 1,
                      [&](const sample& s, auto& starts) {
                        return queues[s.instance].decode(std::span<const std::uint8_t>(s.order), starts);
                      },
                      false});

  std::vector<std::int32_t> starts(projects[0].task_count());
  for (int round = 0; round < rounds; ++round)
    for (variant& v : variants) {
      std::uint64_t sum = 0;
      const double before = clock_now();
      for (std::size_t k = 0; k < samples.size(); ++k)
        sum = sum * 3 + static_cast<std::uint64_t>(v.decode(samples[k], starts));
      v.rates.push_back(v.passes * static_cast<double>(samples.size()) / (clock_now() - before));
      v.checksum = sum;
    }
  std::printf("%s: %zu instances, %zu distinct lists, median and best of %d rounds\n", set.c_str(), projects.size(),
              samples.size(), rounds);
  bool equal = true;
  for (variant& v : variants) {
    std::sort(v.rates.begin(), v.rates.end());
    std::printf("  %-28s %8.3f M/s %8.3f %7.2f x textbook\n", v.name.c_str(), v.rates[v.rates.size() / 2] / 1e6,
                v.rates.back() / 1e6, v.rates[v.rates.size() / 2] / variants[0].rates[variants[0].rates.size() / 2]);
    equal = equal && (!v.same_as_first || v.checksum == variants[0].checksum);
  }
  equal = equal && variants[variants.size() - 1].checksum == variants[variants.size() - 2].checksum;
  std::printf("  makespans of all serial and of both parallel variants: %s\n", equal ? "equal" : "DIFFERENT");
  return equal ? 0 : 1;
}

/// n tasks, 20 resources, one of which each task needs, and hardly any arcs: nearly all tasks wait at the same time.
sched::project deep_queue(std::size_t n) {
  sched::random_generator random(n);
  sched::project_builder b;
  for (int r = 0; r < 20; ++r) b.add_renewable(40);
  for (std::size_t i = 0; i < n; ++i)
    b.add_task(random.between(1, 100), {{sched::resource_id(i % 20), random.between(1, 20)}});
  for (std::size_t i = 1; i < n; ++i)
    if (random.chance(0.5)) b.add_precedence(sched::task_id(random.below(i)), sched::task_id(i));
  return b.build();
}

void print_growth(const char* what, int rounds, const std::function<sched::project(std::size_t)>& make) {
  std::printf("%s: seconds a schedule, urgent by latest finish\n%8s %12s %12s %12s\n", what, "tasks", "queues", "scan",
              "serial steps");
  for (const std::size_t n :
       {std::size_t{1000}, std::size_t{3000}, std::size_t{10000}, std::size_t{30000}, std::size_t{100000}}) {
    const sched::project p = make(n);
    const sched::critical_path c = sched::find_critical_path(p);
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return c.latest_finish[a] != c.latest_finish[b] ? c.latest_finish[a] < c.latest_finish[b]
                                                      : c.latest_start[a] < c.latest_start[b];
    });
    std::vector<std::int32_t> starts(n);
    const auto median = [&](auto&& decoder) {
      std::vector<double> times;
      double total = 0;
      for (int round = 0; round < rounds && total < 5; ++round) {
        const double before = clock_now();
        decoder.decode(std::span<const std::uint32_t>(order), starts);
        times.push_back(clock_now() - before);
        total += times.back();
      }
      std::sort(times.begin(), times.end());
      return times[times.size() / 2];
    };
    const double queues = median(sched::parallel_decoder(p, sched::parallel_kernel::queues));
    const double scan = median(sched::parallel_decoder(p, sched::parallel_kernel::scan));
    const double steps = median(sched::list_decoder(p, decode_kernel::steps));
    std::printf("%8zu %12.4f %12.4f %12.4f\n", n, queues, scan, steps);
  }
}

int run_large(int rounds) {
  print_growth("20 resources, 6 a task, 1.5 arcs a task", rounds, [](std::size_t n) {
    sched::random_generator random(n);
    return sched::random_project(
        {.tasks = n, .max_duration = 100, .renewables = 20, .resource_factor = 0.3, .resource_strength = 0.1}, random);
  });
  print_growth("20 resources, 1 a task, 0.5 arcs a task", rounds, deep_queue);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  int lists = 40;
  int rounds = 9;
  bool large = false;
  std::vector<std::string> sets;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const bool more = i + 1 < argc;
    if (option == "--large") large = true;
    else if (option == "--lists" && more) lists = std::atoi(argv[++i]);
    else if (option == "--rounds" && more) rounds = std::atoi(argv[++i]);
    else if (option == "--set" && more) sets.push_back(argv[++i]);
    else {
      std::fprintf(stderr, "usage: decoder [--lists N] [--rounds N] [--set j30|j60|j90|j120]... [--large]\n");
      return 2;
    }
  }
  if (large) return run_large(rounds);
  if (sets.empty()) sets = {"j30", "j60", "j120"};
  int failures = 0;
  for (const std::string& set : sets) failures += run_set(set, lists, rounds);
  return failures;
}
