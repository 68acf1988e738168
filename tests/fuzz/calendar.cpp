// SPDX-License-Identifier: BSL-1.0
// Any bytes as a calendar built from lists, patterns, exceptions and the algebra: every query equals brute force.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <sched/calendar.hpp>

#include "support/calendar_model.hpp"

namespace {

using namespace sched;
using namespace sched::calendar;
using predicate = std::function<bool(std::int64_t)>;

struct reader {
  const std::uint8_t* data;
  std::size_t size;
  [[nodiscard]] bool done() const { return size == 0; }
  std::int64_t next() {
    if (size == 0) return 0;
    --size;
    return *data++;
  }
  /// Short lists, small numbers: overlaps and touches are frequent.
  std::vector<interval> list(std::int64_t low, std::int64_t range) {
    std::vector<interval> out(static_cast<std::size_t>(next() % 6));
    for (interval& i : out) {
      const std::int64_t start = low + next() % range;
      i = {start, start + next() % 24};
    }
    return out;
  }
  std::int64_t period() {
    constexpr std::int64_t periods[] = {1, 2, 3, 4, 6, 12, 24, 8};
    return periods[next() % 8];
  }
};

struct item {
  any_calendar calendar;
  predicate open;
};

item leaf(reader& in) {
  const std::int64_t kind = in.next() % 6;
  if (kind == 0) {
    auto list = in.list(-60, 120);
    return {open_periods(list), [list](std::int64_t t) { return calendar_model::covered(list, t); }};
  }
  if (kind == 1) {
    auto list = in.list(-60, 120);
    const interval tail{in.next() % 50, instant::infinity()};
    if (in.next() % 2 == 0) list.push_back(in.next() % 2 == 0 ? tail : interval{-tail.finish, tail.start});
    return {closed_periods(list), [list](std::int64_t t) { return !calendar_model::covered(list, t); }};
  }
  const std::int64_t p = in.period();
  const std::int64_t origin = in.next() - 128;
  const auto list = in.list(-p, 2 * p);
  const auto c = periodic(p, list, origin);
  const predicate open = [=](std::int64_t t) {
    for (const interval& i : list)
      if (!i.empty() && calendar_model::modulo(t - origin - i.start.count(), p) < i.length().count()) return true;
    return false;
  };
  if (kind < 4) return {c, open};
  const auto shut = in.list(-60, 120);
  const auto extra = in.list(-60, 120);
  if (kind == 4) {
    return {with_exceptions(c, shut, extra), [=](std::int64_t t) {
              return !calendar_model::covered(shut, t) && (calendar_model::covered(extra, t) || open(t));
            }};
  }
  const std::int64_t q = in.period();  // typed combinations: pattern with pattern, pattern with list
  const auto other = periodic(q, shut);
  const bool all = in.next() % 2 == 0;
  const predicate both = [=](std::int64_t t) {
    return all ? open(t) && other.is_open(t) : open(t) || other.is_open(t);
  };
  any_calendar joined;
  if (all) joined = unite(intersect(c, other), open_periods(extra));
  else joined = unite(unite(c, other), open_periods(extra));
  return {joined, [=](std::int64_t t) { return both(t) || calendar_model::covered(extra, t); }};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reader in{data, size};
  item top = leaf(in);
  for (int depth = 0; depth < 5 && !in.done(); ++depth) {
    const any_calendar c = top.calendar;
    const predicate open = top.open;
    const std::int64_t offset = in.next() % 32 - 16;
    switch (in.next() % 7) {
      case 0: {
        const item other = leaf(in);
        top = {intersect(c, other.calendar), [=](std::int64_t t) { return open(t) && other.open(t); }};
        break;
      }
      case 1: {
        const item other = leaf(in);
        top = {unite(c, other.calendar), [=](std::int64_t t) { return open(t) || other.open(t); }};
        break;
      }
      case 2: top = {complement(c), [=](std::int64_t t) { return !open(t); }}; break;
      case 3: top = {mirrored(c, offset), [=](std::int64_t t) { return open(offset - 1 - t); }}; break;
      case 4: top = {shifted(c, offset), [=](std::int64_t t) { return open(t - offset); }}; break;
      case 5: {
        const std::int64_t p = in.period();
        top = {recurring(c, p, offset), [=](std::int64_t t) { return open(calendar_model::modulo(t - offset, p)); }};
        break;
      }
      default: {
        const auto list = in.list(-60, 120);
        top = {intersect(c, closed_periods(list)),
               [=](std::int64_t t) { return open(t) && !calendar_model::covered(list, t); }};
        break;
      }
    }
  }
  const calendar_model::brute_force model(top.open, 0, 600, 100);
  const std::string text = calendar_model::mismatch(top.calendar, model, size, 60);
  if (!text.empty()) {
    std::fprintf(stderr, "%s\n", text.c_str());
    std::abort();
  }
  return 0;
}
