// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_REQUEST_CLASSES_HPP
#define SCHED_DISPATCH_DETAIL_REQUEST_CLASSES_HPP

/// \file
/// Numbers for distinct requests, used again when nobody has the request any more.

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Equal requests have one number, below the largest number of distinct requests that ever lived at a time. A number
/// that is given to another request gets a new serial: what was noted under the number and another serial is of a
/// request that is gone. O(size of the request); allocates for a request that is new.
class request_classes {
public:
  /// One more job has this request. Returns its number.
  std::size_t enter(const request& r) {
    bytes_writer w;
    request copy = r;
    transfer(w, copy);
    const auto [at, fresh] = numbers_.try_emplace(w.take(), std::size_t{0});
    if (fresh) {
      if (free_.empty()) {
        free_.push_back(classes_.size());
        classes_.emplace_back();
      }
      at->second = free_.back();
      free_.pop_back();
      classes_[at->second] = {&at->first, ++last_serial_, 0};
    }
    ++classes_[at->second].jobs;
    return at->second;
  }
  /// One job less. Precondition: it has entered, and not left.
  void leave(std::size_t c) {
    SCHED_ASSERT(classes_[c].jobs > 0);
    if (--classes_[c].jobs != 0) return;
    numbers_.erase(numbers_.find(*classes_[c].key));
    classes_[c].key = nullptr;
    free_.push_back(c);
  }
  /// Never 0.
  [[nodiscard]] std::uint64_t serial(std::size_t c) const noexcept { return classes_[c].serial; }
  /// Distinct requests that somebody has.
  [[nodiscard]] std::size_t living() const noexcept { return numbers_.size(); }

private:
  struct one {
    const std::string* key = nullptr;
    std::uint64_t serial = 0;
    std::size_t jobs = 0;
  };
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<one> classes_;
  std::vector<std::size_t> free_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
