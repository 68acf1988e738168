// SPDX-License-Identifier: BSL-1.0
#include <sched/io/dot.hpp>

#include <string>

#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("append_dot escapes what DOT strings cannot hold") {
  std::string out;
  io::append_dot(out, "a \"b\" \\ c\nd\x01\t");
  CHECK(out == "\"a \\\"b\\\" \\\\ c\\nd\"");
}

TEST_CASE("write_dot marks the critical path, labels lags and dashes maximal ones") {
  project_builder b;
  b.name("a \"house\"");
  const task_id dig = b.add_task({.name = "dig", .work = 3});
  const task_id pour = b.add_task({.name = "pour\nconcrete", .work = 4});
  const task_id paint = b.add_task(1);
  b.add_precedence(dig, pour);
  b.add_precedence(dig, paint);
  b.add_precedence(dig, paint, {lag_kind::start_start, -2});
  b.add_precedence(pour, paint, {lag_kind::finish_finish, 0});
  b.add_precedence(dig, paint, {lag_kind::start_finish, 9, true});
  CHECK(io::write_dot(b.build()) ==
        "digraph \"a \\\"house\\\"\" {\n"
        "  rankdir=LR;\n"
        "  node [shape=box, style=rounded];\n"
        "  1 [label=\"dig\\n3\", style=\"rounded,filled\", color=\"#b3261e\", fillcolor=\"#f9dedc\"];\n"
        "  2 [label=\"pour\\nconcrete\\n4\", style=\"rounded,filled\", color=\"#b3261e\", fillcolor=\"#f9dedc\"];\n"
        "  3 [label=\"3\\n1\", style=\"rounded,filled\", color=\"#b3261e\", fillcolor=\"#f9dedc\"];\n"
        "  1 -> 2 [color=\"#b3261e\", penwidth=2];\n"
        "  1 -> 3;\n"
        "  1 -> 3 [label=\"SS-2\"];\n"
        "  2 -> 3 [label=\"FF+0\", color=\"#b3261e\", penwidth=2];\n"
        "  1 -> 3 [style=dashed, constraint=false, label=\"max SF+9\"];\n"
        "}\n");
}

TEST_CASE("write_dot of nothing is an empty graph") {
  CHECK(io::write_dot(project()) == "digraph \"project\" {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n}\n");
}
