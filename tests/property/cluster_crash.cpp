// SPDX-License-Identifier: BSL-1.0
// A scheduler on an SQLite file is killed at random points and goes on from the file: whatever it had acknowledged is
// there, a call is there as a whole or not at all, and nothing is allocated twice. Of POSIX, for fork and kill.
// SCHED_KILLS in the environment asks for so many kills.
#include <sched/adapters/sqlite_store.hpp>

#include "support/catch.hpp"

#if defined(__unix__) || defined(__APPLE__)

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sched/cluster.hpp>
#include <sched/core/checksum.hpp>
#include <sched/core/random.hpp>

#include "support/clusters.hpp"
#include "support/scratch_folder.hpp"

using namespace sched;

namespace {

using snapshot = std::map<job_number, stored_job>;

template <class Store>
snapshot content(Store& s) {
  snapshot out;
  s.load([&](stored_job&& j) { out.emplace(j.job.id, std::move(j)); });
  return out;
}
memory_store store_of(const snapshot& jobs) {
  memory_store s;
  for (const auto& [id, j] : jobs) s.save(j);
  s.commit();
  return s;
}

/// Calls of a scheduler that follow from a seed and from what it answered: two schedulers of equal content live the
/// same.
template <class Store>
class life {
public:
  life(const cluster& c, Store store, const snapshot& jobs, instant now, std::uint64_t seed)
      : nodes_(c.node_count()),
        s_(c, {}, {}, {}, {}, {}, std::move(store), {.confirm_launch = true, .grace = 7}),
        rng_(seed),
        now_(now) {
    for (const auto& [id, j] : jobs) ids_.push_back(id);
    last_ = ids_.empty() ? 0 : ids_.back();
  }
  /// The next call, and a digest of its answer.
  std::uint64_t step() {
    if (std::exchange(fresh_, false)) return s_.restore(now_);
    if (rng_.chance(0.5)) now_ += rng_.between(0, 4);
    const std::uint64_t what = rng_.below(100);
    if (ids_.empty() || (what < 25 && ids_.size() < 30)) return submit();
    if (what < 50) return decide();
    if (what < 52) {
      s_.set_status(node_id(rng_.below(nodes_)), rng_.chance(0.7) ? node_status::up : node_status::down, now_);
      return 1;
    }
    const std::size_t at = rng_.below(ids_.size());
    const job_number id = ids_[at];
    const job_state state = s_.state(id);
    bool done = false;
    if (is_terminal(state)) {
      done = s_.forget(id, now_);
      ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(at));
      return done ? 3 : 4;
    }
    if (state == job_state::scheduled && rng_.chance(0.8))
      done = rng_.chance(0.8) ? s_.launched(id, now_) : s_.launch_failed(id, now_);
    else if (what < 70) done = s_.finish(id, now_);
    else if (what < 75) done = s_.cancel(id, now_);
    else if (what < 85) done = s_.checkpointed(id, {.progress = s_.history(id).run_time(now_)}, now_);
    else if (what < 88) done = s_.hold(id, now_);
    else if (what < 95) done = s_.release(id, now_);
    else done = s_.set_band(id, static_cast<std::int32_t>(rng_.below(4)), now_);
    return crc64(encode(s_.record(id)), done ? 1 : 0);
  }
  [[nodiscard]] instant now() const { return now_; }
  [[nodiscard]] auto& scheduler() { return s_; }

private:
  std::uint64_t submit() {
    cluster_job j = sched_test::device_job(++last_, static_cast<std::uint32_t>(1 + rng_.below(4)));
    j.wants.groups[0].count = static_cast<std::uint32_t>(1 + rng_.below(2));
    if (rng_.chance(0.4)) {
      j.elastic = true;
      j.wants.groups[0].least = j.wants.groups[0].count;
      j.wants.groups[0].count += 3;
    }
    if (rng_.chance(0.8)) j.estimate = rng_.between(1, 60);
    j.band = static_cast<std::int32_t>(rng_.below(4));
    if (rng_.chance(0.1)) j.deadline = now_ + rng_.between(0, 100);
    if (rng_.chance(0.2) && !ids_.empty()) j.after.push_back({job_dependency::kind::any, ids_[0], 1});
    ids_.push_back(j.id);
    return static_cast<std::uint64_t>(s_.submit(j, now_));
  }
  std::uint64_t decide() {
    const cluster_decision d = s_.decide(now_);
    std::uint64_t sum = d.starts.size();
    for (const job_number id : d.starts) sum = crc64(encode(s_.record(id)), sum);
    for (const preemption_order& p : d.preempts) sum = crc64(encode(s_.record(p.victim)), sum);
    for (const resize_order& r : d.resizes) sum = crc64(encode(s_.record(r.job)), sum);
    return sum;
  }
  std::size_t nodes_;
  cluster_scheduler<order::fcfs, reserve::depth, placement::best_fit, order::fcfs, victims::minimal, Store> s_;
  random_generator rng_;
  std::vector<job_number> ids_;
  job_number last_ = 0;
  instant now_{};
  bool fresh_ = true;
};

