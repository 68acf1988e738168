// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_EXPLAIN_ROADMAP_HPP
#define SCHED_EVALUATE_EXPLAIN_ROADMAP_HPP

/// \file
/// Why is a task there and not earlier, and why on whom? Derived from the roadmap and its result alone.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/evaluate/detail/roadmap_ledger.hpp>
#include <sched/evaluate/detail/roadmap_reading.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {

/// Why a stretch of time passed without the task. Tasks and resources are numbered as in `roadmap_result`.
struct roadmap_wait {
  enum class kind : std::uint8_t {
    held,         ///< `resource` is held by task `other`
    closed,       ///< `resource` does not work: closed period, outside hours
    waits_best,   ///< somebody was free, but `resource` would be done earlier; `other` holds it, if anybody
    barred,       ///< left to task `other` by the look-ahead: `decision`
    short_chunk,  ///< too little time before the next break
    unbooked,     ///< with a negative lag and reservations: task `other`, which it needs, had no place yet
    not_tried,    ///< free, but the scheduler did not come to it (compatible modes)
    more          ///< further waits that are not listed
  };
  instant from{};
  instant to{};
  kind why = kind::not_tried;
  roadmap_index resource = no_index;
  roadmap_index other = no_index;
  std::size_t decision = static_cast<std::size_t>(-1);  ///< in `roadmap_result::decisions`
};

/// The reason for one task's place.
struct roadmap_explanation {
  /// What the earliest day comes from.
  enum class bound : std::uint8_t {
    now,
    release,     ///< its `start_after`
    dependency,  ///< `dependency` and `lag`
    fixed,       ///< it says when itself
    unplaced,    ///< see `failure`
    left_out     ///< completed, or defined again
  };
  /// Who does it.
  enum class choice : std::uint8_t {
    nobody,    ///< a milestone, or it names nobody
    named,     ///< those it names
    only_one,  ///< one candidate
    earliest,  ///< none of the candidates would have completed it earlier
    sooner     ///< somebody else would have completed it earlier, but not started it
  };
  roadmap_index task = 0;
  bound from = bound::now;
  instant eligible{};  ///< first tick that the bound allows
  roadmap_index dependency = no_index;
  double lag = 0;
  std::vector<roadmap_wait> waits{};  ///< adjoining, from `eligible` to the start
  choice who = choice::nobody;
  std::size_t candidates = 0;                ///< of an automatic task
  roadmap_index next_best = no_index;        ///< the best of the others …
  instant next_completion{};                 ///< … and when its work would have been complete
  duration late = 0;                         ///< behind the computed due date
  duration own_late = 0;                     ///< behind its own
  const roadmap_failure* failure = nullptr;  ///< in the result

  /// True when every tick from `eligible` to the start has a reason.
  [[nodiscard]] bool explained() const {
    return std::ranges::none_of(waits, [](const roadmap_wait& w) { return w.why == roadmap_wait::kind::not_tried; });
  }
};

struct roadmap_explain_options {
  std::size_t most_waits = 32;         ///< listed per task
  std::size_t most_steps = 1u << 16u;  ///< of calendars looked at per task: behind that its waits end with `more`
};

namespace detail {

/// Replays the placements in their order and asks the ledger about the time before each.
class roadmap_explainer {
public:
  roadmap_explainer(const roadmap& map, const roadmap_options& o, const roadmap_result& r,
                    const roadmap_explain_options& e)
      : read_(map, o), result_(r), options_(e), ledger_(read_) {}

