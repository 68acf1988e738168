// SPDX-License-Identifier: BSL-1.0
#include <sched/io/cluster_gantt.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/io/chart_html.hpp>
#include <sched/io/chart_svg.hpp>
#include <sched/model/random_cluster.hpp>
#include <sched/placement/policy.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Two racks: n0 and n1 with two GPUs each, n2 with none.
cluster small_cluster() {
  cluster_builder b({"rack"});
  b.add_node({.name = "n0", .cpu = 8000, .devices = {{"A"}, {"A"}}, .path = {"r0"}});
  b.add_node({.name = "n1", .cpu = 8000, .devices = {{"A"}, {"A"}}, .path = {"r0"}});
  b.add_node({.name = "n2", .cpu = 4000, .path = {"r1"}});
  return b.build();
}
allocation gpus(std::size_t node, std::initializer_list<std::uint16_t> devices, amount share = 1000,
                amount cpu = 1000) {
  return {.node = node_id(node), .cpu = cpu, .share = share, .devices = device_list(devices)};
}
occupancy stay(const char* job, std::int64_t start, std::int64_t end, std::vector<allocation> place) {
  return {.job = job, .start = start, .end = end, .place = std::move(place)};
}
const chart_bar& bar(const chart& c, const std::string& label, std::size_t k = 0) {
  for (const chart_bar& b : c.bars)
    if (b.label == label && k-- == 0) return b;
  throw error("no bar " + label);
}
const chart_column& column(const chart& c, const std::string& name) {
  for (const chart_column& x : c.columns)
    if (x.name == name) return x;
  throw error("no column " + name);
}
using area = std::pair<int, int>;
area height(const chart_bar& b) { return {b.from, b.share}; }

}  // namespace

TEST_CASE("gantt_of of a cluster: lanes are nodes under the heading of their group, with a row per GPU") {
  const cluster c = small_cluster();
  const std::vector<occupancy> stays{stay("a", 0, 4, {gpus(0, {0, 1})}),
                                     stay("gang", 4, 9, {gpus(0, {1}), gpus(1, {0}), gpus(1, {1})}),
                                     stay("cpu", 2, 9, {gpus(2, {}, 0, 1000)})};
  const chart t = gantt_of(c, stays);
  REQUIRE(t.lanes.size() == 5);
  CHECK(t.lanes[0].title == "r0: 2 nodes");
  CHECK(t.lanes[1].title == "n0");
  CHECK((t.lanes[1].inner && !t.lanes[0].inner));
  CHECK(t.lanes[1].row_labels == std::vector<std::string>{"GPU 0", "GPU 1"});
  CHECK(t.lanes[3].title == "r1: 1 node");
  CHECK(t.lanes[4].row_labels == std::vector<std::string>{"cpu"});
  REQUIRE(t.bars.size() == 4);
  CHECK((bar(t, "a").lane == 1 && bar(t, "a").row == 0 && bar(t, "a").rows == 2 && bar(t, "a").also.empty()));
  CHECK((bar(t, "gang").lane == 1 && bar(t, "gang").row == 1 && bar(t, "gang").rows == 1));
  CHECK((bar(t, "gang", 1).lane == 2 && bar(t, "gang", 1).rows == 2));
  CHECK((bar(t, "cpu").lane == 4 && height(bar(t, "cpu")) == area(0, 250)));
  CHECK((bar(t, "a").kind == 3 && bar(t, "gang").kind == 4 && bar(t, "cpu").kind == 0));
  CHECK((t.bars[0].start == 0 && t.bars[0].finish == 4));
  CHECK(column(t, "Nodes in all").texts == std::vector<std::string>{"", "", "2", "2"});
  CHECK(column(t, "Tasks here").texts == std::vector<std::string>{"", "", "", "2"});
  CHECK(column(t, "GPUs").texts == std::vector<std::string>{"0, 1", "", "1", "0, 1"});
  // GPUs in use: two until 4, then three.
  const auto& used = t.panels[0].curves[0].points;
  REQUIRE(used.size() == 3);
  CHECK((used[0].value == 2 && used[1].value == 3 && used[1].time == 4 && used[2].value == 0 && used[2].time == 9));
  CHECK(std::ranges::any_of(t.facts, [](const chart_fact& f) {  // (2 · 4 + 3 · 5) / (4 · 9)
    return f.name == "Mean in use" && f.value == "63.89 %";
  }));
  REQUIRE(t.figures.size() == 1);
  CHECK(t.figures[0].rows == std::vector<std::string>{"r0"});
  CHECK(t.figures[0].columns[3].values == std::vector<double>{0.75});
}

