// SPDX-License-Identifier: BSL-1.0
// Start times of every reference schedule, job by job: eight traces under up to seven policies, and 250 small instances
// under 29.
#include <sched/backfill.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sched/io/gzip_file.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::starts_of;

namespace {

std::string folder(const char* name) {
  const char* other = std::getenv("SCHED_DATA_DIR");
  const std::string at = std::string(other == nullptr ? SCHED_DATA_DIR : other) + '/' + name + '/';
  return std::filesystem::is_directory(at) ? at : std::string();
}

/// A table of integers with named columns.
class number_table {
public:
  explicit number_table(std::string_view text) {
    for (bool header = true; !text.empty(); header = false) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      std::vector<std::int64_t> row;
      for (std::size_t k = 0;; ++k) {
        const std::string_view cell = line.substr(0, line.find(','));
        if (header) {
          names_.emplace(cell, k);
        } else {
          std::int64_t value = 0;
          const auto [end, failed] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
          REQUIRE((failed == std::errc() && end == cell.data() + cell.size()));
          row.push_back(value);
        }
        if (cell.size() == line.size()) break;
        line.remove_prefix(cell.size() + 1);
      }
      if (!header) rows_.push_back(std::move(row));
    }
  }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::int64_t at(std::size_t row, const std::string& name) const {
    return rows_[row].at(names_.at(name));
  }
  [[nodiscard]] job job_of(std::size_t row) const {
    return rigid_job(at(row, "job_id"), at(row, "submit"), at(row, "procs"), at(row, "estimate"), at(row, "runtime"));
  }
  [[nodiscard]] std::vector<std::int64_t> column(const std::string& name, std::size_t first, std::size_t last) const {
    std::vector<std::int64_t> out;
    for (std::size_t k = first; k < last; ++k) out.push_back(at(k, name));
    return out;
  }
  [[nodiscard]] std::size_t columns() const { return names_.size(); }

private:
  std::map<std::string, std::size_t, std::less<>> names_;
  std::vector<std::vector<std::int64_t>> rows_;
};

/// Users, which the tables leave out, by job from field 12 of the trace whose file name starts so.
bool add_users(std::vector<job>& jobs, const std::string& start_of_path) {
  const std::filesystem::path start(start_of_path);
  if (!std::filesystem::is_directory(start.parent_path())) return false;
  std::map<job_number, std::uint32_t> users;
  for (const auto& entry : std::filesystem::directory_iterator(start.parent_path())) {
    if (!entry.path().filename().string().starts_with(start.filename().string())) continue;
    std::istringstream lines(io::read_gzip_file(entry.path().string()));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(';')) continue;
      std::istringstream fields(line);
      job_number id = 0;
      std::string field;
      if (!(fields >> id)) continue;
      for (int k = 2; k <= 12; ++k) fields >> field;
      users[id] = static_cast<std::uint32_t>(std::stoul(field));
    }
  }
  for (job& j : jobs) {
    const auto user = users.find(j.id);
    if (user == users.end()) return false;
    j.user = user->second;
  }
  return true;
}

/// Calls f(scheduler) for a policy that the traces are run under.
template <class F>
void with_policy(const std::string& name, amount processors, F f) {
  const order::fcfs fcfs;
  const reserve::depth easy = reserve::easy();
  if (name == "fcfs") f(backfill(processors, fcfs, reserve::none{}));
  else if (name == "easy") f(backfill(processors, fcfs, easy));
  else if (name == "easy_sjbf") f(backfill(processors, fcfs, easy, estimate::user{}, order::sjf{}));
  else if (name == "easy_perfect") f(backfill(processors, fcfs, easy, estimate::perfect{}));
  else if (name == "conservative") f(backfill(processors, fcfs, reserve::conservative{}));
  else if (name == "conservative_doubled") f(backfill(processors, fcfs, reserve::conservative{}, estimate::scaled{2}));
  else if (name == "easy_plusplus") f(backfill(processors, fcfs, easy, estimate::last_two{}, order::sjf{}));
  else FAIL("no policy is called " << name);
}

}  // namespace

