// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_MARKET_BLOCKS_HPP
#define SCHED_EXAMPLES_SCHED_MARKET_BLOCKS_HPP

/// \file
/// Runs the market cases with block and complex orders. Shared by `sched market` and the conformance test.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <sched/evaluate/block_acceptance.hpp>
#include <sched/evaluate/validate_blocks.hpp>
#include <sched/solve/clear_blocks.hpp>
#include <sched/solve/convex_market.hpp>
#include <sched/solve/mic_loop.hpp>

#include "market_cases.hpp"

namespace program {

/// The block orders of a case and their names.
struct block_case {
  sched::block_book book{};
  std::vector<std::string> blocks{}, flexible{}, complex{};

  block_case(const sched::io::json_value& in, std::size_t periods, const std::vector<std::string>& zones = {}) {
    using namespace sched;
    std::map<std::string, std::size_t, std::less<>> index, groups, loops;
    const auto number = [](auto& map, const io::json_value& v) {
      const std::string name = v.is(io::json_kind::string) ? std::string(v.string()) : answer(v.number()).dump();
      return map.emplace(name, map.size()).first->second;
    };
    const auto zone = [&](const io::json_value& v) -> std::uint32_t {
      const auto z = v.find("zone");
      if (!z || zones.empty()) return 0;
      return static_cast<std::uint32_t>(std::find(zones.begin(), zones.end(), z->string()) - zones.begin());
    };
    if (const auto list = in.find("blocks")) {
      for (const auto v : list->array()) index.emplace(std::string(v.at("id").string()), index.size());
      for (const auto v : list->array()) {
        v.allow({"id", "side", "price", "volume", "min_ratio", "parent", "group", "loop", "zone"});
        block_order b;
        blocks.emplace_back(v.at("id").string());
        b.side = io::side_of(v.at("side"));
        b.price = io::real_of(v.at("price"));
        b.volume = io::reals_of(v.at("volume"));
        if (const auto x = v.find("min_ratio")) b.min_ratio = io::real_of(*x);
        if (const auto x = v.find("parent"); x && !x->is(io::json_kind::null)) {
          const auto it = index.find(x->string());
          b.parent = it == index.end() ? list->size() : it->second;  // refused as unknown
        }
        if (const auto x = v.find("group"); x && !x->is(io::json_kind::null)) b.group = number(groups, *x);
        if (const auto x = v.find("loop"); x && !x->is(io::json_kind::null)) b.loop = number(loops, *x);
        b.zone = zone(v);
        book.blocks.push_back(std::move(b));
      }
    }
    const auto period_of = [&](const io::json_value& v) {
      return static_cast<std::size_t>(v.integer(1, static_cast<std::int64_t>(periods))) - 1;
    };
    if (const auto list = in.find("flexible"))
      for (const auto v : list->array()) {
        v.allow({"id", "side", "price", "volume", "first", "last", "most", "zone"});
        flexible.emplace_back(v.at("id").string());
        flexible_order f{io::side_of(v.at("side")), io::real_of(v.at("price")), io::real_of(v.at("volume"))};
        if (const auto x = v.find("first")) f.first = period_of(*x);
        if (const auto x = v.find("last")) f.last = period_of(*x);
        if (const auto x = v.find("most")) f.most = static_cast<std::size_t>(x->integer(1, 1'000'000));
        f.zone = zone(v);
        book.flexible.push_back(f);
      }
    if (const auto list = in.find("complex"))
      for (const auto v : list->array()) {
        v.allow({"id", "side", "kind", "fixed_term", "variable_term", "ramp_up", "ramp_down", "min_power", "steps",
                 "zone"});
        complex.emplace_back(v.at("id").string());
        complex_order c;
        c.side = io::side_of(v.at("side"));
        const auto kind = v.at("kind").string();
        if (kind == "scalable") c.kind = complex_kind::scalable;
        else if (kind != "minimum_income") v.at("kind").fail("expected \"minimum_income\" or \"scalable\"");
        const auto real = [&v](const char* key, double& to) {
          if (const auto x = v.find(key)) to = io::real_of(*x);
        };
        real("fixed_term", c.fixed_term);
        real("variable_term", c.variable_term);
        real("ramp_up", c.ramp_up);
        real("ramp_down", c.ramp_down);
        if (const auto x = v.find("min_power")) c.min_power = io::reals_of(*x);
        for (const auto s : v.at("steps").array()) {
          s.allow({"period", "volume", "price", "survives"});
          const auto stays = s.find("survives");
          c.steps.push_back({period_of(s.at("period")), io::real_of(s.at("volume")), io::real_of(s.at("price")),
                             stays && stays->boolean()});
        }
        c.zone = zone(v);
        book.complex.push_back(std::move(c));
      }
  }
};

/// How a case wants its blocks cleared: by `method`, with prices on the grid of the option `tick`.
struct block_clearing {
  sched::block_options options{};
  sched::block_tolerance tolerance{};
  bool loop = false;

