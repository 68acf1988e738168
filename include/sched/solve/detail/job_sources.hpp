// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_SOURCES_HPP
#define SCHED_SOLVE_DETAIL_JOB_SOURCES_HPP

/// \file
/// The jobs as they were submitted: copies, or a view of an array that outlives its reader.

#include <cstddef>
#include <span>
#include <utility>

#include <sched/model/job.hpp>
#include <sched/solve/detail/chunked.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Jobs by handle. Those of a lent array are not copied while they come in its order.
class job_sources {
public:
  /// Precondition: nothing has been added.
  void lend(std::span<const job> jobs) noexcept { lent_ = jobs; }

  [[nodiscard]] const job& operator[](std::size_t h) const noexcept { return h < seen_ ? lent_[h] : own_[h - seen_]; }
  /// One that may be changed. O(jobs) the first time if jobs are lent.
  [[nodiscard]] job& mine(std::size_t h) {
    copy();
    return own_[h];
  }
  void push_back(const job& j) {
    if (seen_ < lent_.size()) {
      if (&j == &lent_[seen_] && own_.size() == 0) {
        ++seen_;
        return;
      }
      copy();
    }
    own_.push_back(j);
  }

private:
  void copy() {
    if (lent_.empty()) return;
    chunked<job> all;
    for (std::size_t h = 0; h < seen_ + own_.size(); ++h) all.push_back((*this)[h]);
    own_ = std::move(all);
    lent_ = {};
    seen_ = 0;
  }

  std::span<const job> lent_;
  std::size_t seen_ = 0;  ///< of the lent ones
  chunked<job> own_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
