// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_BRUTE_ROADMAP_HPP
#define SCHED_TESTS_SUPPORT_BRUTE_ROADMAP_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

/// A scheduler of native roadmaps with an array entry per tick: the first task in order that can start, starts. For
/// specs only `*` and lists of names. Slow, and short enough to be right by reading. Dates are not computed.
class brute_roadmap {
public:
  static constexpr std::int64_t horizon = 4000;

  brute_roadmap(const sched::roadmap& map, const sched::roadmap_options& o)
      : map_(map), o_(o), first_((map.now - 100) * o.ticks_per_day) {}

  sched::roadmap_result run() {
    using namespace sched;
    roadmap_result out;
    for (const roadmap_resource& r : map_.people->resources) {
      out.resources.push_back(r.name);
      std::vector<amount>& free = free_.emplace_back(horizon, r.capacity);
      for (std::int64_t k = 0; k < horizon; ++k) {
        const std::int64_t day = floor_day(first_ + k);
        const auto closed = [&](const day_range& d) { return d.first <= day && day <= d.last; };
        if (std::ranges::any_of(r.closed, closed) || std::ranges::any_of(map_.closed, closed) ||
            (r.calendar && !r.calendar->is_open(first_ + k)))
          free[static_cast<std::size_t>(k)] = 0;
      }
    }
    const std::size_t n = map_.tasks.size();
    std::vector<std::int64_t> finish(n, unplaced);
    const auto done = [&](const std::string& id) { return std::ranges::count(map_.completed, id) != 0; };
    std::vector<roadmap_assignment> fixed;
    for (roadmap_index i = 0; i < n; ++i) {
      const roadmap_task& t = map_.tasks[i];
      if (done(t.id)) {
        out.completed.push_back(i);
        continue;
      }
      if (!t.fixed()) continue;
      roadmap_assignment a{.task = i, .fixed = true};
      const std::int64_t day = o_.ticks_per_day;
      if (t.end_on) a.finish = (*t.end_on + 1) * day;
      a.start = t.start_on ? instant(*t.start_on * day) : a.finish - o_.tail - work(t);
      if (!t.end_on) a.finish = complete(needs(t), a.start.count(), work(t)) + o_.tail;
      fixed.push_back(a);
    }
    for (roadmap_assignment& a : fixed) place(out, a, needs(map_.tasks[a.task]), finish);
    for (std::int64_t t = map_.now * o_.ticks_per_day; t < first_ + horizon - 800; ++t)
      for (bool again = true; again;) {
        again = false;
        for (roadmap_index i = 0; i < n; ++i) {
          const roadmap_task& k = map_.tasks[i];
          if (finish[i] != unplaced || done(k.id)) continue;
          bool ready = !k.start_after || *k.start_after * o_.ticks_per_day <= t;
          for (const roadmap_dependency& d : k.dependencies) {
            if (done(d.task)) continue;
            const std::size_t j = position(d.task);
            ready = ready && finish[j] != unplaced && finish[j] + ticks(d.lag) <= t;
          }
          if (!ready) continue;
          if (work(k) == 0) {
            place(out, {.task = i, .start = t, .finish = t + o_.tail}, {}, finish);
            again = true;
            continue;
          }
          std::vector<std::vector<use>> choices{needs(k)};
          if (k.spec) {
            choices.clear();
            for (std::size_t r : candidates(*k.spec)) choices.push_back({{r, k.demands.empty() ? 1 : k.demands[0]}});
          }
          for (const std::vector<use>& c : choices) {
            if (c.empty() || !able(c, t)) continue;
            roadmap_assignment a{.task = i, .start = t, .finish = complete(c, t, work(k)) + o_.tail};
            a.automatic = k.spec.has_value();
            place(out, a, c, finish);
            again = true;
            break;
          }
        }
      }
    for (roadmap_index i = 0; i < n; ++i)
      if (finish[i] == unplaced && !done(map_.tasks[i].id)) out.failed.push_back({.task = i});
    if (!out.failed.empty()) out.status = roadmap_status::unplaceable;
    out.dates.resize(n);
    return out;
  }

private:
  static constexpr std::int64_t unplaced = INT64_MAX;
  struct use {
    std::size_t resource;
    sched::amount units;
  };

