// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SBATCH_HPP
#define SCHED_IO_SBATCH_HPP

/// \file
/// Reader of sbatch scripts and command lines.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/io/detail/sbatch_names.hpp>
#include <sched/io/detail/sbatch_values.hpp>
#include <sched/io/sbatch_job.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

class sbatch_reader {
public:
  explicit sbatch_reader(const sbatch_options& o) : o_(o) { begin_component({}); }

  void script(std::string_view text) {
    bool open = true;
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      constexpr std::string_view mark = "#SBATCH";
      if (!line.empty() && line.front() == '#' && line.starts_with(mark) &&
          (line.size() == mark.size() || is_blank(line[mark.size()]))) {
        line_ = number;
        if (open) directive(line.substr(mark.size()));
        else out_.warnings.push_back({number, {}, "a directive behind the first command does not count"});
        continue;
      }
      if (open) {
        const std::string_view plain = trim(line);
        open = plain.empty() || plain.front() == '#';
      }
    }
  }
  /// Words of a command line, behind the script's directives, which they outdo.
  void command(const std::vector<std::string_view>& words) {
    line_ = 0;
    memory_seen_ = {};
    options(words, true);
  }
  void command(std::string_view text, bool named) {
    words_.clear();
    if (!split_.split(text, words_, false)) return fail({}, "a quote is not closed");
    if (named && !words_.empty()) words_.erase(words_.begin());
    command(words_);
  }
  sbatch_script finish(std::string_view name) {
    for (std::size_t k = 0; k < out_.components.size(); ++k) {
      sbatch_job& j = out_.components[k];
      if (j.name.empty()) j.name = name;
      if (o_.gpu_default > 0 && !j.asks_for_gpus() && !none_[k]) {
        j.gpus.emplace();
        j.gpus->name = "gpu";
        j.gpus->count = o_.gpu_default;
      }
      if (j.time_limit == 0) j.time_limit = duration::infinity();
      if (j.time_min > j.time_limit) fail("--time-min", "is above the time limit");
    }
    return std::move(out_);
  }