  std::vector<roadmap_explanation> run() {
    const auto n = static_cast<roadmap_index>(read_.size());
    std::vector<roadmap_explanation> all(n);
    for (roadmap_index i = 0; i < n; ++i) {
      all[i] = {.task = i, .from = roadmap_explanation::bound::left_out};
      if (i < result_.dates.size()) {
        all[i].late = result_.dates[i].late;
        all[i].own_late = result_.dates[i].own_late;
      }
    }
    place_.assign(n, nullptr);
    for (const roadmap_assignment& a : result_.placed) place_[a.task] = &a;
    for (const std::string& name : result_.resources) numbers_.push_back(read_.find_resource(name));
    index_.assign(read_.resource_count(), no_index);
    for (roadmap_index r = 0; r < numbers_.size(); ++r)
      if (numbers_[r] != no_index) index_[numbers_[r]] = r;
    skips_.resize(n);
    for (std::size_t k = 0; k < result_.decisions.size() && !result_.guarded; ++k)
      if (result_.decisions[k].skipped) skips_[result_.decisions[k].task].push_back(k);
    for (const roadmap_failure& f : result_.failed) {
      all[f.task].from = roadmap_explanation::bound::unplaced;
      all[f.task].failure = &f;
    }
    hold_fixed();
    for (const roadmap_assignment& a : result_.placed) {
      roadmap_explanation& e = all[a.task];
      const std::vector<roadmap_need> needs = needs_of(a);
      if (read_.task(a.task).fixed()) {
        e.from = roadmap_explanation::bound::fixed;
        e.eligible = a.start;
        e.who = needs.empty() ? roadmap_explanation::choice::nobody : roadmap_explanation::choice::named;
      } else {
        bind(e, all);
        choose(e, a, needs);
        wait(e, a, needs);
      }
      if (!a.fixed) ledger_.hold(a.task, needs, {a.start, a.finish});
    }
    return all;
  }

private:
  using wait_kind = roadmap_wait::kind;
  using choice = roadmap_explanation::choice;

  /// In order of id: where not all fit, who holds what must not depend on the order of the roadmap.
  void hold_fixed() {
    std::vector<const roadmap_assignment*> order;
    for (const roadmap_assignment& a : result_.placed)
      if (a.fixed) order.push_back(&a);
    std::ranges::sort(order, {},
                      [&](const roadmap_assignment* a) -> const std::string& { return read_.task(a->task).id; });
    for (const roadmap_assignment* a : order) ledger_.hold(a->task, needs_of(*a), {a->start, a->finish});
  }

  [[nodiscard]] std::vector<roadmap_need> needs_of(const roadmap_assignment& a) const {
    if (!read_.automatic(a.task)) return read_.needs(a.task);
    std::vector<roadmap_need> needs;
    for (const roadmap_index r : a.resources) needs.push_back({numbers_[r], read_.units(a.task, 0)});
    return needs;
  }

  [[nodiscard]] bool reserves() const {
    return read_.native() && read_.options().placement == roadmap_placement::reserve;
  }

  void bind(roadmap_explanation& e, const std::vector<roadmap_explanation>& all) const {
    const instant release = read_.release(e.task);
    e.eligible = release;
    e.from = release > read_.now() ? roadmap_explanation::bound::release : roadmap_explanation::bound::now;
    read_.each_dependency(e.task, [&](const roadmap_dependency& d, roadmap_index j) {
      if (j == no_index || place_[j] == nullptr) return;
      instant least = read_.after(place_[j]->finish, d.lag);
      if (!place_[j]->fixed)  // with a negative lag: not before the other is placed, or booked
        least = std::max(least, reserves() && read_.automatic(j) ? all[j].eligible : place_[j]->start);
      if (least < e.eligible || (least == e.eligible && e.from == roadmap_explanation::bound::dependency)) return;
      e.from = roadmap_explanation::bound::dependency;
      e.eligible = least;
      e.dependency = j;
      e.lag = d.lag;
    });
  }

  void choose(roadmap_explanation& e, const roadmap_assignment& a, std::span<const roadmap_need> needs) const {
    if (!read_.automatic(a.task)) {
      e.who = needs.empty() ? choice::nobody : choice::named;
      return;
    }
    e.candidates = read_.candidates(a.task).size();
    e.who = e.candidates <= 1 ? choice::only_one : choice::earliest;
    e.next_completion = instant::infinity();
    for (const std::uint32_t r : read_.candidates(a.task)) {
      if (!needs.empty() && r == needs.front().resource) continue;
      const roadmap_need q{r, read_.units(a.task, 0)};
      const instant c = ledger_.completion(a.task, {&q, 1}, ledger_.first_able({&q, 1}, a.start));
      if (c >= e.next_completion) continue;
      e.next_completion = c;
      e.next_best = index_[r];
    }
    if (e.next_best != no_index && e.next_completion < a.finish - read_.tail()) e.who = choice::sooner;
  }

