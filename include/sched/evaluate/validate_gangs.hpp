// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_GANGS_HPP
#define SCHED_EVALUATE_VALIDATE_GANGS_HPP

/// \file
/// The proof for jobs on a cluster over time, whose number of tasks may change while they run.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/evaluate/validate_placement.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// A task of a job in `[from, until)`.
struct held_part {
  allocation what{};
  instant from{};
  instant until = instant::infinity();
};

/// One attempt of a job, in `[start, end)`, and every task that it had meanwhile.
struct gang_run {
  const request* what = nullptr;
  bool elastic = false;
  instant start{};
  instant end = instant::infinity();
  std::vector<held_part> parts{};
};

enum class gang_violation_kind : std::uint8_t {
  outside,       ///< a task before the start or after the end, or that ends before it begins
  not_together,  ///< not all tasks that it must have were there at the start
  resized,       ///< a job that is not elastic had another number of tasks later
  too_few,       ///< fewer tasks of a group than its least count for longer than a repair may take
  too_many,      ///< more tasks of a group than its count
  place          ///< the places of one instant are wrong: what `validate_placement` says
};

[[nodiscard]] constexpr std::string_view to_string(gang_violation_kind k) noexcept {
  constexpr std::string_view names[] = {"a task outside of the attempt",      "not started together",
                                        "resized, but not elastic",           "too few tasks for too long",
                                        "more tasks than the request allows", "a wrong place"};
  return names[static_cast<std::size_t>(k)];
}

struct gang_violation {
  gang_violation_kind kind{};
  std::size_t run = 0;  ///< position in the list
  instant at{};
  placement_violation where{};  ///< of `place`
  bool operator==(const gang_violation&) const = default;
};

/// Text for people.
[[nodiscard]] inline std::string describe(const gang_violation& v, const cluster& c) {
  std::string out =
      "run " + std::to_string(v.run) + " at " + std::to_string(v.at.count()) + ": " + std::string(to_string(v.kind));
  return v.kind == gang_violation_kind::place ? out + ": " + describe(v.where, c) : out;
}

namespace detail {

class gang_proof {
public:
  gang_proof(const cluster& c, std::span<const gang_run> runs, duration repair_time)
      : c_(c), runs_(runs), repair_time_(repair_time), low_since_(runs.size()) {}

  std::vector<gang_violation> run() {
    std::vector<instant> times;
    for (std::size_t k = 0; k < runs_.size(); ++k) {
      const gang_run& r = runs_[k];
      low_since_[k].assign(r.what->groups.size(), instant::infinity());
      for (const held_part& p : r.parts) {
        if (p.from < r.start || p.until > r.end || p.until <= p.from || p.what.group >= r.what->groups.size()) {
          report(gang_violation_kind::outside, k, p.from);
          return std::move(out_);
        }
        times.push_back(p.from);
        times.push_back(p.until);
      }
      times.push_back(r.start);
      times.push_back(r.end);
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    for (const instant t : times)
      if (t != instant::infinity()) look(t);
    return std::move(out_);
  }

private:
  void report(gang_violation_kind kind, std::size_t k, instant t) { out_.push_back({kind, k, t, {}}); }

  /// Everything that is so from t until the next change.
  void look(instant t) {
    std::vector<request> present;
    std::vector<std::vector<allocation>> places;
    std::vector<std::size_t> numbers;
    for (std::size_t k = 0; k < runs_.size(); ++k) {
      const gang_run& r = runs_[k];
      std::vector<amount> have(r.what->groups.size(), 0);
      std::vector<allocation> place;
      for (const held_part& p : r.parts) {
        if (t < p.from || t >= p.until) continue;
        ++have[p.what.group];
        place.push_back(p.what);
      }
      sizes(k, t, have);
      if (place.empty()) continue;
      // As large as it is: sizes are looked at above, the rest is a matter of places.
      request now = *r.what;
      for (std::size_t g = 0; g < have.size(); ++g) {
        now.groups[g].count = static_cast<std::uint32_t>(have[g]);
        now.groups[g].least = 0;
      }
      present.push_back(std::move(now));
      places.push_back(std::move(place));
      numbers.push_back(k);
    }
    std::vector<placed_request> all;
    for (std::size_t i = 0; i < present.size(); ++i) all.push_back({&present[i], places[i]});
    for (const placement_violation& v : validate_placement(c_, all))
      out_.push_back({gang_violation_kind::place, numbers[v.request], t, v});
  }

  void sizes(std::size_t k, instant t, const std::vector<amount>& have) {
    const gang_run& r = runs_[k];
    for (std::size_t g = 0; g < have.size(); ++g) {
      const part_group& want = r.what->groups[g];
      const amount most = want.count, least = want.least == 0 ? most : want.least;
      instant& low = low_since_[k][g];
      const bool runs = t >= r.start && t < r.end;
      if (low != instant::infinity() && (!runs || have[g] >= least)) {
        if (t - low > repair_time_) report(gang_violation_kind::too_few, k, low);
        low = instant::infinity();
      }
      if (!runs) continue;
      if (have[g] > most) report(gang_violation_kind::too_many, k, t);
      if (t == r.start) {
        amount at_start = 0;
        for (const held_part& p : r.parts) at_start += p.from == t && p.what.group == g ? 1 : 0;
        // Growth at the instant of the start is growth.
        if (at_start < least) report(gang_violation_kind::not_together, k, t);
      } else if (!r.elastic && have[g] != count_at_start(r, g)) {
        report(gang_violation_kind::resized, k, t);
      } else if (have[g] < least && low == instant::infinity()) {
        low = t;
      }
    }
  }
  [[nodiscard]] static amount count_at_start(const gang_run& r, std::size_t g) {
    amount n = 0;
    for (const held_part& p : r.parts) n += p.from == r.start && p.what.group == g ? 1 : 0;
    return n;
  }

  const cluster& c_;
  std::span<const gang_run> runs_;
  duration repair_time_;
  std::vector<std::vector<instant>> low_since_;  ///< by run and group: too few tasks since then
  std::vector<gang_violation> out_;
};

}  // namespace detail

/// Everything that is wrong with attempts of jobs on a cluster over time: all tasks of an attempt are there from its
/// start, rigid ones keep them, elastic ones have between the least count and the count of every group, fewer for no
/// longer than `repair_time`, and at every instant what all have together is a right placement (`validate_placement`).
/// A run that is still below its least count when the last change is looked at is not judged. Empty: proved. It counts
/// from the tasks alone and shares nothing with schedulers. O(changes · (tasks + nodes + devices)); allocates.
/// Precondition: `what` is not null.
[[nodiscard]] inline std::vector<gang_violation> validate_gangs(const cluster& c, std::span<const gang_run> runs,
                                                                duration repair_time) {
  return detail::gang_proof(c, runs, repair_time).run();
}

}  // namespace v0
}  // namespace sched

#endif
