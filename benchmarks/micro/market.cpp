// SPDX-License-Identifier: BSL-1.0
//
// Nanoseconds of one-sided clearing: one call, batches, steps. Medians over interleaved rounds; with --least the least
// of all rounds, for busy machines. Usage: micro_market [--rounds N] [--most N] [--least] [calls | kernels | inputs |
// batch]…   (default: calls)
//
// calls: fresh input (instances take turns, demand U(0.4, 0.9) of the supply) and repeated (one instance, 0.7), beside
// std::sort of indices and of pairs with a walk, std::nth_element and insertion sort, all with their memory kept.
// kernels: every instruction set on fresh input. inputs: ties, order and
// other shapes at n = 1,000. batch: 4,096 markets in rows and columns; steps.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/market.hpp>

namespace {

using column = std::vector<double>;

struct instance {
  column prices, volumes;
  double demand = 0;
};

/// The textbook: sort, walk.
struct walker {
  std::vector<std::uint32_t> order;
  std::vector<std::pair<double, std::uint32_t>> pairs;

  template <class At>
  static double walk(const instance& m, double* out, std::size_t n, const At& at) {
    double left = m.demand, price = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint32_t i = at(k);
      const double some = std::min(left, m.volumes[i]);
      out[i] = some;
      left -= some;
      if (some > 0) price = m.prices[i];
    }
    return price;
  }
  double by_index(const instance& m, double* out) {
    const std::size_t n = m.prices.size();
    order.resize(n);
    std::iota(order.begin(), order.end(), 0U);
    const double* const b = m.prices.data();
    std::sort(order.begin(), order.end(), [b](std::uint32_t x, std::uint32_t y) { return b[x] < b[y]; });
    return walk(m, out, n, [&](std::size_t k) { return order[k]; });
  }
  double by_pair(const instance& m, double* out) {
    const std::size_t n = m.prices.size();
    pairs.resize(n);
    for (std::size_t i = 0; i < n; ++i) pairs[i] = {m.prices[i], static_cast<std::uint32_t>(i)};
    std::sort(pairs.begin(), pairs.end());
    return walk(m, out, n, [&](std::size_t k) { return pairs[k].second; });
  }
  double by_insertion(const instance& m, double* out) {
    const std::size_t n = m.prices.size();
    pairs.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::pair<double, std::uint32_t> one{m.prices[i], static_cast<std::uint32_t>(i)};
      std::size_t k = i;
      for (; k > 0 && one.first < pairs[k - 1].first; --k) pairs[k] = pairs[k - 1];
      pairs[k] = one;
    }
    return walk(m, out, n, [&](std::size_t k) { return pairs[k].second; });
  }
  double by_selection(const instance& m, double* out) {
    const std::size_t n = m.prices.size();
    order.resize(n);
    std::iota(order.begin(), order.end(), 0U);
    const double* const b = m.prices.data();
    auto low = order.begin(), high = order.end();
    double left = m.demand;
    while (high - low > 1) {
      const auto middle = low + (high - low) / 2;
      std::nth_element(low, middle, high, [b](std::uint32_t x, std::uint32_t y) { return b[x] < b[y]; });
      double below = 0;
      for (auto i = low; i != middle; ++i) below += m.volumes[*i];
      if (below < left) {
        left -= below;
        low = middle;
      } else {
        high = middle;
      }
    }
    const double price = b[*low];
    for (std::size_t i = 0; i < n; ++i) out[i] = b[i] < price ? m.volumes[i] : 0;
    out[*low] = left;
    return price;
  }
};

struct contender {
  std::string name;
  std::function<double(const std::vector<instance>&, std::size_t first, std::size_t calls)> run;  // sum of prices
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x.empty() ? 0 : x[x.size() / 2];
}
double least(const std::vector<double>& x) { return x.empty() ? 0 : *std::min_element(x.begin(), x.end()); }

