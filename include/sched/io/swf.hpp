// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SWF_HPP
#define SCHED_IO_SWF_HPP

/// \file
/// Reader for workload traces in the Standard Workload Format (`.swf`).

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// One job of a trace: the 18 fields in their order, −1 where unknown. Times in seconds, memory in KB per processor.
struct swf_record {
  std::int64_t job = -1;                   ///< 1: number
  std::int64_t submit = -1;                ///< 2
  std::int64_t wait = -1;                  ///< 3
  std::int64_t runtime = -1;               ///< 4
  std::int64_t processors = -1;            ///< 5: allocated
  double cpu_time = -1;                    ///< 6: mean per processor; the one field with decimals
  std::int64_t memory = -1;                ///< 7: used
  std::int64_t requested_processors = -1;  ///< 8
  std::int64_t requested_time = -1;        ///< 9: the user's estimate
  std::int64_t requested_memory = -1;      ///< 10
  std::int64_t status = -1;                ///< 11: 0 failed, 1 done, 2 to 4 parts of a checkpointed job, 5 cancelled
  std::int64_t user = -1;                  ///< 12
  std::int64_t group = -1;                 ///< 13
  std::int64_t executable = -1;            ///< 14
  std::int64_t queue = -1;                 ///< 15
  std::int64_t partition = -1;             ///< 16
  std::int64_t preceding_job = -1;         ///< 17
  std::int64_t think_time = -1;            ///< 18: between the end of the preceding job and the submission
  std::uint8_t cpu_decimals = 0;           ///< digits that `cpu_time` was written with
  std::string extra{};                     ///< further columns as they stand, without blanks at the ends
  bool operator==(const swf_record&) const = default;
};

/// What people call the fields, from field 1.
inline constexpr std::array<std::string_view, 18> swf_fields{
    "job number", "submit time",          "wait time",      "run time",         "processors",    "CPU time",
    "memory",     "requested processors", "requested time", "requested memory", "status",        "user",
    "group",      "executable",           "queue",          "partition",        "preceding job", "think time"};

/// A comment that is no `Key: value`, with what follows the semicolon as it stands.
struct swf_comment {
  std::string text{};
  std::size_t after = 0;  ///< how many header entries stand before it
  bool operator==(const swf_comment&) const = default;
};

/// A line that was left out because an option said so.
struct swf_skipped {
  std::size_t line = 0;
  std::string reason{};
  bool operator==(const swf_skipped&) const = default;
};

/// A trace.
struct swf_log {
  std::vector<std::pair<std::string, std::string>> header{};  ///< in order, with repeats
  std::vector<swf_comment> comments{};
  std::vector<swf_record> records{};  ///< ascending in submit time
  std::vector<std::string> warnings{};
  std::vector<swf_skipped> skipped{};

  [[nodiscard]] bool empty() const noexcept { return records.empty(); }
  /// The value of the first header entry with this key; nothing if there is none. O(header).
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const {
    const auto at = std::ranges::find(header, key, &std::pair<std::string, std::string>::first);
    if (at == header.end()) return std::nullopt;
    return at->second;
  }
};

enum class swf_bad_lines : std::uint8_t { stop, skip };
enum class swf_decimals : std::uint8_t { refuse, floor };
enum class swf_duplicates : std::uint8_t { refuse, keep_first };
enum class swf_unsorted : std::uint8_t { sort, refuse };
enum class swf_preceding : std::uint8_t { ignore, refuse };
enum class swf_oversized : std::uint8_t { refuse, clip, drop, keep };

struct swf_options {
  swf_bad_lines bad_lines = swf_bad_lines::stop;       ///< too few fields, no number, out of range
  swf_decimals decimals = swf_decimals::refuse;        ///< a fraction that is not 0, outside field 6
  swf_duplicates duplicates = swf_duplicates::refuse;  ///< a job number for the second time
  swf_unsorted unsorted = swf_unsorted::sort;          ///< submit times that go back (sorting is stable)
  swf_preceding preceding = swf_preceding::ignore;     ///< field 17 names no earlier job (ignored: a warning)
  swf_oversized oversized = swf_oversized::refuse;     ///< field 5 above the machine; `clip` also clips field 8
  bool shift_to_zero = false;                          ///< subtract the first submit time from all
  amount processors = 0;                               ///< size of the machine; 0: the header's, if it says so
};