  explicit block_clearing(const sched::io::json_value& in) {
    using namespace sched;
    if (const auto o = in.find("options"))
      if (const auto x = o->find("tick")) options.tick = tolerance.tick = io::real_of(*x);
    if (const auto x = in.find("method")) {
      loop = x->string() == "mic_loop";
      if (!loop && x->string() != "clear_blocks") x->fail("expected \"clear_blocks\" or \"mic_loop\"");
    }
  }
  template <class Market>
  [[nodiscard]] sched::block_result operator()(const Market& m, const sched::block_book& book) const {
    return loop ? sched::mic_loop(m, book, options) : sched::clear_blocks(m, book, options);
  }
};

/// Decisions at given prices.
inline market_answer run_acceptance(const sched::io::market_case& c) {
  using namespace sched;
  market_answer out;
  try {
    const auto prices = io::reals_of(c.input.at("prices"));
    const block_case b(c.input, prices.size());
    const auto start = std::chrono::steady_clock::now();
    const auto ratio = accept_blocks(b.book.blocks, prices);
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (std::size_t k = 0; k < ratio.size(); ++k) out.values["blocks"][b.blocks[k]] = ratio[k];
    for (std::size_t k = 0; k < b.complex.size(); ++k)
      out.values["complex"][b.complex[k]] = numbers(accept_complex(b.book.complex[k], prices));
  } catch (const market_error& e) {
    out.values = answer::object();
    out.values["error"] = std::string(to_string(e.code()));
    out.values["reason"] = e.reason();
  }
  return out;
}

/// What orders of the book sell and buy in a period.
inline void add_block_volume(const sched::block_book& book, const sched::block_result& r, std::size_t t, double& sold,
                             double& bought) {
  using namespace sched;
  const auto add = [&](market_side s, double v) { (s == market_side::sell ? sold : bought) += v; };
  for (std::size_t k = 0; k < book.blocks.size(); ++k) add(book.blocks[k].side, r.ratio[k] * book.blocks[k].volume[t]);
  for (std::size_t k = 0; k < book.flexible.size(); ++k)
    if (std::find(r.periods[k].begin(), r.periods[k].end(), t) != r.periods[k].end())
      add(book.flexible[k].side, book.flexible[k].volume);
  for (std::size_t k = 0; k < book.complex.size(); ++k)
    for (std::size_t j = 0; j < book.complex[k].steps.size(); ++j)
      if (book.complex[k].steps[j].period == t) add(book.complex[k].side, r.complex_accepted[k][j]);
}

/// Decisions and totals of a clearing with blocks.
inline void add_block_values(const block_case& b, const sched::block_result& r, answer& values) {
  using sched::no_block;
  answer blocks = answer::object(), flexible = answer::object(), complex = answer::object(), steps = answer::object(),
         lost = answer::array();
  for (std::size_t k = 0; k < b.blocks.size(); ++k) blocks[b.blocks[k]] = r.ratio[k];
  for (std::size_t k = 0; k < b.flexible.size(); ++k) {
    answer& periods = flexible[b.flexible[k]];
    if (b.book.flexible[k].most == 1) {
      if (r.period[k] != no_block) periods = r.period[k] + 1;
      continue;
    }
    periods = answer::array();
    for (const std::size_t t : r.periods[k]) periods.push_back(t + 1);
  }
  for (std::size_t k = 0; k < b.complex.size(); ++k) {
    complex[b.complex[k]] = r.complex_on[k] != 0 ? "accepted" : "rejected";
    steps[b.complex[k]] = numbers(r.complex_accepted[k]);
  }
  for (const std::size_t k : r.paradoxically_rejected) lost.push_back(b.blocks[k]);
  for (const std::size_t k : r.paradoxically_rejected_flexible) lost.push_back(b.flexible[k]);
  values["blocks"] = std::move(blocks);
  values["flexible"] = std::move(flexible);
  values["complex"] = std::move(complex);
  if (!steps.empty()) values["complex_accepted"] = std::move(steps);
  values["paradoxically_rejected"] = std::move(lost);
  values["welfare"] = r.welfare;
  values["bound"] = number_or_null(r.bound);
  values["nodes"] = r.nodes;
}

/// One zone; several: `run_block_zones`.
inline market_answer run_blocks(const sched::io::market_case& c, bool validate = true) {
  using namespace sched;
  market_answer out;
  try {
    for (const char* key : {"links", "boundaries", "constraints", "ramps", "purchases"})
      if (const auto v = c.input.find(key)) v->fail("without 'zones'");
    const auto periods = static_cast<std::size_t>(c.input.at("periods").integer(1, 100'000));
    std::vector<std::vector<curve_segment>> books(periods);
    std::vector<std::pair<std::size_t, std::size_t>> place;  // of each order: period, index
    for (const auto v : c.input.at("orders").array()) {
      const auto t = v.find("period")
                         ? static_cast<std::size_t>(v.at("period").integer(1, static_cast<std::int64_t>(periods))) - 1
                         : 0;
      books[t].push_back(io::segment_of(v));
      place.emplace_back(t, books[t].size() - 1);
    }
    const block_case b(c.input, periods);
    const case_rules rules(c, "k_price", "marginal_demand");
    const curve_market<one_price> market(books, c.bounds, one_price{rules.pricing});
    const block_clearing clear(c.input);
    const auto start = std::chrono::steady_clock::now();
    const block_result r = clear(market, b.book);
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.values["status"] = std::string(to_string(r.status));
    std::vector<std::vector<double>> accepted(periods);
    std::vector<double> volume(periods, 0);
    for (std::size_t t = 0; t < periods; ++t) {
      accepted[t] = market.accepted(t, r.injection[t]);
      double sold = 0, bought = 0;
      for (std::size_t k = 0; k < books[t].size(); ++k)
        (books[t][k].side == market_side::sell ? sold : bought) += accepted[t][k];
      add_block_volume(b.book, r, t, sold, bought);
      volume[t] = std::max(sold, bought);
    }
    out.values["price"] = numbers(r.price);
    out.values["volume"] = numbers(volume);
    answer taken = answer::array();
    for (const auto& [t, k] : place) taken.push_back(accepted[t][k]);
    out.values["accepted"] = std::move(taken);
    add_block_values(b, r, out.values);
    if (validate && r.status == clearing_status::cleared)
      for (const market_violation& v : validate_blocks(b.book, r, periods, 1, clear.tolerance))
        out.wrong.push_back(describe(v));
  } catch (const market_error& e) {
    out.values = answer::object();
    out.values["error"] = std::string(to_string(e.code()));
    out.values["reason"] = e.reason();
  }
  return out;
}

}  // namespace program

#endif
