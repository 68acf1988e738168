// SPDX-License-Identifier: BSL-1.0
// What bad input says. Malformed input throws sched::error; an outcome of the problem is a status in the result.
#include <iostream>

#include <sched/io.hpp>
#include <sched/sgs.hpp>

namespace {

template <class F>
void attempt(const char* what, F f) {
  std::cout << what << "\n  ";
  try {
    f();
    std::cout << "accepted\n";
  } catch (const sched::error& e) {
    std::cout << e.what() << '\n';
  }
}

}  // namespace

int main() {
  namespace io = sched::io;
  // A builder collects first and checks everything at once; problems() lists all that is wrong.
  sched::project_builder b;
  const auto crew = b.add_renewable(2, "crew");
  const auto cut = b.add_task({.name = "cut", .work = 3, .needs = {{crew, 5}}});
  const auto sew = b.add_task({.name = "sew", .work = -1, .dates = {.release = 9, .deadline = 4}});
  const auto iron = b.add_task({.name = "iron", .work = 1});
  b.add_precedence(cut, sew).add_precedence(sew, iron).add_precedence(iron, cut);
  b.add_precedence(iron, sched::task_id(7));
  std::cout << "all problems of a builder\n";
  for (const std::string& line : b.problems()) std::cout << "  " << line << '\n';
  attempt("build() throws the first", [&] { (void)b.build(); });

  sched::project_builder circle;
  for (const char* name : {"a", "b", "c"}) circle.add_task({.name = name, .work = 1});
  for (int i = 0; i < 3; ++i) circle.add_precedence(sched::task_id(i), sched::task_id((i + 1) % 3));
  attempt("a cycle", [&] { (void)circle.build(); });

  // Readers add file and line.
  attempt("cut off", [] { (void)io::read_project("4 1\n3\n0 0 1 2\n5 1 1", "cut.rcp"); });
  attempt("not a number", [] { (void)io::read_project("3 1\n3\n0 0 1 2\nfive 1 1 3\n0 0 0\n", "word.rcp"); });
  attempt("a huge number", [] { (void)io::read_project("99999999999999999999 1\n", "huge.rcp"); });
  attempt("an unknown successor", [] { (void)io::read_project("2 1\n3\n0 0 1 9\n1 1 0\n", "far.rcp"); });
  attempt("an unknown kind of file", [] { (void)io::read_project("", "plan.docx"); });

  // No exception here: the input is sound, the problem has no solution.
  sched::project_builder tight;
  const auto late = tight.add_task({.name = "late", .work = 5, .dates = {.deadline = 3}});
  const auto r = sched::parallel_sgs(tight.build());
  std::cout << "a deadline that nobody can keep\n  " << to_string(r.status) << ": " << r.reason << '\n';
  return r.tasks.front() == late ? 0 : 1;
}