TEST_CASE("gantt_of of a cluster: shares of one GPU lie on top of each other, in what is free") {
  const cluster c = small_cluster();
  const std::vector<occupancy> stays{stay("a", 0, 4, {gpus(0, {1}, 300)}), stay("b", 1, 9, {gpus(0, {1}, 200)}),
                                     stay("c", 2, 9, {gpus(0, {1}, 500)}), stay("d", 5, 9, {gpus(0, {1}, 100)}),
                                     stay("e", 5, 9, {gpus(0, {1}, 200)})};
  const chart rows = gantt_of(c, stays);
  CHECK(bar(rows, "a").row == 1);
  CHECK(height(bar(rows, "a")) == area(0, 300));
  CHECK(height(bar(rows, "b")) == area(300, 200));
  CHECK(height(bar(rows, "c")) == area(500, 500));
  CHECK(height(bar(rows, "d")) == area(0, 100));
  CHECK(height(bar(rows, "e")) == area(100, 200));
  CHECK(column(rows, "Of each").texts[0] == "300 / 1000");
  // A row per node: the two GPUs are its halves.
  const chart nodes = gantt_of(c, stays, {.rows = cluster_rows::nodes});
  CHECK(nodes.lanes[1].rows == 1);
  CHECK(nodes.lanes[1].row_labels.empty());
  CHECK(height(bar(nodes, "a")) == area(500, 150));
  CHECK(height(bar(nodes, "c")) == area(750, 250));
}

TEST_CASE("gantt_of of a cluster: a share that fits into no single gap is drawn in several") {
  const cluster c = small_cluster();
  const std::vector<occupancy> stays{stay("a", 0, 2, {gpus(0, {0}, 300)}), stay("b", 0, 9, {gpus(0, {0}, 300)}),
                                     stay("c", 0, 2, {gpus(0, {0}, 200)}), stay("d", 0, 9, {gpus(0, {0}, 200)}),
                                     stay("e", 2, 9, {gpus(0, {0}, 450)})};
  const chart t = gantt_of(c, stays);
  CHECK(height(bar(t, "e")) == area(0, 300));
  REQUIRE(bar(t, "e").also.size() == 1);
  CHECK((bar(t, "e").also[0].row == 0 && bar(t, "e").also[0].from == 600 && bar(t, "e").also[0].share == 150));
  CHECK(chart_html(t).find("\"alsoPart\":[0,600,150]") != std::string::npos);
}

TEST_CASE("gantt_of of a cluster: preempted attempts are marked, nodes shaded, what is not there is no capacity") {
  const cluster c = small_cluster();
  occupancy first = stay("a", 0, 4, {gpus(0, {0})});
  first.reason = end_reason::preempted;
  occupancy second = stay("a", 6, 8, {gpus(1, {0})});
  second.attempt = 2;
  second.reason = end_reason::done;
  const std::vector<node_outage> outages{
      {node_id(0), 5, 7, node_status::down}, {node_id(0), 7, 9, node_status::draining}, {node_id(2), 8}};
  const std::vector<occupancy> stays{first, second};
  const chart t = gantt_of(c, stays, {.until = 10, .outages = outages, .unplaced = {"x", "y"}});
  CHECK((t.bars[0].critical && !t.bars[1].critical));
  CHECK(column(t, "Attempt").texts == std::vector<std::string>{"", "2"});
  CHECK(column(t, "Ended").texts == std::vector<std::string>{"preempted", "done"});
  CHECK(t.lanes[1].shaded == std::vector<interval>{{5, 9}});
  CHECK(t.lanes[2].shaded.empty());
  CHECK(t.lanes[4].shaded == std::vector<interval>{{8, 10}});
  const auto& there = t.panels[0].curves[1].points;
  REQUIRE(there.size() == 3);
  CHECK((there[0].value == 4 && there[1].time == 5 && there[1].value == 2 && there[2].time == 7));
  const auto fact = [&](const char* name) {
    return std::ranges::find(t.facts, std::string(name), &chart_fact::name)->value;
  };
  CHECK(fact("Jobs") == "1");
  CHECK(fact("Cut short") == "1");
  CHECK(fact("Without a place") == "2");
  REQUIRE(t.notes.size() == 1);
  CHECK(t.notes[0].items == std::vector<std::string>{"x", "y"});
}

