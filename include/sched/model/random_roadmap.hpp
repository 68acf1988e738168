// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RANDOM_ROADMAP_HPP
#define SCHED_MODEL_RANDOM_ROADMAP_HPP

/// \file
/// Random roadmaps: people with holidays, groups, lags, due dates; bit for bit those of the published test cases.

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/core/error.hpp>
#include <sched/core/mersenne_twister.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {

/// Parameters of `random_roadmap`.
struct random_roadmap_options {
  std::size_t tasks = 60;   ///< at most 10,000,000
  std::uint64_t seed = 1;   ///< any number
  bool fractional = false;  ///< durations in tenths of a day; otherwise whole days
};

/// The sizes and seeds of the published random cases: R_k has 8 + (7k mod 40) tasks and seed 1000 + k, the fractional
/// F_k 8 + (11k mod 33) tasks and seed 2000 + k.
[[nodiscard]] inline random_roadmap_options random_roadmap_case(std::size_t k, bool fractional = false) {
  return fractional ? random_roadmap_options{8 + (11 * k) % 33, 2000 + k, true}
                    : random_roadmap_options{8 + (7 * k) % 40, 1000 + k, false};
}

namespace detail {

/// The draws, in the order that defines the instances.
class roadmap_draw {
public:
  explicit roadmap_draw(const random_roadmap_options& o)
      : options_(o), random_(o.seed), people_(std::max<std::uint32_t>(4, static_cast<std::uint32_t>(o.tasks / 20))) {}

  roadmap run() {
    const auto n = static_cast<std::int64_t>(options_.tasks);
    horizon_ = 8 * n / people_ + 30;
    map_.now = first_day();
    roadmap_resources& who = map_.people.emplace();
    for (std::uint32_t r = 0; r < people_; ++r) {
      who.resources.push_back({.name = numbered('r', r, 3)});
      for (int k = 0; k < 2; ++k) {
        const std::int64_t first = range(0, horizon_);
        const std::int64_t length = range(1, 15);
        who.resources.back().closed.push_back({map_.now + first, map_.now + first + length});
      }
    }
    for (std::uint32_t g = 0; g < 4; ++g) {
      std::vector<std::string> members;
      for (std::uint32_t r = g; r < people_ && members.size() < 6; r += people_ / 4) members.push_back(name(r));
      who.groups.emplace_back(numbered('g', g, 1), std::move(members));
    }
    map_.closed.push_back({map_.now + 40, map_.now + 44});
    map_.tasks.reserve(options_.tasks);
    for (std::int64_t i = 0; i < n; ++i) map_.tasks.push_back(task(i));
    return std::move(map_);
  }

private:
  static day_number first_day() { return calendar::days_from_civil({2025, 1, 1}); }
  static std::string numbered(char letter, std::uint64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return letter + text;
  }
  [[nodiscard]] const std::string& name(std::size_t r) const {
    assert(map_.people.has_value());
    return map_.people->resources[r].name;
  }

  // Primitives.
  std::uint32_t bits(int k) { return random_() >> (32 - k); }
  std::uint32_t below(std::uint32_t m) {
    const int width = static_cast<int>(std::bit_width(m));
    std::uint32_t x = bits(width);
    while (x >= m) x = bits(width);
    return x;
  }
  std::int64_t range(std::int64_t a, std::int64_t b) { return a + below(static_cast<std::uint32_t>(b - a)); }
  double unit() {
    const std::uint32_t high = random_() >> 5;
    const std::uint32_t low = random_() >> 6;
    return (static_cast<double>(high) * 0x1p26 + static_cast<double>(low)) * 0x1p-53;
  }
  const std::string& person() { return name(below(people_)); }

