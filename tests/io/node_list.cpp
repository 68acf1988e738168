// SPDX-License-Identifier: BSL-1.0
#include <sched/io/node_list.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

using names = std::vector<std::string>;
std::string shortened(const names& n) { return io::compress_node_list(n); }
std::string complaint(const std::string& list) {
  try {
    static_cast<void>(io::expand_node_list(list));
  } catch (const error& e) {
    return e.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("bracket lists stand for names, in their order") {
  CHECK(io::expand_node_list("n[001-004,007]") == names{"n001", "n002", "n003", "n004", "n007"});
  CHECK(io::expand_node_list("login,n[9-11],x") == names{"login", "n9", "n10", "n11", "x"});
  CHECK(io::expand_node_list("r[1-2]n[01-02]a") == names{"r1n01a", "r1n02a", "r2n01a", "r2n02a"});
  CHECK(io::expand_node_list("n[98-101]") == names{"n98", "n99", "n100", "n101"});
  CHECK(io::expand_node_list("").empty());
}

TEST_CASE("names become bracket lists, sorted, repeats once") {
  CHECK(shortened({"n007", "n001", "n003", "n002", "n004", "n001"}) == "n[001-004,007]");
  CHECK(shortened({"a"}) == "a");
  CHECK(shortened({"a1"}) == "a1");
  CHECK(shortened({"b2", "a", "b1", "b11"}) == "a,b[1-2,11]");
  CHECK(shortened({"n098", "n099", "n100", "n101"}) == "n[098-101]");
  CHECK(shortened({"n98", "n100", "n99"}) == "n[98-100]");
  CHECK(shortened({"n1", "n01", "n001"}) == "n1,n01,n001");
  CHECK(shortened({}).empty());
}

TEST_CASE("what is no list is refused with the reason") {
  CHECK(complaint("n[1") == "a '[' without ']'");
  CHECK(complaint("n1]") == "a ']' without '['");
  CHECK(complaint("a,,b") == "a node without a name in 'a,,b'");
  CHECK(complaint("a,") == "a node without a name in 'a,'");
  CHECK(complaint("n[4-2]") == "not a range of numbers: '4-2'");
  CHECK(complaint("n[]") == "not a range of numbers: ''");
  CHECK(complaint("n[1-2-3]") == "not a range of numbers: '1-2-3'");
  CHECK(complaint("n[1-]") == "not a range of numbers: '1-'");
  CHECK(complaint("n[0-9999999]") == "'n[0-9999999]' names more than 1000000 nodes");
  CHECK(complaint("n[0-999][0-999][0-9]") == "'n[0-999][0-999][0-9]' names more than 1000000 nodes");
  const names odd{"a[b"};
  CHECK_THROWS_AS(io::compress_node_list(odd), error);
}

TEST_CASE("lists of random names survive both ways") {
  random_generator g(5);
  for (int round = 0; round < 300; ++round) {
    names all;
    for (std::uint64_t k = g.below(30); k-- > 0;) {
      std::string n(1 + g.below(2), static_cast<char>('a' + g.below(2)));
      for (std::uint64_t d = g.below(5); d-- > 0;) n += static_cast<char>('0' + (g.chance(0.5) ? 0 : g.below(10)));
      all.push_back(n);
    }
    const std::string text = io::compress_node_list(all);
    names back = io::expand_node_list(text);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::ranges::sort(back);
    REQUIRE(back == all);
  }
}
