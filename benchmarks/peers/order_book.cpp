// SPDX-License-Identifier: BSL-1.0
// Operations per second of the order book on a generated stream, beside a book of std::map and std::list.
//   order_book [operations] [rounds]
#include <sched/order_book.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

#include <sched/core/random.hpp>

using namespace sched;

namespace {

/// What a user writes first: levels in trees, orders in lists, ids in a hash table. Limit orders and cancels.
class map_list_book {
public:
  struct trade {
    std::uint64_t taker, maker;
    std::int64_t volume, price;
  };

  const std::vector<trade>& limit(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price) {
    trades_.clear();
    if (s == market_side::buy) take(id, volume, sells_, [price](std::int64_t p) { return p <= price; });
    else take(id, volume, buys_, [price](std::int64_t p) { return p >= price; });
    if (volume > 0) {
      if (s == market_side::buy) rest(id, s, volume, price, buys_);
      else rest(id, s, volume, price, sells_);
    }
    return trades_;
  }
  void cancel(std::uint64_t id) {
    const auto it = ids_.find(id);
    if (it == ids_.end()) return;
    const place p = it->second;
    ids_.erase(it);
    if (p.side == market_side::buy) drop(p, buys_);
    else drop(p, sells_);
  }

private:
  struct order {
    std::uint64_t id;
    std::int64_t volume;
  };
  using level = std::list<order>;
  struct place {
    market_side side;
    std::int64_t price;
    level::iterator at;
  };

  template <class Book, class Within>
  void take(std::uint64_t id, std::int64_t& volume, Book& book, Within within) {
    while (volume > 0 && !book.empty() && within(book.begin()->first)) {
      level& l = book.begin()->second;
      while (volume > 0 && !l.empty()) {
        order& m = l.front();
        const std::int64_t q = std::min(volume, m.volume);
        trades_.push_back({id, m.id, q, book.begin()->first});
        volume -= q;
        m.volume -= q;
        if (m.volume > 0) continue;
        ids_.erase(m.id);
        l.pop_front();
      }
      if (l.empty()) book.erase(book.begin());
    }
  }
  template <class Book>
  void rest(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price, Book& book) {
    level& l = book[price];
    l.push_back({id, volume});
    ids_.emplace(id, place{s, price, std::prev(l.end())});
  }
  template <class Book>
  void drop(const place& p, Book& book) {
    const auto it = book.find(p.price);
    it->second.erase(p.at);
    if (it->second.empty()) book.erase(it);
  }

  std::map<std::int64_t, level, std::greater<>> buys_;
  std::map<std::int64_t, level> sells_;
  std::unordered_map<std::uint64_t, place> ids_;
  std::vector<trade> trades_;
};

/// 70 % new orders around a touch that wanders, 25 % cancels of orders that are likely to be there, 5 % that cross.
/// Cancels follow the lives of orders: most go soon.
std::vector<book_request> stream(std::size_t n) {
  random_generator g(1);
  std::vector<book_request> out;
  out.reserve(n);
  std::vector<std::uint64_t> live;
  std::int64_t touch = 100'000;
  std::uint64_t next = 1;
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint64_t kind = g.below(100);
    book_request r;
    if (kind < 25 && !live.empty()) {
      r.op = book_op::cancel;
      const std::size_t back = std::min<std::size_t>(live.size(), static_cast<std::size_t>(g.exponential() * 200) + 1);
      r.id = live[live.size() - back];
      live[live.size() - back] = live.back();
      live.pop_back();
    } else {
      if (g.chance(0.02)) touch += g.between(-1, 1);
      r.id = next++;
      r.side = g.chance(0.5) ? market_side::buy : market_side::sell;
      const std::int64_t away = kind >= 95 ? -g.between(0, 2) : 1 + static_cast<std::int64_t>(g.exponential() * 8);
      r.price = r.side == market_side::buy ? touch - away : touch + away;
      r.volume = kind >= 95 ? g.between(1, 200) : g.between(1, 100);
      live.push_back(r.id);
    }
    out.push_back(r);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const std::vector<book_request> ops = stream(n);
  std::vector<double> ours, theirs;
  std::size_t trades = 0, others = 0, left = 0;
  for (int round = 0; round < rounds; ++round) {
    {
      order_book book;
      trades = 0;
      const std::clock_t start = std::clock();  // processor time: other work on the machine does not count
      for (const book_request& r : ops)
        for (const book_event& e : book.apply(r)) trades += e.kind == book_event_kind::trade ? 1U : 0U;
      ours.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
      left = book.size();
    }
    {
      map_list_book book;
      others = 0;
      const std::clock_t start = std::clock();  // processor time: other work on the machine does not count
      for (const book_request& r : ops) {
        if (r.op == book_op::cancel) book.cancel(r.id);
        else others += book.limit(r.id, r.side, r.volume, r.price).size();
      }
      theirs.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
  }
  if (trades != others) {
    std::fprintf(stderr, "the books disagree: %zu and %zu trades\n", trades, others);
    return 1;
  }
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  const auto rate = [n](const std::vector<double>& t) { return static_cast<double>(n) / t[t.size() / 2] / 1e6; };
  std::printf("operations %zu, trades %zu, orders left %zu\n", n, trades, left);
  std::printf("order_book          %6.2f M operations/s (median of %d)\n", rate(ours), rounds);
  std::printf("map of lists        %6.2f M operations/s\n", rate(theirs));
  std::printf("ratio               %6.2f\n", rate(ours) / rate(theirs));
  return 0;
}