  void add(roadmap_explanation& e, roadmap_wait w) const {
    if (!e.waits.empty()) {
      roadmap_wait& last = e.waits.back();
      if (last.why == w.why && last.resource == w.resource && last.other == w.other && last.decision == w.decision) {
        last.to = w.to;
        return;
      }
    }
    e.waits.push_back(w);
  }

  /// Who of the holders: the one already named, if it goes on.
  [[nodiscard]] roadmap_index holder(const roadmap_explanation& e, const roadmap_ledger::state& s) const {
    if (s.at == nullptr || s.at->by.empty()) return no_index;
    if (!e.waits.empty())
      for (const roadmap_ledger::holder& h : s.at->by)
        if (h.task == e.waits.back().other) return h.task;
    return s.at->by.back().task;
  }

  /// Why `q` cannot work at t.
  [[nodiscard]] roadmap_wait blocked(const roadmap_explanation& e, roadmap_need q, instant t) const {
    const roadmap_ledger::state s = ledger_.look(q, t);
    const roadmap_index by = s.closed ? no_index : holder(e, s);
    return {t, s.until, by == no_index ? wait_kind::closed : wait_kind::held, index_[q.resource], by};
  }

  /// Able, but passed over: the latest decision to skip, or a stretch too short to begin in.
  [[nodiscard]] roadmap_wait passed(const roadmap_explanation& e, std::span<const roadmap_need> needs, instant t,
                                    instant until) const {
    const std::vector<std::size_t>& skips = skips_[e.task];
    const auto next = std::ranges::upper_bound(skips, t, {}, [&](std::size_t k) { return result_.decisions[k].at; });
    const instant again = next == skips.end() ? instant::infinity() : result_.decisions[*next].at;
    if (read_.native() && !needs.empty()) {
      instant end = t;
      const duration least = std::min(read_.options().min_first_chunk, read_.work(e.task));
      while (end - t < least && ledger_.look(needs, end).able) end = ledger_.look(needs, end).until;
      if (end - t < least) return {t, end, wait_kind::short_chunk, index_[needs.front().resource]};
    }
    if (next != skips.begin()) {
      const std::size_t k = *(next - 1);
      return {t, std::min(until, again), wait_kind::barred, no_index, result_.decisions[k].competitor, k};
    }
    roadmap_wait w{t, std::min(until, again), wait_kind::not_tried};
    if (reserves())
      read_.each_dependency(e.task, [&](const roadmap_dependency&, roadmap_index j) {
        if (j == no_index || place_[j] == nullptr || place_[j]->fixed || place_[j]->start <= t) return;
        w = {t, std::min(w.to, place_[j]->start), wait_kind::unbooked, no_index, j};
      });
    return w;
  }

  void wait(roadmap_explanation& e, const roadmap_assignment& a, std::span<const roadmap_need> needs) const {
    const bool chosen = read_.automatic(a.task) && !reserves();
    steps_ = 0;
    soonest_.assign(chosen ? read_.candidates(e.task).size() : 0, {instant::infinity(), instant::infinity()});
    for (instant t = e.eligible; t < a.start;) {
      if (e.waits.size() >= options_.most_waits || ++steps_ > options_.most_steps) {
        e.waits.push_back({t, a.start, wait_kind::more});
        return;
      }
      roadmap_wait w = chosen ? wait_for_any(e, t, a.start) : wait_for_all(e, needs, t);
      w.to = std::min(w.to, a.start);
      t = w.to;
      add(e, w);
    }
  }

  [[nodiscard]] roadmap_wait wait_for_all(const roadmap_explanation& e, std::span<const roadmap_need> needs,
                                          instant t) const {
    for (const roadmap_need& q : needs)
      if (!ledger_.look(q, t).able) return blocked(e, q, t);
    return passed(e, needs, t, ledger_.look(needs, t).until);
  }

