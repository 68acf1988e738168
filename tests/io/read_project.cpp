// SPDX-License-Identifier: BSL-1.0
#include <sched/io/read_project.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/io/patterson_write.hpp>
#include <sched/io/psplib_write.hpp>
#include <sched/model/critical_path.hpp>

#include "support/catch.hpp"
#include "support/instances.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

constexpr const char* tiny_patterson = "3 1\n2\n0 0 1 2\n4 1 1 3\n0 0 0\n";
constexpr const char* tiny_max = "1 1 0 0\n0 1 1 1 [0]\n1 1 1 2 [4]\n2 1 0\n0 1 0 0\n1 1 4 1\n2 1 0 0\n2\n";

struct family {
  std::string name;
  std::size_t files;
  file_texts texts;
};

/// Every supplied family of project instances with its number of files, read from disk when asked for.
void for_each_family(const std::function<void(const family&)>& use) {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("families of instances skipped: no data");
    return;
  }
  for (const auto& [name, files] : std::map<std::string, std::size_t>{{"j30", 480}, {"j60", 480}, {"j120", 600}})
    use({name, files, files_in(folder + name, ".sm")});
  const std::map<std::string, std::vector<std::pair<std::string, std::size_t>>> archives = {
      {"mm_psplib", {{"mm_psplib/j10/", 536}, {"mm_psplib/j20/", 554}, {"mm_psplib/j30/", 640}}},
      {"mmlib50", {{"mmlib50/", 540}}},
      {"cv", {{"cv/", 623}}},
      {"patterson", {{"patterson/", 110}}},
      {"rg300_part1", {{"rg300/", 120}}},
      {"rcpspmax",
       {{"rcpspmax/j10/", 270},
        {"rcpspmax/j20/", 270},
        {"rcpspmax/j30/", 270},
        {"rcpspmax/ubo10/", 90},
        {"rcpspmax/ubo20/", 90},
        {"rcpspmax/ubo50/", 90},
        {"rcpspmax/ubo100/", 90}}}};
  for (const auto& [archive, parts] : archives) {
    const std::string tar = io::read_gzip_file(folder + archive + ".tar.gz");
    for (const auto& [prefix, files] : parts) use({prefix, files, files_of_tar(tar, prefix)});
  }
}

std::size_t inner_tasks(const std::string& family) {
  for (const auto& [part, n] : std::vector<std::pair<std::string, std::size_t>>{{"j120", 120},
                                                                                {"ubo100", 100},
                                                                                {"ubo50", 50},
                                                                                {"ubo20", 20},
                                                                                {"ubo10", 10},
                                                                                {"mmlib50", 50},
                                                                                {"rg300", 300},
                                                                                {"j60", 60},
                                                                                {"j30", 30},
                                                                                {"j20", 20},
                                                                                {"j10", 10}})
    if (family.find(part) != std::string::npos) return n;
  return 0;
}

/// The printed value of a `.sm`/`.mm` file: the last number in the row of the project, or behind a label.
std::int64_t printed(const std::string& text, const std::string& after) {
  const auto at = text.find(after);
  REQUIRE(at != std::string::npos);
  return std::stoll(text.substr(text.find_first_of("0123456789", at + after.size())));
}
std::int64_t printed_mpm_time(const std::string& text) {
  const auto row = text.find('\n', text.find("MPM-Time")) + 1;
  const std::string line = text.substr(row, text.find('\n', row) - row);
  return std::stoll(line.substr(line.find_last_of(' ')));
}

}  // namespace

TEST_CASE("read_project chooses by the extension in any case, packed or not") {
  for (const char* name : {"x.rcp", "x.RCP", "dir.sch/x.Rcp", "x.rcp.gz"})
    CHECK(io::read_project(tiny_patterson, name).name() == "x");
  CHECK(io::read_project(tiny_max, "a/b.SCH").first_number() == 0);
  for (const char* name : {"x.sm", "x.MM"})
    CHECK_THROWS_WITH(io::read_project("1", name),
                      sched_test::starts_with(std::string(name) + ":1: expected 'file with basedata"));
}

TEST_CASE("read_project refuses files of unknown kind by name") {
  CHECK_THROWS_WITH(io::read_project("", "a/b.xyz"),
                    "a/b.xyz: unknown kind of project file '.xyz', expected .sm .mm .rcp .sch");
  CHECK_THROWS_AS(io::read_project("", "sm"), error);
  CHECK_THROWS_AS(io::read_project("", ".sm"), error);
  CHECK_THROWS_AS(io::read_project("", ""), error);
}

TEST_CASE("load_project says apart a missing file and a malformed one") {
  CHECK_THROWS_AS(io::load_project("no/such/file.sm"), std::system_error);
}

