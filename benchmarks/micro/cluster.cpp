// SPDX-License-Identifier: BSL-1.0
// What a decision about a job in a cluster costs, part by part, each beside what a user writes first (trees from the
// standard library, plain scans), interleaved.
//   cluster [rounds]
#include <sched/cluster.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/io/openb.hpp>
#include <sched/model/random_cluster.hpp>

using namespace sched;

namespace {

volatile std::int64_t sink = 0;

/// Seconds of processor time of f(): other programs on the machine do not count.
template <class F>
double seconds(F&& f) {
  const std::clock_t begin = std::clock();
  f();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// One line: nanoseconds an operation, ours and the peer's.
struct row {
  std::string name;
  double target;                   ///< nanoseconds
  std::function<double()> ours;    ///< one round, nanoseconds an operation
  std::function<double()> peer{};  ///< likewise; none
  std::vector<double> mine{}, other{};
};
double median(std::vector<double> v) {
  if (v.empty()) return 0;
  std::ranges::sort(v);
  return v[v.size() / 2];
}

// --- queues ---------------------------------------------------------------------------------------------------------
constexpr job_number queued = 100'000;

struct map_queue {
  std::map<std::tuple<int, std::uint64_t>, job_number> jobs;
  std::unordered_map<job_number, std::tuple<int, std::uint64_t>> places;
  std::uint64_t next = 0;
  void push(job_number id, int band) {
    const std::tuple place(-band, next++);
    jobs.emplace(place, id);
    places.emplace(id, place);
  }
  job_number pop() {
    const job_number id = jobs.begin()->second;
    places.erase(id);
    jobs.erase(jobs.begin());
    return id;
  }
  void remove(job_number id) {
    const auto at = places.find(id);
    jobs.erase(at->second);
    places.erase(at);
  }
};

struct queues {
  random_generator random{1};
  band_queue ours;
  map_queue peer;
  job_number id = 0;
  queues() {
    for (; id < queued; ++id) {
      const auto band = static_cast<int>(random.below(4));
      ours.push(id, static_cast<job_band>(band), 0);
      peer.push(id, band);
    }
  }
  template <class Push, class Pop>
  double push_pop(Push push, Pop pop) {
    std::vector<int> bands(50'000);
    for (int& b : bands) b = static_cast<int>(random.below(4));
    return 1e9 / static_cast<double>(bands.size()) * seconds([&] {
             for (const int b : bands) {
               push(id++, b);
               sink = sink + pop();
             }
           });
  }
  template <class Push, class Remove>
  double remove(Push push, Remove take) {
    const job_number first = id;
    for (int k = 0; k < 50'000; ++k) push(id++, static_cast<int>(random.below(4)));
    std::vector<job_number> ids;
    for (job_number k = first; k < id; ++k) ids.push_back(k);
    random.shuffle(std::span<job_number>(ids));
    return 1e9 / static_cast<double>(ids.size()) * seconds([&] {
             for (const job_number k : ids) take(k);
           });
  }
};

// --- clusters -------------------------------------------------------------------------------------------------------
cluster alike_nodes(std::size_t nodes) {
  cluster_builder b({"block", "rack"});
  for (std::size_t k = 0; k < nodes; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 96'000, .memory = 512 * 1024 * mebibyte};
    for (int d = 0; d < 8; ++d) n.devices.push_back({.model = "A"});
    n.path = {"b" + std::to_string(k / 64), "r" + std::to_string(k / 16)};
    b.add_node(n);
  }
  return b.build();
}

/// What a scan sees: free cpu, memory, devices of every node.
struct plain_nodes {
  struct node {
    amount cpu, memory;
    std::vector<amount> devices;
  };
  std::vector<node> nodes;
  explicit plain_nodes(const cluster_state& s) {
    for (std::size_t i = 0; i < s.machine().node_count(); ++i) {
      const auto milli = s.device_milli(node_id(i));
      nodes.push_back({s.free(node_id(i)).cpu, s.free(node_id(i)).memory, {milli.begin(), milli.end()}});
    }
  }
  /// Best fit, or −1. (Models are not looked at.)
  [[nodiscard]] std::ptrdiff_t best(const part& q) const {
    std::ptrdiff_t at = -1;
    amount least = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const node& n = nodes[i];
      if (n.cpu < q.cpu || n.memory < q.memory) continue;
      std::uint32_t fits = 0;
      amount sum = 0;
      for (const amount d : n.devices) {
        sum += d;
        if (d >= q.share) ++fits;
      }
      if (fits < q.devices) continue;
      const amount left = n.cpu + 16 * sum;
      if (at >= 0 && left >= least) continue;
      at = static_cast<std::ptrdiff_t>(i);
      least = left;
    }
    return at;
  }
};

/// A cluster that is half full, and tasks for it.
struct half_full {
  cluster machine;
  std::vector<request> asked;
  cluster_state state;
  placement_workspace ws;
  placement::best_fit best;
  std::optional<plain_nodes> plain;
  std::size_t at = 0;

  half_full(cluster c, const random_cluster_options& o, random_generator& random)
      : machine(std::move(c)), state(machine) {
    for (const part& p : random_tasks(machine, o, random)) asked.push_back(single(p));
    for (std::size_t k = 0; k < asked.size() / 2; ++k)
      if (const placement_result r = best(asked[k], state, ws)) state.apply(r);
    plain.emplace(state);
  }
  /// A decision, its place taken and given back: the index follows both.
  double ours(std::size_t n) {
    return 1e9 / static_cast<double>(n) * seconds([&] {
             for (std::size_t k = 0; k < n; ++k) {
               const placement_result r = best(asked[(at + k) % asked.size()], state, ws);
               if (!r) continue;
               state.apply(r);
               state.undo(r);
             }
             at += n;
           });
  }
  double peer(std::size_t n) {
    return 1e9 / static_cast<double>(n) * seconds([&] {
             for (std::size_t k = 0; k < n; ++k)
               sink = sink + plain->best(asked[(at + k) % asked.size()].groups[0].each);
           });
  }
};
half_full random_nodes_of(std::size_t nodes) {
  random_generator random(1);
  const random_cluster_options o{.nodes = nodes, .kinds = 10, .choosy = 0, .max_tasks = 60'000};
  cluster c = random_cluster(o, random);
  return {std::move(c), o, random};
}

// --- the scheduler --------------------------------------------------------------------------------------------------
using scheduler = cluster_scheduler<order::fcfs, reserve::depth, placement::best_fit, order::fcfs, victims::minimal>;

cluster_job a_job(job_number id, std::uint32_t devices, std::int64_t minutes, std::int32_t band = band_normal) {
  cluster_job j;
  j.id = id;
  j.wants = single({.cpu = 4000, .devices = devices});
  j.estimate = 60 * minutes;
  j.band = band;
  return j;
}

/// 10,000 jobs of one GPU run on 1,250 nodes; somebody urgent wants a whole node.
struct crowd {
  cluster machine = alike_nodes(1250);
  scheduler s{machine};
  job_number id = 0;
  std::int64_t now = 1;
  crowd() {
    for (id = 1; id <= 10'000; ++id) s.submit(a_job(id, 1, 100'000 + id), 0);
    if (s.decide(now).starts.size() != 10'000) std::abort();
  }
  double round() {
    const job_number urgent = ++id;
    s.submit(a_job(urgent, 8, 5, band_urgent), ++now);
    cluster_decision d;
    const double spent = seconds([&] { s.decide(now, d); });
    if (d.preempts.size() != 8) std::abort();
    for (const preemption_order& p : d.preempts) s.checkpointed(p.victim, {.ok = true, .progress = 1}, now);
    s.decide(++now, d);
    s.finish(urgent, ++now);
    s.decide(now, d);  // the victims run again
    if (d.starts.size() != 8) std::abort();
    s.forget(urgent, now);
    return 1e9 * spent;
  }
};

/// 10,000 jobs wait for 1,000 full nodes; one after another ends. A step is an end, a submission and the decision.
struct steady {
  cluster machine = alike_nodes(1000);
  scheduler s{machine};
  random_generator random{3};
  std::vector<job_number> running;
  job_number id = 0;
  std::int64_t now = 1;
  std::size_t starts = 0;
  job_number submit() {
    s.submit(a_job(++id, 1U << random.below(4), random.between(60, 1000)), now);
    return id;
  }
  steady() {
    while (s.waiting() < 10'000) {
      for (int k = 0; k < 2000; ++k) submit();
      for (const job_number j : s.decide(now).starts) running.push_back(j);
    }
  }
  double round(int steps) {
    cluster_decision d;
    std::size_t started = 0;
    const double spent = seconds([&] {
      for (int k = 0; k < steps; ++k) {
        ++now;
        std::swap(running[random.below(running.size())], running.back());
        s.finish(running.back(), now);
        running.pop_back();
        submit();
        s.decide(now, d);
        for (const job_number j : d.starts) running.push_back(j);
        started += d.starts.size();
      }
    });
    starts += started;
    return 1e9 * spent / steps;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 11;
  std::vector<row> rows;

  queues q;
  rows.push_back(
      {"queue: push + pop, 100,000 queued", 100,
       [&] {
         return q.push_pop([&](job_number id, int b) { q.ours.push(id, static_cast<job_band>(b), 0); },
                           [&] { return q.ours.pop(0)->id; });
       },
       [&] { return q.push_pop([&](job_number id, int b) { q.peer.push(id, b); }, [&] { return q.peer.pop(); }); }});
  rows.push_back({"queue: remove by id, 100,000 queued", 200,
                  [&] {
                    return q.remove([&](job_number id, int b) { q.ours.push(id, static_cast<job_band>(b), 0); },
                                    [&](job_number id) { q.ours.remove(id); });
                  },
                  [&] {
                    return q.remove([&](job_number id, int b) { q.peer.push(id, b); },
                                    [&](job_number id) { q.peer.remove(id); });
                  }});
  rows.push_back({"queue: create + enqueue", 158,
                  [] {
                    band_queue b;
                    return 1e-5 * 1e9 * seconds([&] {
                             for (job_number id = 0; id < 100'000; ++id)
                               b.push(id, static_cast<job_band>(static_cast<unsigned>(id) % 4), 0);
                           });
                  },
                  [] {
                    map_queue b;
                    return 1e-5 * 1e9 * seconds([&] {
                             for (job_number id = 0; id < 100'000; ++id) b.push(id, static_cast<int>(id % 4));
                           });
                  }});
  rows.push_back({"queue: dequeue from 100", 1420,
                  [] {
                    double all = 0;
                    for (int k = 0; k < 200; ++k) {
                      band_queue b;
                      for (job_number id = 0; id < 100; ++id) b.push(id, static_cast<job_band>(id % 4), 0);
                      all += seconds([&] {
                        while (const auto j = b.pop(0)) sink = sink + j->id;
                      });
                    }
                    return 1e9 * all / 20'000;
                  },
                  [] {
                    double all = 0;
                    for (int k = 0; k < 200; ++k) {
                      map_queue b;
                      for (job_number id = 0; id < 100; ++id) b.push(id, static_cast<int>(id % 4));
                      all += seconds([&] {
                        while (!b.jobs.empty()) sink = sink + b.pop();
                      });
                    }
                    return 1e9 * all / 20'000;
                  }});
  rows.push_back(
      {"life cycle: transition", 5,
       [] {
         std::vector<job_history> jobs(20'000);
         return 1e9 / 60'000 * seconds([&] {
                  for (job_history& h : jobs) {
                    h.move(job_state::scheduled, 1);
                    h.move(job_state::running, 2);
                    h.move(job_state::completed, 3, end_reason::done);
                  }
                  sink = sink + static_cast<std::int64_t>(jobs[7].state());
                });
       },
       [] {
         static const std::map<job_state, std::set<job_state>> rules{
             {job_state::queued, {job_state::scheduled, job_state::cancelled}},
             {job_state::scheduled, {job_state::running, job_state::cancelled}},
             {job_state::running, {job_state::completed, job_state::failed, job_state::preempted}}};
         std::vector<std::pair<job_state, std::int64_t>> jobs(20'000, {job_state::queued, 0});
         return 1e9 / 60'000 * seconds([&] {
                  for (auto& j : jobs)
                    for (const job_state to : {job_state::scheduled, job_state::running, job_state::completed})
                      if (rules.at(j.first).contains(to)) j = {to, j.second + 1};
                  sink = sink + jobs[7].second;
                });
       }});

  share_ledger<> ledger;
  std::map<std::uint32_t, double> use;
  std::vector<waiting_job> users(10'000);
  std::vector<double> keys(users.size());
  instant today = 0;
  for (std::uint32_t u = 0; u < users.size(); ++u) {
    users[u].user = u;
    users[u].group = u % 100;
    ledger.charge(u, u % 100, 1 + u * 17 % 1000, 0);
    use[u] = 1 + u * 17 % 1000;
  }
  rows.push_back({"fair share: 10,000 users re-keyed", 1e6,
                  [&] {
                    today = today + 100;
                    return 1e9 * seconds([&] { ledger.factors(users, today, keys); });
                  },
                  [&] {
                    return 1e9 * seconds([&] {
                             std::vector<std::pair<double, std::uint32_t>> order;
                             for (auto& [user, used] : use) {
                               used *= std::exp2(-100.0 / 604'800);
                               order.emplace_back(used, user);
                             }
                             std::ranges::sort(order);
                             for (std::size_t k = 0; k < order.size(); ++k)
                               keys[order[k].second] = static_cast<double>(k);
                           });
                  }});
  rows.push_back({"fair share: one charge", 50,
                  [&] {
                    return 1e9 / 10'000 * seconds([&] {
                             for (std::uint32_t u = 0; u < 10'000; ++u) {
                               const std::uint32_t who = u * 7919 % 10'000;
                               ledger.charge(who, who % 100, 3.5, today);
                             }
                           });
                  },
                  [&] {
                    return 1e9 / 10'000 * seconds([&] {
                             for (std::uint32_t u = 0; u < 10'000; ++u) use[u * 7919 % 10'000] += 3.5;
                           });
                  }});

  random_generator random(5);
  half_full small(alike_nodes(100), {.choosy = 0}, random);
  half_full medium = random_nodes_of(1213), large = random_nodes_of(20'000), huge = random_nodes_of(100'000);
  std::fprintf(stderr, "clusters are filled\n");
  rows.push_back(
      {"best fit: 100 nodes of 8 GPUs", 1000, [&] { return small.ours(5000); }, [&] { return small.peer(5000); }});
  rows.push_back({"best fit: 1,213 nodes", 2000, [&] { return medium.ours(5000); }, [&] { return medium.peer(1000); }});
  rows.push_back({"best fit: 20,000 nodes", 5000, [&] { return large.ours(5000); }, [&] { return large.peer(50); }});
  rows.push_back({"best fit: 100,000 nodes", 10'000, [&] { return huge.ours(5000); }, [&] { return huge.peer(10); }});

  const cluster racks = alike_nodes(4000);
  cluster_state floor(racks);
  placement_workspace gang_ws;
  for (int k = 0; k < 6000; ++k) {  // singles all over the place, as worst fit leaves them
    const placement_result r =
        placement::worst_fit{}(single({.cpu = 1000, .devices = 1U << random.below(3)}), floor, gang_ws);
    if (r && random.chance(0.25)) floor.apply(r);
  }
  const request wide = gang({.cpu = 64'000, .devices = 8}, 64);
  const plain_nodes floor_plain(floor);
  rows.push_back({"gang: 64 x 8 GPUs, 4,000 nodes in racks", 200'000,
                  [&] {
                    return 1e9 / 20 * seconds([&] {
                             for (int k = 0; k < 20; ++k) {
                               const placement_result r = placement::best_fit{}(wide, floor, gang_ws);
                               if (!r || r.parts.size() != 64) std::abort();
                               floor.apply(r);
                               floor.undo(r);
                             }
                           });
                  },
                  [&] {
                    return 1e9 * seconds([&] {
                             plain_nodes trial = floor_plain;
                             for (int k = 0; k < 64; ++k) {
                               const std::ptrdiff_t n = trial.best(wide.groups[0].each);
                               trial.nodes[static_cast<std::size_t>(n)].cpu = 0;
                             }
                           });
                  }});

  std::optional<crowd> many;
  rows.push_back({"victims: 8 of 10,000 running jobs, with the decision", 1e6, [&] {
                    if (!many) many.emplace();
                    return many->round();
                  }});
  std::optional<steady> full;
  rows.push_back({"end, submission, decision: 1,000 nodes, 10,000 queued", 20'000, [&] {
                    if (!full) full.emplace();
                    return full->round(200);
                  }});
  scheduler fresh(racks);
  job_number fresh_id = 0;
  rows.push_back({"scheduler: submit", 1420, [&] {
                    return 1e9 / 10'000 * seconds([&] {
                             for (int k = 0; k < 10'000; ++k) fresh.submit(a_job(++fresh_id, 1, 60), 0);
                           });
                  }});

  const std::string data = std::string(SCHED_DATA_DIR) + "/gpu/";
  if (std::filesystem::is_directory(data)) {
    const std::string nodes = data + "openb_node_list_gpu_node.csv.gz", list = data + "openb_pod_list_default.csv.gz";
    const auto pods = io::read_openb_pods(io::read_gzip_file(list), list);
    const cluster openb = io::make_openb_cluster(io::read_openb_nodes(io::read_gzip_file(nodes), nodes), pods);
    std::vector<part> parts;
    for (const io::openb_pod& p : pods) parts.push_back(io::part_of(p, openb));
    rows.push_back({"FGD: all 8,152 openb pods", 5e7, [=] {
                      return 1e9 * seconds([&] {
                               const placement::fgd policy(typical_types(parts), openb);
                               cluster_state s(openb);
                               placement_workspace ws;
                               for (const part& p : parts)
                                 if (const placement_result r = policy(single(p), s, ws)) s.apply(r);
                               sink = sink + static_cast<std::int64_t>(s.generation());
                             });
                    }});
  }

  const auto print = [&](const row& r) {
    const double mine = median(r.mine), other = median(r.other);
    char beside[64] = "|";
    if (r.peer) std::snprintf(beside, sizeof beside, "%.1f | %.2f", other, other / mine);
    std::printf("| %s | %.1f | %.1f | %s | %.0f | %s |\n", r.name.c_str(), mine, *std::ranges::min_element(r.mine),
                beside, r.target, mine <= r.target ? "met" : "MISSED");
    std::fflush(stdout);
  };
  std::printf("| what | ns | least | peer, ns | times the peer | target, ns | |\n|---|---|---|---|---|---|---|\n");
  for (row& r : rows) {
    for (int k = 0; k <= rounds; ++k) {
      const double a = r.ours(), b = r.peer ? r.peer() : 0;
      if (k == 0) continue;  // warm-up
      r.mine.push_back(a);
      if (r.peer) r.other.push_back(b);
    }
    print(r);
  }
  std::fprintf(stderr, "%zu jobs were started in the steady rows\n", full->starts);
}