  [[nodiscard]] roadmap_wait wait_for_any(const roadmap_explanation& e, instant t, instant start) const {
    instant until = start;
    roadmap_need best{no_index, 0}, soonest{no_index, 0};
    instant best_end = instant::infinity(), soonest_start = instant::infinity();
    bool able = false;
    const std::vector<std::uint32_t>& candidates = read_.candidates(e.task);
    for (std::size_t k = 0; k < candidates.size(); ++k) {
      const roadmap_need q{candidates[k], read_.units(e.task, 0)};
      const roadmap_ledger::state s = ledger_.look(q, t);
      until = std::min(until, s.until);
      able = able || s.able;
      auto& [asked, from] = soonest_[k];
      if (t < asked || from < t) asked = t, from = ledger_.first_able({&q, 1}, t);
      if (from < soonest_start || soonest.resource == no_index) soonest = q, soonest_start = from;
    }
    if (!able) {
      roadmap_wait w = blocked(e, soonest, t);
      w.to = std::min(w.to, std::max(until, soonest_start));
      return w;
    }
    for (const std::uint32_t r : candidates) {
      const roadmap_need q{r, read_.units(e.task, 0)};
      const instant c = as_of(e.task, q, t);
      if (c < best_end || best.resource == no_index) best = q, best_end = c;
    }
    if (!ledger_.look(best, t).able) {
      roadmap_wait w = blocked(e, best, t);
      return {t, std::min(until, w.to), wait_kind::waits_best, w.resource, w.other};
    }
    return passed(e, {&best, 1}, t, until);
  }

  /// When q would have completed the task, seen at t: without what was placed later. +∞ behind `most_steps`.
  [[nodiscard]] instant as_of(roadmap_index i, roadmap_need q, instant t) const {
    const duration work = read_.native() ? read_.work(i) : read_.rounded(read_.task(i).duration);
    duration left = work;
    double days = read_.task(i).duration;
    instant at = ledger_.hopeless({&q, 1}) ? instant::infinity() : t;
    while (at.is_finite() && ++steps_ <= options_.most_steps) {
      const roadmap_ledger::state s = ledger_.look(q, at);
      amount free = s.at->free;
      if (!s.closed)
        for (const roadmap_ledger::holder& h : s.at->by)
          if (place_[h.task]->start > t && !place_[h.task]->fixed) free += h.units;
      if (!s.closed && free >= q.units) {
        const duration open = s.until - at;
        if (read_.native() ? open >= left : !open.is_finite() || static_cast<double>(open.count()) >= days)
          return read_.native() ? at + left : at + read_.rounded(days);
        left -= open;
        days -= static_cast<double>(open.count());
      }
      at = s.until;
    }
    return instant::infinity();
  }

  roadmap_reading read_;
  const roadmap_result& result_;
  const roadmap_explain_options& options_;
  roadmap_ledger ledger_;
  std::vector<const roadmap_assignment*> place_;
  std::vector<std::uint32_t> numbers_;  ///< of the result's resources in the reading
  std::vector<roadmap_index> index_;    ///< and back
  std::vector<std::vector<std::size_t>> skips_;
  /// By candidate of the task that waits: asked for when, and its first workable tick from then on.
  mutable std::vector<std::pair<instant, instant>> soonest_;
  mutable std::size_t steps_ = 0;  ///< for the task that waits
};

}  // namespace detail

/// A reason for every task, by position in the roadmap: what its earliest day comes from, what passed between that and
/// its start, why it is done by whom, and how late it is. Derived by replaying the result, so it holds for results of
/// any solver that places by time. Pointers in it are into `result`.
///
/// O((n + m) log n + waits · candidates · log n); allocates the answer and maps of who holds what. Precondition: the
/// result is valid (`validate`).
[[nodiscard]] inline std::vector<roadmap_explanation> explain(const roadmap& map, const roadmap_options& options,
                                                              const roadmap_result& result,
                                                              const roadmap_explain_options& how = {}) {
  return detail::roadmap_explainer(map, options, result, how).run();
}

}  // namespace v0
}  // namespace sched

#endif
