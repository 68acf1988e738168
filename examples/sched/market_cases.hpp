// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_MARKET_CASES_HPP
#define SCHED_EXAMPLES_SCHED_MARKET_CASES_HPP

/// \file
/// Runs a market case by its mechanism and compares what came out with what the case expects. Shared by `sched market`
/// and the conformance test; needs nothing of the program.

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <sched/evaluate/market_power.hpp>
#include <sched/io/json_market.hpp>
#include <sched/market.hpp>
#include <sched/order_book.hpp>
#include <sched/pricing/any_rules.hpp>
#include <sched/pricing/reprice.hpp>
#include <sched/solve/allocate.hpp>
#include <sched/solve/auction.hpp>
#include <sched/solve/clear_two_sided.hpp>
#include <sched/solve/combinatorial_auction.hpp>
#include <sched/solve/reserves.hpp>

namespace program {

using answer = nlohmann::ordered_json;

/// What a mechanism says of a case: members by the names that cases use in `expect`.
struct market_answer {
  answer values = answer::object();
  double seconds = 0;
  bool supported = true;
  std::vector<std::string> wrong{};  ///< what the proof of the result says against it
};

/// A number, or null where there is none: NaN and infinities.
inline answer number_or_null(double x) { return std::isfinite(x) ? answer(x) : answer(nullptr); }

template <class V>
answer numbers(const std::vector<V>& values) {
  answer out = answer::array();
  for (const V v : values) out.push_back(number_or_null(static_cast<double>(v)));
  return out;
}

/// A pricing rule as the one-sided kernels and zones want it: one price.
struct one_price {
  sched::any_pricing rule{};
  template <class P, class V>
  [[nodiscard]] P operator()(const sched::margin_record<P, V>& m) const {
    return rule(m).sell;
  }
};

/// The rules of a case. Throws `sched::error` for names that do not exist.
struct case_rules {
  sched::any_pricing pricing{};
  sched::any_tie tie{};
  sched::any_shortage shortage{};
  sched::any_zero_demand zero_demand{};

  case_rules(const sched::io::market_case& c, std::string_view default_pricing, std::string_view default_shortage) {
    const auto find = [&](const char* key, const auto& found, const std::optional<std::string>& name) {
      if (!found) c.input.fail("unknown " + std::string(key) + " '" + name.value_or("") + "'");
      return *found;
    };
    pricing = find("pricing", sched::any_pricing::named(c.pricing.value_or(std::string(default_pricing)), c.numbers),
                   c.pricing);
    tie = find("tie", sched::any_tie::named(c.tie.value_or("index"), c.numbers), c.tie);
    shortage =
        find("shortage", sched::any_shortage::named(c.shortage.value_or(std::string(default_shortage)), c.numbers),
             c.shortage);
    zero_demand =
        find("zero_demand", sched::any_zero_demand::named(c.zero_demand.value_or("lowest_offer")), c.zero_demand);
  }
};

/// Runs one case.
class market_runner {
public:
  explicit market_runner(const sched::io::market_case& c) : case_(c), in_(c.input) {}

  /// Malformed input becomes `error`: the code of the fault. `sched::error` for what is no case.
  market_answer run() {
    try {
      dispatch();
    } catch (const sched::market_error& e) {
      out_.values = answer::object();
      out_.values["error"] = std::string(to_string(e.code()));
      out_.values["reason"] = e.reason();
    }
    return std::move(out_);
  }

private:
  void dispatch() {
    const std::string& m = case_.mechanism;
    if (m == "one_sided") one_sided();
    else if (m == "two_sided") two_sided();
    else if (m == "call_auction") call();
    else if (m == "price_rules") price_rules();
    else if (m == "mcafee" || m == "huang" || m == "posted_price" || m == "muda") double_auction();
    else if (m == "max_volume_matching") matching();
    else if (m == "rationing") rationing();
    else if (m == "multi_unit") multi_unit();
    else if (m == "combinatorial") combinatorial();
    else if (m == "reserve") reserve();
    else if (m == "curve") curve();
    else if (m == "order_book") book();
    else if (m == "proportional_share") proportional();
    else if (m == "fisher") fisher();
    else if (m == "drf") drf();
    else if (m == "env_step") env_step();
    else out_.supported = false;
  }