  /// To one decimal, of the exact value: `std::round(10 x)` would round the product first.
  static double tenths(double x) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::fixed, 1).ptr;
    std::int64_t digits = 0;
    for (const char* c = text.data(); c != end; ++c)
      if (*c != '.') digits = digits * 10 + (*c - '0');
    return static_cast<double>(digits) / 10.0;
  }

  roadmap_task task(std::int64_t i) {
    roadmap_task t{.id = numbered('t', static_cast<std::uint64_t>(i), 5)};
    t.duration = options_.fractional ? tenths(0.5 + 13.5 * unit()) : static_cast<double>(range(1, 15));
    if (unit() < 0.05) t.duration = 0;
    if (i > 0) depend(t, i);
    const double kind = unit();
    if (kind < 0.3) {
      const std::string& a = person();
      const std::string& b = person();
      const std::string& c = person();
      const std::array<std::string, 7> specs{"*", "g0", "g1", "g2", "g3", a + '|' + b, "*|!" + c};
      t.spec = specs[below(7)];
    } else if (kind < 0.4) {
      two(t);
    } else {
      t.resources.push_back(person());
    }
    if (t.dependencies.empty() && unit() < 0.02) t.start_on = map_.now + range(0, horizon_);
    if (unit() < 0.1) t.start_after = map_.now + range(0, horizon_);
    if (unit() < 0.3) t.end_before = map_.now + range(20, horizon_ + 60);
    constexpr std::array<std::int64_t, 8> priorities{10, 30, 50, 50, 50, 70, 90, 100};
    t.priority = priorities[below(8)];
    return t;
  }

  /// Up to three earlier tasks. Lags are drawn in the order of a small open-addressed table.
  void depend(roadmap_task& t, std::int64_t i) {
    std::array<std::int64_t, 8> slots{};
    slots.fill(-1);
    for (std::int64_t left = range(0, 4); left > 0; --left) {
      const std::int64_t j = range(std::max<std::int64_t>(0, i - 40), i);
      std::int64_t q = j;
      std::int64_t slot = j % 8;
      while (slots[static_cast<std::size_t>(slot)] != -1 && slots[static_cast<std::size_t>(slot)] != j) {
        q >>= 5;
        slot = (5 * slot + 1 + q) % 8;
      }
      slots[static_cast<std::size_t>(slot)] = j;
    }
    std::vector<std::pair<std::int64_t, std::int64_t>> lags;
    for (const std::int64_t j : slots)
      if (j >= 0) lags.emplace_back(j, unit() < 0.2 ? range(1, 8) : 0);
    std::ranges::sort(lags);
    for (const auto& [j, lag] : lags)
      t.dependencies.push_back({map_.tasks[static_cast<std::size_t>(j)].id, static_cast<double>(lag)});
  }

  void two(roadmap_task& t) {
    std::array<std::uint32_t, 2> chosen{};
    if (people_ <= 21) {
      std::vector<std::uint32_t> pool(people_);
      for (std::uint32_t r = 0; r < people_; ++r) pool[r] = r;
      for (std::uint32_t m = 0; m < 2; ++m) {
        const std::uint32_t j = below(people_ - m);
        chosen[m] = pool[j];
        pool[j] = pool[people_ - m - 1];
      }
    } else {
      chosen[0] = below(people_);
      do chosen[1] = below(people_);
      while (chosen[1] == chosen[0]);
    }
    t.resources = {name(chosen[0]), name(chosen[1])};
  }

  random_roadmap_options options_;
  mersenne_twister random_;
  std::uint32_t people_;
  std::int64_t horizon_ = 0;
  roadmap map_;
};

}  // namespace detail

/// A random roadmap from 2025-01-01 on: max(4, n / 20) people `r000` … with two holidays each, a company holiday, four
/// groups, tasks of 1 … 14 days (5 % milestones) of which 30 % may be done by several people and 10 % need two, up to
/// three dependencies among the 40 tasks before, a few fixed starts, release and due dates, eight priorities. Same
/// parameters, same roadmap, on every platform (MT19937, exact rounding). `name` stays empty. Throws `sched::error`
/// for more than 10,000,000 tasks. O(n), allocates the roadmap. Reference: the published cases of the Mouc scheduler,
/// reproduced exactly.
[[nodiscard]] inline roadmap random_roadmap(const random_roadmap_options& options) {
  if (options.tasks > 10'000'000) throw error("a random roadmap has at most 10,000,000 tasks");
  return detail::roadmap_draw(options).run();
}

}  // namespace v0
}  // namespace sched

#endif