TEST_CASE("every reference schedule of every trace, job by job") {
  const std::string at = folder("backfill");
  if (at.empty()) {
    WARN("reference schedules of traces skipped: no data");
    return;
  }
  const std::map<std::string, amount> processors{{"AccaSim-test", 64}, {"Curie-500", 77248},  {"HPC2N-subset", 240},
                                                 {"KTH-SP2-5k", 100},  {"KTH-SP2-full", 100}, {"NASA-iPSC", 128},
                                                 {"SDSC-SP2-5k", 128}, {"lublin_256", 256}};
  std::size_t files = 0, jobs_compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(at)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(".csv.gz") || name.starts_with("small_cases")) continue;
    name.resize(name.size() - 7);
    const std::string trace = name.substr(0, name.find('_', name.starts_with("lublin_") ? 7 : 0));
    std::string policy = name.substr(trace.size() + 1);
    const bool batch = policy.starts_with("batch_");
    if (batch) policy.erase(0, 6);
    INFO(name);
    const number_table table(io::read_gzip_file(entry.path().string()));
    std::vector<job> jobs;
    for (std::size_t k = 0; k < table.size(); ++k) jobs.push_back(table.job_of(k));
    if (policy == "easy_plusplus" && !add_users(jobs, folder("swf") + trace.substr(0, trace.rfind('-')))) {
      WARN(name << " skipped: no trace with users");
      ++files;
      continue;
    }
    const auto expected = table.column("start", 0, table.size());
    with_policy(policy, processors.at(trace), [&](auto scheduler) {
      const auto starts =
          starts_of(jobs, std::move(scheduler), batch ? event_convention::batch : event_convention::sequential);
      REQUIRE(starts == expected);
      for (std::size_t k = 0; k < jobs.size(); ++k) REQUIRE(starts[k] - jobs[k].submit.count() == table.at(k, "wait"));
    });
    ++files;
    jobs_compared += jobs.size();
  }
  CHECK(files == 36);
  WARN(files << " schedules, " << jobs_compared << " starts compared");
}

TEST_CASE("250 small instances under eight policies and conventions and 21 variants") {
  const std::string at = folder("backfill");
  if (at.empty()) {
    WARN("small reference schedules skipped: no data");
    return;
  }
  using namespace reserve;
  using compression = conservative::compression;
  const number_table main(io::read_gzip_file(at + "small_cases.csv.gz"));
  const number_table variants(io::read_gzip_file(at + "small_cases_policies.csv.gz"));
  REQUIRE(main.size() == variants.size());
  std::size_t cases = 0, columns = 0;
  for (std::size_t first = 0, last = 0; first < main.size(); first = last) {
    std::vector<job> jobs;
    for (; last < main.size() && main.at(last, "case") == main.at(first, "case"); ++last) {
      REQUIRE(variants.job_of(last) == main.job_of(last));
      jobs.push_back(main.job_of(last));
    }
    const amount p = main.at(first, "procs_total");
    INFO("case " << main.at(first, "case"));
    columns = 0;
    for (const bool batch : {false, true})
      for (const char* policy : {"fcfs", "easy", "easy_sjbf", "conservative"}) {
        const std::string column = (batch ? "batch_start_" : "start_") + std::string(policy);
        INFO(column);
        with_policy(policy, p, [&](auto s) {
          CHECK(starts_of(jobs, std::move(s), batch ? event_convention::batch : event_convention::sequential) ==
                main.column(column, first, last));
        });
        ++columns;
      }
    const auto check = [&](const std::string& variant, auto s) {
      INFO(variant);
      CHECK(starts_of(jobs, std::move(s)) == variants.column("start_" + variant, first, last));
      ++columns;
    };
    const order::fcfs fcfs;
    const estimate::user user;
    check("filler", backfill(p, fcfs, depth{0}));
    check("k2", backfill(p, fcfs, depth{2}));
    check("k4", backfill(p, fcfs, depth{4}));
    check("kinf", backfill(p, fcfs, depth{depth::all}));
    check("order_sjf", backfill(p, order::sjf{}, easy()));
    check("order_lxf", backfill(p, order::lxf{}, easy()));
    check("order_wfp3", backfill(p, order::wfp3{}, easy()));
    check("order_unicep", backfill(p, order::unicep{}, easy()));
    check("order_f1", backfill(p, order::f1{}, easy()));
    check("order_saf", backfill(p, order::saf{}, easy()));
    check("walk_lxf", backfill(p, fcfs, easy(), user, order::lxf{}));
    check("selective_2", backfill(p, fcfs, selective{2.0}));
    check("relaxed_05", backfill(p, fcfs, relaxed{0.5}));
    check("lookahead_50", backfill(p, fcfs, look_ahead{50}));
    check("easy_perfect", backfill(p, fcfs, easy(), estimate::perfect{}));
    check("easy_double", backfill(p, fcfs, easy(), estimate::scaled{2}));
    check("easy_plusplus", backfill(p, fcfs, easy(), estimate::last_two{}, order::sjf{}));
    check("cons_none", backfill(p, fcfs, conservative{compression::none}));
    check("cons_fixpoint", backfill(p, fcfs, conservative{compression::fixpoint}));
    check("cons_perfect", backfill(p, fcfs, conservative{}, estimate::perfect{}));
    check("cons_double", backfill(p, fcfs, conservative{}, estimate::scaled{2}));
    ++cases;
  }
  CHECK(cases == 250);
  CHECK(columns == main.columns() + variants.columns() - 2 * 7);
}