  template <class F>
  auto timed(F f) {
    const auto start = std::chrono::steady_clock::now();
    auto result = f();
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  }
  void set(const char* key, answer value) { out_.values[key] = std::move(value); }
  void set_status(sched::clearing_status s) { set("status", std::string(to_string(s))); }

  template <class P, class V>
  void one_sided_as() {
    using namespace sched;
    std::vector<P> prices;
    std::vector<V> volumes;
    for (const double x : io::reals_of(in_.at("prices"))) prices.push_back(static_cast<P>(x));
    for (const double x : io::reals_of(in_.at("volumes"))) volumes.push_back(static_cast<V>(x));
    const double demand = io::real_of(in_.at("demand"));
    std::vector<std::int64_t> time, merit;
    clear_options o;
    o.price_cap = case_.bounds.cap;
    o.price_floor = case_.bounds.floor;
    // Ties chosen at run time may ask for either column; equal entries decide nothing.
    if (const auto t = in_.find("time")) time = io::wholes_of(*t);
    else time.assign(prices.size(), 0);
    if (const auto t = in_.find("merit")) merit = io::wholes_of(*t);
    else merit.assign(prices.size(), 0);
    o.time = time;
    o.merit = merit;
    std::vector<V> accepted(volumes.size());
    const case_rules rules(case_, "last_accepted_offer", "last_offer");
    const bool compat = case_.numba && !case_.pricing && !case_.tie && !case_.shortage && !case_.zero_demand;
    const auto r = timed([&] {
      if constexpr (std::is_floating_point_v<V>) {
        if (compat) return clear(prices, volumes, static_cast<V>(demand), accepted, compat::numba, o);
      }
      const auto mine = clearing_rules{}
                            .with_tie(rules.tie)
                            .with_pricing(one_price{rules.pricing})
                            .with_shortage(rules.shortage)
                            .with_zero_demand(rules.zero_demand);
      return clear(prices, volumes, static_cast<V>(demand), accepted, mine, o);
    });
    set_status(r.status);
    set("price", number_or_null(static_cast<double>(r.price)));
    set("accepted", numbers(accepted));
    set("unserved", number_or_null(static_cast<double>(r.unserved)));
    double volume = 0, cost = 0;
    std::vector<curve_order> orders;
    for (std::size_t i = 0; i < accepted.size(); ++i) {
      volume += static_cast<double>(accepted[i]);
      cost += static_cast<double>(accepted[i]) * static_cast<double>(prices[i]);
      orders.push_back({market_side::sell, static_cast<double>(prices[i]), static_cast<double>(volumes[i])});
    }
    set("volume", volume);
    set("welfare", -cost);
    if (!rules.pricing.per_order()) return;
    std::vector<double> own(orders.size()), taken(accepted.begin(), accepted.end());
    rules.pricing(margin_record<>{}, priced_book<>{orders, taken, case_.bounds}, std::span<double>(own));
    set("order_prices", numbers(own));
  }
  void one_sided() {
    const double demand = sched::io::real_of(in_.at("demand"));
    if (case_.dtype == "float32") one_sided_as<float, float>();
    else if (case_.dtype == "int64" && demand == std::floor(demand) && std::abs(demand) < 0x1p62)
      one_sided_as<double, std::int64_t>();
    else one_sided_as<double, double>();
  }