namespace detail {

/// A header value that starts with a positive whole number.
[[nodiscard]] inline std::optional<amount> leading_amount(std::string_view text) {
  amount value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto used = static_cast<std::size_t>(end - text.data());
  if (code != std::errc() || value <= 0 || (used < text.size() && !is_blank(text[used]))) return std::nullopt;
  return value;
}

}  // namespace detail

/// The processors of the machine: `MaxProcs`, else `MaxNodes`, else nothing. Values that do not start with a positive
/// number say nothing. O(header).
[[nodiscard]] inline std::optional<amount> machine_size(const swf_log& log) {
  for (const std::string_view key : {"MaxProcs", "MaxNodes"})
    if (const auto value = log.find(key))
      if (const auto size = detail::leading_amount(*value)) return size;
  return std::nullopt;
}

namespace detail {

class swf_reader {
public:
  swf_reader(std::string_view text, const std::string& file, const swf_options& o) : in_(text, file), o_(o) {}

  swf_log read() {
    while (in_.next_line()) {
      if (in_.rest().front() == ';') comment(in_.rest().substr(1));
      else record();
    }
    for (const std::string_view key : {"MaxProcs", "MaxNodes"})
      if (const auto value = log_.find(key); value && !leading_amount(*value))
        log_.warnings.push_back("header entry " + std::string(key) + " is not used: it holds " + in_quotes(*value));
    refuse_duplicates();
    sort();
    check_preceding();
    check_sizes();
    if (o_.shift_to_zero) shift();
    return std::move(log_);
  }

private:
  static constexpr std::int64_t least_ = ticks::min().count();
  static constexpr std::int64_t most_ = ticks::max().count();

  /// `Key: value` if the text before the colon is one word and the colon does not belong to an address.
  void comment(std::string_view text) {
    const std::string_view inner = trim(text);
    const auto colon = inner.find(':');
    const std::string_view key = inner.substr(0, colon);
    const bool word =
        colon != std::string_view::npos && !key.empty() && std::ranges::all_of(key, [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        });
    if (word && !inner.substr(colon + 1).starts_with("//")) {
      log_.header.emplace_back(std::string(key), std::string(trim(inner.substr(colon + 1))));
      return;
    }
    log_.comments.push_back({std::string(text), log_.header.size()});
  }

  void record() {
    in_.no_context();
    try {
      log_.records.push_back(fields());
      lines_.push_back(in_.line());
    } catch (const error& e) {
      if (o_.bad_lines == swf_bad_lines::stop) throw;
      log_.skipped.push_back({e.line(), e.reason()});
    }
  }

  static std::string label(std::size_t field) {
    return std::string(swf_fields[field - 1]) + " (field " + std::to_string(field) + ")";
  }

  swf_record fields() {
    swf_record r;
    r.job = whole(1);
    in_.context("job", r.job);
    r.submit = whole(2);
    r.wait = whole(3);
    r.runtime = whole(4);
    r.processors = whole(5);
    real(6, r);
    r.memory = whole(7);
    r.requested_processors = whole(8);
    r.requested_time = whole(9);
    r.requested_memory = whole(10);
    r.status = whole(11);
    r.user = whole(12);
    r.group = whole(13);
    r.executable = whole(14);
    r.queue = whole(15);
    r.partition = whole(16);
    r.preceding_job = whole(17);
    r.think_time = whole(18);
    r.extra = std::string(in_.rest());
    return r;
  }

  /// A whole number, also with decimals where the options (or zeros behind the point) allow that.
  std::int64_t whole(std::size_t field) {
    const std::string_view token = in_.token();
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (code == std::errc() && end == token.data() + token.size() && value >= least_ && value <= most_) return value;
    const auto point = token.find('.');
    if (point == std::string_view::npos || point == 0 ||
        token.find_first_not_of("0123456789", point + 1) != std::string_view::npos)
      return in_.parse(token, label(field), least_, most_);  // complains
    const std::string_view fraction = token.substr(point + 1);
    const bool zero = fraction.find_first_not_of('0') == std::string_view::npos;
    if (!zero && o_.decimals == swf_decimals::refuse)
      in_.fail(label(field) + " is not a whole number: " + in_quotes(token));
    value = in_.parse(token.substr(0, point), label(field), least_, most_);
    return !zero && token.front() == '-' ? std::max(value - 1, least_) : value;
  }