  [[nodiscard]] std::int64_t floor_day(std::int64_t t) const {
    const std::int64_t d = o_.ticks_per_day;
    return t >= 0 ? t / d : -((-t + d - 1) / d);
  }
  [[nodiscard]] std::int64_t ticks(double days) const {
    double x = days * static_cast<double>(o_.ticks_per_day);
    auto whole = static_cast<std::int64_t>(x);
    return static_cast<double>(whole) < x ? whole + 1 : whole;
  }
  [[nodiscard]] std::int64_t work(const sched::roadmap_task& t) const { return ticks(t.duration); }
  [[nodiscard]] std::size_t position(const std::string& id) const {
    std::size_t i = 0;
    while (map_.tasks[i].id != id) ++i;
    return i;
  }
  [[nodiscard]] std::size_t resource(const std::string& name) const {
    std::size_t r = 0;
    while (map_.people->resources[r].name != name) ++r;
    return r;
  }
  [[nodiscard]] std::vector<use> needs(const sched::roadmap_task& t) const {
    std::vector<use> all;
    for (std::size_t k = 0; work(t) > 0 && k < t.resources.size(); ++k) {
      const std::size_t r = resource(t.resources[k]);
      const sched::amount units = k < t.demands.size() ? t.demands[k] : 1;
      const auto same = std::ranges::find(all, r, &use::resource);
      if (same == all.end()) all.push_back({r, units});
      else same->units = std::max(same->units, units);
    }
    return all;
  }
  [[nodiscard]] std::vector<std::size_t> candidates(const std::string& spec) const {
    std::vector<std::size_t> all;
    if (spec == "*")
      for (std::size_t r = 0; r < free_.size(); ++r) all.push_back(r);
    else
      for (std::size_t from = 0; from <= spec.size();) {
        const std::size_t bar = std::min(spec.find('|', from), spec.size());
        all.push_back(resource(spec.substr(from, bar - from)));
        from = bar + 1;
      }
    return all;
  }
  sched::amount& at(std::size_t r, std::int64_t t) { return free_[r][static_cast<std::size_t>(t - first_)]; }
  bool able(const std::vector<use>& c, std::int64_t t) {
    return std::ranges::all_of(c, [&](const use& u) { return at(u.resource, t) >= u.units; });
  }
  std::int64_t complete(const std::vector<use>& c, std::int64_t t, std::int64_t w) {
    if (c.empty()) return t + w;
    std::int64_t last = t;
    const auto walk = [&](const std::vector<use>& together) {
      std::int64_t s = t;
      for (std::int64_t left = w; left > 0; ++s) left -= able(together, s) ? 1 : 0;
      last = std::max(last, s);
    };
    if (o_.joint_work) walk(c);
    else
      for (const use& u : c) walk({u});
    return last;
  }
  void place(sched::roadmap_result& out, sched::roadmap_assignment a, const std::vector<use>& c,
             std::vector<std::int64_t>& finish) {
    a.end = a.finish;
    if (a.automatic) a.resources.push_back(static_cast<sched::roadmap_index>(c[0].resource));
    else if (work(map_.tasks[a.task]) > 0)
      for (const std::string& name : map_.tasks[a.task].resources)
        a.resources.push_back(static_cast<sched::roadmap_index>(resource(name)));
    for (const use& u : c)
      for (std::int64_t t = a.start.count(); t < a.finish.count(); ++t)
        if (at(u.resource, t) >= u.units) at(u.resource, t) -= u.units;
    finish[a.task] = a.finish.count();
    out.placed.push_back(a);
  }

  const sched::roadmap& map_;
  const sched::roadmap_options& o_;
  std::int64_t first_;
  std::vector<std::vector<sched::amount>> free_;
};

#endif
