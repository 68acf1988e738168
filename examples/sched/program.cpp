// SPDX-License-Identifier: BSL-1.0
#include "program.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <numeric>
#include <system_error>
#include <thread>

#include <nlohmann/json.hpp>

#include <sched/io.hpp>

namespace program {

CLI::Validator one_of(std::vector<std::string> names, std::vector<std::string> later) {
  std::string known;
  for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
  std::string shown = '{' + known + '}';
  return {[names = std::move(names), later = std::move(later),
           known = std::move(known)](std::string& value) -> std::string {
            if (std::ranges::find(names, value) != names.end()) return {};
            const bool planned = std::ranges::find(later, value) != later.end();
            return '\'' + value +
                   (planned ? "' is not available in this version; available: " : "' is unknown; available: ") + known;
          },
          std::move(shown)};
}

CLI::Validator whole_number() {
  return {[](std::string& value) -> std::string {
            return value.find_first_not_of("0123456789") == std::string::npos
                       ? ""
                       : '\'' + value + "' is no whole number of at least 0";
          },
          ""};
}

void common_options::add_format(CLI::App& command) {
  command
      .add_option("--format", format,
                  "What goes to standard output: csv, json or table (default: table on a terminal, else csv)")
      ->check(one_of({"csv", "json", "table"}));
}
void common_options::add_documents(CLI::App& command, const std::string& extensions) {
  command
      .add_option("--out", out,
                  "Document to write, kind by extension (" + extensions +
                      "); repeatable; one input only (default: none written)")
      ->allow_extra_args(false);
  command.add_option("--out-dir", out_dir, "Folder for one document per input, named like it (default: none written)");
  command.add_option("--out-format", out_format, "Kind of those documents (" + extensions + "; default csv)");
}
void common_options::add_run(CLI::App& command) {
  command.add_option("--seed", seed, "Seed of everything random (default 1)")->check(whole_number());
  command.add_option("--threads", threads, "Threads; the result does not depend on it (default 1)")
      ->check(CLI::Range(1U, 1024U));
  command
      .add_option("--time-limit", time_limit, "Seconds after which to stop with the best so far; 0: never (default 0)")
      ->check(CLI::NonNegativeNumber);
  command.add_flag("--validate,!--no-validate", validate, "Check every schedule independently (default: on)");
  command.add_flag("--progress,!--no-progress", progress,
                   "Show progress on standard error (default: when it is a terminal)");
}

std::vector<std::vector<std::string>> common_options::documents_for(const std::vector<std::string>& inputs,
                                                                    std::initializer_list<std::string_view> kinds) {
  if (!out.empty() && inputs.size() > 1) throw usage_error("--out takes one input; use --out-dir for several");
  const auto check_kind = [&](const std::string& kind) {
    if (std::ranges::find(kinds, kind) != kinds.end()) return;
    std::string known;
    for (const std::string_view k : kinds) known.append(known.empty() ? "" : ", ").append(k);
    throw usage_error("cannot write documents of kind '" + kind + "' (" + known + ")");
  };
  for (const std::string& path : out) check_kind(extension_of(path));
  if (!out_format.empty() && out_dir.empty()) throw usage_error("--out-format needs --out-dir");
  if (out_format.empty()) out_format = "csv";
  check_kind(out_format);
  std::vector<std::vector<std::string>> documents(inputs.size(), out);
  if (out_dir.empty()) return documents;
  std::map<std::string, std::string> writer;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    documents[k].push_back((std::filesystem::path(out_dir) / (stem_of(inputs[k]) + "." + out_format)).string());
    const auto [other, fresh] = writer.emplace(documents[k].back(), inputs[k]);
    if (!fresh) throw usage_error(other->second + " and " + inputs[k] + " would both be written to " + other->first);
  }
  return documents;
}

void guarded(const std::string& input, std::vector<std::string>& messages, outcome& worst,
             const std::function<void()>& f) {
  try {
    f();
  } catch (const sched::error& e) {
    messages.push_back("sched: " + (e.file().empty() ? input + ": " : std::string()) + e.what());
    worsen(worst, outcome::malformed);
  } catch (const std::system_error& e) {
    messages.push_back(std::string("sched: ") + e.what());
    worsen(worst, outcome::io_failed);
  } catch (const std::exception& e) {  // out of memory, say
    messages.push_back("sched: " + input + ": " + e.what());
    worsen(worst, outcome::unsolved);
  }
}

std::string shortest(double value) {
  if (std::isnan(value)) return "nan";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

namespace {
std::string text_of(const cell& c) {
  if (const auto* text = std::get_if<std::string>(&c)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&c)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&c)) return shortest(*real);
  return {};
}
}  // namespace

table::table(std::vector<std::string> columns, const std::string& format)
    : columns_(std::move(columns)), format_(format) {
  if (format_.empty()) format_ = isatty(STDOUT_FILENO) != 0 ? "table" : "csv";
  if (format_ == "csv") {
    std::string line;
    for (const std::string& c : columns_) {
      if (!line.empty()) line += ',';
      sched::io::append_csv(line, c);
    }
    std::cout << line << '\n';
  }
}

