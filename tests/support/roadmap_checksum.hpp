// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_ROADMAP_CHECKSUM_HPP
#define SCHED_TESTS_SUPPORT_ROADMAP_CHECKSUM_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/model/roadmap.hpp>

#include "support/project_checksum.hpp"

/// Everything that a roadmap says, calendars aside.
inline std::uint64_t checksum_of(const sched::roadmap& r) {
  checksum sum;
  const auto number = [&](auto x) { sum.add(static_cast<std::uint64_t>(x)); };
  const auto text = [&](const std::string& s) { sum.add(std::string_view(s)); };
  const auto texts = [&](const std::vector<std::string>& all) {
    number(all.size());
    for (const std::string& s : all) text(s);
  };
  const auto optional = [&](const auto& x) {
    number(x ? 1 : 0);
    if (x) number(*x);
  };
  const auto periods = [&](const std::vector<sched::day_range>& all) {
    number(all.size());
    for (const sched::day_range& d : all) {
      number(d.first);
      number(d.last);
    }
  };
  text(r.name);
  number(r.now);
  number(r.tasks.size());
  for (const sched::roadmap_task& t : r.tasks) {
    text(t.id);
    text(t.name);
    sum.add(t.duration);
    texts(t.resources);
    for (double a : t.allocations) sum.add(a);
    for (sched::amount a : t.demands) number(a);
    for (const sched::roadmap_dependency& d : t.dependencies) {
      text(d.task);
      sum.add(d.lag);
    }
    text(t.spec.value_or("?"));
    for (const auto& date : {t.start_after, t.end_before, t.start_on, t.end_on}) optional(date);
    optional(t.priority);
  }
  number(r.people ? r.people->resources.size() : 0);
  if (r.people) {
    for (const sched::roadmap_resource& x : r.people->resources) {
      text(x.name);
      periods(x.closed);
      number(x.capacity);
    }
    for (const auto& [name, members] : r.people->groups) {
      text(name);
      texts(members);
    }
    text(r.people->default_resource);
  }
  periods(r.closed);
  texts(r.completed);
  return sum.value();
}

#endif
