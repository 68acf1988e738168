// SPDX-License-Identifier: BSL-1.0
#include <sched/io/durable_file.hpp>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

using namespace sched;

TEST_CASE("a durable file takes its name when it is complete") {
  const scratch_folder folder;
  const std::string path = folder.path("x");
  io::write_file_atomically(path, "old");
  {
    io::durable_file f(path);
    f.write("ne");
    CHECK(io::read_file(path) == "old");
    CHECK(folder.files() == 2);
  }
  CHECK(folder.files() == 1);
  CHECK(io::read_file(path) == "old");
  io::durable_file f(path), other(path);
  f.write("ne");
  io::durable_file g = std::move(f);
  g.write("w");
  other.write("other");
  g.commit();
  CHECK(io::read_file(path) == "new");
  other = io::durable_file(folder.path("y"));
  CHECK(folder.files() == 2);  // x, and y in the making
  other.commit();
  CHECK(io::read_file(folder.path("y")).empty());
  CHECK(folder.files() == 2);
}

TEST_CASE("a durable file that fails leaves nothing") {
  const scratch_folder folder;
  CHECK_THROWS_AS(io::durable_file(folder.path("no/such")), std::system_error);
  std::filesystem::create_directory(folder.path("taken"));
  io::write_file_atomically(folder.path("taken/inside"), "1");
  {
    io::durable_file f(folder.path("taken"));
    CHECK_THROWS_AS(f.commit(), std::system_error);
  }
  CHECK(folder.files() == 2);
}