  void real(std::size_t field, swf_record& r) {
    const std::string_view token = in_.token();
    if (token.empty()) in_.fail(label(field) + " is missing");
    const auto [end, code] =
        std::from_chars(token.data(), token.data() + token.size(), r.cpu_time, std::chars_format::fixed);
    if (code == std::errc::invalid_argument || end != token.data() + token.size() ||
        (code == std::errc() && !std::isfinite(r.cpu_time)))
      in_.fail(label(field) + " is not a number: " + in_quotes(token));
    if (code != std::errc()) in_.fail(label(field) + " is out of range: " + in_quotes(token));
    if (const auto point = token.find('.'); point != std::string_view::npos)
      r.cpu_decimals = static_cast<std::uint8_t>(std::min<std::size_t>(token.size() - point - 1, 20));
  }

  [[noreturn]] void fail(std::size_t record, std::string reason, std::vector<std::string> ids = {}) const {
    throw error(in_.file(), lines_[record], std::move(reason), std::move(ids));
  }

  /// Keeps the records (and their lines) for which `keep` holds.
  template <class Keep>
  void filter(Keep keep) {
    std::size_t to = 0;
    for (std::size_t i = 0; i < log_.records.size(); ++i) {
      if (!keep(i)) continue;
      if (to != i) log_.records[to] = std::move(log_.records[i]);
      lines_[to++] = lines_[i];
    }
    log_.records.resize(to);
    lines_.resize(to);
  }

  /// Positions of the records by job number, then place; empty when the numbers ascend anyway.
  [[nodiscard]] std::vector<std::size_t> by_number() const {
    std::vector<std::size_t> order(log_.records.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return log_.records[i].job; });
    return order;
  }

  void refuse_duplicates() {
    const auto ascending = [](const swf_record& a, const swf_record& b) { return a.job >= b.job; };
    if (std::ranges::adjacent_find(log_.records, ascending) == log_.records.end()) return;
    const std::vector<std::size_t> order = by_number();
    std::vector<std::size_t> again(log_.records.size(), 0);  // line of the first one, from 1
    std::size_t first = 0, worst = log_.records.size();
    for (std::size_t k = 1; k < order.size(); ++k) {
      if (log_.records[order[k]].job != log_.records[order[first]].job) {
        first = k;
        continue;
      }
      again[order[k]] = lines_[order[first]];
      worst = std::min(worst, order[k]);
    }
    if (worst == log_.records.size()) return;
    const auto reason = [&](std::size_t i) {
      return "job " + std::to_string(log_.records[i].job) + ": its number stands on line " + std::to_string(again[i]) +
             " already";
    };
    if (o_.duplicates == swf_duplicates::refuse) fail(worst, reason(worst), {std::to_string(log_.records[worst].job)});
    filter([&](std::size_t i) {
      if (again[i] != 0) log_.skipped.push_back({lines_[i], reason(i)});
      return again[i] == 0;
    });
  }

