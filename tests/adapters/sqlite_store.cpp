// SPDX-License-Identifier: BSL-1.0
#include <sched/adapters/sqlite_store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/dispatch/cluster_scheduler.hpp>
#include <sched/io/file.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"
#include "support/scratch_folder.hpp"

using namespace sched;
using sched_test::device_job, sched_test::small_cluster;

namespace {

using snapshot = std::map<job_number, stored_job>;

stored_job record_of(job_number id, const std::string& name = "", std::uint64_t sequence = 1) {
  stored_job j;
  j.job = device_job(id, 1);
  j.job.name = name;
  j.sequence = sequence;
  return j;
}
snapshot content(sqlite_store& s) {
  snapshot out;
  s.load([&](stored_job&& j) { out.emplace(j.job.id, std::move(j)); });
  return out;
}
/// What opening and reading the file is refused with, or nothing.
std::string refusal(const std::string& path, const sqlite_options& o = {}) {
  try {
    sqlite_store s(path, o);
    static_cast<void>(content(s));
    return "";
  } catch (const error& e) {
    CHECK(e.file() == path);
    return e.reason();
  }
}
void sql(const std::string& path, const char* text) {
  sqlite3* base = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &base) == SQLITE_OK);
  CHECK(sqlite3_exec(base, text, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(base);
}

}  // namespace

TEST_CASE("the file holds what was committed, and nothing else") {
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db");
  for (const auto mode : {sqlite_options::journal::write_ahead, sqlite_options::journal::rollback}) {
    std::filesystem::remove(path);
    const sqlite_options o{.mode = mode};
    {
      sqlite_store s(path, o);
      CHECK(s.path() == path);
      s.save(record_of(4, "four"));
      s.save(record_of(-5, "minus five"));
      CHECK(s.size() == 0);
      s.commit();
      s.save(record_of(4, "other", 9));
      s.save(record_of(4, "last", 10));
      CHECK(content(s).at(4) == record_of(4, "four"));
      s.commit();
      s.commit();
      s.erase(-5);
      s.erase(77);
      CHECK(s.size() == 2);
      s.commit();
      s.save(record_of(6));
      s.erase(6);
      s.erase(4);
      s.save(record_of(4, "back"));
      s.commit();
      s.save(record_of(8, "never committed"));
    }
    sqlite_store again(path, o);
    CHECK(content(again) == snapshot{{4, record_of(4, "back")}});
    sqlite_store moved = std::move(again);
    moved.save(record_of(1));
    moved.commit();
    CHECK(moved.size() == 2);
  }
  CHECK(folder.files() == 1);  // logs go when the store is closed
}

TEST_CASE("a second store on one file is refused, unless both share it") {
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db");
  {
    sqlite_store first(path);
    first.save(record_of(1));
    first.commit();
    CHECK(refusal(path).find("is in use by somebody else") == 0);
    CHECK(refusal(path, {.mode = sqlite_options::journal::rollback, .shared = true}).find("is in use") == 0);
    first.save(record_of(2));
    first.commit();
    CHECK(first.size() == 2);
  }
  CHECK(refusal(path).empty());
  const sqlite_options shared{.shared = true};
  sqlite_store a(path, shared), b(path, shared);
  a.save(record_of(3));
  a.commit();
  CHECK(b.size() == 3);
}

TEST_CASE("a commit that fails changes nothing and is made up for by the next one") {
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db");
  const sqlite_options shared{.shared = true};
  sqlite_store s(path, shared);
  s.save(record_of(1));
  s.commit();
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  s.save(record_of(2));
  s.erase(1);
  CHECK_THROWS_AS(s.commit(), error);
  s.save(record_of(3));
  CHECK_THROWS_AS(s.commit(), error);
  CHECK(content(s) == snapshot{{1, record_of(1)}});
  REQUIRE(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(other);
  s.commit();
  CHECK(content(s) == snapshot{{2, record_of(2)}, {3, record_of(3)}});
}

TEST_CASE("what is no store is refused with its name and the reason, and left as it is") {
  const scratch_folder folder;
  const std::string path = folder.path("x.db");
  SECTION("text") {
    io::write_file_atomically(path, std::string(5000, 'x'));
    CHECK(refusal(path).find("is no SQLite database, or damaged") == 0);
    CHECK(io::read_file(path) == std::string(5000, 'x'));
  }
  SECTION("a database of something else") {
    sql(path, "CREATE TABLE t(x)");
    const std::string before = io::read_file(path);
    CHECK(refusal(path) == "is an SQLite database of something else");
    CHECK(io::read_file(path) == before);
  }
  SECTION("another version") {
    CHECK(refusal(path).empty());
    sql(path, "PRAGMA user_version=7");
    CHECK(refusal(path) == "has format version 7; this library reads version 1");
  }
  SECTION("no table") {
    CHECK(refusal(path).empty());
    sql(path, "DROP TABLE jobs");
    CHECK(refusal(path).find("no such table: jobs") != std::string::npos);
  }
  SECTION("a folder that is not there") {
    const std::string missing = folder.path("no/such/x.db");
    CHECK(refusal(missing).find("cannot be opened") == 0);
    CHECK(refusal("") == "is no name of a file");
  }
  SECTION("damaged jobs") {
    {
      sqlite_store s(path);
      s.save(record_of(3, "three"));
      s.commit();
    }
    sql(path, "UPDATE jobs SET checksum = checksum + 1");
    CHECK(refusal(path) == "job 3 is damaged");
    sql(path, "UPDATE jobs SET checksum = checksum - 1, id = 4");
    CHECK(refusal(path) == "job 4 is another one");
    sql(path, "UPDATE jobs SET job = x'', checksum = 0");
    CHECK(refusal(path).find("job 4: ") == 0);
  }
}

TEST_CASE("a name that begins with a colon is a file too") {
  const scratch_folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path("."));
  {
    sqlite_store s(":memory:");
    s.save(record_of(1));
    s.commit();
  }
  std::size_t jobs = 0;
  {
    sqlite_store s(":memory:");
    jobs = s.size();
  }
  std::filesystem::current_path(before);
  CHECK(jobs == 1);
}

