// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_CHECKPOINT_HPP
#define SCHED_DISPATCH_CHECKPOINT_HPP

/// \file
/// Where jobs keep what they need to go on after they were preempted.

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

/// What is known of a checkpoint without reading it.
struct checkpoint_note {
  job_number job = 0;
  duration progress = 0;    ///< run time that it holds, of all attempts: what `checkpoint_report` wants
  std::int64_t epoch = 0;   ///< for the job itself, as is
  std::int64_t step = 0;    ///< … this one
  std::uint64_t bytes = 0;  ///< its size, announced before anything is written
  bool operator==(const checkpoint_note&) const noexcept = default;
};

inline constexpr std::uint64_t no_checkpoint_limit = std::numeric_limits<std::uint64_t>::max();

/// One checkpoint a job; users supply their own store. `begin(note)` gives a writer, or nothing when the announced size
/// is above the limit: then nothing was written. The writer takes the bytes in pieces, `append(bytes)`; with
/// `commit()` they replace the former checkpoint of the job, all at once; a writer that goes away without it, or a
/// program that dies, leaves the former one. `find(job)` and `read(job, f)` give the note of the checkpoint, if there
/// is one, the latter after f(std::string_view) has had all its bytes in order; every piece was checked before. They
/// throw `sched::error` for a checkpoint that is cut off or damaged. `erase(job)` forgets it. Writers are movable.
/// Rejected: stores without announced sizes.
template <class S>
concept checkpoint_store = requires(S s, const checkpoint_note& note, std::string_view bytes, job_number job) {
  { static_cast<bool>(s.begin(note)) };
  { s.begin(note)->append(bytes) } -> std::same_as<void>;
  { s.begin(note)->commit() } -> std::same_as<void>;
  { s.find(job) } -> std::same_as<std::optional<checkpoint_note>>;
  {
    s.read(job, [](std::string_view) {})
  } -> std::same_as<std::optional<checkpoint_note>>;
  { s.erase(job) } -> std::same_as<void>;
};

/// A checkpoint in one piece; its size is that of the bytes. False: above the limit of the store.
template <checkpoint_store S>
bool write_checkpoint(S& store, checkpoint_note note, std::string_view bytes) {
  note.bytes = bytes.size();
  auto writer = store.begin(note);
  if (!writer) return false;
  writer->append(bytes);
  writer->commit();
  return true;
}

struct checkpoint {
  checkpoint_note note{};
  std::string bytes{};
  bool operator==(const checkpoint&) const = default;
};
/// All of a checkpoint in memory.
template <checkpoint_store S>
[[nodiscard]] std::optional<checkpoint> read_checkpoint(S& store, job_number job) {
  checkpoint out;
  const std::optional<checkpoint_note> note = store.read(job, [&](std::string_view piece) { out.bytes += piece; });
  if (!note) return std::nullopt;
  out.note = *note;
  return out;
}

/// In memory: for tests.
class memory_checkpoints {
public:
  class writer {
  public:
    void append(std::string_view bytes) {
      if (bytes.size() > data_.note.bytes - data_.bytes.size()) refuse("more bytes than announced");
      data_.bytes += bytes;
    }
    void commit() {
      if (data_.bytes.size() != data_.note.bytes) refuse("fewer bytes than announced");
      to_->checkpoints_[data_.note.job] = std::move(data_);
    }

  private:
    friend class memory_checkpoints;
    writer(memory_checkpoints& to, const checkpoint_note& note) : to_(&to), data_{note, {}} {}
    [[noreturn]] void refuse(const char* why) const {
      throw error("the checkpoint of job " + std::to_string(data_.note.job) + " has " + why);
    }
    memory_checkpoints* to_;
    checkpoint data_;
  };

  explicit memory_checkpoints(std::uint64_t limit = no_checkpoint_limit) noexcept : limit_(limit) {}

  [[nodiscard]] std::optional<writer> begin(const checkpoint_note& note) {
    if (note.bytes > limit_) return std::nullopt;
    return writer(*this, note);
  }
  [[nodiscard]] std::optional<checkpoint_note> find(job_number job) const {
    const auto at = checkpoints_.find(job);
    return at == checkpoints_.end() ? std::nullopt : std::optional(at->second.note);
  }
  template <class F>
  std::optional<checkpoint_note> read(job_number job, F f) const {
    const auto at = checkpoints_.find(job);
    if (at == checkpoints_.end()) return std::nullopt;
    f(std::string_view(at->second.bytes));
    return at->second.note;
  }
  void erase(job_number job) { checkpoints_.erase(job); }

private:
  std::uint64_t limit_;
  std::unordered_map<job_number, checkpoint> checkpoints_;
};

static_assert(checkpoint_store<memory_checkpoints>);

}  // namespace v0
}  // namespace sched

#endif
