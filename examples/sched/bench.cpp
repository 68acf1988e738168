// SPDX-License-Identifier: BSL-1.0
// `sched bench`: one solver again and again on its input.
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <sched/generate.hpp>
#include <sched/io.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/json.hpp>
#include <sched/priority/catalogue.hpp>
#include <sched/roadmap.hpp>
#include <sched/rollout.hpp>
#include <sched/sgs.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/parallel_decoder.hpp>
#include <sched/timeline.hpp>

#include "backfill_run.hpp"
#include "market_run.hpp"
#include "place_run.hpp"
#include "program.hpp"

namespace program {
namespace {

using namespace sched;

struct bench_options {
  std::uint64_t repeat = 9, warmup = 2, seed = 1;
  std::string format;
  std::vector<std::string> inputs;
  std::vector<std::size_t> sizes;
  std::string algorithm, mode, strategy, lookahead, scheme;
  bool fractional = false;
};

class bench {
public:
  explicit bench(const bench_options& o)
      : options_(o),
        out_({"name", "items", "repeat", "min_seconds", "median_seconds", "items_per_second", "allocations_per_call"},
             o.format) {}
  ~bench() { out_.finish(); }

  /// Times `call`, which handles `items` items; rows are printed at once.
  void time(const std::string& name, std::size_t items, const std::function<void()>& call) {
    for (std::uint64_t k = 0; k < options_.warmup; ++k) call();
    std::vector<double> seconds;
    const std::uint64_t before = allocation_count();
    seconds.reserve(options_.repeat);
    const std::uint64_t own = allocation_count() - before;
    for (std::uint64_t k = 0; k < options_.repeat; ++k) {
      const auto begin = std::chrono::steady_clock::now();
      call();
      seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    const auto allocated =
        static_cast<double>(allocation_count() - before - own) / static_cast<double>(options_.repeat);
    std::ranges::sort(seconds);
    const double median = seconds[seconds.size() / 2];
    out_.row({name, static_cast<std::int64_t>(items), static_cast<std::int64_t>(options_.repeat), seconds.front(),
              median, median > 0 ? static_cast<double>(items) / median : 0.0, allocated});
  }

private:
  bench_options options_;
  table out_;
};

std::vector<project> load(const std::vector<std::string>& inputs) {
  std::vector<project> all;
  for (const std::string& path : inputs) all.push_back(io::read_project_any(io::read_gzip_file(path), path));
  return all;
}

std::vector<project> generated(std::size_t tasks, std::size_t count, std::uint64_t seed) {
  random_generator random(seed);
  std::vector<project> all;
  for (std::size_t k = 0; k < count; ++k) {
    random_project_options o{.tasks = tasks, .dummies = true};
    o.network_complexity = 1.5 + 0.3 * static_cast<double>(k % 3);
    o.resource_factor = 0.25 * static_cast<double>(1 + k / 3 % 4);
    o.resource_strength = 0.2 + 0.2 * static_cast<double>(k / 12 % 4);
    all.push_back(random_project(o, random));
  }
  return all;
}

/// Distinct precedence-feasible lists, biased by latest finish: decoding the same few lists again and again would
/// flatter every decoder, since branch predictors learn them.
std::vector<std::vector<std::uint16_t>> lists_of(const project& p, std::size_t count, random_generator& random) {
  const critical_path windows = find_critical_path(p);
  const rule_view view{p, windows};
  std::vector<double> keys(p.task_count());
  priority::latest_finish{}.keys(view, keys);
  std::vector<std::vector<std::uint16_t>> lists(count);
  std::vector<std::uint32_t> waiting(p.task_count());
  std::vector<std::size_t> open;
  for (auto& list : lists) {
    open.clear();
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      waiting[i] = static_cast<std::uint32_t>(p.predecessors(task_id(i)).size());
      if (waiting[i] == 0) open.push_back(i);
    }
    while (!open.empty()) {
      double largest = keys[open.front()], total = 0;
      for (std::size_t i : open) largest = std::max(largest, keys[i]);
      for (std::size_t i : open) total += largest - keys[i] + 1;
      double point = random.real() * total;
      std::size_t at = 0;
      while (at + 1 < open.size() && (point -= largest - keys[open[at]] + 1) >= 0) ++at;
      const std::size_t t = open[at];
      open[at] = open.back();
      open.pop_back();
      list.push_back(static_cast<std::uint16_t>(t));
      for (const adjacency& l : p.successors(task_id(t)))
        if (--waiting[l.task.index()] == 0) open.push_back(l.task.index());
    }
  }
  return lists;
}

/// Serial decoders by kernel, the parallel decoder, and the general schemes, over the same projects.
void bench_schedules(bench& b, const std::string& label, const std::vector<project>& projects, std::uint64_t seed) {
  constexpr std::size_t lists_in_all = 6000;
  random_generator random(seed);
  std::vector<std::vector<std::vector<std::uint16_t>>> lists;
  std::size_t items = 0;
  for (const project& p : projects) {
    if (!list_decoder::accepts(p) || p.task_count() > 65535) return;
    lists.push_back(lists_of(p, std::max<std::size_t>(1, lists_in_all / projects.size()), random));
    items += lists.back().size();
  }
  std::int64_t checksum = -1;
  for (decode_kernel kernel :
       {decode_kernel::avx512, decode_kernel::avx2, decode_kernel::portable, decode_kernel::steps}) {
    if (!runs_here(kernel)) continue;
    std::vector<list_decoder> decoders;
    std::vector<std::vector<std::int32_t>> starts;
    for (const project& p : projects) {
      decoders.emplace_back(p, kernel);
      starts.emplace_back(p.task_count());
    }
    std::int64_t sum = 0;
    b.time("serial-" + std::string(to_string(kernel)) + "-" + label, items, [&] {
      sum = 0;
      for (std::size_t i = 0; i < projects.size(); ++i)
        for (const auto& list : lists[i]) sum += decoders[i].decode(std::span<const std::uint16_t>(list), starts[i]);
    });
    if (checksum >= 0 && sum != checksum) throw std::logic_error("decoders disagree");
    checksum = sum;
  }
  std::vector<parallel_decoder> parallel;
  std::vector<std::vector<std::int32_t>> starts;
  std::vector<std::vector<std::uint32_t>> ranks;
  for (const project& p : projects) {
    parallel.emplace_back(p);
    starts.emplace_back(p.task_count());
  }
  b.time("parallel-" + label, items, [&] {
    for (std::size_t i = 0; i < projects.size(); ++i)
      for (const auto& list : lists[i]) parallel[i].decode(std::span<const std::uint16_t>(list), starts[i]);
  });
}

void bench_sgs(const bench_options& o) {
  const std::vector<project> projects = load(o.inputs);
  bench b(o);
  if (!projects.empty()) {
    bench_schedules(b, "input", projects, o.seed);
    b.time("serial-scheme-input", projects.size(), [&] {
      for (const project& p : projects) (void)serial_sgs(p);
    });
    b.time("parallel-scheme-input", projects.size(), [&] {
      for (const project& p : projects) (void)parallel_sgs(p);
    });
    return;
  }
  for (std::size_t tasks : {30U, 60U, 120U})
    bench_schedules(b, std::to_string(tasks), generated(tasks, 48, o.seed), o.seed);
  for (std::size_t tasks : o.sizes.empty() ? std::vector<std::size_t>{1000, 3000, 10000, 30000, 100000} : o.sizes) {
    random_generator random(o.seed);
    const project p = random_project({.tasks = tasks, .dummies = true, .renewables = 20}, random);
    b.time("serial-scheme-" + std::to_string(tasks) + "x20", tasks, [&] { (void)serial_sgs(p); });
    b.time("parallel-scheme-" + std::to_string(tasks) + "x20", tasks, [&] { (void)parallel_sgs(p); });
  }
}

/// Look-ahead beside the pass that it is based on, latest finish first, over the same projects.
void bench_rollout(const bench_options& o, project_rollout_options settings) {
  const std::vector<project> given = load(o.inputs);
  bench b(o);
  const priority::latest_finish rule;
  settings.seed = o.seed;
  const auto compared = [&](const std::string& label, const std::vector<project>& projects) {
    std::size_t tasks = 0;
    for (const project& p : projects) tasks += p.task_count();
    for (const auto scheme : {generation_scheme::serial, generation_scheme::parallel}) {
      const bool serial = scheme == generation_scheme::serial;
      const std::string name = serial ? "serial" : "parallel";
      if (!o.scheme.empty() && o.scheme != name) continue;
      b.time(name + '-' + label, tasks, [&] {
        for (const project& p : projects) {
          if (serial) static_cast<void>(serial_sgs(p, rule));
          else static_cast<void>(parallel_sgs(p, rule));
        }
      });
      settings.scheme = scheme;
      b.time(name + "-rollout-" + label, tasks, [&] {
        for (const project& p : projects) static_cast<void>(rollout_sgs(p, rule, settings));
      });
    }
  };
  if (!given.empty()) {
    compared("input", given);
    return;
  }
  for (const std::size_t tasks : o.sizes.empty() ? std::vector<std::size_t>{30, 60, 120} : o.sizes)
    compared(std::to_string(tasks), generated(tasks, 12, o.seed));
}

/// A deep queue: every job asks for the earliest fit from time 0 and books it.
template <class Timeline>
void bench_queue(bench& b, const std::string& name, std::size_t jobs, std::uint64_t seed) {
  struct job {
    duration work;
    amount units;
  };
  random_generator random(seed);
  std::vector<job> queue(jobs);
  for (job& j : queue) j = {random.between(60, 86399), amount{1} << random.below(9)};
  Timeline line(1024);
  b.time(name + "-" + std::to_string(jobs), jobs, [&] {
    line.reset(1024);
    for (const job& j : queue) {
      const instant s = line.earliest_fit(0, j.work, j.units);
      line.add_capacity({s, s + j.work}, -j.units);
    }
  });
}

void bench_timeline(const bench_options& o) {
  bench b(o);
  for (std::size_t jobs :
       o.sizes.empty() ? std::vector<std::size_t>{16, 100, 1000, 3000, 10000, 30000, 100000} : o.sizes) {
    if (jobs <= 30000) bench_queue<step_timeline>(b, "step", jobs, o.seed);
    bench_queue<tree_timeline>(b, "tree", jobs, o.seed);
  }
}

/// Jobs that load a machine of 1,024 processors to 94 %, with estimates that are too long.
backfill_trace generated_trace(std::size_t jobs, std::uint64_t seed) {
  random_generator random(seed);
  backfill_trace t;
  t.processors = 1024;
  std::int64_t now = 0;
  for (std::size_t k = 0; k < jobs; ++k) {
    now += random.between(0, 4600);
    const std::int64_t runtime = random.between(60, 43199);
    const amount demand = amount{1} << random.below(10);
    t.jobs.push_back(rigid_job(static_cast<job_number>(k + 1), now, demand, runtime * random.between(1, 4), runtime));
  }
  return t;
}

/// Whole runs under the main rules, on given or generated traces.
void bench_backfill(const bench_options& o, backfill_request request) {
  bench b(o);
  const auto rules = [&](const std::string& label, const backfill_trace& t) {
    constexpr std::array<std::array<const char*, 3>, 4> all{{{"fcfs", "fcfs", "none"},
                                                             {"easy", "fcfs", "easy"},
                                                             {"easy-sjbf", "sjbf", "easy"},
                                                             {"conservative", "fcfs", "conservative"}}};
    for (const auto& [name, order, reserve] : all) {
      request.order = order;
      request.reserve = reserve;
      b.time(std::string(name) + "-" + label, t.jobs.size(),
             [&] { (void)run_backfill(t.jobs, t.processors, request); });
    }
  };
  for (const std::string& path : o.inputs) rules(stem_of(path), load_trace(path, request));
  if (!o.inputs.empty()) return;
  for (std::size_t jobs : o.sizes.empty() ? std::vector<std::size_t>{1000, 10000, 100000} : o.sizes)
    rules(std::to_string(jobs), generated_trace(jobs, o.seed));
}

/// Lists of pods on a cluster, from empty to full; and single decisions on a cluster half full, taken back at once.
void bench_place(const bench_options& o, const std::string& nodes) {
  bench b(o);
  const auto rows = [&](const std::string& label, const cluster& c, const std::vector<part>& parts) {
    std::vector<request> asked;
    for (const part& p : parts) asked.push_back(single(p));
    for (const char* name : {"first-fit", "best-fit", "best-fit-scan", "worst-fit", "fgd"}) {
      const bool scan = std::string_view(name) == "best-fit-scan";
      if (scan && static_cast<double>(parts.size()) * static_cast<double>(c.node_count()) > 2e9) continue;
      const place_policy policy =
          scan ? place_policy(placement::by_score<score::best_fit, false>{}) : make_place_policy(name, c, parts, {});
      placement_workspace ws;
      b.time(std::string(name) + '-' + label, parts.size(), [&] {
        cluster_state s(c);
        for (const request& r : asked)
          if (const placement_result placed = policy(r, s, ws)) s.apply(placed);
      });
    }
    cluster_state half(c);
    placement_workspace ws;
    const placement::best_fit best;
    for (std::size_t k = 0; k < asked.size() / 2; ++k)
      if (const placement_result placed = best(asked[k], half, ws)) half.apply(placed);
    b.time("decision-" + label, asked.size(), [&] {
      for (const request& r : asked) {
        const placement_result placed = best(r, half, ws);
        half.apply(placed);
        half.undo(placed);
      }
    });
  };
  if (!o.inputs.empty()) {
    if (nodes.empty()) throw usage_error("lists of pods need --nodes");
    const auto machines = io::read_openb_nodes(io::read_gzip_file(nodes), nodes);
    for (const std::string& path : o.inputs) {
      const auto pods = io::read_openb_pods(io::read_gzip_file(path), path);
      const cluster c = io::make_openb_cluster(machines, pods);
      std::vector<part> parts;
      for (const io::openb_pod& p : pods) parts.push_back(io::part_of(p, c));
      rows(stem_of(path), c, parts);
    }
    return;
  }
  for (const std::size_t n : o.sizes.empty() ? std::vector<std::size_t>{100, 1213, 20000} : o.sizes) {
    random_generator random(o.seed);
    const random_cluster_options options{.nodes = n, .kinds = 10};
    const cluster c = random_cluster(options, random);
    rows(std::to_string(n), c, random_tasks(c, options, random));
  }
}

/// One hour of a two-sided market, sorted curves, one-sided clearing, and a stream of order-book operations.
void bench_market(const bench_options& o) {
  bench b(o);
  const auto books = [&](const std::string& label, const std::vector<curve_order>& orders) {
    two_sided_clearing<curve_order> clear_book;
    book_clearing_options<> options;
    options.bounds = {-500, 4000};
    b.time("two-sided-" + label, orders.size(), [&] {
      static_cast<void>(clear_book(orders, pricing::k_price{}, tie::index{}, shortage::marginal_demand{}, options));
    });
    b.time("curve-" + label, orders.size(), [&] { static_cast<void>(merit_curve(orders, options.bounds)); });
    std::vector<double> prices, volumes;
    double supply = 0;
    for (const curve_order& x : orders)
      if (x.side == market_side::sell) {
        prices.push_back(x.price);
        volumes.push_back(x.volume);
        supply += x.volume;
      }
    std::vector<double> accepted(prices.size());
    if (supply > 0)
      b.time("one-sided-" + label, prices.size(),
             [&] { static_cast<void>(clear(prices, volumes, 0.7 * supply, accepted)); });
  };
  if (!o.inputs.empty()) {
    for (const std::string& path : o.inputs)
      for (const io::market_book& x : io::read_market_csv(io::read_gzip_file(path), path))
        books(stem_of(path) + "-" + x.name, x.orders);
    return;
  }
  for (const std::size_t n : o.sizes.empty() ? std::vector<std::size_t>{20, 200, 2000, 20000} : o.sizes)
    books(std::to_string(n), io::read_market_csv(random_market_csv(n, 1, 0.35, o.seed)).front().orders);
  const std::size_t operations = 100'000;
  random_generator g(o.seed);
  std::vector<book_request> stream;
  for (std::uint64_t id = 1; stream.size() < operations; ++id) {
    book_request r{.id = id, .side = g.chance(0.5) ? market_side::buy : market_side::sell, .volume = g.between(1, 100)};
    const std::int64_t away = g.chance(0.07) ? -g.between(0, 2) : 1 + static_cast<std::int64_t>(g.exponential() * 8);
    r.price = 100'000 + (r.side == market_side::buy ? -away : away);
    stream.push_back(r);
    if (id > 10 && g.chance(0.35)) stream.push_back({.op = book_op::cancel, .id = id - g.below(10)});
  }
  b.time("order-book", stream.size(), [&] {
    order_book book;
    for (const book_request& r : stream) static_cast<void>(book.apply(r));
  });
}

/// Planning calls alone: every algorithm in native and in a compatible mode, or the one that is asked for.
void bench_roadmap(const bench_options& o) {
  bench b(o);
  const auto wanted = [](const std::string& asked, std::string_view name) { return asked.empty() || asked == name; };
  for (const std::size_t tasks : o.sizes.empty() ? std::vector<std::size_t>{100, 1000, 10000} : o.sizes) {
    const roadmap map = random_roadmap({.tasks = tasks, .seed = o.seed, .fractional = o.fractional});
    for (const auto algorithm :
         {roadmap_algorithm::greedy, roadmap_algorithm::bounded_rollout, roadmap_algorithm::critical_path})
      for (const auto mode : {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil}) {
        if (!wanted(o.algorithm, to_string(algorithm)) || !wanted(o.mode, to_string(mode))) continue;
        if (o.mode.empty() && mode == roadmap_mode::compatible_floor) continue;
        // Look-ahead over all of a large problem takes minutes: only where it is asked for.
        if (o.algorithm.empty() && algorithm != roadmap_algorithm::greedy && tasks > 1000) continue;
        roadmap_options settings;
        settings.algorithm = algorithm;
        settings.mode = mode;
        for (const auto s : {roadmap_strategy::weighted, roadmap_strategy::priority_first, roadmap_strategy::cr_first,
                             roadmap_strategy::atc})
          if (o.strategy == to_string(s)) settings.strategy = s;
        // The critical path's look-ahead is quadratic at least; plain unless it is asked for.
        settings.attractiveness.rollout_enabled = !o.lookahead.empty();
        if (o.lookahead == "urgent") settings.lookahead.ahead = lookahead_settings::width::urgent;
        if (o.lookahead == "full") settings.lookahead.ahead = lookahead_settings::width::full;
        b.time(std::string(to_string(algorithm)) + '-' + std::string(to_string(mode)) + '-' + std::to_string(tasks),
               tasks, [&] { static_cast<void>(plan_roadmap(map, settings)); });
      }
  }
}

}  // namespace

runner add_bench(CLI::App& app) {
  const auto self = std::make_shared<bench_options>();
  CLI::App* command = app.add_subcommand("bench", "Times one solver on its input");
  command->require_subcommand(1);
  const auto shared = [&](CLI::App* c) {
    c->add_option("--repeat", self->repeat, "Timed calls (default 9)")
        ->check(CLI::PositiveNumber)
        ->check(whole_number());
    c->add_option("--warmup", self->warmup, "Calls before them (default 2)")->check(whole_number());
    c->add_option("--seed", self->seed, "Seed of generated input (default 1)")->check(whole_number());
    c->add_option("--sizes", self->sizes, "Sizes of generated input (default: some from small to large)")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(whole_number());
    c->add_option("--format", self->format, "csv, json or table (default: table on a terminal, else csv)")
        ->check(one_of({"csv", "json", "table"}));
  };
  CLI::App* sgs =
      command->add_subcommand("sgs", "Schedule generation: decoders and schemes, on given or generated projects");
  sgs->add_option("INPUT", self->inputs, "Project files (default: generated ones)");
  shared(sgs);
  CLI::App* rollout = command->add_subcommand(
      "rollout", "Look-ahead on given or generated projects, beside the pass that it is based on");
  const auto ahead = std::make_shared<project_rollout_options>();
  rollout->add_option("INPUT", self->inputs, "Project files (default: generated ones)");
  rollout->add_option("--scheme", self->scheme, "serial or parallel (default: both)")
      ->check(one_of({"serial", "parallel"}));
  rollout->add_option("--width", ahead->width, "Tasks compared at a decision (default 4)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  rollout->add_option("--horizon", ahead->horizon, "Tasks placed ahead before a choice is valued (default: all)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  rollout->add_flag("--justify", ahead->justify, "Double justification of every complete scenario (default: off)");
  rollout->add_option("--threads", ahead->threads, "Scenarios side by side (default 1)")
      ->check(CLI::Range(1, 1024))
      ->check(whole_number());
  shared(rollout);
  CLI::App* timeline = command->add_subcommand("timeline", "Resource timelines: a deep queue of jobs, fit and book");
  shared(timeline);
  CLI::App* traces = command->add_subcommand("backfill", "Whole runs of batch schedulers on given or generated traces");
  const auto request = std::make_shared<backfill_request>();
  traces->add_option("INPUT", self->inputs, "Traces (default: generated ones)");
  traces
      ->add_option("--procs", request->processors,
                   "Processors of the machine (default: MaxProcs or MaxNodes of the header)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  shared(traces);
  CLI::App* places = command->add_subcommand("place", "Placement of pods on given or generated clusters");
  const auto machines = std::make_shared<std::string>();
  places->add_option("INPUT", self->inputs, "Lists of pods (default: generated ones)");
  places->add_option("--nodes", *machines, "The nodes of given lists (default: none)");
  shared(places);
  CLI::App* market = command->add_subcommand("market", "Clearing of given or generated books, and an order book");
  market->add_option("INPUT", self->inputs, "Order books .csv (default: generated ones)");
  shared(market);
  CLI::App* map = command->add_subcommand("roadmap", "Planning of generated roadmaps");
  map->add_option("--tasks", self->sizes, "Tasks of generated input (default 100,1000,10000)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(whole_number());
  map->add_option("--algorithm", self->algorithm,
                  "parallel-sgs, bounded-rollout or critical-path (default: all; the last two up to 1,000 tasks)")
      ->check(one_of({"parallel-sgs", "bounded-rollout", "critical-path"}));
  map->add_option("--mode", self->mode, "native, compatible-floor or compatible-ceil (default: the first and the last)")
      ->check(one_of({"native", "compatible-floor", "compatible-ceil"}));
  map->add_option("--strategy", self->strategy, "weighted, priority-first, cr-first or atc (default weighted)")
      ->check(one_of({"weighted", "priority-first", "cr-first", "atc"}));
  map->add_option("--lookahead", self->lookahead,
                  "Native: urgent or full (default: by size); switches the critical path's look-ahead on")
      ->check(one_of({"urgent", "full"}));
  map->add_flag("--fractional", self->fractional, "Durations in tenths of a day (default: whole days)");
  shared(map);
  return [self, sgs, rollout, ahead, map, traces, request, places, machines, market] {
    try {
      if (sgs->parsed()) bench_sgs(*self);
      else if (rollout->parsed()) bench_rollout(*self, *ahead);
      else if (map->parsed()) bench_roadmap(*self);
      else if (market->parsed()) bench_market(*self);
      else if (places->parsed()) bench_place(*self, *machines);
      else if (traces->parsed()) bench_backfill(*self, *request);
      else bench_timeline(*self);
    } catch (const std::system_error& e) {
      std::cerr << "sched: " << e.what() << '\n';
      return outcome::io_failed;
    }
    return outcome::done;
  };
}

}  // namespace program