private:
  void fail(std::string_view option, std::string text) {
    out_.problems.push_back({line_, std::string(option), std::move(text)});
  }
  void begin_component(const sbatch_job& like) {
    sbatch_job j;
    j.user = o_.user;
    j.name = like.name, j.account = like.account, j.time_limit = like.time_limit;
    out_.components.push_back(std::move(j));
    none_.push_back(false);
    memory_seen_ = {};
  }
  void directive(std::string_view text) {
    words_.clear();
    if (!split_.split(text, words_, true)) return fail({}, "a quote is not closed");
    if (words_.size() == 1 && (words_[0] == "hetjob" || words_[0] == "packjob"))
      return begin_component(sbatch_job(out_.components.front()));
    options(words_, false);
  }

  void options(const std::vector<std::string_view>& words, bool command) {
    for (std::size_t k = 0; k < words.size(); ++k) {
      const std::string_view word = words[k];
      const bool next = k + 1 < words.size();
      if (word.size() < 2 || word.front() != '-') {
        if (!command) {
          fail({}, "is no option: " + in_quotes(word));
          continue;
        }
        if (word == ":") {
          begin_component(sbatch_job(out_.components.front()));
          continue;
        }
        out_.command = word;
        for (++k; k < words.size(); ++k) out_.arguments.emplace_back(words[k]);
        return;
      }
      if (word.starts_with("--")) {
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(2, equals == std::string_view::npos ? equals : equals - 2);
        const sbatch_name* n = find_sbatch_name(name);
        const bool given = equals != std::string_view::npos;
        if (n == nullptr) {
          std::string text(word);
          if (!given && next && !words[k + 1].starts_with('-') && !command) text += ' ', text += words[++k];
          out_.unrecognised.push_back({line_, std::string(word.substr(0, equals)), std::move(text)});
          continue;
        }
        const std::string_view shown = word.substr(0, equals);
        if (given) {
          if (n->takes == sbatch_takes::nothing) fail(shown, "takes no value");
          else set(*n, shown, word.substr(equals + 1), true);
        } else if (n->takes != sbatch_takes::value) {
          set(*n, shown, {}, false);
        } else if (!next) {
          fail(shown, "needs a value");
        } else {
          set(*n, shown, words[++k], true);
        }
        continue;
      }
      for (std::size_t c = 1; c < word.size(); ++c) {  // -H, -N4, -HN4, -N 4
        const char letter[] = {'-', word[c]};
        const std::string_view shown(letter, 2);
        const sbatch_name* n = find_sbatch_letter(word[c]);
        if (n == nullptr) {
          std::string text(word);
          if (c + 1 == word.size() && next && !words[k + 1].starts_with('-') && !command)
            text += ' ', text += words[++k];
          out_.unrecognised.push_back({line_, printable(shown), std::move(text)});
          break;
        }
        if (n->takes == sbatch_takes::nothing) {
          set(*n, shown, {}, false);
          continue;
        }
        if (c + 1 < word.size()) set(*n, shown, word.substr(c + 1), true);
        else if (next) set(*n, shown, words[++k], true);
        else fail(shown, "needs a value");
        break;
      }
    }
  }

  void set(const sbatch_name& n, std::string_view shown, std::string_view value, bool given) {
    sbatch_job& j = out_.components.back();
    if (given && value.empty() && n.key != sbatch_key::comment) return fail(shown, "needs a value");
    const sbatch_fault fault = read(n.key, value, j);
    if (fault == nullptr) return;
    fail(shown, given && n.key != sbatch_key::wrap ? fault + (": " + in_quotes(value)) : std::string(fault));
  }
  sbatch_fault read(sbatch_key key, std::string_view v, sbatch_job& j) {
    switch (key) {
      case sbatch_key::account: j.account = v; break;
      case sbatch_key::array: return read_array(v, j);
      case sbatch_key::begin: return read_when(v, j.begin);
      case sbatch_key::chdir: j.directory = v; break;
      case sbatch_key::comment: j.comment = v; break;
      case sbatch_key::constraint: j.constraint = v; break;
      case sbatch_key::cpus_per_task: return read_count(v, j.cpus_per_task);
      case sbatch_key::deadline: return read_when(v, j.deadline);
      case sbatch_key::dependency: return read_dependencies(v, j);
      case sbatch_key::error: j.errors = v; break;
      case sbatch_key::exclude: j.exclude = v; break;
      case sbatch_key::exclusive:
        if (!v.empty() && v != "exclusive") return "shares nodes in no other way: only --exclusive";
        j.exclusive = true;
        break;
      case sbatch_key::export_names: j.export_names = v; break;
      case sbatch_key::gpus: return read_gpus(v, j.gpus);
      case sbatch_key::gpus_per_node: return read_gpus(v, j.gpus_per_node);
      case sbatch_key::gpus_per_task: return read_gpus(v, j.gpus_per_task);
      case sbatch_key::gres: none_.back() = same_word(v, "none"); return read_gres(v, j.gres);
      case sbatch_key::hold: j.held = true; break;
      case sbatch_key::input: j.input = v; break;
      case sbatch_key::job_name: j.name = v; break;
      case sbatch_key::licenses: return read_licenses(v, j.licenses);
      case sbatch_key::mem: return memory(0, v, j);
      case sbatch_key::mem_per_cpu: return memory(1, v, j);
      case sbatch_key::mem_per_gpu: return memory(2, v, j);
      case sbatch_key::nice: return read_nice(v, j.nice);
      case sbatch_key::no_requeue: j.requeue = false; break;
      case sbatch_key::nodelist: j.nodelist = v; break;
      case sbatch_key::nodes: return read_nodes(v, j);
      case sbatch_key::ntasks: return read_count(v, j.tasks);
      case sbatch_key::ntasks_per_node: return read_count(v, j.tasks_per_node);
      case sbatch_key::output: j.output = v; break;
      case sbatch_key::partition: return read_names(v, j.partitions);
      case sbatch_key::priority: return read_priority(v, j);
      case sbatch_key::qos: j.qos = v; break;
      case sbatch_key::requeue: j.requeue = true; break;
      case sbatch_key::reservation: j.reservation = v; break;
      case sbatch_key::signal: j.signal = v; break;
      case sbatch_key::time: return read_duration(v, j.time_limit);
      case sbatch_key::time_min: return read_duration(v, j.time_min);
      case sbatch_key::wrap:
        if (line_ != 0) return "belongs on the command line";
        out_.command = v;
        out_.wrapped = true;
        break;
    }
    return nullptr;
  }
  /// Memory is asked for in one way; the command line outdoes the way of the script.
  sbatch_fault memory(unsigned way, std::string_view v, sbatch_job& j) {
    memory_seen_ |= 1U << way;
    if ((memory_seen_ & (memory_seen_ - 1)) != 0) return "excludes the other options for memory";
    std::optional<amount> value;
    if (sbatch_fault f = read_memory(v, value)) return f;
    if (way != 0 && value == amount{0}) return "takes an amount above 0";
    j.memory.reset(), j.memory_per_cpu.reset(), j.memory_per_gpu.reset();
    (way == 0 ? j.memory : way == 1 ? j.memory_per_cpu : j.memory_per_gpu) = value;
    return nullptr;
  }

  sbatch_options o_;
  sbatch_script out_;
  shell_words split_;
  std::vector<std::string_view> words_;
  std::vector<bool> none_;  ///< by component: `--gres=none`, which is an answer, too
  std::size_t line_ = 0;
  unsigned memory_seen_ = 0;
};

}  // namespace detail

/// Reads a script. Directives are lines that start with `#SBATCH` before the first line that is neither empty nor a
/// comment; later ones are warned of. Options: `--name=value`, `--name value`, `-x value`, `-xvalue`, flags together
/// (`-HN2`); quotes and backslashes as in a shell; a word that starts with `#` ends the line; of repeated options the
/// last counts. `hetjob` alone begins the next component. `command` is the command line that submits the script
/// (without `sbatch`): its options outdo those of the script. A job without name is called as the file. Everything
/// wrong is collected, with line and option: nothing is thrown, nothing dropped. O(size of the text); allocates the
/// result.
[[nodiscard]] inline sbatch_script read_sbatch(std::string_view text, std::string_view file = {},
                                               const sbatch_options& o = {}, std::string_view command = {}) {
  detail::sbatch_reader r(o);
  r.script(text);
  if (!command.empty()) r.command(command, false);
  if (const auto slash = file.find_last_of('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  return r.finish(file.empty() ? std::string_view("sbatch") : file);
}

/// Reads a command line: `sbatch -N2 --gres=gpu:1 job.sh argument`. ` : ` parts the components of a heterogeneous job.
[[nodiscard]] inline sbatch_script read_sbatch_command(std::string_view command, const sbatch_options& o = {}) {
  detail::sbatch_reader r(o);
  r.command(command, true);
  sbatch_script s = r.finish({});
  for (sbatch_job& j : s.components)
    if (j.name.empty()) {
      const std::string_view name = s.command;
      if (s.wrapped) {
        j.name = "wrap";
        continue;
      }
      j.name = name.substr(name.rfind('/') + 1);
    }
  return s;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
