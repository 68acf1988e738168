// SPDX-License-Identifier: BSL-1.0
// Market cases by mechanism, their pictures, random market hours, and the hour of `sched demo`.
#include "market_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_market.hpp>

namespace program {

using namespace sched;

market_answer run_market_case(const io::market_case& c, bool validate) {
  if (c.mechanism == "zonal" || (c.mechanism == "blocks" && c.input.find("zones")))
    return run_market_zones(c, validate);
  if (c.mechanism == "blocks" || c.mechanism == "acceptance") return run_market_blocks(c, validate);
  market_answer a = market_runner(c).run();
  const bool book = c.mechanism == "two_sided" && a.values.contains("price") && a.values["price"].is_number() &&
                    !a.values.contains("order_prices") && !a.values.contains("price_buy");
  // Rules on accepted orders may leave the admissible interval on purpose: nothing to prove about the price then.
  const bool inside = !c.pricing || *c.pricing == "k_price" || *c.pricing == "reference";
  if (validate && book && inside && a.values["status"] == "cleared") {
    const auto orders = io::orders_of(c.input.at("orders"));
    const auto x = c.input.find("net_export");
    const auto accepted = a.values["accepted"].get<std::vector<double>>();
    for (const market_violation& v :
         validate_book(std::span<const curve_segment>(orders.orders), std::span<const double>(accepted),
                       a.values["price"].get<double>(), x ? io::real_of(*x) : 0.0, c.bounds))
      a.wrong.push_back(describe(v));
  }
  return a;
}

std::optional<market_picture> picture_of(const io::market_case& c, const answer& a) {
  market_picture p;
  p.title = c.name;
  p.bounds = c.bounds;
  const auto number = [&a](const char* key, double otherwise) {
    return a.contains(key) && a[key].is_number() ? a[key].get<double>() : otherwise;
  };
  if (c.mechanism == "one_sided") {
    const auto prices = io::reals_of(c.input.at("prices")), volumes = io::reals_of(c.input.at("volumes"));
    const double demand = io::real_of(c.input.at("demand"));
    if (prices.size() != volumes.size() || !std::isfinite(demand) || demand < 0) return std::nullopt;
    double top = 1;
    for (const double x : prices) top = std::max(top, x);
    if (!std::isfinite(p.bounds.cap)) p.bounds.cap = top * 1.5 + 1;
    for (std::size_t i = 0; i < prices.size(); ++i)
      p.orders.emplace_back(curve_order{market_side::sell, prices[i], volumes[i]});
    curve_order taker{market_side::buy, 0, demand};
    taker.price_taking = true;
    p.orders.emplace_back(taker);
  } else if (const auto orders = c.input.find("orders");
             orders && (c.mechanism == "two_sided" || c.mechanism == "call_auction" || c.mechanism == "mcafee" ||
                        c.mechanism == "huang" || c.mechanism == "posted_price")) {
    p.orders = io::orders_of(*orders).orders;
    // Market orders stand at the ends of what is drawn.
    double low = 0, high = 1;
    for (const curve_segment& s : p.orders)
      if (!s.price_taking) {
        low = std::min({low, s.price, s.price_end});
        high = std::max({high, s.price, s.price_end});
      }
    if (!std::isfinite(p.bounds.cap)) p.bounds.cap = high + (high - low) / 4;
    if (!std::isfinite(p.bounds.floor)) p.bounds.floor = low - (high - low) / 4;
  } else {
    return std::nullopt;
  }
  if (check_orders(std::span<const curve_segment>(p.orders), p.bounds)) return std::nullopt;
  if (a.contains("accepted"))
    for (const auto& x : a["accepted"]) p.accepted.push_back(x.is_number() ? x.get<double>() : 0);
  p.priced = a.contains("price") && a["price"].is_number();
  p.price = number("price", number("price_buy", 0));
  p.priced = p.priced || (a.contains("price_buy") && a["price_buy"].is_number());
  p.lo = p.hi = p.price;
  if (a.contains("price_interval")) {
    const auto& i = a["price_interval"];
    p.lo = i[0].is_number() ? i[0].get<double>() : p.bounds.floor;
    p.hi = i[1].is_number() ? i[1].get<double>() : p.bounds.cap;
  }
  for (std::size_t i = 0; i < p.accepted.size() && i < p.orders.size(); ++i)
    (p.orders[i].side == market_side::sell ? p.sold : p.bought) += p.accepted[i];
  if (const auto x = c.input.find("net_export")) p.net_export = io::real_of(*x);
  if (a.contains("status")) p.facts.emplace_back("status", a["status"].get<std::string>());
  for (const char* key : {"price", "volume", "welfare", "unserved"})
    if (a.contains(key) && a[key].is_number() && (std::string_view(key) != "unserved" || a[key].get<double>() != 0))
      p.facts.emplace_back(key, sched::detail::short_number(a[key].get<double>(), 4));
  if (p.net_export != 0) p.facts.emplace_back("net export", sched::detail::short_number(p.net_export, 4));
  return p;
}

std::string random_market_csv(std::size_t orders, std::size_t hours, double elastic, std::uint64_t seed) {
  random_generator g(seed);
  std::string out = "hour,side,price,volume\n";
  const auto tenths = [&](std::int64_t x) {
    out += std::to_string(x / 10);
    if (x % 10 != 0) out += '.' + std::to_string(x % 10);
  };
  const auto cents = [&](std::int64_t x) {
    if (x < 0) out += '-';
    const std::int64_t size = x < 0 ? -x : x;
    out += std::to_string(size / 100);
    if (size % 100 != 0) out += '.' + std::string(size % 100 < 10 ? "0" : "") + std::to_string(size % 100);
  };
  for (std::size_t h = 1; h <= hours; ++h) {
    // Load has its low at night and two peaks; supply is cheap up to half of it and then rises.
    const double load = 1 + 0.25 * ((h % 24 >= 7 && h % 24 <= 21) ? 1 : -1) + 0.1 * g.real();
    for (std::size_t k = 0; k < orders; ++k) {
      const bool sells = k % 2 == 0;
      const std::int64_t volume = 1 + static_cast<std::int64_t>(g.exponential() * 300);
      std::int64_t price = 0;
      if (sells) {
        const double u = g.real();
        price = static_cast<std::int64_t>((u < 0.25 ? 0.0 : u < 0.8 ? 30 + 100 * u * u : 80 + 300 * (u - 0.8)) * 100);
        if (g.chance(0.03)) price = -static_cast<std::int64_t>(g.below(5000));
      } else {
        price = g.chance(elastic) ? static_cast<std::int64_t>(g.real() * 20000) : 400000;
      }
      out += std::to_string(h) + (sells ? ",S," : ",D,");
      cents(price);
      out += ',';
      tenths(sells ? volume : static_cast<std::int64_t>(static_cast<double>(volume) * load * 0.62) + 1);
      out += '\n';
    }
  }
  return out;
}

runner add_generate_market(CLI::App& command) {
  struct state {
    std::size_t orders = 200, hours = 24;
    double elastic = 0.35;
    std::uint64_t seed = 1;
    std::string out;
  };
  const auto self = std::make_shared<state>();
  CLI::App* c = command.add_subcommand("market", "Hours of a two-sided market, as CSV for `sched market`");
  c->add_option("--orders", self->orders, "Orders of an hour, half of them offers (default 200)")
      ->check(CLI::Range(1, 10'000'000))
      ->check(whole_number());
  c->add_option("--hours", self->hours, "Hours (default 24)")->check(CLI::Range(1, 100'000))->check(whole_number());
  c->add_option("--elastic", self->elastic, "Share of bids with a limit below the cap of 4000, 0 to 1 (default 0.35)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--seed", self->seed, "Seed (default 1)")->check(whole_number());
  c->add_option("--out", self->out, "File with extension .csv (default: standard output)");
  return [self]() -> outcome {
    if (!self->out.empty() && extension_of(self->out) != "csv")
      throw usage_error("cannot write markets of kind '" + extension_of(self->out) + "' (csv)");
    const std::string text = random_market_csv(self->orders, self->hours, self->elastic, self->seed);
    if (!self->out.empty()) return write_document(self->out, text);
    std::cout << text;
    return outcome::done;
  };
}

std::string demo_market(const std::string& folder, const std::string& format, outcome& worst) {
  std::cout << "\nTwo hours of an electricity market: 120 orders each, generated from seed 7.\n\n";
  table out({"hour", "status", "price", "volume", "welfare", "milliseconds"}, format.empty() ? "table" : format);
  std::string rows;
  std::vector<market_picture> pictures;
  for (const io::market_book& b : io::read_market_csv(random_market_csv(120, 12, 0.35, 7))) {
    if (b.hour != "4" && b.hour != "12") continue;
    book_clearing_options<> options;
    options.bounds = {-500, 4000};
    const auto start = std::chrono::steady_clock::now();
    const auto r = clear_two_sided(b.orders, pricing::k_price{}, tie::pro_rata{}, shortage::marginal_demand{}, options);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double milliseconds = std::round(seconds * 1e6) / 1e3;
    if (r.status != clearing_status::cleared) worsen(worst, outcome::unsolved);
    const std::string status(to_string(r.status));
    out.row({b.hour, status, r.price, std::round(r.volume * 10) / 10, std::round(r.welfare), milliseconds});
    rows += "<tr><td>hour " + b.hour + "</td><td>" + status + "</td><td>" + sched::detail::short_number(r.price) +
            "</td><td>" + sched::detail::short_number(r.volume, 1) + "</td><td>" +
            sched::detail::short_number(r.welfare, 0) + "</td></tr>\n";
    market_picture p;
    p.title = "Hour " + b.hour;
    for (const curve_order& o : b.orders) p.orders.emplace_back(o);
    p.accepted = r.accepted;
    p.bounds = options.bounds;
    p.price = r.price;
    p.priced = r.priced;
    p.lo = r.lo;
    p.hi = r.hi;
    p.sold = r.sold;
    p.bought = r.bought;
    p.facts = {{"price", sched::detail::short_number(r.price)}, {"volume", sched::detail::short_number(r.volume, 1)}};
    pictures.push_back(std::move(p));
  }
  out.finish();
  const std::filesystem::path to(folder);
  worsen(worst, write_document((to / "market.svg").string(), market_svg(pictures)));
  worsen(worst, write_document((to / "market.html").string(), market_html(pictures, "Two market hours")));
  return "<h2>Two hours of an electricity market</h2>\n<p>Offers and bids of 120 orders an hour; the price is the "
         "middle of "
         "those at which supply meets demand, orders at the price share what is "
         "left.</p>\n<table><thead><tr><th>Hour</th>"
         "<th>Status</th><th>Price</th><th>Volume</th><th>Welfare</th></tr></thead><tbody>\n" +
         rows +
         "</tbody></table>\n<div class=\"pictures\">\n<a href=\"market.html\">Curves and orders</a>\n<a "
         "href=\"market.svg\">Curves as SVG</a>\n</div>\n<p></p>\n<a href=\"market.html\"><img src=\"market.svg\" "
         "alt=\"Supply and demand curves\"></a>\n";
}

}  // namespace program
