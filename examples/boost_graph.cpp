// SPDX-License-Identifier: BSL-1.0
// A Boost.Graph graph in, a schedule out; and Boost.Graph's algorithms on a project's network.
#include <iostream>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dag_shortest_paths.hpp>
#include <boost/property_map/property_map.hpp>

#include <sched/adapters/boost_graph.hpp>
#include <sched/sgs.hpp>

struct step {
  int days;
};
using graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, step>;

int main() {
  graph g(6);
  const int days[] = {2, 4, 3, 5, 1, 2};
  for (std::size_t i = 0; i < 6; ++i) g[i].days = days[i];
  add_edge(0, 1, g);
  add_edge(0, 2, g);
  add_edge(1, 3, g);
  add_edge(2, 3, g);
  add_edge(2, 4, g);
  add_edge(4, 5, g);

  // The short way: a project without resources.
  const sched::project bare = sched::project_from_graph(g, get(&step::days, g));
  std::cout << "critical path " << sched::find_critical_path(bare).length << '\n';

  // The long way: every vertex becomes a task of one's own making. One worker does everything.
  sched::project_builder b;
  const auto worker = b.first_number(0).add_renewable(1, "worker");
  sched::add_graph(
      b, g,
      [&](auto v) {
        return sched::task_spec{.work = g[v].days, .needs = {{worker, 1}}};
      },
      [](auto) { return sched::lag_spec{}; });
  const sched::project p = b.build();
  std::cout << "makespan with one worker " << sched::parallel_sgs(p).makespan() << "\n\n";

  // p.precedences() is a BidirectionalGraph and a VertexListGraph. Longest distances from task 0 by BGL:
  const sched::network& net = p.precedences();
  std::vector<std::int64_t> distance(p.task_count());
  const auto index = get(boost::vertex_index, net);
  boost::dag_shortest_paths(net, sched::task_id(0),
                            boost::distance_map(boost::make_iterator_property_map(distance.begin(), index))
                                .weight_map(sched::start_to_start_map(p))
                                .distance_compare([](std::int64_t a, std::int64_t c) { return a > c; })
                                .distance_inf(std::int64_t{-1}));
  for (std::size_t i = 0; i < p.task_count(); ++i)
    std::cout << "task " << p.label(sched::task_id(i)) << " starts at " << distance[i] << " at the earliest\n";

  // A graph with a cycle is refused; the message names the path.
  add_edge(5, 2, g);
  try {
    (void)sched::project_from_graph(g, get(&step::days, g));
  } catch (const sched::error& e) {
    std::cout << '\n' << e.what() << '\n';
  }
}
