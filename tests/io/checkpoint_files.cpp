// SPDX-License-Identifier: BSL-1.0
#include <sched/io/checkpoint_files.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

using namespace sched;
using io::checkpoint_files;

namespace {

std::string random_bytes(std::size_t n, std::uint64_t seed) {
  random_generator rng(seed);
  std::string s(n, '\0');
  for (char& c : s) c = static_cast<char>(rng.below(256));
  return s;
}
/// What reading is refused with, or nothing.
std::string refusal(checkpoint_files& s, job_number job) {
  try {
    static_cast<void>(read_checkpoint(s, job));
    return "";
  } catch (const error& e) {
    CHECK(e.file() == s.path_of(job));
    return e.reason();
  }
}

}  // namespace

TEST_CASE("checkpoints of any size come back, in blocks") {
  const scratch_folder folder;
  checkpoint_files s(folder.path("a/b"));
  const std::size_t block = checkpoint_files::block;
  job_number job = -1;
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, block - 1, block, block + 1, 2 * block + 77}) {
    const std::string data = random_bytes(n, n);
    auto w = s.begin({.job = ++job, .progress = 7, .epoch = -3, .step = 11, .bytes = n});
    REQUIRE(w);
    for (std::size_t at = 0; at < n; at += 300'001) w->append(std::string_view(data).substr(at, 300'001));
    CHECK_FALSE(s.find(job));
    w->commit();
    const checkpoint_note note{job, 7, -3, 11, n};
    CHECK(s.find(job) == note);
    std::size_t most = 0;
    std::string back;
    CHECK(s.read(job, [&](std::string_view piece) {
      back += piece;
      most = std::max(most, piece.size());
    }) == note);
    CHECK(back == data);
    CHECK(most <= block);
  }
  checkpoint_files again(folder.path("a/b"));
  CHECK(again.find(5)->bytes == 2 * block + 77);
  again.erase(5);
  again.erase(5);
  CHECK_FALSE(again.find(5));
  CHECK_THROWS_AS(checkpoint_files(s.path_of(0)), std::system_error);
}

TEST_CASE("a checkpoint that is not completed leaves the former one and no file") {
  const scratch_folder folder;
  checkpoint_files s(folder.path("c"));
  CHECK(write_checkpoint(s, {.job = 1}, "former"));
  const std::size_t files = folder.files();
  {
    auto w = s.begin({.job = 1, .bytes = 100});
    w->append("less");
    CHECK_THROWS_AS(w->commit(), error);
    CHECK_THROWS_AS(w->append(std::string(97, 'x')), error);
  }
  CHECK(folder.files() == files);
  CHECK(read_checkpoint(s, 1)->bytes == "former");
}

TEST_CASE("fault 11: the size of a checkpoint is tested before it is written, in bytes") {
  const scratch_folder folder;
  const std::uint64_t gib = std::uint64_t{1} << 30;
  checkpoint_files s(folder.path("c"), gib);
  CHECK(s.limit() == gib);
  const std::size_t files = folder.files();
  CHECK_FALSE(s.begin({.job = 1, .bytes = gib + gib / 2}));
  CHECK_FALSE(s.begin({.job = 1, .bytes = gib + 1}));
  CHECK(folder.files() == files);
  CHECK(s.begin({.job = 1, .bytes = gib}));
  checkpoint_files small(folder.path("d"), 5);
  CHECK(write_checkpoint(small, {.job = 1}, "fives"));
  CHECK_FALSE(write_checkpoint(small, {.job = 1}, "sixsix"));
  CHECK(read_checkpoint(small, 1)->bytes == "fives");
}

TEST_CASE("what is cut off, too long, or of another kind is one error that says so") {
  const scratch_folder folder;
  checkpoint_files s(folder.path("c"));
  CHECK(write_checkpoint(s, {.job = 1}, std::string(1000, 'x')));
  const std::string path = s.path_of(1), good = io::read_file(path);
  CHECK(good.size() == 1064);
  const auto with = [&](const std::string& bytes) {
    io::write_file_atomically(path, bytes);
    return refusal(s, 1);
  };
  CHECK(with(good.substr(0, 500)) == "the checkpoint is cut off: 500 of 1064 bytes");
  CHECK_THROWS_AS(s.find(1), error);
  CHECK(with(good.substr(0, 9)) == "the checkpoint is cut off: 9 bytes, not even its head");
  CHECK(with("") == "the checkpoint is cut off: 0 bytes, not even its head");
  CHECK(with(good + "ab") == "the checkpoint has 2 bytes too many");
  CHECK(with(std::string(1064, 'x')) == "is no checkpoint");
  std::string other = good;
  other[7] = '2';
  CHECK(with(other) == "is a checkpoint of another version");
  other = good;
  ++other[20];
  CHECK(with(other) == "the head of the checkpoint is damaged");
  other = good;
  ++other[700];
  CHECK(with(other) == "the checkpoint is damaged in block 0");
  CHECK(with(good).empty());
  io::write_file_atomically(s.path_of(2), good);
  CHECK(refusal(s, 2) == "is the checkpoint of job 1");
}

TEST_CASE("no damage passes for a checkpoint, nor blocks of another one") {
  const scratch_folder folder;
  checkpoint_files s(folder.path("c"));
  const std::string data = random_bytes(3000, 1);
  CHECK(write_checkpoint(s, {.job = 1, .progress = 3}, data));
  const std::string good = io::read_file(s.path_of(1));
  random_generator rng(9);
  for (int round = 0; round < 400; ++round) {
    std::string bytes = good;
    if (round % 3 == 0) bytes.resize(rng.below(bytes.size()));
    else if (round % 3 == 1) bytes[rng.below(bytes.size())] ^= static_cast<char>(1 << rng.below(8));
    else
      for (std::size_t n = 1 + rng.below(30), at = rng.below(bytes.size()); n > 0 && at < bytes.size(); --n, ++at)
        bytes[at] = static_cast<char>(rng.below(256));
    if (bytes == good) continue;
    io::write_file_atomically(s.path_of(1), bytes);
    CHECK_FALSE(refusal(s, 1).empty());
  }
  // Two blocks change places.
  const std::size_t block = checkpoint_files::block;
  CHECK(write_checkpoint(s, {.job = 2}, random_bytes(2 * block, 2)));
  std::string file = io::read_file(s.path_of(2));
  std::swap_ranges(file.begin() + 56, file.begin() + 64 + static_cast<std::ptrdiff_t>(block),
                   file.begin() + 64 + static_cast<std::ptrdiff_t>(block));
  io::write_file_atomically(s.path_of(2), file);
  CHECK(refusal(s, 2) == "the checkpoint is damaged in block 0");
}
