// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_JOB_STORE_HPP
#define SCHED_DISPATCH_JOB_STORE_HPP

/// \file
/// What outlives a scheduler: its jobs, written down before they are acknowledged.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/job.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// Of an elastic job: whose lease every part is, what was used, and how long it is waited for lost parts.
struct gang_record {
  std::vector<std::uint64_t> leases{};         ///< by part of the place
  std::vector<std::uint32_t> leaving{};        ///< positions in the place that it was told to give back; ascending
  std::uint32_t additions = 0;                 ///< leases so far, those of starts not counted
  instant repair_until = instant::infinity();  ///< it has fewer tasks than its least number; +∞: it has enough
  instant since{};                             ///< until when use is summed up
  amount cpu_time = 0, device_time = 0;        ///< thousandths · ticks held until then
  bool operator==(const gang_record&) const = default;
};

/// Everything that a scheduler must know of a job to go on.
struct stored_job {
  cluster_job job{};
  job_history life{};
  std::uint64_t sequence = 0;  ///< its place in the queue, for life
  std::uint32_t preemptions = 0;
  duration saved = 0;               ///< progress that its last checkpoint holds
  std::vector<allocation> place{};  ///< what it has while it holds resources
  std::uint64_t lease = 0;
  gang_record gang{};  ///< of an elastic job
  bool operator==(const stored_job&) const = default;
};

/// Where jobs are kept. `save(job)` inserts or replaces by job id, `erase(id)` forgets; both take effect at `commit()`,
/// all together or, if the program dies before, not at all; after `commit` they survive whatever the store survives.
/// `load(f)` calls f(stored_job&&) for every job that was committed, in any order. Failures throw `sched::error`.
template <class S>
concept job_store = requires(S s, const stored_job& j, job_number id) {
  { s.save(j) } -> std::same_as<void>;
  { s.erase(id) } -> std::same_as<void>;
  { s.commit() } -> std::same_as<void>;
  s.load([](stored_job&&) {});
};

