// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_PROJECT_CHECKSUM_HPP
#define SCHED_TESTS_SUPPORT_PROJECT_CHECKSUM_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

/// FNV-1a over numbers and texts, the same on every platform.
class checksum {
public:
  checksum& add(std::uint64_t value) {
    for (int k = 0; k < 8; ++k, value >>= 8) byte(static_cast<unsigned char>(value & 0xff));
    return *this;
  }
  checksum& add(sched::ticks t) { return add(static_cast<std::uint64_t>(t.count())); }
  checksum& add(double x) { return add(std::bit_cast<std::uint64_t>(x)); }
  checksum& add(std::string_view text) {
    for (char c : text) byte(static_cast<unsigned char>(c));
    return add(std::uint64_t{text.size()});
  }
  [[nodiscard]] std::uint64_t value() const { return sum_; }

private:
  void byte(unsigned char b) { sum_ = (sum_ ^ b) * 0x100000001b3U; }
  std::uint64_t sum_ = 0xcbf29ce484222325U;
};

/// Everything in a project; calendars by their first answers.
inline std::uint64_t checksum_of(const sched::project& p) {
  using namespace sched;
  checksum c;
  const auto calendar = [&](const calendar::any_calendar& k) {
    c.add(std::uint64_t{k.always_open()});
    instant t = -1000;
    for (int n = 0; n < 20 && t.is_finite(); ++n) {
      t = k.next_closed(t);
      c.add(t);
      t = k.next_open(t);
      c.add(t);
    }
  };
  for (const resource& r : p.resources()) {
    c.add(r.name)
        .add(static_cast<std::uint64_t>(r.kind))
        .add(static_cast<std::uint64_t>(r.capacity))
        .add(static_cast<std::uint64_t>(r.on_break));
    calendar(r.breaks);
    for (const shrinking& s : r.shrinkings) {
      c.add(static_cast<std::uint64_t>(s.capacity));
      calendar(s.calendar);
    }
  }
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    c.add(p.label(t)).add(p.weight(t)).add(p.release(t)).add(p.due(t)).add(p.deadline(t)).add(p.fixed_start(t));
    for (std::size_t m = 0; m < p.mode_count(t); ++m) {
      c.add(p.work(t, m)).add(std::uint64_t{p.mode_number(t, m)});
      for (const requirement& q : p.requirements(t, m))
        c.add(std::uint64_t{q.resource.index()}).add(static_cast<std::uint64_t>(q.units));
    }
    for (const sched::adjacency& l : p.successors(t))
      c.add(std::uint64_t{l.task.index()}).add(static_cast<std::uint64_t>(l.kind)).add(l.lag);
  }
  for (const precedence& a : p.maximal_lags())
    c.add(std::uint64_t{a.from.index()})
        .add(std::uint64_t{a.to.index()})
        .add(static_cast<std::uint64_t>(a.kind))
        .add(a.lag);
  return c.value();
}

inline std::uint64_t checksum_of(const sched::schedule& s) {
  checksum c;
  for (std::size_t i = 0; i < s.size(); ++i) c.add(s.start[i]).add(s.finish[i]).add(std::uint64_t{s.mode[i]});
  return c.value();
}

#endif
