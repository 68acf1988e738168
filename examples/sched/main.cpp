// SPDX-License-Identifier: BSL-1.0
// The command-line program: every capability of the library, one command each.
#include <exception>
#include <iostream>
#include <system_error>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>

#include "program.hpp"

int main(int argc, char** argv) {
  using namespace program;
  CLI::App app("Scheduling: who goes first, when, where, and how good is it?", "sched");
  app.set_version_flag("--version", "sched " SCHED_VERSION_STRING);
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default(false);
  std::vector<std::pair<CLI::App*, runner>> commands;
  for (auto add :
       {add_project, add_roadmap, add_backfill, add_place, add_market, add_generate, add_bench, add_list, add_demo}) {
    runner run = add(app);
    commands.emplace_back(app.get_subcommands({}).back(), std::move(run));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const bool asked = e.get_exit_code() == 0;  // --help, --version
    if (asked) return app.exit(e, std::cout, std::cerr);
    std::cerr << "sched: " << e.what() << "\nRun `sched --help` or `sched COMMAND --help` for what can be asked.\n";
    return static_cast<int>(outcome::malformed);
  }
  try {
    for (auto& [command, run] : commands)
      if (command->parsed()) {
        const outcome result = run();
        std::cout.flush();
        if (!std::cout) {
          std::cerr << "sched: cannot write to standard output\n";
          return static_cast<int>(outcome::io_failed);
        }
        return static_cast<int>(result);
      }
  } catch (const std::system_error& e) {
    std::cerr << "sched: " << e.what() << '\n';
    return static_cast<int>(outcome::io_failed);
  } catch (const std::exception& e) {
    std::cerr << "sched: " << e.what() << '\n';
    return static_cast<int>(outcome::malformed);
  }
  return 0;
}
