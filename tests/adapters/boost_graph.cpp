// SPDX-License-Identifier: BSL-1.0
#include <sched/adapters/boost_graph.hpp>

#include <sched/model/critical_path.hpp>

#include <boost/concept_check.hpp>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/adjacency_matrix.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dag_shortest_paths.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/graph/transitive_closure.hpp>
#include <boost/property_map/property_map.hpp>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

BOOST_CONCEPT_ASSERT((boost::GraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::VertexAndEdgeListGraphConcept<network>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyMatrixConcept<network>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<network, task_id, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<network, network_arc, boost::edge_index_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<network, network_arc, boost::edge_weight_t>));

namespace {

/// dig and survey, then pour, then paint and wire; a start-start lag from dig to wire.
project house() {
  project_builder b;
  const auto dig = b.add_task({.name = "dig", .work = 4});
  const auto survey = b.add_task({.name = "survey", .work = 6});
  const auto pour = b.add_task({.name = "pour", .work = 3});
  const auto paint = b.add_task({.name = "paint", .work = 2});
  const auto wire = b.add_task({.name = "wire", .work = 5});
  b.add_precedence(dig, pour)
      .add_precedence(survey, pour, {.lag = 1})
      .add_precedence(pour, paint)
      .add_precedence(pour, wire);
  b.add_precedence(dig, wire, {.kind = lag_kind::start_start, .lag = 8});
  return b.build();
}

struct tree_counter : boost::default_dfs_visitor {
  std::size_t* tree;
  std::size_t* back;
  void tree_edge(const network_arc&, const network&) { ++*tree; }
  void back_edge(const network_arc&, const network&) { ++*back; }
};

struct discovery : boost::default_bfs_visitor {
  std::vector<std::string>* names;
  const project* p;
  void discover_vertex(task_id t, const network&) { names->push_back(p->label(t)); }
};

}  // namespace

TEST_CASE("rows, degrees and edge numbers agree in both directions") {
  each_random_instance(3, [](const random_instance& i, const instance_preset&, std::uint64_t) {
    const network& g = i.project.precedences();
    REQUIRE(num_vertices(g) == i.project.task_count());
    std::vector<network_arc> all(edges(g).first, edges(g).second);
    REQUIRE(all.size() == num_edges(g));
    for (std::size_t k = 0; k < all.size(); ++k) CHECK(get(boost::edge_index, g, all[k]) == k);
    std::vector<network_arc> by_row, by_column;
    std::size_t degrees = 0;
    for (auto [v, last] = vertices(g); v != last; ++v) {
      by_row.insert(by_row.end(), out_edges(*v, g).first, out_edges(*v, g).second);
      by_column.insert(by_column.end(), in_edges(*v, g).first, in_edges(*v, g).second);
      degrees += degree(*v, g);
      auto e = out_edges(*v, g).first;
      for (auto [a, end] = adjacent_vertices(*v, g); a != end; ++a, ++e) {
        CHECK(*a == target(*e, g));
        CHECK(source(*e, g) == *v);
        CHECK(edge(*v, *a, g).second);
        CHECK(edge(*v, *a, g).first.number <= e->number);
        CHECK(get(boost::edge_weight, g, *e) == g.successors(*v)[e->number - g.first_arc(*v)].lag.count());
      }
      CHECK_FALSE(edge(*v, *v, g).second);
    }
    std::ranges::sort(by_column, {}, &network_arc::number);
    CHECK(by_row == all);
    CHECK(by_column == all);
    CHECK(degrees == 2 * num_edges(g));
  });
}

TEST_CASE("an empty network is an empty graph") {
  const network g;
  CHECK(num_vertices(g) == 0);
  CHECK(vertices(g).first == vertices(g).second);
  CHECK(edges(g).first == edges(g).second);
}

TEST_CASE("topological_sort finds an order of the network") {
  const project p = house();
  std::vector<task_id> order;
  boost::topological_sort(p.precedences(), std::back_inserter(order));
  std::ranges::reverse(order);
  REQUIRE(order.size() == 5);
  std::vector<std::size_t> position(5);
  for (std::size_t k = 0; k < 5; ++k) position[order[k].index()] = k;
  for (auto [e, last] = edges(p.precedences()); e != last; ++e)
    CHECK(position[e->from.index()] < position[e->to.index()]);
}

