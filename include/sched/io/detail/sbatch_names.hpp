// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_SBATCH_NAMES_HPP
#define SCHED_IO_DETAIL_SBATCH_NAMES_HPP

/// \file
/// The options of sbatch by name and letter, and lines in words as a shell splits them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

enum class sbatch_key : std::uint8_t {
  account,
  array,
  begin,
  chdir,
  comment,
  constraint,
  cpus_per_task,
  deadline,
  dependency,
  error,
  exclude,
  exclusive,
  export_names,
  gpus,
  gpus_per_node,
  gpus_per_task,
  gres,
  hold,
  input,
  job_name,
  licenses,
  mem,
  mem_per_cpu,
  mem_per_gpu,
  nice,
  no_requeue,
  nodelist,
  nodes,
  ntasks,
  ntasks_per_node,
  output,
  partition,
  priority,
  qos,
  requeue,
  reservation,
  signal,
  time,
  time_min,
  wrap
};
enum class sbatch_takes : std::uint8_t { nothing, value, maybe };  ///< maybe: only behind `=`

struct sbatch_name {
  std::string_view name;
  char letter;
  sbatch_key key;
  sbatch_takes takes = sbatch_takes::value;
};
/// Sorted by name.
inline constexpr sbatch_name sbatch_names[] = {{"account", 'A', sbatch_key::account},
                                               {"array", 'a', sbatch_key::array},
                                               {"begin", 'b', sbatch_key::begin},
                                               {"chdir", 'D', sbatch_key::chdir},
                                               {"comment", 0, sbatch_key::comment},
                                               {"constraint", 'C', sbatch_key::constraint},
                                               {"cpus-per-task", 'c', sbatch_key::cpus_per_task},
                                               {"deadline", 0, sbatch_key::deadline},
                                               {"dependency", 'd', sbatch_key::dependency},
                                               {"error", 'e', sbatch_key::error},
                                               {"exclude", 'x', sbatch_key::exclude},
                                               {"exclusive", 0, sbatch_key::exclusive, sbatch_takes::maybe},
                                               {"export", 0, sbatch_key::export_names},
                                               {"gpus", 'G', sbatch_key::gpus},
                                               {"gpus-per-node", 0, sbatch_key::gpus_per_node},
                                               {"gpus-per-task", 0, sbatch_key::gpus_per_task},
                                               {"gres", 0, sbatch_key::gres},
                                               {"hold", 'H', sbatch_key::hold, sbatch_takes::nothing},
                                               {"input", 'i', sbatch_key::input},
                                               {"job-name", 'J', sbatch_key::job_name},
                                               {"licenses", 'L', sbatch_key::licenses},
                                               {"mem", 0, sbatch_key::mem},
                                               {"mem-per-cpu", 0, sbatch_key::mem_per_cpu},
                                               {"mem-per-gpu", 0, sbatch_key::mem_per_gpu},
                                               {"nice", 0, sbatch_key::nice, sbatch_takes::maybe},
                                               {"no-requeue", 0, sbatch_key::no_requeue, sbatch_takes::nothing},
                                               {"nodelist", 'w', sbatch_key::nodelist},
                                               {"nodes", 'N', sbatch_key::nodes},
                                               {"ntasks", 'n', sbatch_key::ntasks},
                                               {"ntasks-per-node", 0, sbatch_key::ntasks_per_node},
                                               {"output", 'o', sbatch_key::output},
                                               {"partition", 'p', sbatch_key::partition},
                                               {"priority", 0, sbatch_key::priority},
                                               {"qos", 'q', sbatch_key::qos},
                                               {"requeue", 0, sbatch_key::requeue, sbatch_takes::nothing},
                                               {"reservation", 0, sbatch_key::reservation},
                                               {"signal", 0, sbatch_key::signal},
                                               {"time", 't', sbatch_key::time},
                                               {"time-min", 0, sbatch_key::time_min},
                                               {"wrap", 0, sbatch_key::wrap}};

/// By first letter: where its names begin; the next entry is where they end.
inline constexpr auto sbatch_name_starts = [] {
  std::array<std::uint8_t, 27> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter)
    for (const sbatch_name& n : sbatch_names)
      if (static_cast<std::size_t>(n.name.front() - 'a') < letter) ++first[letter];
  return first;
}();
[[nodiscard]] inline const sbatch_name* find_sbatch_name(std::string_view name) noexcept {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return nullptr;
  const auto letter = static_cast<std::size_t>(name.front() - 'a');
  for (std::size_t k = sbatch_name_starts[letter]; k < sbatch_name_starts[letter + 1]; ++k)
    if (sbatch_names[k].name == name) return &sbatch_names[k];
  return nullptr;
}
[[nodiscard]] inline const sbatch_name* find_sbatch_letter(char letter) noexcept {
  for (const sbatch_name& n : sbatch_names)
    if (letter != 0 && n.letter == letter) return &n;
  return nullptr;
}

/// Splits a line into words as a shell does: blanks, quotes, backslashes; a word that begins with `#` ends the line.
/// Words without quotes are not copied. False for a quote that is not closed.
class shell_words {
public:
  [[nodiscard]] bool split(std::string_view line, std::vector<std::string_view>& out, bool comments) {
    used_ = 0;
    std::size_t k = 0;
    for (;;) {
      while (k < line.size() && is_blank(line[k])) ++k;
      if (k == line.size() || (comments && line[k] == '#')) return true;
      const std::size_t begin = k;
      while (k < line.size() && !is_blank(line[k]) && line[k] != '\'' && line[k] != '"' && line[k] != '\\') ++k;
      if (k == line.size() || is_blank(line[k])) {
        out.push_back(line.substr(begin, k - begin));
        continue;
      }
      std::string& text = fresh();
      text.assign(line.substr(begin, k - begin));
      while (k < line.size() && !is_blank(line[k])) {
        const char c = line[k++];
        if (c == '\\') {
          if (k == line.size()) return false;
          text += line[k++];
        } else if (c == '\'' || c == '"') {
          while (k < line.size() && line[k] != c) {
            if (c == '"' && line[k] == '\\' && k + 1 < line.size() && (line[k + 1] == '"' || line[k + 1] == '\\')) ++k;
            text += line[k++];
          }
          if (k++ == line.size()) return false;
        } else {
          text += c;
        }
      }
      out.push_back(text);
    }
  }

private:
  std::string& fresh() {
    if (used_ == copies_.size()) copies_.push_back(std::make_unique<std::string>());
    return *copies_[used_++];
  }
  std::vector<std::unique_ptr<std::string>> copies_;
  std::size_t used_ = 0;
};

}  // namespace detail
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
