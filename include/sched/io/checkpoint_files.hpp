// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CHECKPOINT_FILES_HPP
#define SCHED_IO_CHECKPOINT_FILES_HPP

/// \file
/// Checkpoints of jobs as files in a folder.

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sched/core/checksum.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/dispatch/checkpoint.hpp>
#include <sched/io/durable_file.hpp>
#include <sched/io/file.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// A `checkpoint_store`: one file `job-ID.checkpoint` a job. A checkpoint replaces the former one as a whole and is on
/// the disk when `commit` returns (`durable_file`). Size and checksums (of the head, and of every block of a MiB) are
/// tested when it is read: what is cut off or damaged is one `sched::error` with the file and the reason, and no byte
/// of a damaged block reaches the reader. What the system refuses is `std::system_error`.
///
/// Different jobs may be written and read at the same time, by any threads and programs. Memory: one block a reader.
class checkpoint_files {
public:
  static constexpr std::uint64_t block = std::uint64_t{1} << 20;

  class writer {
  public:
    void append(std::string_view bytes) {
      if (bytes.size() > note_.bytes - written_) refuse(" bytes were announced, and there are more");
      while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, static_cast<std::size_t>(block - written_ % block));
        file_.write(piece);
        sum_ = crc64(piece, sum_);
        written_ += piece.size();
        bytes.remove_prefix(piece.size());
        if (written_ % block == 0) end_block();
      }
    }
    void commit() {
      if (written_ != note_.bytes) refuse(" bytes were announced, and there are fewer");
      if (written_ % block != 0) end_block();
      file_.commit();
    }

  private:
    friend class checkpoint_files;
    writer(std::string path, const checkpoint_note& note) : path_(std::move(path)), note_(note), file_(path_) {
      const std::string head = head_of(note);
      file_.write(head);
      head_sum_ = get(head, head_bytes - sum_bytes);
      sum_ = head_sum_;
    }
    void end_block() {
      std::string sum;
      put(sum, sum_);
      file_.write(sum);
      sum_ = head_sum_ + written_ / block;  // blocks in another order, or of another checkpoint, are damage too
    }
    [[noreturn]] void refuse(const char* why) const { throw error(path_, 0, std::to_string(note_.bytes) + why); }

    std::string path_;
    checkpoint_note note_;
    durable_file file_;
    std::uint64_t written_ = 0, head_sum_ = 0, sum_ = 0;
  };

  /// The folder is made if there is none. Checkpoints of more than `limit` bytes are refused before they are written.
  explicit checkpoint_files(std::string folder, std::uint64_t limit = no_checkpoint_limit)
      : folder_(std::move(folder)), limit_(limit) {
    std::error_code code;
    std::filesystem::create_directories(folder_, code);
    if (code) throw std::system_error(code, folder_ + ": cannot create");
  }

  [[nodiscard]] std::optional<writer> begin(const checkpoint_note& note) {
    if (note.bytes > limit_ || note.bytes > most_bytes) return std::nullopt;
    return writer(path_of(note.job), note);
  }
  /// Tests the head and the size.
  [[nodiscard]] std::optional<checkpoint_note> find(job_number job) const {
    std::optional<opened> o = open(job);
    return o ? std::optional(o->note) : std::nullopt;
  }
  template <class F>
  std::optional<checkpoint_note> read(job_number job, F f) const {
    const std::optional<opened> o = open(job);
    if (!o) return std::nullopt;
    const std::string path = path_of(job);
    std::string data;
    for (std::uint64_t k = 0, left = o->note.bytes; left > 0; ++k) {
      const std::uint64_t here = std::min(left, block);
      data.resize(static_cast<std::size_t>(here) + sum_bytes);
      take(o->file.get(), path, data);
      const std::string_view bytes = std::string_view(data).substr(0, static_cast<std::size_t>(here));
      if (crc64(bytes, o->sum + k) != get(data, static_cast<std::size_t>(here)))
        throw error(path, 0, "the checkpoint is damaged in block " + std::to_string(k));
      f(bytes);
      left -= here;
    }
    return o->note;
  }
  void erase(job_number job) {
    std::error_code code;
    std::filesystem::remove(path_of(job), code);
    if (code) throw std::system_error(code, path_of(job) + ": cannot remove");
  }
  [[nodiscard]] std::string path_of(job_number job) const {
    return (std::filesystem::path(folder_) / ("job-" + std::to_string(job) + ".checkpoint")).string();
  }
  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }

