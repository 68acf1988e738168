// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_TABLE_WALK_HPP
#define SCHED_TESTS_SUPPORT_TABLE_WALK_HPP

/// \file
/// The smallest problem with a base policy and choices: a walk down a table of numbers.

#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/core/trail.hpp>

namespace sched_test {

/// A walk over the rows of a table from top to bottom: at every row one of the columns next to the last one is taken,
/// straight down by the base policy. The cost of a walk is the sum of its cells.
class table_walk {
public:
  using choice = std::size_t;
  using checkpoint = sched::trail::checkpoint;

  explicit table_walk(const std::vector<std::vector<int>>& table) : table_(&table), cells_(table.size()) {}

  [[nodiscard]] bool done() const { return row_ == table_->size(); }
  void step() { take(column_); }
  void choices(std::vector<choice>& out) {
    if (!out.empty()) throw std::logic_error("not empty");  // no assertion: other threads come here
    out.push_back(column_);
    if (column_ > 0) out.push_back(column_ - 1);
    if (column_ + 1 < table_->front().size()) out.push_back(column_ + 1);
  }
  void take(choice c) {
    const int cell = (*table_)[row_][c];
    log_.set(cells_[row_], c);
    log_.set(column_, c);
    log_.set(row_, row_ + 1);
    log_.set(sum_, sum_ + cell);
  }
  [[nodiscard]] checkpoint mark() { return log_.mark(); }
  void rewind(checkpoint m) { log_.rewind(m); }
  [[nodiscard]] std::uint64_t bytes_logged() const { return log_.bytes_written(); }

  [[nodiscard]] std::size_t row() const { return row_; }
  [[nodiscard]] std::size_t column() const { return column_; }
  [[nodiscard]] int sum() const { return sum_; }
  [[nodiscard]] const std::vector<std::size_t>& cells() const { return cells_; }

private:
  const std::vector<std::vector<int>>* table_;
  std::vector<std::size_t> cells_;
  std::size_t row_ = 0, column_ = 0;
  int sum_ = 0;
  sched::trail log_;
};

/// Looks some rows ahead.
struct rows_ahead {
  using cost = int;
  std::size_t rows = std::numeric_limits<std::size_t>::max();
  std::size_t until = 0;

  bool begin(const table_walk& w, std::span<const std::size_t>) {
    until = rows > std::numeric_limits<std::size_t>::max() - w.row() ? rows : w.row() + rows;
    return true;
  }
  [[nodiscard]] bool finished(const table_walk& w) const { return w.row() >= until; }
  [[nodiscard]] int cost_of(const table_walk& w) const { return w.sum(); }
};

inline std::vector<std::vector<int>> random_table(sched::random_generator& rng, std::size_t rows, std::size_t columns) {
  std::vector<std::vector<int>> t(rows, std::vector<int>(columns));
  for (auto& row : t)
    for (int& cell : row) cell = static_cast<int>(rng.below(30));
  return t;
}

}  // namespace sched_test

#endif