/// Nanoseconds per call: median, or the least of all rounds; NaN where left out.
bool show_least = false;
std::vector<double> race(const std::vector<contender>& all, const std::vector<instance>& inputs, int rounds) {
  const std::size_t n = inputs[0].prices.size();
  std::vector<std::vector<double>> times(all.size());
  double expected = 0;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (n > all[c].most) continue;
    const double sum = all[c].run(inputs, 0, inputs.size());
    if (expected == 0) expected = sum;
    if (sum != expected) {
      std::fprintf(stderr, "%s finds other prices\n", all[c].name.c_str());
      std::exit(1);
    }
  }
  for (int r = 0; r < rounds; ++r)
    for (std::size_t c = 0; c < all.size(); ++c) {
      if (n > all[c].most) continue;
      std::size_t calls = 0;
      const double begin = now();
      double end = begin;
      do {
        all[c].run(inputs, 0, inputs.size());
        calls += inputs.size();
        end = now();
      } while (end - begin < 1.5e6);
      times[c].push_back((end - begin) / static_cast<double>(calls));
    }
  std::vector<double> out;
  for (const auto& t : times)
    out.push_back(t.empty() ? std::numeric_limits<double>::quiet_NaN() : show_least ? least(t) : median(t));
  return out;
}

template <class F>
contender one_by_one(std::string name, F f, std::size_t most = std::numeric_limits<std::size_t>::max()) {
  return {std::move(name),
          [f](const std::vector<instance>& all, std::size_t first, std::size_t count) {
            double sum = 0;
            for (std::size_t i = first; i < first + count; ++i) sum += f(all[i]);
            return sum;
          },
          most};
}

instance draw_instance(sched::random_generator& draw, std::size_t n, double part) {
  instance m{column(n), column(n)};
  double supply = 0;
  for (std::size_t i = 0; i < n; ++i) {
    m.prices[i] = 20 + 80 * draw.real();
    m.volumes[i] = 10 + 40 * draw.real();
    supply += m.volumes[i];
  }
  m.demand = supply * part;
  return m;
}

