// SPDX-License-Identifier: BSL-1.0
#include <sched/io/openb.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

const std::string nodes = "sn,cpu_milli,memory_mib,gpu,model\nn0,64000,262144,2,P100\nn1,96000,1,0,\n";
const std::string pods =
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos\np0,12000,16384,1,460,T4|P100,LS\n\"a,\"\"b\"\"\",1,2,0,"
    "0,,BE\np2,1,2,8,1000,,\n";

std::string complaint_of_nodes(const std::string& text) {
  try {
    static_cast<void>(io::read_openb_nodes(text, "f.csv"));
  } catch (const error& e) {
    return e.what();
  }
  return "accepted";
}
std::string complaint_of_pods(const std::string& text) {
  try {
    static_cast<void>(io::read_openb_pods("name,cpu_milli,memory_mib,num_gpu,gpu_milli\n" + text, "f.csv"));
  } catch (const error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("nodes: amounts in thousandths and bytes, one device per GPU") {
  const auto n = io::read_openb_nodes(nodes);
  REQUIRE(n.size() == 2);
  CHECK(n[0].name == "n0");
  CHECK(n[0].cpu == 64'000);
  CHECK(n[0].memory == 262'144 * mebibyte);
  REQUIRE(n[0].devices.size() == 2);
  CHECK(n[0].devices[1].model == "P100");
  CHECK(n[1].devices.empty());
  CHECK(io::write_openb_nodes(n) == nodes);
}

TEST_CASE("pods: shares, models, quoted names; columns by name, in any order") {
  const auto p = io::read_openb_pods(pods);
  REQUIRE(p.size() == 3);
  CHECK(p[0] == io::openb_pod{"p0", 12'000, 16'384 * mebibyte, 1, 460, "T4|P100"});
  CHECK(p[1].name == "a,\"b\"");
  CHECK(p[2].devices == 8);
  CHECK(io::read_openb_pods(io::write_openb_pods(p)) == p);
  const std::vector<io::openb_pod> odd{{"\t", 0, 0, 0, 0, " a"}};
  CHECK(io::read_openb_pods(io::write_openb_pods(odd)) == odd);
  const std::vector<io::openb_pod> gangs{{"g", 1, 0, 0, 0, "", 8, 2}, {"h", 1, 0, 0, 0, "", 3}};
  CHECK(io::read_openb_pods(io::write_openb_pods(gangs)) == gangs);
  const auto other = io::read_openb_pods("gpu_milli,num_gpu,x,memory_mib,cpu_milli,name\r\n0,0,?,5,7,q\r\n\r\n");
  REQUIRE(other.size() == 1);
  CHECK(other[0] == io::openb_pod{"q", 7, 5 * mebibyte, 0, 0, ""});
  CHECK(io::read_openb_pods("name,cpu_milli,memory_mib,num_gpu,gpu_milli\n").empty());
}

TEST_CASE("models that only pods name are known: such pods fit nowhere") {
  const auto n = io::read_openb_nodes(nodes);
  const auto p = io::read_openb_pods(pods);
  const cluster c = io::make_openb_cluster(n, p);
  const part q = io::part_of(p[0], c);
  CHECK(q.models == (c.model_bit("T4") | c.model_bit("P100")));
  CHECK(q.share == 460);
  CHECK(io::part_of(p[1], c).share == whole_device);
  const cluster without = io::make_openb_cluster(n);
  CHECK_THROWS_WITH(io::part_of(p[0], without), "pod 'p0' allows an unknown model 'T4'");
  CHECK_THROWS_WITH(io::part_of({"x", 0, 0, 1, 1000, "P100||"}, without), "pod 'x' allows a model without a name");
}

TEST_CASE("every complaint has file, line and reason") {
  CHECK(complaint_of_nodes("") == "f.csv:1: the header line is missing");
  CHECK(complaint_of_nodes("sn,gpu\n") == "f.csv:1: column 'cpu_milli' is missing");
  CHECK(complaint_of_nodes("sn,sn\n") == "f.csv:1: column 'sn' stands there twice");
  const std::string h = "sn,cpu_milli,memory_mib,gpu,model\n";
  CHECK(complaint_of_nodes(h) == "f.csv:1: no nodes");
  CHECK(complaint_of_nodes(h + "a,1,1,0\n") == "f.csv:2: 4 fields, but the header has 5");
  CHECK(complaint_of_nodes(h + "a,1,1,0,\n\na,1,1,0,\n") == "f.csv:4: node 'a' stands there twice");
  CHECK(complaint_of_nodes(h + ",1,1,0,\n") == "f.csv:2: the node has no name");
  CHECK(complaint_of_nodes(h + "a,-1,1,0,\n") == "f.csv:2: cpu_milli '-1' is outside 0 to 1125899906842624");
  CHECK(complaint_of_nodes(h + "a,1.5,1,0,\n") == "f.csv:2: cpu_milli is not a whole number: '1.5'");
  CHECK(complaint_of_nodes(h + "a,1,1,4097,T4\n") == "f.csv:2: gpu '4097' is outside 0 to 4096");
  CHECK(complaint_of_nodes(h + "a,1,1,1,\n") == "f.csv:2: node 'a' has devices without a model");
  CHECK(complaint_of_nodes(h + "\"a,1,1,1,\n") == "f.csv:2: a quote is not closed");
  CHECK(complaint_of_nodes(h + "a\"b,1,1,1,T4\n") == "f.csv:2: a quote inside a field: 'a\"b'");
  CHECK(complaint_of_nodes(h + "\"a\"b,1,1,1,T4\n") == "f.csv:2: unexpected 'b,1,1,1,T4' behind a quoted field");
  CHECK(complaint_of_pods("p,1,1,0,0\n") == "accepted");
  CHECK(complaint_of_pods(",1,1,0,0\n") == "f.csv:2: the pod has no name");
  CHECK(complaint_of_pods("p,1,1,0,5\n") ==
        "f.csv:2: 0 devices with gpu_milli 5 each: it must be 0 for none, 1000 for several");
  CHECK(complaint_of_pods("p,1,1,2,500\n") ==
        "f.csv:2: 2 devices with gpu_milli 500 each: it must be 0 for none, 1000 for several");
  CHECK(complaint_of_pods("p,1,1,1,1001\n") == "f.csv:2: gpu_milli '1001' is outside 0 to 1000");
  CHECK(complaint_of_pods("p,1,,1,1\n") == "f.csv:2: memory_mib is missing");
}

TEST_CASE("a placement document has one row per pod") {
  std::vector<io::openb_place> places(2);
  places[0] = {"p", "n", {0, 3}};
  places[1].pod = "q,";
  CHECK(io::write_placement_csv(places) == "pod,node,gpus\np,n,0-3\n\"q,\",,\n");
}