TEST_CASE("every supplied instance file is read, and keeps the facts of its family") {
  std::size_t total = 0, circles = 0, oversized = 0;
  std::map<std::string, std::size_t> dropped;
  for_each_family([&](const family& f) {
    INFO(f.name);
    REQUIRE(f.texts.size() == f.files);
    total += f.files;
    for (const auto& [name, text] : f.texts) {
      INFO(name);
      const project p = io::read_project(text, name);
      if (inner_tasks(f.name) != 0) REQUIRE(p.task_count() == inner_tasks(f.name) + 2);
      REQUIRE(p.name() == io::file_stem(name));
      const critical_path c = find_critical_path(p);
      dropped[f.name] += p.dropped_modes().size();
      oversized += p.oversized().empty() ? 0U : 1U;
      if (name.ends_with(".sm")) {
        REQUIRE(p.classic());
        REQUIRE(c.length == printed_mpm_time(text));
        REQUIRE(p.horizon() == printed(text, "horizon"));
      } else if (f.name.starts_with("mm")) {
        REQUIRE(p.multi_mode());
        REQUIRE(p.resource_count() == 4);
        REQUIRE(p.has_nonrenewable());
        if (f.name.starts_with("mm_") && p.dropped_modes().empty()) REQUIRE(c.length == printed_mpm_time(text));
      }
      if (name.ends_with(".sm") || (f.name.starts_with("mm") && p.dropped_modes().empty()))
        REQUIRE(first_difference(io::read_psplib(io::write_psplib(p)), p).empty());
      if (name.ends_with(".rcp") || name.ends_with(".sm"))
        REQUIRE(first_difference(io::read_patterson(io::write_patterson(p)), p).empty());
      if (f.name.starts_with("rcpspmax")) {
        REQUIRE(p.resource_count() == 5);
        REQUIRE(p.first_number() == 0);
        bool circle = false;
        for (const precedence& m : p.maximal_lags()) {
          REQUIRE(m.lag >= 0);
          circle = circle || m.lag == 0;
        }
        circles += circle ? 1U : 0U;
      }
    }
  });
  if (total == 0) return;
  CHECK(total == 5853);
  CHECK(dropped["mm_psplib/j10/"] == 274);
  CHECK(dropped["mm_psplib/j20/"] == 178);
  CHECK(dropped["mm_psplib/j30/"] == 8);
  CHECK(dropped["mmlib50/"] == 0);
  CHECK(oversized == 21);  // 17 of j10, 4 of j20, all RCPSP/max
  CHECK(circles == 29);
}

TEST_CASE("the samples of each format are read, and other formats under a known extension refused") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("samples skipped: no data");
    return;
  }
  for (const auto& [name, tasks] : std::map<std::string, std::size_t>{
           {"Jall1_1.mm", 52}, {"RG300_1.rcp", 302}, {"UBO10_01.sch", 12}, {"j301_1.sm", 32}, {"m11_1.mm", 18}})
    CHECK(io::load_project(folder + "formats_samples/" + name).task_count() == tasks);
  CHECK_THROWS_WITH(
      io::load_project(folder + "formats_samples/aslib0_0.rcp"),
      sched_test::ends_with("aslib0_0.rcp:126: unexpected '0.250000 0.000000 0.000000' after the end of the data"));
  // Reservoir instances share the extension: their extra columns never make a project by accident.
  for (const auto& [name, text] : files_of_tar(io::read_gzip_file(folder + "cpr.tar.gz")))
    if (name.ends_with(".rcp")) CHECK_THROWS_AS(io::read_project(text, name), error);
}

TEST_CASE("the critical paths of all families agree with the tables") {
  const std::string folder = instance_folder();
  for_each_family([&](const family& f) {
    INFO(f.name);
    const std::string table = folder +
                              (f.name.find('/') == std::string::npos ? f.name
                               : f.name.starts_with("rg300")         ? "rg300_part1"
                                                                     : f.name.substr(0, f.name.find('/'))) +
                              "_bks.csv";
    const auto best = table_column(table, "ub");
    const auto paths = table_column(table, "cpm_lb");
    const bool has_paths = !paths.empty();
    CHECK(has_paths == (f.name.starts_with("j") || f.name.starts_with("rg300")));
    for (const auto& [name, text] : f.texts) {
      INFO(name);
      const project p = io::read_project(text, name);
      const ticks length = find_critical_path(p).length;
      std::string key = io::file_stem(name);
      if (f.name.starts_with("rcpspmax")) {
        for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        key = f.name.substr(9) + key;
      }
      REQUIRE(best.count(key) == 1);
      if (has_paths) REQUIRE(length == std::stoll(paths.at(key)));
      const std::string& ub = best.at(key);
      if (!ub.empty() && ub != "infeasible") REQUIRE(length <= std::stoll(ub));
      if (!p.oversized().empty()) REQUIRE(ub == "infeasible");
    }
  });
}
