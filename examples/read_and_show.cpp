// SPDX-License-Identifier: BSL-1.0
// A project as text, read, scheduled, and shown: CSV, DOT, and a Gantt as SVG and HTML.
#include <iostream>
#include <string>

#include <sched/gantt.hpp>
#include <sched/io.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

// Patterson format: tasks and resources; capacities; then per task: duration, demands, how many successors, which.
constexpr const char* text = R"(
7 2
4 3
0  0 0  2  2 3
3  2 1  1  4
4  3 0  2  5 6
2  1 2  1  7
5  2 1  1  7
3  2 2  1  7
0  0 0  0
)";

int main() {
  namespace io = sched::io;
  // The extension of the name decides which reader is used; load_project(path) reads a file.
  const sched::project p = io::read_project(text, "small.rcp");
  std::cout << p.name() << ": " << p.task_count() << " tasks, " << p.resource_count() << " resources\n\n";

  const auto r = sched::parallel_sgs(p, sched::priority::latest_start{});
  std::cout << io::write_schedule_csv(p, r.schedule) << '\n';

  // Standalone texts: put them into a file with io::write_file_atomically(path, text).
  const std::string svg = sched::gantt_svg(p, r.schedule, {.title = "A small project"});
  const std::string html = sched::gantt_html(p, r.schedule, {.title = "A small project"});
  const auto ends_with = [](const std::string& s, const std::string& end) {
    return s.find(end, s.size() - end.size() - 2) != std::string::npos;
  };
  std::cout << "SVG complete: " << ends_with(svg, "</svg>") << ", HTML complete: " << ends_with(html, "</html>")
            << '\n';
  std::cout << "HTML loads nothing from elsewhere: " << (html.find("src=\"http") == std::string::npos) << "\n\n";

  std::cout << io::write_dot(p);
  return sched::validate(p, r.schedule).ok() ? 0 : 1;
}
