// SPDX-License-Identifier: BSL-1.0
// Every published result of the Mouc scheduler is reproduced: tasks, dates, resources, failures, computed due dates and
// priorities, decisions of the look-ahead with their scores.
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sched/io/gzip_file.hpp>
#include <sched/json.hpp>
#include <sched/roadmap.hpp>

#include "../../examples/sched/roadmap_expect.hpp"
#include "support/catch.hpp"

using namespace sched;

namespace {

const std::filesystem::path folder = std::filesystem::path(SCHED_DATA_DIR) / "mouc";

struct counts {
  std::size_t entries = 0;  ///< that were compared in at least one mode
  std::size_t compared = 0;
  std::size_t differ = 0;
};

counts compare(const std::string& file) {
  counts n;
  const std::string text = io::read_gzip_file((folder / file).string());
  for (const io::json_piece& piece : io::split_json(text, io::json_layout::values)) {
    const io::json_document json(piece.text, file, piece.line);
    const io::roadmap_document d = io::read_json_roadmap(json.root(), file);
    for (const io::json_value entry : json.root().at("expected").array()) {
      bool used = false;
      for (const roadmap_mode mode : {roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil})
        for (const auto& [algorithm, name] : io::setting_names<roadmap_algorithm>) {
          if (!program::fits(entry, algorithm, mode)) continue;
          used = true;
          roadmap_options o = d.options;
          o.algorithm = algorithm;
          o.mode = program::flavour(algorithm, mode);
          const auto strategy = program::strategy_of(entry, d);
          o.strategy = strategy.value_or(o.strategy);
          const roadmap_result r = strategy ? plan_roadmap(d.map, o) : roadmap_result{};
          const std::string status = strategy ? std::string(to_string(r.status)) : "unknown-strategy";
          const std::string difference = program::expectation(entry, d.map, o, r).first_difference(status);
          INFO(file << ':' << d.line << ": " << d.map.name << ' ' << name << ' ' << to_string(mode) << ' '
                    << to_string(o.strategy));
          CHECK(difference == "");
          ++n.compared;
          n.differ += difference.empty() ? 0U : 1U;
        }
      n.entries += used ? 1U : 0U;
    }
  }
  return n;
}

}  // namespace

TEST_CASE("every published result is reproduced in both compatible modes") {
  if (!std::filesystem::exists(folder)) {
    WARN("no data: " << folder.string());
    return;
  }
  // Entries as counted in the files: none may be left out.
  for (const auto& [file, entries] : {std::pair{"handmade_cases.jsonl", 208}, std::pair{"recorded_cases.jsonl", 275},
                                      std::pair{"random_cases.jsonl", 400}, std::pair{"fractional_cases.jsonl", 240},
                                      std::pair{"timing_1000.json.gz", 1}, std::pair{"timing_2000.json.gz", 1},
                                      std::pair{"timing_10000.json.gz", 1}}) {
    const counts n = compare(file);
    CAPTURE(file, n.compared);
    CHECK(n.entries == static_cast<std::size_t>(entries));
    CHECK(n.differ == 0);
  }
}