  template <class Order>
  void two_sided_of(const std::vector<Order>& orders) {
    using namespace sched;
    const case_rules rules(case_, "k_price", "marginal_demand");
    book_clearing_options<> o{.bounds = case_.bounds};
    if (const auto x = in_.find("net_export")) o.net_export = io::real_of(*x);
    const auto r = timed([&] { return clear_two_sided(orders, rules.pricing, rules.tie, rules.shortage, o); });
    set_status(r.status);
    set("price", r.priced ? number_or_null(r.price) : answer(nullptr));
    if (r.priced && r.buy_price != r.sell_price) {
      set("price_sell", r.sell_price);
      set("price_buy", r.buy_price);
    }
    set("price_interval", answer::array({number_or_null(r.lo), number_or_null(r.hi)}));
    set("volume", r.volume);
    set("accepted", numbers(r.accepted));
    set("unserved", r.unserved);
    set("welfare", r.welfare);
    set("consumer_surplus", r.consumer_surplus);
    set("producer_surplus", r.producer_surplus);
    set("auctioneer_surplus", r.auctioneer_surplus);
    if (!r.order_prices.empty()) set("order_prices", numbers(r.order_prices));
  }
  void two_sided() {
    const auto read = sched::io::orders_of(in_.at("orders"));
    if (read.segments) two_sided_of(read.orders);
    else two_sided_of(read.steps());
  }

  void call() {
    using namespace sched;
    const auto orders = io::orders_of(in_.at("orders")).steps();
    std::vector<std::uint8_t> whole;
    for (const auto v : in_.at("orders").array()) {
      const auto mark = v.find("all_or_none");
      whole.push_back(mark && mark->boolean() ? 1 : 0);
    }
    const case_rules rules(case_, "k_price", "marginal_demand");
    const any_tie tie = case_.tie ? rules.tie : *any_tie::named("time");
    const auto r =
        timed([&] { return call_auction(orders, {.reference = case_.reference, .all_or_none = whole}, tie); });
    set_status(r.status);
    set("price", r.priced ? number_or_null(r.price) : answer(nullptr));
    set("volume", r.volume);
    set("surplus", r.surplus);
    set("accepted", numbers(r.accepted));
  }

  void price_rules() {
    using namespace sched;
    std::vector<nodal_participant> all;
    std::vector<std::string> names;
    for (const auto v : in_.at("participants").array()) {
      nodal_participant p{io::side_of(v.at("side")), io::real_of(v.at("lambda")), {}};
      for (const auto b : v.at("blocks").array())
        p.blocks.push_back({io::real_of(b.at("volume")), io::real_of(b.at("price")), io::real_of(b.at("cleared"))});
      all.push_back(std::move(p));
      names.emplace_back(v.at("id").string());
    }
    reprice_options o;
    if (const auto x = in_.find("options")) {
      if (const auto y = x->find("max_offer")) o.max_offer = io::real_of(*y);
      if (const auto y = x->find("min_bid")) o.min_bid = io::real_of(*y);
      if (const auto y = x->find("max_cleared_offer")) o.max_cleared_offer = io::real_of(*y);
      if (const auto y = x->find("min_cleared_bid")) o.min_cleared_bid = io::real_of(*y);
      if (const auto y = x->find("keep_whole")) o.keep_whole = y->boolean();
    }
    const auto m = exchange_ratios(all, o);
    set("exchange", {{"LAO", number_or_null(m.last_accepted_offer)},
                     {"FRO", number_or_null(m.first_rejected_offer)},
                     {"LAB", number_or_null(m.last_accepted_bid)},
                     {"FRB", number_or_null(m.first_rejected_bid)}});
    answer prices = answer::object();
    timed([&] {
      for (const std::string_view name : any_pricing::names) {
        const auto rule = any_pricing::named(name, case_.numbers);
        if (rule->per_order()) continue;
        const auto p = reprice(all, *rule, o);
        for (std::size_t i = 0; i < all.size(); ++i) prices[std::string(name)][names[i]] = number_or_null(p[i]);
      }
      return 0;
    });
    const auto own = reprice(all, pricing::pay_as_bid{}, o);
    for (std::size_t i = 0; i < all.size(); ++i) prices["pay_as_bid"][names[i]] = numbers(own[i]);
    set("prices", std::move(prices));
  }

