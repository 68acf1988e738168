// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ADAPTERS_SQLITE_STORE_HPP
#define SCHED_ADAPTERS_SQLITE_STORE_HPP

/// \file
/// The jobs of a scheduler in an SQLite file, so that it survives a crash. Needs SQLite 3.24 (component `sqlite`).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include <sched/core/checksum.hpp>
#include <sched/core/error.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/model/job.hpp>
#include <sched/model/lifecycle.hpp>

namespace sched {
inline namespace v0 {

struct sqlite_options {
  /// How a transaction is made whole: a log beside the file (one write to the disk for a commit; not on network file
  /// systems when `shared`), or the old content beside it (about three).
  enum class journal : std::uint8_t { write_ahead, rollback } mode = journal::write_ahead;
  bool shared = false;  ///< others may look into the file meanwhile; otherwise who comes second is refused
  int wait = 0;         ///< so many milliseconds for another program to let go of the file
};

/// A `job_store` in one SQLite file: table `jobs`(id, state, job, checksum), format version 1.
///
/// What `commit` has returned for is on the disk (`synchronous=FULL`) and survives the end of the program at any point
/// and the loss of power, as far as the disk keeps its promises. A commit is one transaction; without changes it is
/// free. Throws `sched::error` with the file and the reason: no such folder, in use, damaged, no SQLite database,
/// one of something else, another version, disk full. A commit that throws has changed nothing; what it should have
/// written is kept, and written by the next one.
///
/// Opening checks the structure of the file, O(size). One thread at a time. Movable, not copyable.
class sqlite_store {
public:
  static constexpr int version = 1;                        ///< `PRAGMA user_version`
  static constexpr std::int32_t application = 0x73636864;  ///< `PRAGMA application_id`: "schd"

  explicit sqlite_store(std::string path, const sqlite_options& options = {}) : path_(std::move(path)) {
    open(options);
    const bool fresh = identify();
    make_durable(options);
    if (fresh) make_table();
    if (!options.shared) run("BEGIN EXCLUSIVE; COMMIT");  // kept from now on
    put_ = prepare("REPLACE INTO jobs(id, state, job, checksum) VALUES(?1, ?2, ?3, ?4)");
    drop_ = prepare("DELETE FROM jobs WHERE id = ?1");
    all_ = prepare("SELECT id, job, checksum FROM jobs ORDER BY id");
    begin_ = prepare("BEGIN IMMEDIATE");
    end_ = prepare("COMMIT");
  }

  void save(const stored_job& j) { later(j.job.id) = {j.job.id, j.life.state(), encode(j)}; }
  void erase(job_number id) { later(id) = {id, job_state{}, std::string()}; }
  void commit() {
    if (pending_.empty()) return;
    try {
      finish(begin_);
      for (const change& c : pending_) {
        if (c.bytes.empty()) {
          check(sqlite3_bind_int64(drop_.get(), 1, c.id));
          finish(drop_);
        } else {
          const std::string_view state = to_string(c.state);
          check(sqlite3_bind_int64(put_.get(), 1, c.id));
          check(sqlite3_bind_text(put_.get(), 2, state.data(), static_cast<int>(state.size()), SQLITE_STATIC));
          check(sqlite3_bind_blob64(put_.get(), 3, c.bytes.data(), c.bytes.size(), SQLITE_STATIC));
          check(sqlite3_bind_int64(put_.get(), 4, static_cast<std::int64_t>(crc64(c.bytes))));
          finish(put_);
        }
      }
      finish(end_);
    } catch (...) {
      if (sqlite3_get_autocommit(base_.get()) == 0) sqlite3_exec(base_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
      throw;
    }
    pending_.clear();
    place_of_.clear();
  }
  /// f(stored_job&&) for every job that was committed, by id. f must not use the store.
  template <class F>
  void load(F f) {
    const rewind at_end{all_.get()};
    while (step(all_)) {
      const job_number id = sqlite3_column_int64(all_.get(), 0);
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(all_.get(), 1));
      const std::string_view job(bytes == nullptr ? "" : bytes,
                                 static_cast<std::size_t>(sqlite3_column_bytes(all_.get(), 1)));
      const auto checksum = static_cast<std::uint64_t>(sqlite3_column_int64(all_.get(), 2));
      if (crc64(job) != checksum) refuse("job " + std::to_string(id) + " is damaged");
      f(decoded(id, job));
    }
  }
  /// How many jobs were committed.
  [[nodiscard]] std::size_t size() { return static_cast<std::size_t>(number(prepare("SELECT count(*) FROM jobs"))); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  struct close_base {
    void operator()(sqlite3* b) const noexcept { sqlite3_close(b); }
  };
  struct close_statement {
    void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
  };
  using statement = std::unique_ptr<sqlite3_stmt, close_statement>;
  struct rewind {
    sqlite3_stmt* of;
    explicit rewind(sqlite3_stmt* s) noexcept : of(s) {}
    rewind(const rewind&) = delete;
    rewind& operator=(const rewind&) = delete;
    ~rewind() { sqlite3_reset(of); }
  };
  struct change {
    job_number id = 0;
    job_state state{};
    std::string bytes{};  ///< empty: erased
  };

  // --- errors ---
  [[noreturn]] void refuse(const std::string& reason) const { throw error(path_, 0, reason); }
  void check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) fail(code);
  }
  [[noreturn]] void fail(int code) const {
    const std::string said = base_ ? sqlite3_errmsg(base_.get()) : sqlite3_errstr(code);
    switch (code & 255) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED: refuse("is in use by somebody else (" + said + ")");
      case SQLITE_CORRUPT: refuse("is damaged (" + said + ")");
      case SQLITE_NOTADB: refuse("is no SQLite database, or damaged (" + said + ")");
      case SQLITE_CANTOPEN: refuse("cannot be opened (" + said + ")");
      case SQLITE_READONLY:
      case SQLITE_PERM: refuse("cannot be written (" + said + ")");
      case SQLITE_FULL: refuse("the disk is full (" + said + ")");
      default: refuse("SQLite answers: " + said + " (" + std::to_string(code) + ")");
    }
  }