void table::row(std::vector<cell> cells) {
  if (format_ != "csv") {
    rows_.push_back(std::move(cells));
    return;
  }
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) line += ',';
    sched::io::append_csv(line, text_of(cells[i]));
  }
  std::cout << line << std::endl;
}

void table::finish() {
  if (format_ == "json") {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const auto& row : rows_) {
      nlohmann::ordered_json one;
      for (std::size_t i = 0; i < row.size(); ++i)
        std::visit(
            [&](const auto& value) {
              if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) one[columns_[i]] = nullptr;
              else one[columns_[i]] = value;
            },
            row[i]);
      all.push_back(std::move(one));
    }
    std::cout << all.dump(2) << '\n';
  } else if (format_ == "table") {
    std::vector<std::size_t> width(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) width[i] = columns_[i].size();
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], text_of(row[i]).size());
    const auto line = [&](auto get, auto right) {
      std::string text;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string value = get(i);
        const std::string pad(width[i] - value.size(), ' ');
        text += (i != 0 ? "  " : "") + (right(i) ? pad + value : value + pad);
      }
      text.erase(text.find_last_not_of(' ') + 1);
      std::cout << text << '\n';
    };
    const auto numeric = [&](std::size_t i) {
      return std::ranges::all_of(rows_, [&](const auto& row) { return !std::holds_alternative<std::string>(row[i]); });
    };
    line([&](std::size_t i) { return columns_[i]; }, numeric);
    for (const auto& row : rows_) line([&](std::size_t i) { return text_of(row[i]); }, numeric);
  }
  rows_.clear();
  std::cout.flush();
}

std::string stem_of(const std::string& path) {
  std::filesystem::path p = std::filesystem::path(path).filename();
  if (extension_of(path) == "gz") p = p.stem();
  return p.stem().string();
}

std::string extension_of(const std::string& path) {
  std::string e = std::filesystem::path(path).extension().string();
  if (!e.empty()) e.erase(0, 1);
  std::ranges::transform(e, e.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return e;
}

progress_line::progress_line(std::size_t total, std::optional<bool> wanted)
    : parts_(total, 0.0), drawn_(wanted.value_or(isatty(STDERR_FILENO) != 0)) {}
progress_line::~progress_line() { erase(); }

void progress_line::aside(const std::function<void()>& print) {
  const std::lock_guard lock(mutex_);
  erase();
  print();
}

void progress_line::step(std::size_t k, const sched::progress& p) {
  const std::lock_guard lock(mutex_);
  if (p.total != 0) parts_[k] = static_cast<double>(p.done) / static_cast<double>(p.total);
  if (!std::isnan(p.best)) best_ = shortest(p.best);
  if (clock::now() - last_ >= std::chrono::milliseconds(50)) draw();
}

void progress_line::finish(std::size_t k, const std::string& best) {
  const std::lock_guard lock(mutex_);
  ++done_;
  parts_[k] = 1;
  best_ = best;
  draw();
}

void progress_line::draw() {
  if (!drawn_) return;
  last_ = clock::now();
  const double seconds = std::chrono::duration<double>(last_ - begin_).count();
  const double share = std::accumulate(parts_.begin(), parts_.end(), 0.0);
  const double rate = seconds > 0 ? share / seconds : 0;
  const double left = rate > 0 ? (static_cast<double>(parts_.size()) - share) / rate : 0;
  std::fprintf(stderr, "\r\033[K%zu/%zu  best %s  %.3g/s  %.0f s left", done_, parts_.size(), best_.c_str(), rate,
               left);
  std::fflush(stderr);
}

void progress_line::erase() {
  if (drawn_ && last_ != clock::time_point{}) std::fputs("\r\033[K", stderr);
}

void in_order(std::size_t n, unsigned threads, const std::function<void(std::size_t)>& job,
              const std::function<void(std::size_t)>& then) {
  if (threads <= 1) {
    for (std::size_t k = 0; k < n; ++k) {
      job(k);
      then(k);
    }
    return;
  }
  std::vector<char> ready(n, 0);
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> pool;
  for (unsigned t = 0; t < threads; ++t)
    pool.emplace_back([&] {
      for (std::size_t k = next++; k < n; k = next++) {
        job(k);
        {
          const std::lock_guard lock(mutex);
          ready[k] = 1;
        }
        wake.notify_one();
      }
    });
  for (std::size_t k = 0; k < n; ++k) {
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [&] { return ready[k] != 0; });
    }
    then(k);
  }
}

void save_document(const std::string& path, const std::string& text) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  sched::io::write_file_atomically(path, text);
}

outcome write_document(const std::string& path, const std::string& text) {
  try {
    save_document(path, text);
    return outcome::done;
  } catch (const std::system_error& e) {
    std::cerr << "sched: " << e.what() << '\n';
    return outcome::io_failed;
  }
}

}  // namespace program