  void double_auction() {
    using namespace sched;
    const auto orders = io::orders_of(in_.at("orders")).steps();
    double_auction_result r;
    if (case_.mechanism == "mcafee") r = timed([&] { return mcafee(orders); });
    if (case_.mechanism == "huang") r = timed([&] { return huang(orders); });
    if (case_.mechanism == "posted_price") {
      const double price = io::real_of(in_.at("price"));
      r = timed([&] { return posted_price(orders, price); });
    }
    if (case_.mechanism == "muda") {
      const double k = case_.has_k ? case_.numbers.k : 0.5;
      const auto given = in_.find("left");
      const auto left = given ? io::indices_of(*given, orders.size()) : std::vector<std::size_t>{};
      const auto all = timed([&] {
        return given ? muda(orders, std::span<const std::size_t>(left), k) : muda(orders, case_.numbers.seed, k);
      });
      set("price_left", number_or_null(all.price_left));
      set("price_right", number_or_null(all.price_right));
      r = all;
    } else {
      set("price_buy", number_or_null(r.price_buy));
      set("price_sell", number_or_null(r.price_sell));
    }
    set_status(r.status);
    set("volume", r.volume);
    set("accepted", numbers(r.accepted));
    set("welfare", r.welfare);
    set("auctioneer_surplus", r.revenue);
    if (r.fees.empty()) return;
    set("fees", numbers(r.fees));
    std::vector<double> users;
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (orders[i].user == no_user || orders[i].user > 1'000'000) continue;
      if (orders[i].user >= users.size()) users.resize(orders[i].user + 1, 0);
      users[orders[i].user] += r.fees[i];
    }
    set("fees_by_user", numbers(users));
  }

  void matching() {
    const auto orders = sched::io::orders_of(in_.at("orders")).steps();
    set("volume", timed([&] { return sched::largest_matchable_volume(orders, case_.bounds); }));
  }

  /// `cut`: taken from the volumes in all by `equal_split` from each (the amount per order), else the sum that is left.
  void rationing() {
    using namespace sched;
    const auto volumes = io::reals_of(in_.at("volumes"));
    detail::require_amounts(volumes);
    const double cut = io::real_of(in_.at("cut"));
    double sum = 0;
    for (const double v : volumes) sum += v;
    const case_rules rules(case_, "k_price", "marginal_demand");
    std::vector<double> accepted(volumes.size());
    std::vector<std::uint32_t> index(volumes.size()), scratch(volumes.size());
    for (std::size_t i = 0; i < index.size(); ++i) index[i] = static_cast<std::uint32_t>(i);
    timed([&] {
      rules.tie(tied_orders<double>{volumes, index, {}, {}, scratch}, std::max(0.0, sum - cut),
                std::span<double>(accepted));
      return 0;
    });
    set("accepted", numbers(accepted));
  }

