// SPDX-License-Identifier: BSL-1.0
#include <sched/io/file.hpp>

#include <filesystem>
#include <string>
#include <system_error>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

using namespace sched;

TEST_CASE("write_file_atomically and read_file keep every byte") {
  const scratch_folder folder;
  const std::string path = folder.path("x.bin");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& text : {std::string(), std::string("a\r\nb\n"), all, std::string(200'000, 'x')}) {
    io::write_file_atomically(path, text);
    CHECK(io::read_file(path) == text);
  }
  CHECK(folder.files() == 1);  // nothing temporary stays behind
}

TEST_CASE("read_file answers what cannot be read with a system error") {
  const scratch_folder folder;
  CHECK_THROWS_AS(io::read_file(folder.path("missing")), std::system_error);
  CHECK_THROWS_AS(io::read_file(folder.path("")), std::system_error);  // a folder
  try {
    (void)io::read_file(folder.path("missing"));
  } catch (const std::system_error& e) {
    CHECK(e.code() == std::errc::no_such_file_or_directory);
    CHECK(std::string(e.what()).find("missing: cannot open") != std::string::npos);
  }
}

TEST_CASE("write_file_atomically leaves no trace when it fails") {
  const scratch_folder folder;
  CHECK_THROWS_AS(io::write_file_atomically(folder.path("no/such/folder/x"), "text"), std::system_error);
  std::filesystem::create_directory(folder.path("taken"));
  io::write_file_atomically(folder.path("taken/inside"), "1");
  CHECK_THROWS_AS(io::write_file_atomically(folder.path("taken"), "text"), std::system_error);  // is a folder
  CHECK(folder.files() == 2);
}

TEST_CASE("write_file_atomically does not touch a temporary file of somebody else") {
  const scratch_folder folder;
  io::write_file_atomically(folder.path("x.tmp"), "theirs");
  io::write_file_atomically(folder.path("x"), "ours");
  CHECK(io::read_file(folder.path("x.tmp")) == "theirs");
  CHECK(io::read_file(folder.path("x")) == "ours");
}