TEST_CASE("strong_components finds cycles where the network has some") {
  const std::vector<precedence> arcs{
      {task_id(0), task_id(1)}, {task_id(1), task_id(2)}, {task_id(2), task_id(1)}, {task_id(2), task_id(3)}};
  const network g(4, arcs);
  std::vector<int> component(4);
  const auto index = get(boost::vertex_index, g);
  CHECK(boost::strong_components(g, boost::make_iterator_property_map(component.begin(), index)) == 3);
  CHECK(component[1] == component[2]);
  CHECK(component[0] != component[1]);
  std::vector<task_id> order;
  CHECK_THROWS_AS(boost::topological_sort(g, std::back_inserter(order)), boost::not_a_dag);
}

TEST_CASE("transitive_closure of a random network reaches what a walk reaches") {
  random_generator rng(3);
  const project p = random_project({.tasks = 40}, rng);
  const network& g = p.precedences();
  boost::adjacency_list<> closed;
  boost::transitive_closure(g, closed);
  std::vector<std::set<std::size_t>> reach(p.task_count());
  for (std::size_t k = p.task_count(); k-- > 0;) {
    const task_id t = p.topological_order()[k];
    for (const sched::adjacency& l : p.successors(t)) {
      reach[t.index()].insert(l.task.index());
      reach[t.index()].insert(reach[l.task.index()].begin(), reach[l.task.index()].end());
    }
  }
  std::vector<std::set<std::size_t>> found(p.task_count());
  for (auto [e, last] = boost::edges(closed); e != last; ++e)
    found[boost::source(*e, closed)].insert(boost::target(*e, closed));
  CHECK(found == reach);
}

TEST_CASE("the longest path under start-to-start weights is the critical path") {
  std::size_t compared = 0;
  each_random_instance(
      20,
      [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
        const project& p = i.project;
        const network& g = p.precedences();
        const critical_path c = find_critical_path(p);
        const auto lengths = start_to_start_map(p);
        instant latest = 0;
        std::vector<instant> start(p.task_count(), 0);
        for (auto [v, last] = vertices(g); v != last; ++v) {
          std::vector<std::int64_t> distance(p.task_count(), std::numeric_limits<std::int64_t>::min());
          const auto index = get(boost::vertex_index, g);
          boost::dag_shortest_paths(g, *v,
                                    boost::weight_map(lengths)
                                        .distance_map(boost::make_iterator_property_map(distance.begin(), index))
                                        .distance_compare(std::greater<>{})
                                        .distance_inf(std::numeric_limits<std::int64_t>::min())
                                        .distance_zero(std::int64_t{0}));
          for (std::size_t k = 0; k < distance.size(); ++k)
            if (distance[k] != std::numeric_limits<std::int64_t>::min())
              start[k] = std::max(start[k], instant(distance[k]));
        }
        for (std::size_t k = 0; k < start.size(); ++k) latest = std::max(latest, start[k] + p.work(task_id(k)));
        INFO(preset.name << ", seed " << seed);
        CHECK(start == c.earliest_start);
        CHECK(latest == c.length);
        ++compared;
      },
      [](const random_project_options& o) {
        return o.release_probability + o.fixed_probability == 0 && o.max_modes == 1;
      });
  CHECK(compared > 100);
}

TEST_CASE("depth_first_search and breadth_first_search visit the network") {
  const project p = house();
  std::size_t tree = 0, back = 0;
  tree_counter counter;
  counter.tree = &tree;
  counter.back = &back;
  boost::depth_first_search(p.precedences(), boost::visitor(counter));
  CHECK(tree == 3);  // two sources
  CHECK(back == 0);
  std::vector<std::string> names;
  discovery d;
  d.names = &names;
  d.p = &p;
  boost::breadth_first_search(p.precedences(), task_id(0), boost::visitor(d));
  CHECK(names == std::vector<std::string>{"dig", "pour", "wire", "paint"});
  names.clear();
  std::vector<task_id> order;
  const boost::reverse_graph<network> backwards(p.precedences());
  boost::topological_sort(backwards, std::back_inserter(order),
                          boost::vertex_index_map(get(boost::vertex_index, p.precedences())));
  CHECK(order.size() == 5);
}