private:
  static constexpr std::string_view magic = "schedck1";
  static constexpr std::size_t sum_bytes = 8, head_bytes = 56;
  static constexpr std::uint64_t most_bytes = std::uint64_t{1} << 62;

  struct opened {
    detail::file_handle file{};
    checkpoint_note note{};
    std::uint64_t sum = 0;  ///< of the head
  };

  // Numbers are eight bytes, the lowest first.
  static void put(std::string& to, std::uint64_t x) {
    for (unsigned shift = 0; shift < 64; shift += 8) to.push_back(static_cast<char>(x >> shift & 255));
  }
  [[nodiscard]] static std::uint64_t get(std::string_view from, std::size_t at) noexcept {
    std::uint64_t x = 0;
    for (unsigned k = 0; k < 8; ++k) x |= std::uint64_t{static_cast<std::uint8_t>(from[at + k])} << 8 * k;
    return x;
  }
  [[nodiscard]] static std::string head_of(const checkpoint_note& n) {
    std::string head(magic);
    put(head, static_cast<std::uint64_t>(n.job));
    put(head, static_cast<std::uint64_t>(n.progress.count()));
    put(head, static_cast<std::uint64_t>(n.epoch));
    put(head, static_cast<std::uint64_t>(n.step));
    put(head, n.bytes);
    put(head, crc64(head));
    return head;
  }
  /// Of the file that was opened; its name may have gone to another one.
  [[nodiscard]] static std::uint64_t size_of(std::FILE* f, const std::string& path) {
    errno = 0;
#if defined(__unix__) || defined(__APPLE__)
    const auto size = fseeko(f, 0, SEEK_END) == 0 ? ftello(f) : -1;
#else
    const auto size = _fseeki64(f, 0, SEEK_END) == 0 ? _ftelli64(f) : -1;
#endif
    if (size < 0) detail::fail_on(path, "cannot read", errno);
    std::rewind(f);
    return static_cast<std::uint64_t>(size);
  }
  static void take(std::FILE* from, const std::string& path, std::string& to) {
    errno = 0;
    const std::size_t got = std::fread(to.data(), 1, to.size(), from);
    if (std::ferror(from) != 0) detail::fail_on(path, "cannot read", errno);
    if (got != to.size()) throw error(path, 0, "the checkpoint was cut off while it was read");
  }
  [[nodiscard]] std::optional<opened> open(job_number job) const {
    const std::string path = path_of(job);
    opened o;
    errno = 0;
    o.file.reset(std::fopen(path.c_str(), "rb"));
    if (!o.file && errno == ENOENT) return std::nullopt;
    if (!o.file) detail::fail_on(path, "cannot open", errno);
    const std::uint64_t size = size_of(o.file.get(), path);
    const auto refuse = [&](const std::string& why) { throw error(path, 0, why); };
    if (size < head_bytes) refuse("the checkpoint is cut off: " + std::to_string(size) + " bytes, not even its head");
    std::string head(head_bytes, '\0');
    take(o.file.get(), path, head);
    if (head.compare(0, magic.size() - 1, magic, 0, magic.size() - 1) != 0) refuse("is no checkpoint");
    if (head[magic.size() - 1] != magic.back()) refuse("is a checkpoint of another version");
    if (crc64(std::string_view(head).substr(0, head_bytes - sum_bytes)) != get(head, head_bytes - sum_bytes))
      refuse("the head of the checkpoint is damaged");
    const auto number = [&](std::size_t k) { return std::bit_cast<std::int64_t>(get(head, magic.size() + 8 * k)); };
    o.note = {number(0), duration(number(1)), number(2), number(3), static_cast<std::uint64_t>(number(4))};
    o.sum = get(head, head_bytes - sum_bytes);
    if (o.note.job != job) refuse("is the checkpoint of job " + std::to_string(o.note.job));
    if (o.note.bytes > most_bytes) refuse("the head of the checkpoint is damaged");
    const std::uint64_t blocks = o.note.bytes / block + (o.note.bytes % block != 0 ? 1 : 0);
    const std::uint64_t whole = head_bytes + o.note.bytes + blocks * sum_bytes;
    if (size < whole)
      refuse("the checkpoint is cut off: " + std::to_string(size) + " of " + std::to_string(whole) + " bytes");
    if (size > whole) refuse("the checkpoint has " + std::to_string(size - whole) + " bytes too many");
    return o;
  }

  std::string folder_;
  std::uint64_t limit_;
};

static_assert(checkpoint_store<checkpoint_files>);

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
