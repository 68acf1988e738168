// SPDX-License-Identifier: BSL-1.0
// `sched market`: read cases or order books, clear them, prove what has a proof, compare, draw.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include <sched/core/stop_after.hpp>
#include <sched/evaluate/validate_market.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/io/text_reader.hpp>

#include "market_run.hpp"
#include "program.hpp"

namespace program {
namespace {

using namespace sched;

struct market_command {
  common_options common;
  std::vector<std::string> inputs, cases;
  std::optional<std::string> mechanism, pricing, tie, shortage;
  std::optional<double> k, price_cap, price_floor, reference, adder_slope;
  bool expect = false;

  outcome run();
  void override_policies(io::market_case& c) const;
};

/// One row of a result.
struct case_row {
  std::string name;
  answer values;
  double seconds = 0;
};

struct input_report {
  outcome worst = outcome::done;
  std::vector<case_row> rows;
  std::vector<std::string> messages;
  std::size_t agree = 0, differ = 0;
};

void market_command::override_policies(io::market_case& c) const {
  if (mechanism) c.mechanism = *mechanism;
  if (pricing) c.pricing = pricing;
  if (tie) c.tie = tie;
  if (shortage) c.shortage = shortage;
  if (k) {
    c.numbers.k = *k;
    c.has_k = true;
  }
  if (price_cap) c.bounds.cap = c.numbers.price_cap = *price_cap;
  if (price_floor) c.bounds.floor = *price_floor;
  if (adder_slope) c.numbers.adder_slope = *adder_slope;
  if (reference) c.reference = c.numbers.reference = *reference;
  c.numbers.seed = common.seed;
}

/// A member as one field: a number, or a list or an object of numbers in words.
cell field_of(const answer& values, const char* key) {
  if (!values.contains(key) || values[key].is_null()) return {};
  const answer& v = values[key];
  if (v.is_number_integer()) return static_cast<double>(v.get<std::int64_t>());
  if (v.is_number()) return v.get<double>();
  if (v.is_string()) return v.get<std::string>();
  std::string text;
  for (const auto& item : v.items()) {
    if (!text.empty()) text += ' ';
    if (v.is_object()) text.append(item.key()).append(1, '=');
    text += item.value().is_number() ? shortest(item.value().get<double>()) : item.value().dump();
  }
  return text;
}

std::string status_of(const answer& values) {
  if (values.contains("error")) return values["error"].get<std::string>();
  return values.contains("status") ? values["status"].get<std::string>() : "cleared";
}

std::string line_of(const case_row& r) {
  answer line = answer::object();
  line["case"] = r.name;
  line["status"] = status_of(r.values);
  for (const auto& item : r.values.items()) line[item.key()] = item.value();
  line["seconds"] = r.seconds;
  return line.dump() + "\n";
}

/// `case,order,accepted` of everything that has orders.
std::string accepted_document(const std::vector<case_row>& rows) {
  std::string out = "case,order,accepted\n";
  for (const case_row& r : rows) {
    if (!r.values.contains("accepted")) continue;
    std::size_t i = 0;
    for (const auto& a : r.values["accepted"]) {
      io::append_csv(out, r.name);
      out += "," + std::to_string(i++) + "," + (a.is_number() ? shortest(a.get<double>()) : std::string()) + "\n";
    }
  }
  return out;
}

outcome market_command::run() {
  const auto documents = common.documents_for(inputs, {"csv", "json", "svg", "html"});
  const bool lines = common.format == "json";
  std::optional<table> out;
  if (!lines)
    out.emplace(std::vector<std::string>{"case", "status", "price", "volume", "welfare", "seconds"}, common.format);
  progress_line line(inputs.size(), common.progress);
  const stop_after limit(std::chrono::duration<double>(common.time_limit));
  std::vector<input_report> reports(inputs.size());
  outcome worst = outcome::done;
  std::size_t agree = 0, differ = 0;

  const auto wanted = [&](const std::string& name) {
    return cases.empty() || std::find(cases.begin(), cases.end(), name) != cases.end();
  };
  const auto job = [&](std::size_t at) {
    input_report& report = reports[at];
    const std::string& path = inputs[at];
    std::vector<market_picture> pictures;
    const bool draws = std::any_of(documents[at].begin(), documents[at].end(), [](const std::string& f) {
      return extension_of(f) == "svg" || extension_of(f) == "html";
    });
    const auto stopped = [&] {
      if (!limit.token().stop_requested()) return false;
      report.messages.push_back("sched: " + path + ": stopped after " + std::to_string(report.rows.size()) + " cases");
      worsen(report.worst, outcome::unsolved);
      return true;
    };
    guarded(path, report.messages, report.worst, [&] {
      const std::string text = io::read_gzip_file(path);
      const auto first = text.find_first_not_of(" \t\r\n");
      const bool json =
          io::file_extension(path) == ".json" || (io::file_extension(path) != ".csv" && first != std::string::npos &&
                                                  (text[first] == '[' || text[first] == '{'));
      const auto take = [&](const io::market_case& c, market_answer a) {
        const std::string status = status_of(a.values);
        if (!a.supported) {
          report.messages.push_back("sched: " + path + ":" + std::to_string(c.input.line()) + ": " + c.name +
                                    ": the mechanism '" + c.mechanism + "' cannot be run");
          worsen(report.worst, outcome::unsolved);
          if (expect && c.expect) ++report.differ;
          return;
        }
        if (status == "infeasible" || status == "budget_exhausted") worsen(report.worst, outcome::unsolved);
        for (const std::string& w : a.wrong) {
          report.messages.push_back("sched: " + path + ": " + c.name + ": the result breaks a condition: " + w);
          worsen(report.worst, outcome::unsolved);
        }
        if (expect && c.expect) {
          const std::string difference = market_expectation(c).first_difference(a.values);
          difference.empty() ? ++report.agree : ++report.differ;
          if (!difference.empty() && report.differ <= 10)
            report.messages.push_back("sched: " + path + ": " + c.name + ": " + difference);
        } else if (a.values.contains("error")) {
          report.messages.push_back("sched: " + path + ":" + std::to_string(c.input.line()) + ": " + c.name + ": " +
                                    a.values["reason"].get<std::string>());
          worsen(report.worst, outcome::malformed);
        }
        if (draws && !a.values.contains("error"))
          if (auto p = picture_of(c, a.values)) pictures.push_back(std::move(*p));
        report.rows.push_back({c.name, std::move(a.values), a.seconds});
      };
      if (json) {
        const io::json_document document(text, path);
        for (io::market_case& c : io::read_market_cases(document)) {
          if (!wanted(c.name)) continue;
          if (stopped()) break;
          override_policies(c);
          take(c, run_market_case(c, common.validate));
        }
      } else {
        if (expect) throw sched::error(path, 1, "--expect needs cases in JSON; this is an order book");
        for (const io::market_book& b : io::read_market_csv(text, path)) {
          if (!wanted(b.name)) continue;
          if (stopped()) break;
          // A book is a case of one mechanism; its orders go in as they are.
          std::string words = "{\"case\":";
          io::append_json(words, b.name);
          words += ",\"mechanism\":\"two_sided\",\"orders\":[";
          for (const curve_order& o : b.orders) {
            if (words.back() != '[') words += ',';
            words += o.side == market_side::sell ? "{\"side\":\"sell\",\"volume\":" : "{\"side\":\"buy\",\"volume\":";
            words += shortest(o.volume) + ",\"price\":" + shortest(o.price) + "}";
          }
          words += "]}";
          const io::json_document document(words, path);
          io::market_case c = io::read_market_cases(document).front();
          override_policies(c);
          take(c, run_market_case(c, common.validate));
        }
      }
      for (const std::string& file : documents[at]) {
        const std::string kind = extension_of(file);
        if (kind == "csv") save_document(file, accepted_document(report.rows));
        if (kind == "json") {
          std::string all;
          for (const case_row& r : report.rows) all += line_of(r);
          save_document(file, all);
        }
        if (kind != "svg" && kind != "html") continue;
        const std::size_t most = kind == "svg" ? 24 : 500;
        if (pictures.empty()) {
          report.messages.push_back("sched: " + path + ": nothing to draw: no case with a book of orders");
          worsen(report.worst, outcome::unsolved);
          continue;
        }
        if (pictures.size() > most) {
          report.messages.push_back("sched: " + path + ": " + std::to_string(pictures.size()) +
                                    " cases to draw, the first " + std::to_string(most) +
                                    " are drawn; choose by --case");
          pictures.resize(most);
        }
        save_document(file, kind == "svg" ? market_svg(pictures) : market_html(pictures, stem_of(path)));
      }
    });
  };
  in_order(inputs.size(), common.threads, job, [&](std::size_t at) {
    input_report& report = reports[at];
    line.aside([&] {
      for (const case_row& r : report.rows) {
        if (lines) std::cout << line_of(r);
        else
          out->row({r.name, status_of(r.values), field_of(r.values, "price"), field_of(r.values, "volume"),
                    field_of(r.values, "welfare"), r.seconds});
      }
      for (const std::string& message : report.messages) std::cerr << message << '\n';
    });
    worsen(worst, report.worst);
    agree += report.agree;
    differ += report.differ;
    line.finish(at, std::to_string(report.rows.size()) + " cases");
    report = {};
  });
  line.aside([&] {
    if (out) out->finish();
    if (expect) std::cerr << agree << " agree, " << differ << " differ\n";
  });
  if (differ > 0) worsen(worst, outcome::unsolved);
  return worst;
}

template <class Names>
std::string joined(const Names& names) {
  std::string all;
  for (const std::string_view n : names) all += (all.empty() ? "" : ", ") + std::string(n);
  return all;
}

}  // namespace

runner add_market(CLI::App& app) {
  const auto self = std::make_shared<market_command>();
  CLI::App* c = app.add_subcommand("market", "Clearing of markets: cases .json, order books .csv (also .gz)");
  c->add_option("INPUT", self->inputs, "Cases or books; processed in this order")->required();
  std::vector<std::string> mechanisms(io::market_mechanisms.begin(), io::market_mechanisms.end());
  mechanisms.emplace_back(io::market_env_step);
  c->add_option("--mechanism", self->mechanism,
                "Clear by another mechanism than the case's own: " + joined(mechanisms) +
                    " (default: the case's; books two_sided)")
      ->check(one_of(mechanisms));
  c->add_option(
      "--pricing", self->pricing,
      "Pricing rule: " + joined(any_pricing::names) +
          "; of sales of units also uniform_first_rejected, of bundles vcg, core_nearest_vcg, core_nearest_bid, "
          "core_nearest_zero (default: the case's)");
  c->add_option("--tie", self->tie, "Who among equals: " + joined(any_tie::names) + " (default: the case's)")
      ->check(one_of({any_tie::names.begin(), any_tie::names.end()}));
  c->add_option("--shortage", self->shortage,
                "Price in a shortage: " + joined(any_shortage::names) + " (default: the case's)")
      ->check(one_of({any_shortage::names.begin(), any_shortage::names.end()}));
  c->add_option("--k", self->k, "Of k_price and k_accepted, 0 to 1 (default: the case's, else 0.5)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--price-cap", self->price_cap, "Highest price, money per unit (default: the case's, else none)");
  c->add_option("--price-floor", self->price_floor, "Lowest price, money per unit (default: the case's, else none)");
  c->add_option("--reference", self->reference,
                "Reference price of `reference` and of call auctions (default: the case's)");
  c->add_option("--adder-slope", self->adder_slope,
                "Of the shortage rule adder: price per missing unit (default: the case's)");
  c->add_option("--case", self->cases, "Only the cases with these names, a list with commas (default: all)")
      ->delimiter(',')
      ->allow_extra_args(false);
  c->add_flag("--expect", self->expect,
              "Compare with what every case expects; exit status 1 if one differs (default: off)");
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv, .json, .svg or .html");
  self->common.add_run(*c);
  return [self] {
    if (self->pricing) {
      std::vector<std::string> names(any_pricing::names.begin(), any_pricing::names.end());
      for (const char* n :
           {"uniform_first_rejected", "vcg", "core_nearest_vcg", "core_nearest_bid", "core_nearest_zero"})
        names.emplace_back(n);
      if (std::find(names.begin(), names.end(), *self->pricing) == names.end())
        throw usage_error("unknown pricing '" + *self->pricing + "' (" + joined(names) + ")");
    }
    return self->run();
  };
}

}  // namespace program
