// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_MARKET_CSV_HPP
#define SCHED_IO_MARKET_CSV_HPP

/// \file
/// Order books as CSV: one step a line.

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/openb.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// The steps of one day, hour and zone, in the order of the file.
struct market_book {
  std::string name{};  ///< `day/hour/zone`, of the columns that the file has
  std::string day{}, hour{}, zone{};
  std::vector<curve_order> orders{};
};

/// Reads books with the columns `side,price,volume` and, if there, `day`, `hour`, `zone`; other columns are passed
/// over. `side` is S or sell, D or buy. Every combination of day, hour and zone is a book; books come in the order of
/// their first line. A file without these three has one book, named `book`. Blank lines do not count. Throws
/// `sched::error` with file, line and reason: missing columns, numbers that are none, a volume below zero. O(size of
/// the text).
[[nodiscard]] inline std::vector<market_book> read_market_csv(std::string_view text, const std::string& file = {}) {
  detail::csv_rows rows(text, file);
  const std::size_t side = rows.column("side"), price = rows.column("price"), volume = rows.column("volume");
  const std::size_t keys[3] = {rows.optional("day"), rows.optional("hour"), rows.optional("zone")};
  const auto number = [&](std::size_t column, const char* what) {
    const std::string& field = rows.text(column);
    double value = 0;
    const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (code != std::errc() || end != field.data() + field.size() || !sched::detail::finite_number(value))
      rows.at().fail(std::string(what) + " is not a number: " + in_quotes(field));
    return value;
  };
  std::vector<market_book> out;
  std::unordered_map<std::string, std::size_t> known;
  std::string name, last;
  std::size_t book = 0;
  while (rows.next()) {
    name.clear();
    for (const std::size_t k : keys) {
      if (k == rows.columns()) continue;
      if (!name.empty()) name += '/';
      name += rows.text(k);
    }
    if (name.empty()) name = "book";
    if (out.empty() || name != last) {
      const auto [it, fresh] = known.emplace(name, out.size());
      book = it->second;
      last = name;
      if (fresh) {
        market_book& b = out.emplace_back();
        b.name = name;
        if (keys[0] != rows.columns()) b.day = rows.text(keys[0]);
        if (keys[1] != rows.columns()) b.hour = rows.text(keys[1]);
        if (keys[2] != rows.columns()) b.zone = rows.text(keys[2]);
      }
    }
    curve_order o;
    const std::string& s = rows.text(side);
    if (s == "S" || s == "sell") o.side = market_side::sell;
    else if (s == "D" || s == "buy") o.side = market_side::buy;
    else rows.at().fail("the side is neither S nor D: " + in_quotes(s));
    o.price = number(price, "the price");
    o.volume = number(volume, "the volume");
    if (o.volume < 0) rows.at().fail("the volume is negative: " + in_quotes(rows.text(volume)));
    out[book].orders.push_back(o);
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