TEST_CASE("gantt_of of a cluster: places without an end last until the end of the chart") {
  const cluster c = small_cluster();
  std::vector<occupancy> stays{stay("a", 0, 0, {gpus(0, {0})}), stay("b", 3, 0, {gpus(0, {1})})};
  stays[0].end = stays[1].end = instant::infinity();
  CHECK(gantt_of(c, stays).bars[0].finish == 4);
  CHECK(gantt_of(c, stays, {.until = 10}).bars[0].finish == 10);
  stays[1] = stay("b", 3, 3, {gpus(0, {0})});  // of no length: holds nothing, a milestone
  const chart t = gantt_of(c, stays, {.until = 10});
  CHECK((t.bars[1].start == 3 && t.bars[1].finish == 3));
  CHECK(t.panels[0].curves[0].points.size() == 1);
}

TEST_CASE("gantt_of of a cluster: idle and fragmented GPUs") {
  const cluster c = small_cluster();
  // Typical is a task of one whole GPU: 400 thousandths of a shared one are lost to it.
  const std::vector<occupancy> stays{stay("a", 1, 5, {gpus(0, {0}, 600)})};
  const chart t = gantt_of(c, stays, {.until = 9, .typical = {{.cpu = 1000, .devices = 1, .share = 1000, .count = 3}}});
  REQUIRE(t.panels.size() == 3);
  const auto& idle = t.panels[1].curves[0].points;
  const auto& lost = t.panels[1].curves[1].points;
  REQUIRE(idle.size() == 2);
  CHECK((idle[0].value == 3.4 && idle[1].value == 4));
  REQUIRE(lost.size() == 2);
  CHECK((lost[0].value == 0.4 && lost[0].time == 1 && lost[1].value == 0 && lost[1].time == 5));
}

TEST_CASE("gantt_of of a cluster: rows of groups are mean shares by kind in pieces of time") {
  const cluster c = small_cluster();
  const std::vector<occupancy> stays{stay("a", 0, 4, {gpus(0, {0, 1})}), stay("b", 2, 4, {gpus(1, {0}, 500)}),
                                     stay("c", 0, 8, {gpus(2, {}, 0, 2000)})};
  const chart t = gantt_of(c, stays, {.rows = cluster_rows::groups});
  REQUIRE(t.lanes.size() == 2);
  CHECK(t.lanes[0].title == "r0");
  REQUIRE(t.bars.size() == 4);  // a's is pushed up by b's, a lower kind, from 2 on
  const auto of_kind = [&](std::uint32_t lane, std::uint32_t kind) {
    std::vector<chart_bar> out;
    for (const chart_bar& b : t.bars)
      if (b.lane == lane && b.kind == kind) out.push_back(b);
    return out;
  };
  REQUIRE(of_kind(0, 1).size() == 1);
  CHECK((of_kind(0, 1)[0].start == 2 && of_kind(0, 1)[0].finish == 4 && height(of_kind(0, 1)[0]) == area(875, 125)));
  REQUIRE(of_kind(0, 3).size() == 2);
  CHECK((of_kind(0, 3)[0].finish == 2 && height(of_kind(0, 3)[0]) == area(500, 500)));
  CHECK(height(of_kind(0, 3)[1]) == area(375, 500));
  CHECK(of_kind(1, 0).size() == 1);
  CHECK(height(of_kind(1, 0)[0]) == area(500, 500));
}