  // --- statements ---
  [[nodiscard]] statement prepare(const char* text) const {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v3(base_.get(), text, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
    return statement(made);
  }
  /// Whether there is a row.
  [[nodiscard]] bool step(const statement& s) const {
    const int code = sqlite3_step(s.get());
    check(code);
    return code == SQLITE_ROW;
  }
  void finish(const statement& s) const {
    const rewind at_end(s.get());
    while (step(s)) continue;
  }
  void run(const char* text) const { check(sqlite3_exec(base_.get(), text, nullptr, nullptr, nullptr)); }
  [[nodiscard]] std::int64_t number(const statement& s) const { return step(s) ? sqlite3_column_int64(s.get(), 0) : 0; }
  [[nodiscard]] std::string text(const statement& s) const {
    const unsigned char* t = step(s) ? sqlite3_column_text(s.get(), 0) : nullptr;
    return t == nullptr ? std::string() : reinterpret_cast<const char*>(t);
  }

  // --- opening ---
  void open(const sqlite_options& options) {
    if (path_.empty() || path_.find('\0') != std::string::npos) refuse("is no name of a file");
    const std::string name = path_.front() == ':' ? "./" + path_ : path_;  // `:memory:` would keep nothing
    sqlite3* made = nullptr;
    const int code =
        sqlite3_open_v2(name.c_str(), &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    base_.reset(made);
    check(code);
    check(sqlite3_extended_result_codes(made, 1));
    check(sqlite3_busy_timeout(made, options.wait));
    run(options.shared ? "PRAGMA locking_mode=NORMAL" : "PRAGMA locking_mode=EXCLUSIVE");
    run("PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF");
  }
  /// True: new; otherwise it is ours. Nothing has been written yet.
  [[nodiscard]] bool identify() const {
    const std::int64_t of = number(prepare("PRAGMA application_id")), found = number(prepare("PRAGMA user_version"));
    const bool empty = number(prepare("SELECT count(*) FROM sqlite_master")) == 0;
    if (of == 0 && found == 0 && empty) return true;
    if (of != application) refuse("is an SQLite database of something else");
    if (found != version)
      refuse("has format version " + std::to_string(found) + "; this library reads version " + std::to_string(version));
    if (const std::string said = text(prepare("PRAGMA quick_check(1)")); said != "ok") refuse("is damaged: " + said);
    return false;
  }
  void make_durable(const sqlite_options& options) const {
    const bool ahead = options.mode == sqlite_options::journal::write_ahead;
    const std::string mode = text(prepare(ahead ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE"));
    if (mode != "wal" && mode != "delete") refuse("cannot be made safe from crashes (journal mode " + mode + ")");
    run("PRAGMA synchronous=FULL; PRAGMA fullfsync=ON");
  }
  void make_table() const {
    static_assert(version == 1 && application == 1935894628);
    run("BEGIN IMMEDIATE;"
        "CREATE TABLE IF NOT EXISTS jobs(id INTEGER PRIMARY KEY, state TEXT NOT NULL, job BLOB NOT NULL,"
        " checksum INTEGER NOT NULL);"
        "PRAGMA application_id=1935894628; PRAGMA user_version=1;"
        "COMMIT");
  }

  change& later(job_number id) {
    const auto [at, fresh] = place_of_.try_emplace(id, pending_.size());
    return fresh ? pending_.emplace_back() : pending_[at->second];
  }
  [[nodiscard]] stored_job decoded(job_number id, std::string_view bytes) const {
    try {
      stored_job j = decode_stored_job(bytes);
      if (j.job.id == id) return j;
    } catch (const error& e) {
      refuse("job " + std::to_string(id) + ": " + e.reason());
    }
    refuse("job " + std::to_string(id) + " is another one");
  }

  std::string path_;
  std::unique_ptr<sqlite3, close_base> base_;
  statement put_, drop_, all_, begin_, end_;
  std::vector<change> pending_;
  std::unordered_map<job_number, std::size_t> place_of_;  ///< in `pending_`
};

static_assert(job_store<sqlite_store>);

}  // namespace v0
}  // namespace sched

#endif