namespace detail {

/// Walks through all fields; the archive reads or writes them.
template <class A>
void transfer(A& a, job_dependency& d) {
  a(d.on), a(d.job), a(d.delay);
}
template <class A>
void transfer(A& a, counted_need& n) {
  a(n.kind), a(n.units);
}
template <class A>
void transfer(A& a, part& p) {
  a(p.cpu), a(p.memory), a(p.devices), a(p.share), a(p.device_memory), a(p.min_device_memory), a(p.models), a(p.numa);
  a(p.max_link_cost), a(p.counted);
}
template <class A>
void transfer(A& a, part_group& g) {
  transfer(a, g.each);
  a(g.count), a(g.least);
}
template <class A>
void transfer(A& a, spread_limit& s) {
  a(s.level), a(s.most);
}
template <class A>
void transfer(A& a, request& r) {
  a(r.groups), a(r.within), a(r.per_node), a(r.slice), a(r.slice_level), a(r.exclusive), a(r.share_device), a(r.spread);
  a(r.only), a(r.except);
}
template <class A>
void transfer(A& a, cluster_job& j) {
  a(j.id), a(j.name), a(j.user), a(j.account), a(j.queue);
  transfer(a, j.wants);
  a(j.estimate), a(j.not_before), a(j.deadline), a(j.band), a(j.priority), a(j.nice), a(j.after), a(j.held),
      a(j.requeue);
  a(j.preemptible), a(j.min_run), a(j.quota), a(j.array), a(j.array_limit);
}
template <class A>
void transfer(A& a, job_attempt& t) {
  a(t.scheduled), a(t.started), a(t.ended), a(t.reason);
}
template <class A>
void transfer(A& a, allocation& l) {
  std::uint32_t node = static_cast<std::uint32_t>(l.node.index());
  a(l.group), a(node);
  l.node = node_id(node);
  a(l.cpu), a(l.memory), a(l.share), a(l.device_memory), a(l.devices), a(l.counted), a(l.exclusive);
}

template <class A>
void transfer(A& a, gang_record& g) {
  a(g.leases), a(g.leaving), a(g.additions), a(g.repair_until), a(g.since), a(g.cpu_time), a(g.device_time);
}

class bytes_writer {
public:
  template <class T>
    requires std::integral<T> || std::is_enum_v<T>
  void operator()(T x) {
    auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
    bits = bits << 1 ^ (std::uint64_t{0} - (bits >> 63));  // small numbers of either sign are short
    for (; bits >= 128; bits >>= 7) text_.push_back(static_cast<char>(bits | 128));
    text_.push_back(static_cast<char>(bits));
  }
  void operator()(ticks t) { (*this)(t.count()); }
  void operator()(std::string& s) {
    (*this)(s.size());
    text_ += s;
  }
  template <class List>
    requires requires(List& l) { l.push_back(*l.begin()); }
  void operator()(List& l) {
    (*this)(l.size());
    for (auto& x : l) item(x);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

private:
  template <class T>
  void item(T& x) {
    if constexpr (std::integral<T>) (*this)(x);
    else transfer(*this, x);
  }
  std::string text_;
};

class bytes_reader {
public:
  explicit bytes_reader(std::string_view text) : text_(text) {}
  template <class T>
    requires std::integral<T> || std::is_enum_v<T>
  void operator()(T& x) {
    std::uint64_t bits = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (at_ == text_.size() || shift > 63) broken();
      const auto byte = static_cast<std::uint8_t>(text_[at_++]);
      if (shift == 63 && byte > 1) broken();
      bits |= std::uint64_t{byte & 127U} << shift;
      if (byte < 128) break;
    }
    const auto value = static_cast<std::int64_t>(bits >> 1 ^ (std::uint64_t{0} - (bits & 1)));
    x = static_cast<T>(value);
    if (static_cast<std::int64_t>(x) != value) broken();
  }
  void operator()(ticks& t) {
    std::int64_t n = 0;
    (*this)(n);
    t = n == ticks::infinity().count()         ? ticks::infinity()
        : n == ticks::minus_infinity().count() ? ticks::minus_infinity()
                                               : ticks(n);
  }
  void operator()(std::string& s) {
    const std::size_t n = length();
    s.assign(text_.substr(at_, n));
    at_ += n;
  }
  template <class List>
    requires requires(List& l) { l.push_back(*l.begin()); }
  void operator()(List& l) {
    l.clear();
    for (std::size_t n = length(); n > 0; --n) {
      std::remove_cvref_t<decltype(*l.begin())> x{};
      if constexpr (std::integral<decltype(x)>) (*this)(x);
      else transfer(*this, x);
      l.push_back(std::move(x));
    }
  }
  void end() const {
    if (at_ != text_.size()) broken();
  }

private:
  [[noreturn]] static void broken() { throw error("a stored job is broken"); }
  /// Every item has a byte at least, so no broken length asks for more memory than that.
  std::size_t length() {
    std::size_t n = 0;
    (*this)(n);
    if (n > text_.size() - at_) broken();
    return n;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace detail

/// A job as bytes, the same on every machine. O(size).
[[nodiscard]] inline std::string encode(const stored_job& j) {
  detail::bytes_writer w;
  stored_job r = j;
  w(j.job.elastic ? 3 : 2);  // version: jobs that are not elastic are written as ever
  detail::transfer(w, r.job);
  std::vector<job_attempt> attempts;
  for (std::size_t k = 0; k < j.life.attempt_count(); ++k) attempts.push_back(j.life.attempt(k));
  w(j.life.state()), w(j.life.created()), w(j.life.eligible()), w(j.life.finished()), w(attempts);
  w(r.sequence), w(r.preemptions), w(r.saved), w(r.place), w(r.lease);
  if (j.job.elastic) detail::transfer(w, r.gang);
  return w.take();
}
/// Throws `sched::error` for bytes that are no job.
[[nodiscard]] inline stored_job decode_stored_job(std::string_view bytes) {
  detail::bytes_reader r(bytes);
  int version = 0;
  r(version);
  if (version != 2 && version != 3) throw error("a stored job of version " + std::to_string(version));
  stored_job j;
  detail::transfer(r, j.job);
  job_state state{};
  instant created{}, eligible{}, finished{};
  std::vector<job_attempt> attempts;
  r(state), r(created), r(eligible), r(finished), r(attempts);
  r(j.sequence), r(j.preemptions), r(j.saved), r(j.place), r(j.lease);
  j.job.elastic = version == 3;
  if (j.job.elastic) detail::transfer(r, j.gang);
  r.end();
  if (static_cast<std::size_t>(state) >= job_state_count || (holds_resources(state) && attempts.empty()) ||
      j.gang.leases.size() != (j.job.elastic ? j.place.size() : 0) ||
      !std::ranges::is_sorted(j.gang.leaving, std::less_equal<>()) ||
      (!j.gang.leaving.empty() && j.gang.leaving.back() >= j.place.size()))
    throw error("a stored job is broken");
  j.life = job_history::restored(state, created, eligible, finished, std::move(attempts));
  return j;
}

/// Keeps nothing: for schedulers that need not survive.
struct no_store {
  void save(const stored_job&) {}
  void erase(job_number) {}
  void commit() {}
  template <class F>
  void load(F) {}
};

/// In memory, as bytes: survives the scheduler, not the program. Copies are snapshots of what was committed.
class memory_store {
public:
  void save(const stored_job& j) { pending_.emplace_back(j.job.id, encode(j)); }
  void erase(job_number id) { pending_.emplace_back(id, std::string()); }
  void commit() {
    for (auto& [id, bytes] : pending_) {
      if (bytes.empty()) jobs_.erase(id);
      else jobs_[id] = std::move(bytes);
    }
    pending_.clear();
  }
  template <class F>
  void load(F f) {
    for (const auto& [id, bytes] : jobs_) f(decode_stored_job(bytes));
  }
  [[nodiscard]] std::size_t size() const noexcept { return jobs_.size(); }

private:
  std::unordered_map<job_number, std::string> jobs_;
  std::vector<std::pair<job_number, std::string>> pending_;
};

static_assert(job_store<no_store> && job_store<memory_store>);

}  // namespace v0
}  // namespace sched

#endif
