// SPDX-License-Identifier: BSL-1.0
#include <sched/io/gzip_file.hpp>

#include <string>
#include <system_error>

#include "support/catch.hpp"
#include "support/scratch_folder.hpp"

using namespace sched;

namespace {
void pack(const std::string& path, const std::string& text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size()));
  REQUIRE(gzclose(file) == Z_OK);
}
}  // namespace

TEST_CASE("read_gzip_file unpacks packed files and reads others as they are") {
  const scratch_folder folder;
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919 % 1000) + "\n";
  pack(folder.path("a.sm.gz"), text);
  io::write_file_atomically(folder.path("a.sm"), text);
  io::write_file_atomically(folder.path("empty"), "");
  CHECK(io::read_file(folder.path("a.sm.gz")).size() < text.size() / 2);
  CHECK(io::read_gzip_file(folder.path("a.sm.gz")) == text);
  CHECK(io::read_gzip_file(folder.path("a.sm")) == text);
  CHECK(io::read_gzip_file(folder.path("empty")).empty());
}

TEST_CASE("read_gzip_file says apart missing files and damaged ones") {
  const scratch_folder folder;
  CHECK_THROWS_AS(io::read_gzip_file(folder.path("missing.gz")), std::system_error);
  pack(folder.path("a.gz"), std::string(100'000, 'x') + "end");
  const std::string packed = io::read_file(folder.path("a.gz"));
  for (std::size_t size = 3; size < packed.size(); size += 5) {
    io::write_file_atomically(folder.path("cut.gz"), packed.substr(0, size));
    CHECK_THROWS_AS(io::read_gzip_file(folder.path("cut.gz")), error);
  }
  std::string garbled = packed;
  garbled[packed.size() / 2] = static_cast<char>(~garbled[packed.size() / 2]);
  io::write_file_atomically(folder.path("garbled.gz"), garbled);
  CHECK_THROWS_WITH(io::read_gzip_file(folder.path("garbled.gz")),
                    sched_test::ends_with("garbled.gz: the gzip data are damaged or cut off"));
}

TEST_CASE("read_gzip_file stops at its limit") {
  const scratch_folder folder;
  pack(folder.path("big.gz"), std::string(1'000'000, 'x'));
  CHECK(io::read_gzip_file(folder.path("big.gz"), 1'000'000).size() == 1'000'000);
  CHECK_THROWS_WITH(io::read_gzip_file(folder.path("big.gz"), 999'999),
                    sched_test::ends_with("unpacks to more than 999999 bytes"));
}