TEST_CASE("gantt_of of a cluster without levels: alike nodes stand together") {
  cluster_builder b;
  b.add_node({.name = "x", .cpu = 1000, .devices = {{"A"}, {"A"}}});
  b.add_node({.name = "y", .cpu = 1000, .devices = {{"B"}}});
  b.add_node({.name = "z", .cpu = 9000, .devices = {{"A"}, {"A"}}});
  const cluster c = b.build();
  const chart t = gantt_of(c, {});
  REQUIRE(t.lanes.size() == 5);
  CHECK(t.lanes[0].title == "2 \u00d7 A: 2 nodes");
  CHECK((t.lanes[1].title == "x" && t.lanes[2].title == "z"));
  CHECK(t.lanes[3].title == "1 \u00d7 B: 1 node");
  CHECK(t.bars.empty());
  CHECK(chart_html(t).size() > 1000);
}

TEST_CASE("gantt_of of a cluster: no two bars have the same part of a row at the same time") {
  for (const cluster_rows rows : {cluster_rows::devices, cluster_rows::nodes}) {
    random_generator g(3);
    const random_cluster_options o{.nodes = 12, .nodes_per_rack = 4, .load = 8, .fractional = 0.6};
    const cluster c = random_cluster(o, g);
    const std::vector<part> tasks = random_tasks(c, o, g);
    cluster_state s(c);
    placement_workspace ws;
    std::vector<occupancy> stays;
    std::vector<std::size_t> here;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
      for (std::size_t n = here.size(); n-- > 0;)
        if (stays[here[n]].end <= static_cast<std::int64_t>(k)) {
          for (const allocation& a : stays[here[n]].place) s.undo(a);
          here.erase(here.begin() + static_cast<std::ptrdiff_t>(n));
        }
      const placement_result r = placement::best_fit{}(single(tasks[k]), s, ws);
      if (!r) continue;
      s.apply(r);
      here.push_back(stays.size());
      const auto start = static_cast<std::int64_t>(k);
      stays.push_back(stay(std::to_string(k).c_str(), start, start + g.between(1, 90), {}));
      stays.back().place.assign(r.parts.begin(), r.parts.end());
    }
    REQUIRE(stays.size() > 200);
    const chart t = gantt_of(c, stays, {.rows = rows});
    CHECK(t.bars.size() == stays.size());
    struct block {
      std::uint32_t lane, row;
      int from, to;
      instant start, end;
    };
    std::vector<block> blocks;
    for (const chart_bar& b : t.bars) {
      amount thousandths = 0;
      const auto put = [&](const chart_rows& r) {
        for (std::uint32_t k = r.row; k < r.row + r.rows; ++k)
          blocks.push_back({b.lane, k, r.from, r.from + r.share, b.start, b.finish});
        thousandths += static_cast<amount>(r.rows) * r.share;
      };
      put({b.row, b.rows, b.from, b.share});
      for (const chart_rows& r : b.also) put(r);
      const occupancy& o2 = *std::ranges::find(stays, b.label, &occupancy::job);
      const amount wanted = static_cast<amount>(o2.place[0].devices.size()) * o2.place[0].share;
      if (rows == cluster_rows::devices && !o2.place[0].devices.empty()) CHECK(thousandths == wanted);
    }
    for (const block& b : blocks) {
      REQUIRE((b.from >= 0 && b.to <= 1000 && b.row < t.lanes[b.lane].rows));
      if (rows == cluster_rows::nodes) continue;  // rounded
      for (const block& d : blocks)
        if (&b != &d && b.lane == d.lane && b.row == d.row && b.from < d.to && d.from < b.to)
          REQUIRE((b.end <= d.start || d.end <= b.start));
    }
  }
}

TEST_CASE("svg figures draw parts of rows") {
  const cluster c = small_cluster();
  const std::vector<occupancy> stays{stay("a", 0, 4, {gpus(0, {0}, 500)})};
  const std::string half = chart_svg(gantt_of(c, stays));
  const std::string full = chart_svg(gantt_of(c, std::vector<occupancy>{stay("a", 0, 4, {gpus(0, {0})})}));
  const auto bar_height = [](const std::string& svg) {
    const std::size_t at = svg.find("height=\"", svg.find("class=\"bar "));
    return std::stod(svg.substr(at + 8));
  };
  CHECK(bar_height(half) > 0.45 * bar_height(full));
  CHECK(bar_height(half) < 0.55 * bar_height(full));
}