TEST_CASE("write_graphviz draws the network with the names of the tasks") {
  const project p = house();
  std::ostringstream out;
  boost::write_graphviz(out, p.precedences(), boost::make_label_writer(label_map(p)),
                        boost::make_label_writer(get(boost::edge_weight, p.precedences())));
  CHECK(out.str() ==
        "digraph G {\n0[label=dig];\n1[label=survey];\n2[label=pour];\n3[label=paint];\n4[label=wire];\n"
        "0->2 [label=0];\n0->4 [label=8];\n1->2 [label=1];\n2->3 [label=0];\n2->4 [label=0];\n}\n");
}

TEST_CASE("any BGL graph becomes a project") {
  const std::vector<std::pair<int, int>> arcs{{0, 2}, {1, 2}, {2, 3}, {2, 4}, {0, 4}};
  const std::vector<int> work{4, 6, 3, 2, 5};
  const auto check = [&](const project& p) {
    REQUIRE(p.task_count() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(p.work(task_id(i)) == work[i]);
    std::vector<std::pair<int, int>> found;
    for (auto [e, last] = edges(p.precedences()); e != last; ++e)
      found.emplace_back(static_cast<int>(e->from.index()), static_cast<int>(e->to.index()));
    std::vector<std::pair<int, int>> sorted = arcs;
    std::ranges::sort(sorted);
    CHECK(found == sorted);
    CHECK(find_critical_path(p).length == 14);
    CHECK(p.label(task_id(0)) == "0");
  };
  SECTION("adjacency_list over vectors") {
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> g(arcs.begin(), arcs.end(), 5);
    check(project_from_graph(g, boost::make_iterator_property_map(work.begin(), get(boost::vertex_index, g))));
  }
  SECTION("adjacency_list over lists, durations inside") {
    struct step {
      long work = 0;
    };
    boost::adjacency_list<boost::listS, boost::listS, boost::bidirectionalS, step> g;
    std::vector<decltype(g)::vertex_descriptor> v;
    for (int w : work) v.push_back(add_vertex(step{w}, g));
    for (auto [a, b] : arcs) add_edge(v[static_cast<std::size_t>(a)], v[static_cast<std::size_t>(b)], g);
    check(project_from_graph(g, get(&step::work, g)));
  }
  SECTION("adjacency_matrix") {
    boost::adjacency_matrix<boost::directedS> g(5);
    for (auto [a, b] : arcs) boost::add_edge(static_cast<std::size_t>(a), static_cast<std::size_t>(b), g);
    check(project_from_graph(g, boost::make_iterator_property_map(work.begin(), get(boost::vertex_index, g))));
  }
  SECTION("compressed_sparse_row_graph") {
    boost::compressed_sparse_row_graph<boost::directedS> g(boost::edges_are_unsorted, arcs.begin(), arcs.end(), 5);
    check(project_from_graph(g, boost::make_iterator_property_map(work.begin(), get(boost::vertex_index, g))));
  }
  SECTION("a network itself") {
    const project p = house();
    const project q = project_from_graph(
        p.precedences(), boost::make_function_property_map<task_id>([&](task_id t) { return p.work(t).count(); }));
    check(q);
  }
  SECTION("with tasks and lags of one's own") {
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> g(arcs.begin(), arcs.end(), 5);
    project_builder b;
    const auto crew = b.add_renewable(2, "crew");
    const auto ids = add_graph(
        b, g,
        [&](auto v) {
          return task_spec{.name = "step " + std::to_string(v), .work = work[v], .needs = {{crew, 1}}};
        },
        [&](auto e) { return lag_spec{.lag = boost::target(e, g) == 4 ? 10 : 0}; });
    CHECK(ids.size() == 5);
    const project p = b.build();
    CHECK(p.demand(ids[3], crew) == 1);
    CHECK(p.predecessors(ids[4])[0].lag == 10);
    CHECK(p.label(ids[2]) == "step 2");
  }
}

TEST_CASE("a BGL graph with a cycle is refused with the path") {
  const std::vector<std::pair<int, int>> arcs{{0, 3}, {3, 1}, {1, 4}, {4, 3}, {2, 0}};
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> g(arcs.begin(), arcs.end(), 5);
  const std::vector<int> work(5, 1);
  try {
    static_cast<void>(
        project_from_graph(g, boost::make_iterator_property_map(work.begin(), get(boost::vertex_index, g))));
    FAIL("accepted");
  } catch (const error& e) {
    CHECK(e.reason() == "cycle: 1 -> 4 -> 3 -> 1");
    CHECK(e.ids() == std::vector<std::string>{"1", "4", "3"});
  }
}