  void sort() {
    std::size_t back = 0;
    for (std::size_t i = 1; i < log_.records.size(); ++i) {
      if (log_.records[i].submit >= log_.records[i - 1].submit) continue;
      if (o_.unsorted == swf_unsorted::refuse)
        fail(i,
             "job " + std::to_string(log_.records[i].job) + ": submit time " + std::to_string(log_.records[i].submit) +
                 " is before " + std::to_string(log_.records[i - 1].submit) + " of the line before",
             {std::to_string(log_.records[i].job)});
      ++back;
    }
    if (back == 0) return;
    log_.warnings.push_back("submit times go back " + std::to_string(back) + " times: sorted");
    std::vector<std::size_t> order(log_.records.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return log_.records[i].submit; });
    std::vector<swf_record> records;
    std::vector<std::size_t> lines;
    records.reserve(order.size());
    lines.reserve(order.size());
    for (const std::size_t i : order) {
      records.push_back(std::move(log_.records[i]));
      lines.push_back(lines_[i]);
    }
    log_.records = std::move(records);
    lines_ = std::move(lines);
  }

  void check_preceding() {
    const auto names_one = [](const swf_record& r) { return r.preceding_job > 0; };
    if (std::ranges::none_of(log_.records, names_one)) return;
    const std::vector<std::size_t> order = by_number();
    std::size_t ignored = 0;
    for (std::size_t i = 0; i < log_.records.size(); ++i) {
      swf_record& r = log_.records[i];
      if (!names_one(r)) continue;
      const auto at =
          std::ranges::lower_bound(order, r.preceding_job, {}, [&](std::size_t k) { return log_.records[k].job; });
      if (at != order.end() && log_.records[*at].job == r.preceding_job && *at < i) continue;
      if (o_.preceding == swf_preceding::refuse)
        fail(i,
             "job " + std::to_string(r.job) + ": preceding job (field 17) " + std::to_string(r.preceding_job) +
                 " is no earlier job",
             {std::to_string(r.job)});
      ++ignored;
    }
    if (ignored != 0)
      log_.warnings.push_back(std::to_string(ignored) + " jobs name a preceding job that is no earlier job: ignored");
  }

  void check_sizes() {
    const std::optional<amount> size = o_.processors > 0 ? std::optional(o_.processors) : machine_size(log_);
    if (!size || o_.oversized == swf_oversized::keep) return;
    const auto too_large = [&](const swf_record& r) { return r.processors > *size; };
    const auto limit = " processors of the machine with " + std::to_string(*size);
    switch (o_.oversized) {
      case swf_oversized::refuse: {
        const auto at = std::ranges::find_if(log_.records, too_large);
        if (at == log_.records.end()) return;
        std::vector<std::string> ids;
        std::string list;
        for (const swf_record& r : log_.records) {
          if (!too_large(r)) continue;
          ids.push_back(std::to_string(r.job));
          if (ids.size() <= 10) list += (list.empty() ? "" : ", ") + ids.back();
        }
        if (ids.size() > 10) list += " and " + std::to_string(ids.size() - 10) + " more";
        fail(static_cast<std::size_t>(at - log_.records.begin()),
             "processors (field 5) above the " + std::to_string(*size) + " of the machine: job " + list,
             std::move(ids));
      }
      case swf_oversized::clip: {
        std::size_t clipped = 0;
        for (swf_record& r : log_.records) {
          if (!too_large(r) && r.requested_processors <= *size) continue;
          r.processors = std::min(r.processors, *size);
          r.requested_processors = std::min(r.requested_processors, *size);
          ++clipped;
        }
        if (clipped != 0)
          log_.warnings.push_back(std::to_string(clipped) + " jobs clipped to the " + std::to_string(*size) +
                                  " processors of the machine");
        return;
      }
      case swf_oversized::drop:
        filter([&](std::size_t i) {
          const swf_record& r = log_.records[i];
          if (!too_large(r)) return true;
          log_.skipped.push_back(
              {lines_[i], "job " + std::to_string(r.job) + ": takes " + std::to_string(r.processors) + limit});
          return false;
        });
        return;
      case swf_oversized::keep: return;
    }
  }

  void shift() {
    if (log_.records.empty()) return;
    const std::int64_t origin = log_.records.front().submit;
    for (std::size_t i = 0; i < log_.records.size(); ++i) {
      const ticks shifted = ticks(log_.records[i].submit) - origin;
      if (!shifted.is_finite()) fail(i, "submit time (field 2) leaves the range of numbers when shifted to 0");
      log_.records[i].submit = shifted.count();
    }
  }

  text_reader in_;
  const swf_options& o_;
  swf_log log_;
  std::vector<std::size_t> lines_;  // of each record
};

}  // namespace detail

/// Reads a trace in the Standard Workload Format.
///
/// * Lines end in LF or CR LF, the last one may lack it; blank lines and blanks or tabs around fields mean nothing.
/// * A line that starts with `;` is header: `Key: value` with a one-word key, or other comment text. It may stand
///   anywhere.
/// * A record has at least 18 fields; what follows them is kept as `extra`. Zeros behind a decimal point are accepted
///   in whole fields, other decimals only in field 6. Numbers outside ±(2^63 − 2) are refused.
/// * Records are sorted by submit time (stable). A log without records is a valid one: `swf_log::empty()`.
///
/// Errors: `sched::error` with file, line, job, field and reason, unless an option allows what is wrong; then the
/// result's `skipped` lists every line left out, and `warnings` counts what was changed or ignored. O(length of the
/// text + n log n), allocates the result.
/// Reference: Chapin et al., "Benchmarks and standards for the evaluation of parallel job schedulers" (JSSPP 1999),
/// version 2.2 of the format.
[[nodiscard]] inline swf_log read_swf(std::string_view text, const std::string& file = {}, const swf_options& o = {}) {
  return detail::swf_reader(text, file, o).read();
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
