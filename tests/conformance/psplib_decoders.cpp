// SPDX-License-Identifier: BSL-1.0
// Every kernel that this processor runs gives the same schedules on every published single-mode set.
#include <sched/solve/list_decoder.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/io/patterson.hpp>
#include <sched/io/psplib.hpp>
#include <sched/solve/parallel_decoder.hpp>

#include "support/catch.hpp"
#include "support/instances.hpp"
#include "support/random_project.hpp"

using namespace sched;

namespace {

struct tally {
  std::size_t projects = 0;
  std::size_t compared[5] = {};  // by kernel
};

using starts_and_makespan = std::vector<std::int32_t>;

/// A list each way, decoded and justified, and an order for both parallel kernels.
void compare(tally& t, const project& p, const std::string& name) {
  random_generator random(++t.projects);
  REQUIRE(list_decoder::accepts(p));
  const auto list = sched_test::random_list<std::uint16_t>(random, p);
  const auto turned = sched_test::random_list<std::uint16_t>(random, p, true);
  const auto schedules = [&](list_decoder d) {
    std::vector<starts_and_makespan> all;
    starts_and_makespan starts(p.task_count());
    const auto keep = [&](std::int32_t makespan) {
      all.push_back(starts);
      all.back().push_back(makespan);
    };
    keep(d.decode_reversed(std::span<const std::uint16_t>(turned), starts));
    keep(d.decode(std::span<const std::uint16_t>(list), starts));
    keep(d.double_justify(starts));
    return all;
  };
  const auto expected = schedules(list_decoder(p, decode_kernel::steps));
  for (const decode_kernel k : {decode_kernel::avx512, decode_kernel::avx2, decode_kernel::portable}) {
    if (!runs_here(k)) continue;
    try {
      const list_decoder d(p, k);
      INFO(name << ", " << to_string(k));
      REQUIRE(schedules(d) == expected);
      ++t.compared[static_cast<std::size_t>(k)];
    } catch (const error&) {
    }  // does not fit this kernel
  }
  const auto parallel = [&](parallel_kernel k) {
    starts_and_makespan starts(p.task_count());
    const std::int32_t makespan = parallel_decoder(p, k).decode(std::span<const std::uint16_t>(list), starts);
    starts.push_back(makespan);
    return starts;
  };
  INFO(name << ", parallel");
  REQUIRE(parallel(parallel_kernel::scan) == parallel(parallel_kernel::queues));
}

}  // namespace

TEST_CASE("all decoder kernels agree on every single-mode set") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("decoders on published sets skipped: no data");
    return;
  }
  tally t;
  for (const char* set : {"j30", "j60", "j120"})
    for (const auto& [path, text] : files_in(folder + set, ".sm")) compare(t, io::read_psplib(text, path), path);
  for (const char* set : {"patterson.tar.gz", "cv.tar.gz", "rg300_part1.tar.gz"})
    for (const auto& [name, text] : files_of_tar(io::read_gzip_file(folder + set)))
      if (name.ends_with(".rcp")) compare(t, io::read_patterson(text, name), name);
  CHECK(t.projects == 480 + 480 + 600 + 110 + 623 + 120);
  for (const decode_kernel k : {decode_kernel::avx512, decode_kernel::avx2, decode_kernel::portable})
    WARN(to_string(k) << (runs_here(k) ? ": " : ", not run by this processor: ")
                      << t.compared[static_cast<std::size_t>(k)] << " of " << t.projects << " projects");
}