/// Until it is killed: every answer, when it has it.
[[noreturn]] void child(int out, const std::string& path, const sqlite_options& o, const cluster& c,
                        const snapshot& jobs, instant now, std::uint64_t seed) {
  try {
    life l(c, sqlite_store(path, o), jobs, now, seed);
    for (;;) {
      const std::uint64_t answer = l.step();
      if (write(out, &answer, sizeof answer) != static_cast<ssize_t>(sizeof answer)) _exit(4);
    }
  } catch (...) {
    _exit(3);
  }
}
/// The answers until the child was killed; it is killed some time after the first so many.
std::vector<std::uint64_t> answers_of(int in, pid_t of, std::size_t enough, useconds_t later) {
  std::vector<std::uint64_t> out;
  std::string bytes;
  bool alive = true;
  for (;;) {
    if (alive && bytes.size() >= enough * sizeof(std::uint64_t)) {
      usleep(later);
      kill(of, SIGKILL);
      alive = false;
    }
    std::array<char, 512> block{};
    const ssize_t got = read(in, block.data(), alive ? sizeof(std::uint64_t) : block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes.append(block.data(), static_cast<std::size_t>(got));
  }
  if (alive) kill(of, SIGKILL);
  for (std::size_t k = 0; k + sizeof(std::uint64_t) <= bytes.size(); k += sizeof(std::uint64_t)) {
    std::uint64_t answer = 0;
    bytes.copy(reinterpret_cast<char*>(&answer), sizeof answer, k);
    out.push_back(answer);
  }
  return out;
}
/// Who holds resources has a place, who has a place holds resources, and all places together are there.
void check_places(const cluster& c, const snapshot& jobs) {
  cluster_state s(c);
  std::set<std::uint64_t> sequences;
  for (const auto& [id, j] : jobs) {
    REQUIRE(holds_resources(j.life.state()) == !j.place.empty());
    REQUIRE(sequences.insert(j.sequence).second);
    for (const allocation& a : j.place) {
      REQUIRE(s.fits(a));
      s.apply(a);
    }
  }
}

}  // namespace

TEST_CASE("killed at any point, a scheduler has lost nothing that it acknowledged") {
  const char* wish = std::getenv("SCHED_KILLS");  // NOLINT(concurrency-mt-unsafe)
  const int kills = wish == nullptr ? 200 : std::atoi(wish);
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db");
  const cluster c = sched_test::small_cluster({4, 4, 2, 8});
  random_generator rng(11);
  snapshot jobs;
  instant now = 0;
  std::size_t acknowledged = 0, unacknowledged = 0, preempted = 0, grown = 0;
  for (int k = 0; k < kills; ++k) {
    const std::uint64_t seed = rng();
    const std::size_t enough = rng.below(40);
    const auto later = static_cast<useconds_t>(rng.below(2000));
    const sqlite_options o{.mode = rng.chance(0.5) ? sqlite_options::journal::write_ahead
                                                   : sqlite_options::journal::rollback};
    std::array<int, 2> pipes{};
    REQUIRE(pipe(pipes.data()) == 0);
    const pid_t of = fork();
    REQUIRE(of >= 0);
    if (of == 0) {
      close(pipes[0]);
      child(pipes[1], path, o, c, jobs, now, seed);
    }
    close(pipes[1]);
    const std::vector<std::uint64_t> answers = answers_of(pipes[0], of, enough, later);
    close(pipes[0]);
    int status = 0;
    REQUIRE(waitpid(of, &status, 0) == of);
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
    REQUIRE(answers.size() >= enough);

    life model(c, store_of(jobs), jobs, now, seed);
    for (const std::uint64_t a : answers) REQUIRE(model.step() == a);
    const snapshot before = content(model.scheduler().store());
    static_cast<void>(model.step());  // the call during which it was killed
    const snapshot after = content(model.scheduler().store());
    now = model.now();
    {
      sqlite_store file(path, o);
      jobs = content(file);
    }
    REQUIRE((jobs == before || jobs == after));
    check_places(c, jobs);
    acknowledged += answers.size();
    unacknowledged += jobs != before ? 1U : 0U;
    for (const auto& [id, j] : jobs) preempted += j.life.state() == job_state::preempting ? 1U : 0U;
    for (const auto& [id, j] : jobs) grown += !j.place.empty() && j.gang.additions > 0 ? 1U : 0U;
  }
  CAPTURE(acknowledged, unacknowledged, preempted, grown);
  if (kills < 100) return;
  CHECK(acknowledged > 1000);
  CHECK(preempted > 0);
  // How far each life gets is a matter of time; that jobs grow is asserted in tests/property/cluster.cpp.
  if (grown == 0) WARN("no job had grown when it was killed");
}

#else

TEST_CASE("killing schedulers needs fork and SIGKILL") { WARN("skipped: there is no fork and no SIGKILL here"); }

#endif