  void multi_unit() {
    using namespace sched;
    const auto bids = io::rows_of(in_.at("bids"));
    const auto items = static_cast<std::size_t>(in_.at("items").integer(0, 1'000'000'000));
    const std::string rule = case_.pricing.value_or("vickrey");
    multi_unit_pricing p = multi_unit_pricing::vickrey;
    if (rule == "pay_as_bid") p = multi_unit_pricing::pay_as_bid;
    else if (rule == "uniform_first_rejected") p = multi_unit_pricing::uniform_first_rejected;
    else if (rule != "vickrey") in_.fail("unknown pricing '" + rule + "'");
    const auto r = timed([&] { return sell_units(bids, items, p); });
    set("allocation", numbers(r.allocation));
    set("payments", numbers(r.payments));
    set("revenue", r.revenue);
    set("welfare", r.welfare);
  }

  void combinatorial() {
    using namespace sched;
    std::map<std::string, std::size_t, std::less<>> items;
    std::vector<std::string> names;
    for (const auto v : in_.at("items").array()) {
      names.emplace_back(v.string());
      if (!items.emplace(names.back(), names.size() - 1).second) v.fail("given twice");
    }
    bundle_bids bids;
    for (const auto row : in_.at("bids").array()) {
      auto& mine = bids.emplace_back();
      for (const auto b : row.array()) {
        bundle_bid bid;
        for (const auto i : b.at("bundle").array()) {
          const auto it = items.find(i.string());
          if (it == items.end()) i.fail("unknown item");
          bid.items.push_back(it->second);
        }
        bid.value = io::real_of(b.at("value"));
        mine.push_back(std::move(bid));
      }
    }
    const std::string rule = case_.pricing.value_or("vcg");
    const std::map<std::string, combinatorial_pricing> rules{
        {"pay_as_bid", combinatorial_pricing::pay_as_bid},
        {"vcg", combinatorial_pricing::vcg},
        {"core_nearest_vcg", combinatorial_pricing::core_nearest_vcg},
        {"core_nearest_bid", combinatorial_pricing::core_nearest_bid},
        {"core_nearest_zero", combinatorial_pricing::core_nearest_zero}};
    const auto it = rules.find(rule);
    if (it == rules.end()) in_.fail("unknown pricing '" + rule + "'");
    const auto r = timed([&] { return combinatorial_auction(names.size(), bids, it->second); });
    set_status(r.status);
    answer won = answer::array();
    for (std::size_t b = 0; b < bids.size(); ++b) {
      answer bundle = answer::array();
      if (r.won[b] != combinatorial_result::none)
        for (const std::size_t i : bids[b][r.won[b]].items) bundle.push_back(names[i]);
      won.push_back(std::move(bundle));
    }
    set("allocation", std::move(won));
    set("payments", numbers(r.payments));
    set("revenue", r.revenue);
    set("welfare", r.welfare);
  }

  void reserve() {
    using namespace sched;
    std::vector<reserve_unit> units;
    for (const auto v : in_.at("units").array()) units.push_back({io::real_of(v.at("cost")), io::real_of(v.at("max"))});
    std::vector<reserve_requirement> needs;
    for (const auto v : in_.at("requirements").array())
      needs.push_back({io::indices_of(v.at("units"), units.size()), io::real_of(v.at("amount"))});
    const auto r = timed([&] { return procure_reserves(units, needs); });
    set_status(r.status);
    set("accepted", numbers(r.accepted));
    set("price", numbers(r.price));
    set("cost", r.cost);
  }

  void curve() {
    using namespace sched;
    std::vector<curve_point> points;
    for (const auto v : in_.at("points").array())
      points.push_back({io::real_of(v.at("price")), io::real_of(v.at("volume"))});
    const auto kind = in_.find("kind");
    const bool steps = kind && kind->string() != "piecewise_linear";
    price_bounds<> bounds = case_.bounds;
    if (!points.empty()) {
      bounds.floor = std::max(bounds.floor, points.front().price);
      bounds.cap = std::min(bounds.cap, points.back().price);
    }
    const merit_curve c(segments_of(points, steps ? curve_kind::with_steps : curve_kind::piecewise_linear), bounds);
    std::vector<double> position;
    for (const double p : io::reals_of(in_.at("at"))) {
      const auto l = c.at(std::clamp(p, bounds.floor, bounds.cap));
      position.push_back(l.buy - l.sell);
    }
    set("position", numbers(position));
  }

  void book() {
    using namespace sched;
    order_book b;
    answer trades = answer::array(), cancelled = answer::array(), refused = answer::array();
    std::vector<book_request> requests;
    for (const auto v : in_.at("events").array()) requests.push_back(io::request_of(v));
    timed([&] {
      for (const book_request& r : requests)
        for (const book_event& e : b.apply(r)) {
          if (e.kind == book_event_kind::trade) trades.push_back({e.taker, e.maker, e.volume, e.price});
          if (e.kind == book_event_kind::cancelled) cancelled.push_back(e.taker);
          if (e.kind == book_event_kind::refused)
            refused.push_back({{"id", e.taker}, {"reason", std::string(to_string(e.reason))}});
        }
      return 0;
    });
    set("trades", std::move(trades));
    set("cancelled", std::move(cancelled));
    set("refused", std::move(refused));
    answer sides = answer::object();
    for (const market_side s : {market_side::buy, market_side::sell}) {
      answer list = answer::array();
      for (const resting_order& o : b.orders(s)) list.push_back({o.id, o.volume, o.price});
      sides[std::string(to_string(s))] = std::move(list);
    }
    set("book", std::move(sides));
  }

  void proportional() {
    using namespace sched;
    const auto weights = io::reals_of(in_.at("weights")), others = io::reals_of(in_.at("others"));
    const double budget = io::real_of(in_.at("budget"));
    const auto r = timed([&] { return best_response(weights, others, budget); });
    set("bids", numbers(r.bids));
    set("shares", numbers(r.shares));
    set("utility", r.utility);
  }

  void fisher() {
    using namespace sched;
    const auto values = io::rows_of(in_.at("values"));
    const auto budgets = io::reals_of(in_.at("budgets"));
    const auto r = timed([&] { return fisher_market(values, budgets); });
    set_status(r.status);
    set("prices", numbers(r.prices));
    answer rows = answer::array();
    for (const auto& row : r.allocation) rows.push_back(numbers(row));
    set("allocation", std::move(rows));
  }

  void drf() {
    using namespace sched;
    const auto capacity = io::reals_of(in_.at("capacity"));
    const auto demands = io::rows_of(in_.at("demands"));
    const auto given = in_.find("weights");
    const auto weights = given ? io::reals_of(*given) : std::vector<double>{};
    drf_options o;
    if (const auto w = in_.find("whole_tasks")) o.whole_tasks = w->boolean();
    const auto r = timed([&] { return dominant_resource_fairness(capacity, demands, weights, o); });
    set("tasks", numbers(r.tasks));
    set("dominant_share", numbers(r.dominant_share));
  }

  void env_step() {
    using namespace sched;
    const auto capacity = io::reals_of(in_.at("capacity")), cost = io::reals_of(in_.at("cost"));
    std::vector<double> actions;
    for (const auto& row : io::rows_of(in_.at("action"))) actions.insert(actions.end(), row.begin(), row.end());
    const auto number = [&](const char* key, double otherwise) {
      const auto v = in_.find(key);
      return v ? io::real_of(*v) : otherwise;
    };
    const std::size_t n = capacity.size();
    std::vector<double> accepted(n), rewards(n), bids(n), volumes(n);
    const action::withhold_and_markup act{.max_bid_delta = number("max_bid_delta", 50)};
    const reward::scaled_profit reward{.bid_penalty = number("lambda_bid_penalty", 0.01),
                                       .lost_load = number("unit_lol_penalty", 1),
                                       .demand_scale = number("demand_scale", 1),
                                       .cost_scale = number("cost_scale", 1),
                                       .horizon = number("horizon", 1)};
    const double demand = io::real_of(in_.at("demand"));
    std::vector<double> limits, asked;  // of demand that gives way to the price
    if (const auto given = in_.find("demand_bids"))
      for (const io::json_value b : given->array()) {
        limits.push_back(io::real_of(b.object().at("price")));
        asked.push_back(io::real_of(b.at("volume")));
      }
    std::vector<double> served(limits.size());
    const step_buffers to{accepted, rewards, bids, volumes};
    const auto r = timed([&] {
      return market_step({capacity, cost}, elastic_demand{demand, limits, asked}, actions, {to, served}, act, reward);
    });
    set_status(r.status);
    if (!served.empty()) set("served", numbers(served));
    set("volumes", numbers(volumes));
    set("bids", numbers(bids));
    set("price", number_or_null(r.price));
    set("accepted", numbers(accepted));
    set("reward", numbers(rewards));
  }

  const sched::io::market_case& case_;
  sched::io::json_value in_;
  market_answer out_;
};

/// Compares an answer with what a case expects: every member of `expect`, and nothing else.
class market_expectation {
public:
  explicit market_expectation(const sched::io::market_case& c) : case_(c) {}

  /// The first difference in words; empty when everything is as expected.
  std::string first_difference(const answer& got) {
    difference_.clear();
    if (!case_.expect) return {};
    for (const auto member : *case_.expect) {
      const std::string key(member.key());
      if (!got.contains(key)) {
        if (got.contains("error")) differ(key, "refused: " + got["error"].get<std::string>());
        else differ(key, "nothing came out");
      } else {
        compare(member, got[key], key, tolerance(key));
      }
      if (!difference_.empty()) break;
    }
    return difference_;
  }

private:
  void differ(const std::string& where, const std::string& what) {
    if (difference_.empty()) difference_ = where + ": " + what;
  }
  [[nodiscard]] double tolerance(std::string_view key) const {
    const auto& t = case_.tolerance;
    const auto among = [key](std::initializer_list<std::string_view> names) {
      for (const std::string_view n : names)
        if (n == key) return true;
      return false;
    };
    if (among({"price", "price_interval", "order_prices", "price_buy", "price_sell", "price_left", "price_right",
               "prices", "shadow_price", "ramp_price"}))
      return t.price;
    if (among({"welfare", "auctioneer_surplus", "payments", "fees", "fees_by_user", "cost", "congestion_rent", "reward",
               "utility"}))
      return t.money;
    if (among({"bids"})) return case_.mechanism == "env_step" ? t.price : t.money;
    if (among({"exchange", "blocks", "shares", "dominant_share"})) return t.ratio;
    return t.volume;
  }

  void compare(const sched::io::json_value& want, const answer& got, const std::string& where, double tolerance) {
    using sched::io::json_kind;
    if (want.is(json_kind::array)) {
      if (!got.is_array() || got.size() != want.size())
        return differ(where, got.dump() + " instead of " + std::to_string(want.size()) + " elements");
      std::size_t i = 0;
      for (const auto v : want) {
        if (!v.is(json_kind::null)) compare(v, got[i], where + "/" + std::to_string(i), tolerance);
        ++i;
      }
    } else if (want.is(json_kind::object)) {
      for (const auto v : want) {
        const std::string key(v.key());
        if (v.is(json_kind::null)) continue;
        if (!got.is_object() || !got.contains(key)) return differ(where + "/" + key, "nothing came out");
        compare(v, got[key], where + "/" + key, tolerance);
      }
    } else if (want.is(json_kind::null)) {
      if (!got.is_null()) differ(where, got.dump() + " instead of null");
    } else if (want.is(json_kind::string)) {
      if (!got.is_string() || got.get<std::string>() != want.string())
        differ(where, got.dump() + " instead of \"" + std::string(want.string()) + "\"");
    } else if (want.is(json_kind::boolean)) {
      if (!got.is_boolean() || got.get<bool>() != want.boolean()) differ(where, got.dump() + " is the opposite");
    } else {
      const double x = want.number();
      const double allowed = tolerance * std::max(1.0, std::abs(x));
      if (!got.is_number() || !(std::abs(got.get<double>() - x) <= allowed))
        differ(where, got.dump() + " instead of " + answer(x).dump());
    }
  }

  const sched::io::market_case& case_;
  std::string difference_;
};

}  // namespace program

#endif
