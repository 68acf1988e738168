// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_PROGRAM_HPP
#define SCHED_EXAMPLES_SCHED_PROGRAM_HPP

/// \file
/// What the commands of the program share: options, exit status, tables, documents, progress.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>

#include <sched/core/progress.hpp>

namespace program {

/// Exit status; the worst of all inputs is returned.
enum class outcome : int { done = 0, unsolved = 1, malformed = 2, io_failed = 3 };
inline void worsen(outcome& total, outcome one) {
  if (static_cast<int>(one) > static_cast<int>(total)) total = one;
}

/// Thrown for a usage that only shows after parsing; ends the program with status 2.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Calls f; what it throws becomes a message about an input and worsens the outcome, so that the other inputs go on.
void guarded(const std::string& input, std::vector<std::string>& messages, outcome& worst,
             const std::function<void()>& f);

/// Options that all commands take.
struct common_options {
  std::string format{};  ///< csv, json or table; empty: table on a terminal, else csv
  std::vector<std::string> out{};
  std::string out_dir{};
  std::string out_format{};
  std::uint64_t seed = 1;
  unsigned threads = 1;
  double time_limit = 0;  ///< seconds; 0: none
  bool validate = true;
  std::optional<bool> progress{};

  void add_format(CLI::App& command);
  void add_documents(CLI::App& command, const std::string& extensions);
  void add_run(CLI::App& command);
  /// The documents to write for each input, of these kinds only. Throws `usage_error` when options contradict each
  /// other or two inputs would share a file.
  [[nodiscard]] std::vector<std::vector<std::string>> documents_for(const std::vector<std::string>& inputs,
                                                                    std::initializer_list<std::string_view> kinds);
};

/// Accepts one of `names`; names in `later` are refused as not available yet. Every refusal lists what is available.
CLI::Validator one_of(std::vector<std::string> names, std::vector<std::string> later = {});

/// Refuses a sign: an unsigned option would wrap.
CLI::Validator whole_number();

/// A cell of a result row: empty, text, whole or real.
using cell = std::variant<std::monostate, std::string, std::int64_t, double>;

/// Prints rows as CSV, JSON or an aligned table; CSV rows appear as they come.
class table {
public:
  table(std::vector<std::string> columns, const std::string& format);
  void row(std::vector<cell> cells);
  /// Prints what was held back (JSON, tables).
  void finish();

private:
  std::vector<std::string> columns_;
  std::string format_;
  std::vector<std::vector<cell>> rows_;
};

/// Shortest text that reads back as the same number.
std::string shortest(double value);
/// FILE without folder and extensions (`.gz` and the one before it).
std::string stem_of(const std::string& path);
/// The kind of a document to write: the last extension in lower case, without dot.
std::string extension_of(const std::string& path);

/// Draws done/total, best, rate and time left on stderr.
class progress_line {
public:
  progress_line(std::size_t total, std::optional<bool> wanted);
  ~progress_line();
  /// Runs `print`, which may write to the terminal, with the line out of the way.
  void aside(const std::function<void()>& print);
  /// Input k is at this point; from any thread.
  void step(std::size_t k, const sched::progress& p);
  /// Input k is finished.
  void finish(std::size_t k, const std::string& best);

private:
  using clock = std::chrono::steady_clock;
  void draw();
  void erase();

  std::size_t done_ = 0;
  std::vector<double> parts_;  ///< of each input, what share is done
  bool drawn_;
  std::string best_ = "none";
  clock::time_point begin_ = clock::now(), last_{};
  std::mutex mutex_;
};

/// Runs job(0) … job(n − 1) on some threads and then(k) for each in order, on the calling thread.
void in_order(std::size_t n, unsigned threads, const std::function<void(std::size_t)>& job,
              const std::function<void(std::size_t)>& then);

/// Allocations made by this program so far (all threads).
std::uint64_t allocation_count();

/// Writes a document and the folders above it. Throws `std::system_error`.
void save_document(const std::string& path, const std::string& text);
/// The same, but system errors become a message on stderr and `outcome::io_failed`.
outcome write_document(const std::string& path, const std::string& text);

/// A command: registers itself, returns what runs it.
using runner = std::function<outcome()>;
runner add_project(CLI::App& app);
runner add_roadmap(CLI::App& app);
runner add_backfill(CLI::App& app);
runner add_place(CLI::App& app);
runner add_market(CLI::App& app);
runner add_generate(CLI::App& app);
runner add_bench(CLI::App& app);
runner add_list(CLI::App& app);
runner add_demo(CLI::App& app);

}  // namespace program

#endif
