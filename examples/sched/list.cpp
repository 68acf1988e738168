// SPDX-License-Identifier: BSL-1.0
// `sched list`: every policy by the question that it answers.
#include <sched/priority/catalogue.hpp>

#include "backfill_run.hpp"
#include "market_run.hpp"
#include "place_run.hpp"
#include "program.hpp"

namespace program {

runner add_list(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "Every policy name, by question");
  const auto common = std::make_shared<common_options>();
  common->add_format(*command);
  return [common] {
    table out({"question", "name", "long_name", "what"}, common->format);
    for (const auto& e : sched::priority::catalogue())
      out.row({std::string("priority"), std::string(e.abbreviation), std::string(e.name), std::string(e.description)});
    const auto rows = [&](const char* question, std::initializer_list<std::array<const char*, 3>> entries) {
      for (const auto& e : entries)
        out.row({std::string(question), std::string(e[0]), std::string(e[1]), std::string(e[2])});
    };
    rows("priority of several rules",
         {{"lexicographic", "lexicographic", "the next rule breaks the ties of the one before"},
          {"weighted-sum", "weighted-sum", "sum of weighted keys"},
          {"reversed", "reversed", "the opposite of a rule"},
          {"regret-biased", "regret-biased", "random draws, the likelier the better the key (--schedules)"}});
    const auto named = [&](const char* question, const std::vector<backfill_name>& entries) {
      for (const backfill_name& e : entries)
        out.row({std::string(question), std::string(e.name), std::string(e.long_name), std::string(e.what)});
    };
    named("order of jobs", backfill_orders());
    rows("order of jobs", {{"by-priority", "by-priority", "most important (library)"}});
    named("reservation", backfill_reservations());
    for (const place_name& e : place_policies())
      out.row({std::string("placement"), std::string(e.name), std::string(e.long_name), std::string(e.what)});
    rows("planning estimate", {{"user", "user", "what the user said"},
                               {"perfect", "perfect", "the run time (simulator)"},
                               {"double", "scaled", "a multiple of what the user said"},
                               {"predict", "last-two", "the mean of the user's last two run times"}});
    rows("solver", {{"serial", "serial-sgs", "each task as early as possible, one after another"},
                    {"parallel", "parallel-sgs", "time moves forward, what fits is started"},
                    {"rollout", "rollout-sgs", "either of them, with a look ahead at every decision"},
                    {"beam", "beam-sgs", "either of them, with several ways kept open"},
                    {"search", "search", "the best schedule that a budget buys, with a bound"},
                    {"backfill", "backfill", "batch jobs, live or on a trace"}});
    rows("direction", {{"forward", "forward", "every task as early as possible"},
                       {"backward", "backward", "every task as late as possible"},
                       {"bidirectional", "bidirectional", "from both ends, the gap closed (serial)"}});
    rows("mode", {{"earliest-finish", "earliest-finish", "the mode that finishes first"},
                  {"shortest", "shortest", "the mode with the least working time"},
                  {"least-work", "least-work", "the mode with the least resource work"}});
    rows("evaluator", {{"makespan", "makespan", "latest finish"},
                       {"tardy-count", "tardy-count", "number of tasks after their due date"},
                       {"tardiness", "weighted-tardiness", "weight times ticks after the due date"},
                       {"levelling", "levelling", "squared usage over time"}});
    rows("roadmap algorithm",
         {{"parallel-sgs", "parallel-sgs", "greedy with foresight: waits for who completes earliest"},
          {"bounded-rollout", "bounded-rollout", "greedy that may leave somebody idle for what is more urgent"},
          {"critical-path", "target-attractiveness", "what serves the most attractive target first"}});
    rows("roadmap strategy", {{"weighted", "weighted", "priority and critical ratio, weighted"},
                              {"priority-first", "priority-first", "priority, then critical ratio"},
                              {"cr-first", "critical-ratio-first", "critical ratio, then priority"},
                              {"atc", "apparent-tardiness-cost", "priority over duration, discounted by slack"}});
    rows("roadmap placement", {{"wait", "wait", "a task waits until its best candidate is free"},
                               {"now", "best-free-now", "takes the best candidate that is free"},
                               {"reserve", "reserve", "books the best candidate's coming time at once"}});
    const auto named_rules = [&](const char* question, const auto& names, std::initializer_list<const char*> what) {
      auto text = what.begin();
      for (const std::string_view name : names)
        out.row({std::string(question), std::string(name), std::string(name), std::string(*text++)});
    };
    named_rules(
        "pricing", sched::any_pricing::names,
        {"price of the dearest accepted offer", "price of the cheapest rejected offer",
         "price of the cheapest accepted bid", "price of the dearest rejected bid",
         "a point of the interval of admissible prices", "a point between last accepted offer and bid",
         "the first price that the marginal order does not set itself", "half way between accepted offer and bid",
         "sellers get the accepted offer, buyers pay the accepted bid", "a given price, moved into the interval",
         "price of the order that is cut", "every order its own price", "every owner what it saves the others"});
    rows("pricing", {{"uniform_first_rejected", "uniform-first-rejected", "the highest losing bid (sales of units)"},
                     {"vcg", "vickrey-clarke-groves", "the others' best without you minus their value (bundles)"},
                     {"core_nearest_vcg", "core-nearest-vcg", "core payments nearest to VCG (bundles)"},
                     {"core_nearest_bid", "core-nearest-bid", "core payments nearest to the bids (bundles)"},
                     {"core_nearest_zero", "core-nearest-zero", "core payments nearest to nothing (bundles)"}});
    named_rules(
        "tie", sched::any_tie::names,
        {"order of the input", "who came first", "smaller merit number first", "largest volume first",
         "smallest volume first", "to each the same share", "from each the same cut", "a random order by --seed"});
    named_rules("shortage", sched::any_shortage::names,
                {"dearest offer with volume", "dearest offer of all", "a fixed price",
                 "last offer plus a slope, capped", "price of the bid that is curtailed"});
    named_rules("zero demand", sched::any_zero_demand::names,
                {"cheapest offer with volume", "cheapest offer of all", "zero", "no price"});
    for (const std::string_view m : sched::io::market_mechanisms)
      out.row({std::string("market mechanism"), std::string(m), std::string(m), std::string("see `sched market`")});
    rows("timeline", {{"dense", "dense-timeline", "one cell per tick"},
                      {"step", "step-timeline", "sorted step profile"},
                      {"tree", "tree-timeline", "balanced tree, logarithmic"}});
    out.finish();
    return outcome::done;
  };
}

}  // namespace program