std::vector<instance> draw_instances(std::size_t n, bool fresh) {
  sched::random_generator draw(n);
  std::vector<instance> out;
  const std::size_t count = fresh ? std::max<std::size_t>(3, std::min<std::size_t>(1024, 200'000 / n)) : 1;
  out.reserve(count);
  for (std::size_t k = 0; k < count; ++k) out.push_back(draw_instance(draw, n, fresh ? 0.4 + 0.5 * draw.real() : 0.7));
  // Clearing the same market many times in one measurement keeps the timer out of it.
  if (!fresh) out.assign(std::max<std::size_t>(1, 10'000 / n), out[0]);
  if (!fresh)
    for (std::size_t k = 1; k < out.size(); ++k) out[k] = out[0];
  return out;
}

contender library(const std::string& name, sched::clear_kernel kernel, column& out) {
  if (kernel == sched::clear_kernel::automatic)
    return one_by_one(name, [&out](const instance& m) {
      return sched::clear(m.prices, m.volumes, m.demand, std::span(out).first(m.prices.size())).price;
    });
  return one_by_one(name, [&out, kernel](const instance& m) {
    return sched::clear(m.prices, m.volumes, m.demand, std::span(out).first(m.prices.size()), sched::clearing_rules<>{},
                        {.kernel = kernel})
        .price;
  });
}

void print_head(const std::vector<contender>& all, bool ratio) {
  std::printf("%9s", "n");
  for (const contender& c : all) std::printf(" %11s", c.name.c_str());
  std::puts(ratio ? "   sort/clear" : "");
}

void calls(const std::vector<std::size_t>& sizes, int rounds, bool kernels) {
  for (const bool fresh : {true, false}) {
    std::printf("%s: ns per call\n", fresh ? "fresh" : "repeated");
    column out(sizes.back());
    walker w;
    std::vector<contender> all;
    all.push_back(library("clear", sched::clear_kernel::automatic, out));
    if (kernels) {
      for (const auto k : {sched::clear_kernel::avx512, sched::clear_kernel::avx2, sched::clear_kernel::portable})
        if (sched::runs_here(k)) all.push_back(library(std::string(to_string(k)), k, out));
    } else {
      all.push_back(one_by_one("sort index", [&](const instance& m) { return w.by_index(m, out.data()); }));
      all.push_back(one_by_one("sort pair", [&](const instance& m) { return w.by_pair(m, out.data()); }));
      all.push_back(one_by_one("nth_element", [&](const instance& m) { return w.by_selection(m, out.data()); }));
      all.push_back(one_by_one(
          "insertion", [&](const instance& m) { return w.by_insertion(m, out.data()); }, 200));
    }
    print_head(all, !kernels);
    for (const std::size_t n : sizes) {
      const std::vector<double> t = race(all, draw_instances(n, fresh), rounds);
      std::printf("%9zu", n);
      for (const double x : t) std::printf(" %11.1f", x);
      if (kernels) std::puts("");
      else std::printf(" %12.1f\n", t[1] / t[0]);
      std::fflush(stdout);
    }
    if (kernels) break;
  }
}

void inputs(int rounds) {
  std::printf("shapes of input, ns per call at n = 1,000\n");
  const std::size_t n = 1000;
  column out(n);
  walker w;
  const std::vector<contender> all{
      library("clear", sched::clear_kernel::automatic, out),
      one_by_one("sort index", [&](const instance& m) { return w.by_index(m, out.data()); })};
  const std::vector<std::pair<std::string, std::function<void(sched::random_generator&, instance&)>>> shapes{
      {"random", [](auto&, auto&) {}},
      {"7 price levels",
       [](auto& d, auto& m) {
         for (double& p : m.prices) p = static_cast<double>(d.below(7));
       }},
      {"all equal", [](auto&, auto& m) { m.prices.assign(m.prices.size(), 50.0); }},
      {"sorted", [](auto&, auto& m) { std::sort(m.prices.begin(), m.prices.end()); }},
      {"reversed", [](auto&, auto& m) { std::sort(m.prices.begin(), m.prices.end(), std::greater<>()); }},
      {"10 % without volume",
       [](auto& d, auto& m) {
         for (double& q : m.volumes) q = d.chance(0.1) ? 0 : q;
       }},
      {"shortage", [](auto&, auto& m) { m.demand *= 4; }},
      {"two volumes", [](auto& d, auto& m) {
         for (double& q : m.volumes) q = d.chance(0.02) ? 1000 : 1;
       }}};
  for (const auto& [name, change] : shapes) {
    sched::random_generator draw(7);
    std::vector<instance> made;
    for (int k = 0; k < 200; ++k) {
      instance m = draw_instance(draw, n, 0.4 + 0.5 * draw.real());
      const double before = std::reduce(m.volumes.begin(), m.volumes.end());
      change(draw, m);
      m.demand *= std::reduce(m.volumes.begin(), m.volumes.end()) / before;
      made.push_back(std::move(m));
    }
    const std::vector<double> t = race(all, made, rounds);
    std::printf("%-20s clear %9.1f   sort %9.1f   ratio %6.1f\n", name.c_str(), t[0], t[1], t[1] / t[0]);
  }
}

void batch(int rounds) {
  std::printf("4,096 markets: ns per market\n%6s %9s %9s %11s\n", "n", "rows", "columns", "float cols");
  const std::size_t markets = 4096;
  for (const std::size_t n : {3U, 5U, 8U, 10U, 16U, 20U, 50U, 100U}) {
    sched::random_generator draw(n);
    column prices(n * markets), volumes(n * markets), demand(markets), price(markets), accepted(n * markets);
    for (double& p : prices) p = 20 + 80 * draw.real();
    for (double& q : volumes) q = 10 + 40 * draw.real();
    for (double& d : demand) d = static_cast<double>(n) * (10 + 8 * draw.real());
    const std::vector<float> fp(prices.begin(), prices.end()), fq(volumes.begin(), volumes.end()),
        fd(demand.begin(), demand.end());
    std::vector<float> fprice(markets), faccepted(n * markets);
    std::vector<double> t[3];
    for (int r = 0; r < rounds; ++r)
      for (int which = 0; which < 3; ++which) {
        std::size_t count = 0;
        const double begin = now();
        double end = begin;
        do {
          if (which == 2)
            sched::clear_batch(fp, fq, fd, fprice, faccepted, sched::clearing_rules<>{},
                               {.layout = sched::batch_layout::columns});
          else
            sched::clear_batch(prices, volumes, demand, price, accepted, sched::clearing_rules<>{},
                               {.layout = which == 0 ? sched::batch_layout::rows : sched::batch_layout::columns});
          ++count;
          end = now();
        } while (end - begin < 3e6);
        t[which].push_back((end - begin) / static_cast<double>(count * markets));
      }
    std::printf("%6zu %9.2f %9.2f %11.2f\n", n, show_least ? least(t[0]) : median(t[0]),
                show_least ? least(t[1]) : median(t[1]), show_least ? least(t[2]) : median(t[2]));
  }
  std::printf("steps of an environment, fresh actions: ns per step\n");
  for (const std::size_t n : {5U, 20U, 100U}) {
    sched::random_generator draw(n);
    const std::size_t count = 512;
    column capacity(n), cost(n), actions(2 * n * count), demand(count), accepted(n), rewards(n);
    double supply = 0;
    for (std::size_t i = 0; i < n; ++i) {
      capacity[i] = 10 + 40 * draw.real();
      cost[i] = 40 * draw.real();
      supply += capacity[i];
    }
    for (std::size_t i = 0; i < actions.size(); ++i) actions[i] = i % 2 == 0 ? draw.real() / 2 : draw.normal();
    for (double& d : demand) d = supply * (0.2 + 0.25 * draw.real());
    std::vector<double> t;
    for (int r = 0; r < rounds; ++r) {
      std::size_t steps = 0;
      const double begin = now();
      double end = begin;
      do {
        for (std::size_t k = 0; k < count; ++k)
          sched::market_step({capacity, cost}, demand[k], std::span<const double>(actions).subspan(2 * n * k, 2 * n),
                             {accepted, rewards});
        steps += count;
        end = now();
      } while (end - begin < 2e6);
      t.push_back((end - begin) / static_cast<double>(steps));
    }
    std::printf("%6zu %9.1f\n", n, show_least ? least(t) : median(t));
  }
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 9;
  std::size_t most = 1'000'000;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a == "--rounds" && i + 1 < argc) rounds = std::atoi(argv[++i]);
    else if (a == "--most" && i + 1 < argc) most = static_cast<std::size_t>(std::atoll(argv[++i]));
    else if (a == "--least") show_least = true;
    else wanted.push_back(a);
  }
  if (wanted.empty()) wanted.push_back("calls");
  std::vector<std::size_t> sizes;
  for (const std::size_t n : {5U, 10U, 20U, 50U, 100U, 200U, 1000U, 10'000U, 100'000U, 1'000'000U})
    if (n <= most) sizes.push_back(n);
  std::printf("instructions: %s\n", std::string(to_string(sched::detail::clear::best_kernel)).c_str());
  for (const std::string& w : wanted) {
    if (w == "calls" || w == "kernels") calls(sizes, rounds, w == "kernels");
    else if (w == "inputs") inputs(rounds);
    else if (w == "batch") batch(rounds);
    else return std::fprintf(stderr, "micro_market: calls, kernels, inputs or batch, not %s\n", w.c_str()), 1;
  }
}
