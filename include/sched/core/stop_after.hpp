// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_STOP_AFTER_HPP
#define SCHED_CORE_STOP_AFTER_HPP

/// \file
/// A stop token that the clock asks for.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

/// Stops after so long on the steady clock (0 or less: never), or earlier when another token is asked to stop. Owns a
/// thread while there is a time to wait for; its end does not wait for the time.
class stop_after {
public:
  explicit stop_after(std::chrono::duration<double> time, std::stop_token also = {})
      : also_(std::in_place, std::move(also), forward{&source_}) {
    if (!(time.count() > 0)) return;
    const auto wait = std::min(time, std::chrono::duration<double>(1e8));  // what a clock can count to ends somewhere
    waiting_ = std::jthread([this, wait](const std::stop_token& over) {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, over, wait, [] { return false; });
      if (!over.stop_requested()) source_.request_stop();
    });
  }
  stop_after(const stop_after&) = delete;
  stop_after& operator=(const stop_after&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
  struct forward {
    std::stop_source* to;
    void operator()() const { to->request_stop(); }
  };
  std::stop_source source_;
  std::optional<std::stop_callback<forward>> also_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread waiting_;
};

}  // namespace v0
}  // namespace sched

#endif
