// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_NODE_LIST_HPP
#define SCHED_IO_NODE_LIST_HPP

/// \file
/// Lists of node names in the bracket form: `n[001-004,007],login`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// Appends what a text with brackets stands for; every bracket multiplies. False when `limit` is passed.
inline bool expand_name(std::string_view text, std::vector<std::string>& out, std::size_t limit) {
  std::vector<std::string> names{std::string()};
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('['), text.size());
    if (text.substr(0, open).find(']') != std::string_view::npos) throw error("a ']' without '['");
    for (std::string& n : names) n += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) throw error("a '[' without ']'");
    std::string_view inside = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    std::vector<std::string> numbers;
    do {
      const bool more = inside.find(',') != std::string_view::npos;
      const std::string_view range = cut(inside, ',');
      std::string_view last = range;
      const std::string_view first = cut(last, '-');
      const auto from = digits(first), to = range.size() == first.size() ? from : digits(last);
      if (!from || !to || *to < *from) throw error("not a range of numbers: " + in_quotes(range));
      for (std::int64_t k = *from; k <= *to; ++k) {
        if (numbers.size() == limit) return false;
        append_padded(numbers.emplace_back(), k, first.size());
      }
      if (!more) break;
    } while (true);
    if (numbers.size() > limit / names.size()) return false;
    std::vector<std::string> longer;
    longer.reserve(names.size() * numbers.size());
    for (const std::string& n : names)
      for (const std::string& k : numbers) longer.push_back(n + k);
    names = std::move(longer);
  }
  if (names.size() > limit - std::min(limit, out.size())) return false;
  std::ranges::move(names, std::back_inserter(out));
  return true;
}

}  // namespace detail

/// The names that a list stands for, in its order: parts between commas, `[…]` with numbers and ranges, whose digits
/// keep the width of the first (`[08-11]`); several brackets in one name combine. Throws `sched::error` for brackets
/// that do not match, empty names, ranges that run backwards, and lists of more than `limit` names. O(size of the
/// result).
[[nodiscard]] inline std::vector<std::string> expand_node_list(std::string_view list, std::size_t limit = 1'000'000) {
  std::vector<std::string> out;
  if (list.empty()) return out;
  for (std::size_t from = 0; from <= list.size();) {
    std::size_t to = from;
    for (bool inside = false; to < list.size() && (inside || list[to] != ','); ++to)
      inside = list[to] == '[' || (inside && list[to] != ']');
    const std::string_view name = list.substr(from, to - from);
    if (name.empty()) throw error("a node without a name in " + in_quotes(list));
    if (!detail::expand_name(name, out, limit))
      throw error(in_quotes(list) + " names more than " + std::to_string(limit) + " nodes");
    from = to + 1;
  }
  return out;
}

/// The bracket form of a set of names, sorted by what stands before their last digits and then by number: names that
/// differ only in the number at their end, written with the same width, share a bracket. Repeats count once. Throws
/// `sched::error` for empty names and names with brackets or commas. O(n log n).
[[nodiscard]] inline std::string compress_node_list(std::span<const std::string> names) {
  struct piece {
    std::string_view prefix;
    std::size_t width;
    std::int64_t number;
    bool operator==(const piece&) const = default;
  };
  std::vector<piece> all, padded;
  all.reserve(names.size());
  for (const std::string_view n : names) {
    if (n.empty() || n.find_first_of("[],") != std::string_view::npos)
      throw error("the name " + in_quotes(n) + " cannot stand in a list of nodes");
    std::size_t digits = 0;
    while (digits < n.size() && digits < 17 && n[n.size() - 1 - digits] >= '0' && n[n.size() - 1 - digits] <= '9')
      ++digits;
    const std::string_view end = n.substr(n.size() - digits);
    all.push_back({n.substr(0, n.size() - digits), digits, digits == 0 ? -1 : *detail::digits(end)});
    if (digits > 1 && end.front() == '0') padded.push_back(all.back());
  }
  // Numbers without leading zeros may stand beside padded ones that are not wider.
  const auto widths = [](const piece& p) { return std::tie(p.prefix, p.width); };
  std::ranges::sort(padded, {}, widths);
  for (piece& p : all) {
    const auto after = std::ranges::upper_bound(padded, std::tie(p.prefix, p.width), {}, widths);
    const bool fits = after != padded.begin() && std::prev(after)->prefix == p.prefix;
    if (p.width > 1) p.width = fits ? std::prev(after)->width : 1;
  }
  std::ranges::sort(all, [](const piece& a, const piece& b) {
    return std::tie(a.prefix, a.width, a.number) < std::tie(b.prefix, b.width, b.number);
  });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::string out;
  for (std::size_t k = 0; k < all.size();) {
    std::size_t end = k + 1;
    while (end < all.size() && all[end].prefix == all[k].prefix && all[end].width == all[k].width) ++end;
    if (!out.empty()) out += ',';
    out += all[k].prefix;
    if (all[k].width == 0) {
      k = end;
      continue;
    }
    if (end - k > 1) out += '[';
    for (std::size_t i = k; i < end;) {
      std::size_t last = i;
      while (last + 1 < end && all[last + 1].number == all[last].number + 1) ++last;
      if (i != k) out += ',';
      detail::append_padded(out, all[i].number, all[i].width);
      if (last != i) detail::append_padded(out += '-', all[last].number, all[last].width);
      i = last + 1;
    }
    if (end - k > 1) out += ']';
    k = end;
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