TEST_CASE("damage anywhere in the file is found, or harms no job") {
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db");
  snapshot all;
  {
    sqlite_store s(path);
    for (job_number k = 0; k < 300; ++k) {
      const stored_job j = record_of(k, std::string(static_cast<std::size_t>(k % 70), 'n'));
      all.emplace(k, j);
      s.save(j);
    }
    s.commit();
  }
  const std::string good = io::read_file(path);
  const std::string broken = folder.path("broken.db");
  random_generator rng(5);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string bytes = good;
    if (round % 4 == 0) bytes.resize(rng.below(bytes.size()));
    else
      for (std::size_t n = 1 + rng.below(4); n > 0; --n)
        bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
    io::write_file_atomically(broken, bytes);
    try {
      sqlite_store s(broken);
      for (const auto& [id, j] : content(s)) CHECK(j == all.at(id));
    } catch (const error& e) {
      CHECK(e.file() == broken);
      CHECK_FALSE(e.reason().empty());
      ++refused;
    }
    std::filesystem::remove(broken + "-wal");
  }
  CHECK(refused > 150);
}

TEST_CASE("a log that was cut anywhere gives the jobs after one of the commits") {
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db"), copy = folder.path("copy.db");
  std::vector<snapshot> after;
  std::string base, log;
  {
    sqlite_store s(path);
    snapshot now;
    after.push_back(now);
    random_generator rng(6);
    for (int k = 0; k < 60; ++k) {
      for (std::size_t n = 1 + rng.below(6); n > 0; --n) {
        const auto id = static_cast<job_number>(rng.below(40));
        const stored_job j = record_of(id, std::string(rng.below(600), 'n'), rng());
        if (rng.chance(0.2)) {
          now.erase(id);
          s.erase(id);
        } else {
          now[id] = j;
          s.save(j);
        }
      }
      s.commit();
      after.push_back(now);
    }
    base = io::read_file(path);
    log = io::read_file(path + "-wal");
  }
  random_generator rng(7);
  std::size_t last = 0;
  for (int round = 0; round < 100; ++round) {
    const std::size_t cut = round == 0 ? log.size() : rng.below(log.size());
    io::write_file_atomically(copy, base);
    io::write_file_atomically(copy + "-wal", log.substr(0, cut));
    sqlite_store s(copy);
    const auto at = std::ranges::find(after, content(s));
    REQUIRE(at != after.end());
    if (round == 0) CHECK(at + 1 == after.end());
    last = std::max(last, static_cast<std::size_t>(at - after.begin()));
  }
  CHECK(last > 0);
}

TEST_CASE("a scheduler goes on from the file") {
  const scratch_folder folder;
  const std::string path = folder.path("jobs.db");
  const cluster c = small_cluster({4});
  const auto make = [&] {
    return cluster_scheduler(c, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                             sqlite_store(path));
  };
  {
    auto s = make();
    s.submit(device_job(1, 3), 0);
    s.submit(device_job(2, 4), 1);
    static_cast<void>(s.decide(1));
  }
  auto t = make();
  CHECK(t.restore(5) == 2);
  CHECK(t.state(1) == job_state::running);
  CHECK(t.state(2) == job_state::queued);
  CHECK(t.finish(1, 6));
  CHECK(t.decide(6).starts == std::vector<job_number>{2});
}
