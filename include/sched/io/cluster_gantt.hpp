// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CLUSTER_GANTT_HPP
#define SCHED_IO_CLUSTER_GANTT_HPP

/// \file
/// Who has which GPUs of a cluster over time, as a chart: a row per GPU, per node or per group of nodes.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/detail/cluster_load.hpp>
#include <sched/io/detail/node_slots.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/model/occupancy.hpp>
#include <sched/placement/fragmentation.hpp>

namespace sched {
inline namespace v0 {

/// What a row of the chart is. `automatic`: devices up to 600 of them on 300 nodes; nodes up to 5,000 with 60,000
/// tasks; else groups.
enum class cluster_rows : std::uint8_t { automatic, devices, nodes, groups };

struct cluster_gantt_options {
  std::string title = "Cluster";
  chart_axis axis{};
  cluster_rows rows = cluster_rows::automatic;
  instant until = instant::infinity();     ///< where places without an end are cut; +∞: behind all other times
  std::vector<std::string> kinds{};        ///< names of `occupancy::kind`; empty: kinds by the number of GPUs
  std::vector<task_type> typical{};        ///< tasks that fragmentation is measured by; empty: it is not shown
  std::span<const node_outage> outages{};  ///< shaded
  std::vector<std::string> unplaced{};     ///< for a note: jobs that never had a place
  std::vector<chart_fact> facts{};         ///< before those that are always there
};

namespace detail {

class cluster_chart {
public:
  cluster_chart(const cluster& c, std::span<const occupancy> stays, const cluster_gantt_options& o)
      : cluster_(&c), stays_(stays), options_(&o), rows_(o.rows) {}

  [[nodiscard]] chart make() {
    find_extent();
    choose_rows();
    begin();
    if (rows_ == cluster_rows::groups) add_groups();
    else add_nodes();
    load_ = std::make_unique<cluster_load>(*cluster_, group_of_, groups_.size(), options_->typical, all_.start);
    walk();
    add_columns();
    add_panels();
    add_facts();
    add_figure();
    return std::move(out_);
  }

private:
  void find_extent() {
    all_ = {instant::infinity(), instant::minus_infinity()};
    const auto take = [&](instant t) {
      if (!t.is_finite()) return;
      all_.start = std::min(all_.start, t);
      all_.finish = std::max(all_.finish, t);
    };
    bool open = false;
    for (const occupancy& s : stays_) {
      take(s.start), take(s.end);
      open = open || !s.end.is_finite();
    }
    for (const node_outage& x : options_->outages) take(x.from), take(x.to);
    if (!all_.start.is_finite()) all_ = {0, 0};
    if (options_->until.is_finite()) all_.finish = std::max(all_.finish, options_->until);
    else if (open) all_.finish = all_.finish + 1;
    all_.finish = std::max(all_.finish, all_.start + 1);
  }
  [[nodiscard]] instant end_of(const occupancy& s) const { return std::min(s.end, all_.finish); }
  [[nodiscard]] bool lasts(const occupancy& s) const { return s.start < end_of(s); }

  void choose_rows() {
    if (rows_ != cluster_rows::automatic) return;
    std::size_t tasks = 0;
    for (const occupancy& s : stays_) tasks += s.place.size();
    rows_ = cluster_rows::groups;
    if (cluster_->node_count() <= 5'000 && tasks <= 60'000) rows_ = cluster_rows::nodes;
    if (cluster_->node_count() <= 300 && cluster_->device_count() <= 600 && tasks <= 60'000)
      rows_ = cluster_rows::devices;
  }
  void begin() {
    out_.title = options_->title;
    out_.axis = options_->axis;
    out_.bar_noun = rows_ == cluster_rows::groups ? "share" : "job";
    out_.panels_noun = "Load";
    out_.critical_name = "cut short";
    out_.critical_hint = "Attempts that were preempted, or lost their node";
    out_.shaded_name = "down or draining";
    if (options_->kinds.empty())
      for (const char* name : {"no GPU", "part of a GPU", "1 GPU", "2 GPUs", "3 or 4", "5 to 8", "9 to 16", "more"})
        out_.classes.push_back({name});
    for (const std::string& name : options_->kinds) out_.classes.push_back({name});
    std::size_t level = cluster_->depth() - 1;
    while (rows_ == cluster_rows::groups && level > 1 && cluster_->group_count(level) > 400) --level;
    groups_ = node_groups(*cluster_, level);
    group_of_.resize(cluster_->node_count());
    for (std::size_t g = 0; g < groups_.size(); ++g)
      for (const std::uint32_t n : groups_[g].nodes) group_of_[n] = static_cast<std::uint32_t>(g);
  }
  [[nodiscard]] std::uint32_t kind_of(const occupancy& s) const {
    if (!options_->kinds.empty())
      return std::min(s.kind == occupancy::by_size ? 0 : s.kind,
                      static_cast<std::uint32_t>(options_->kinds.size() - 1));
    std::size_t devices = 0;
    amount share = whole_device;
    for (const allocation& a : s.place) {
      devices += a.devices.size();
      if (!a.devices.empty()) share = a.share;
    }
    return static_cast<std::uint32_t>(device_class(devices, share));
  }

  // --- rows -------------------------------------------------------------------------------------------------------
  void add_nodes() {
    std::vector<char> cpus(cluster_->node_count(), 0);
    for (const occupancy& s : stays_)
      for (const allocation& a : s.place)
        if (a.devices.empty()) cpus[a.node.index()] = 1;
    slots_ = std::make_unique<node_slots>(*cluster_, cpus, rows_ == cluster_rows::devices);
    lane_of_.resize(cluster_->node_count());
    const bool headed = groups_.size() > 1;
    for (const node_group& g : groups_) {
      if (headed)
        out_.lanes.push_back(
            {.title = g.name + ": " + std::to_string(g.nodes.size()) + (g.nodes.size() == 1 ? " node" : " nodes"),
             .rows = 1});
      for (const std::uint32_t i : g.nodes) {
        lane_of_[i] = static_cast<std::uint32_t>(out_.lanes.size());
        out_.lanes.push_back({.title = cluster_->name(node_id(i)),
                              .rows = slots_->rows(node_id(i)),
                              .row_labels = slots_->labels(node_id(i)),
                              .inner = headed});
      }
    }
    for (const node_outage& x : options_->outages)
      if (x.status != node_status::up && x.from < x.to)
        out_.lanes[lane_of_[x.node.index()]].shaded.push_back({x.from, std::min(x.to, all_.finish)});
    for (chart_lane& l : out_.lanes) {  // disjoint: what is shaded twice is darker
      std::ranges::sort(l.shaded, {}, [](const interval& x) { return x.start; });
      std::vector<interval> joined;
      for (const interval& x : l.shaded)
        if (joined.empty() || joined.back().finish < x.start) joined.push_back(x);
        else joined.back().finish = std::max(joined.back().finish, x.finish);
      l.shaded = std::move(joined);
    }
  }
  void add_groups() {
    std::vector<double> capacity(groups_.size(), 0.0);
    std::vector<char> by_cpu(groups_.size(), 0);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      out_.lanes.push_back({.title = groups_[g].name, .rows = 1});
      amount devices = 0, cpu = 0;
      for (const std::uint32_t n : groups_[g].nodes) {
        devices += static_cast<amount>(cluster_->devices(node_id(n))) * whole_device;
        cpu += cluster_->cpu(node_id(n));
      }
      by_cpu[g] = devices == 0 ? 1 : 0;
      capacity[g] = static_cast<double>(devices == 0 ? cpu : devices);
    }
    cluster_shares shares(groups_.size(), out_.classes.size(), all_, 20'000);
    for (const occupancy& s : stays_) {
      if (!lasts(s)) continue;
      const std::uint32_t kind = kind_of(s);
      for (const allocation& a : s.place) {
        const std::uint32_t g = group_of_[a.node.index()];
        const amount units = by_cpu[g] != 0 ? a.cpu : static_cast<amount>(a.devices.size()) * a.share;
        if (units > 0) shares.add(g, kind, static_cast<double>(units), {s.start, end_of(s)});
      }
    }
    shares.each(capacity, [&](std::size_t g, std::size_t k, interval when, std::uint16_t from, std::uint16_t share) {
      out_.bars.push_back({.lane = static_cast<std::uint32_t>(g),
                           .row = 0,
                           .kind = static_cast<std::uint32_t>(k),
                           .start = when.start,
                           .finish = when.finish,
                           .label = std::to_string(share / 10) + "." + std::to_string(share % 10) + " %",
                           .from = from,
                           .share = share});
    });
  }

  // --- what happens, in the order of time: ends, nodes, starts ------------------------------------------------------
  struct event {
    instant at{};
    enum kind : std::uint8_t { ends, nodes, starts } what{};
    std::size_t index = 0;
    auto operator<=>(const event&) const = default;
  };
  void walk() {
    std::vector<event> events;
    for (std::size_t k = 0; k < stays_.size(); ++k) {
      events.push_back({stays_[k].start, event::starts, k});
      if (lasts(stays_[k]) && stays_[k].end.is_finite()) events.push_back({stays_[k].end, event::ends, k});
    }
    for (std::size_t k = 0; k < options_->outages.size(); ++k) {
      const node_outage& x = options_->outages[k];
      if (x.status != node_status::down || x.to <= x.from) continue;
      events.push_back({x.from, event::nodes, 2 * k});
      if (x.to.is_finite()) events.push_back({x.to, event::nodes, 2 * k + 1});
    }
    std::ranges::sort(events);
    held_.resize(stays_.size());
    for (std::size_t k = 0; k < events.size(); ++k) {
      const event& e = events[k];
      if (e.what == event::nodes) {
        const auto devices = static_cast<amount>(cluster_->devices(options_->outages[e.index / 2].node));
        load_->capacity(e.index % 2 == 0 ? -devices : devices);
      } else {
        const occupancy& s = stays_[e.index];
        if (slots_ && e.what == event::starts) add_bars(e.index);
        if (slots_ && e.what == event::ends) give_back(e.index);
        if (lasts(s))
          for (const allocation& a : s.place) load_->change(a, e.what == event::starts ? 1 : -1);
      }
      if (k + 1 == events.size() || events[k + 1].at != e.at) load_->note(e.at);
    }
  }
  void give_back(std::size_t index) {
    for (const auto& [n, piece] : held_[index]) slots_->give_back(n, piece);
    held_[index].clear();
  }
  /// A bar for every node of the place.
  void add_bars(std::size_t index) {
    const occupancy& s = stays_[index];
    std::vector<node_id> nodes;
    for (const allocation& a : s.place)
      if (std::ranges::find(nodes, a.node) == nodes.end()) nodes.push_back(a.node);
    for (const node_id n : nodes) {
      std::vector<node_slots::piece> pieces;
      fields f;
      for (const allocation& a : s.place) {
        if (a.node != n) continue;
        ++f.tasks;
        f.cpu += a.cpu;
        for (const std::uint16_t d : a.devices) {
          slots_->take(n, d, a.share, pieces);
          f.gpus += (f.gpus.empty() ? "" : ", ") + std::to_string(d);
        }
        if (a.share < whole_device && !a.devices.empty()) f.share = a.share;
        if (a.devices.empty()) slots_->take_cpu(n, a.cpu, pieces);
      }
      f.nodes = static_cast<amount>(nodes.size());
      f.stay = index;
      std::vector<chart_rows> blocks = slots_->blocks(n, pieces);
      out_.bars.push_back({.lane = lane_of_[n.index()],
                           .row = blocks.front().row,
                           .rows = blocks.front().rows,
                           .kind = kind_of(s),
                           .start = s.start,
                           .finish = end_of(s),
                           .label = s.job,
                           .critical = s.reason == end_reason::preempted || s.reason == end_reason::node_lost,
                           .also = {blocks.begin() + 1, blocks.end()},
                           .from = blocks.front().from,
                           .share = blocks.front().share});
      fields_.push_back(std::move(f));
      for (const auto& piece : pieces) held_[index].emplace_back(n, piece);
    }
    if (!lasts(s)) give_back(index);
  }

  // --- what is written beside the bars ------------------------------------------------------------------------------
  void add_columns() {
    if (!slots_) return;
    const auto texts = [&](std::string name, auto&& of) {
      chart_column c{.name = std::move(name)};
      for (const fields& f : fields_) c.texts.push_back(of(f));
      if (std::ranges::any_of(c.texts, [](const std::string& t) { return !t.empty(); }))
        out_.columns.push_back(std::move(c));
    };
    const auto number = [](amount a) { return std::to_string(a); };
    texts("GPUs", [](const fields& f) { return f.gpus; });
    texts("Of each", [&](const fields& f) { return f.share == 0 ? std::string() : number(f.share) + " / 1000"; });
    texts("Cores", [&](const fields& f) {
      if (f.cpu == 0) return std::string();
      const amount tenths = f.cpu / 100;
      return number(tenths / 10) + (tenths % 10 == 0 ? "" : "." + number(tenths % 10));
    });
    texts("Tasks here", [&](const fields& f) { return f.tasks < 2 ? std::string() : number(f.tasks); });
    texts("Nodes in all", [&](const fields& f) { return f.nodes < 2 ? std::string() : number(f.nodes); });
    texts("Attempt",
          [&](const fields& f) { return stays_[f.stay].attempt < 2 ? std::string() : number(stays_[f.stay].attempt); });
    texts("Ended", [&](const fields& f) {
      const occupancy& s = stays_[f.stay];
      return s.reason == end_reason::none || !s.end.is_finite() ? std::string() : std::string(to_string(s.reason));
    });
  }
  void add_panels() {
    using style = chart_curve::style;
    if (cluster_->device_count() != 0) {
      out_.panels.push_back({.title = "GPUs in use"});
      out_.panels.back().curves.push_back({"in use", style::area, load_->in_use});
      out_.panels.back().curves.push_back({"there", style::limit, load_->there});
      if (load_->fragmentation_known()) {
        out_.panels.push_back({.title = "Idle GPUs"});
        out_.panels.back().curves.push_back({"idle", style::area, load_->idle});
        out_.panels.back().curves.push_back({"fragmented", style::line, load_->fragmented});
      }
    }
    if (cluster_->total_cpu() == 0) return;
    out_.panels.push_back({.title = "Cores in use"});
    out_.panels.back().curves.push_back({"in use", style::area, load_->cpus});
    out_.panels.back().curves.push_back(
        {"there", style::limit, {{all_.start, static_cast<double>(cluster_->total_cpu()) / 1000}}});
  }
  [[nodiscard]] static std::string per_cent(double part, double whole) {
    char text[64];
    std::snprintf(text, sizeof text, "%.2f %%", whole > 0 ? 100 * part / whole : 0.0);
    return text;
  }
  void add_facts() {
    out_.facts = options_->facts;
    std::unordered_set<std::string> jobs;
    std::size_t cut = 0;
    for (const occupancy& s : stays_) {
      jobs.insert(s.job);
      if (s.reason == end_reason::preempted || s.reason == end_reason::node_lost) ++cut;
    }
    const auto fact = [&](const char* name, std::string value, const char* hint = "") {
      out_.facts.push_back({name, std::move(value), hint});
    };
    fact("Jobs", std::to_string(jobs.size()), "that had a place");
    if (!options_->unplaced.empty()) {
      fact("Without a place", std::to_string(options_->unplaced.size()));
      out_.notes.push_back({"Without a place", options_->unplaced});
    }
    if (cut > 0) fact("Cut short", std::to_string(cut), "attempts that were preempted, or lost their node");
    fact("Nodes", std::to_string(cluster_->node_count()));
    if (cluster_->device_count() == 0) return;
    fact("GPUs", std::to_string(cluster_->device_count()));
    double area = 0;
    for (std::size_t g = 0; g < groups_.size(); ++g) area += load_->area(g, all_.finish);
    const auto total = static_cast<double>(cluster_->total_milli());
    fact("Mean in use", per_cent(area, total * static_cast<double>(all_.length().count())), "of all GPUs");
    fact("Most in use", per_cent(static_cast<double>(load_->peak()), total), "of all GPUs");
    if (load_->fragmentation_known() && !load_->fragmented.empty())
      fact("Fragmented at the end", per_cent(load_->fragmented.back().value * 1000, total),
           "GPUs that typical tasks cannot use, of all");
  }
  void add_figure() {
    if (cluster_->device_count() == 0 || groups_.size() < 2) return;
    using style = chart_figure_column::style;
    out_.figures_noun = "Groups";
    chart_figure f{.title = "Use by group", .note = "Shares of the group's GPUs.", .row_noun = "Group", .drawn = 2};
    f.columns = {{.name = "Nodes"},
                 {.name = "GPUs"},
                 {.name = "Mean in use", .hint = "over the whole time", .shown_as = style::percent},
                 {.name = "Most in use", .shown_as = style::percent}};
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      std::size_t devices = 0;
      for (const std::uint32_t n : groups_[g].nodes) devices += cluster_->devices(node_id(n));
      if (devices == 0) continue;
      const auto milli = static_cast<double>(devices) * 1000;
      const double values[] = {static_cast<double>(groups_[g].nodes.size()), static_cast<double>(devices),
                               load_->area(g, all_.finish) / (milli * static_cast<double>(all_.length().count())),
                               static_cast<double>(load_->peak(g)) / milli};
      f.rows.push_back(groups_[g].name);
      for (std::size_t k = 0; k < f.columns.size(); ++k) f.columns[k].values.push_back(values[k]);
    }
    out_.figures.push_back(std::move(f));
  }

  struct fields {
    std::string gpus{};
    amount share = 0, cpu = 0, tasks = 0, nodes = 0;
    std::size_t stay = 0;
  };
  const cluster* cluster_;
  std::span<const occupancy> stays_;
  const cluster_gantt_options* options_;
  cluster_rows rows_;
  chart out_{};
  interval all_{};
  std::vector<node_group> groups_{};
  std::vector<std::uint32_t> group_of_{}, lane_of_{};
  std::unique_ptr<node_slots> slots_{};  // null: bars for groups, not for nodes
  std::unique_ptr<cluster_load> load_{};
  std::vector<std::vector<std::pair<node_id, node_slots::piece>>> held_{};
  std::vector<fields> fields_{};
};

}  // namespace detail

/// Places of jobs over time as a chart. Lanes are nodes, headed by their innermost group (in a cluster without levels
/// by the model and number of their GPUs). A job is a bar on every node that it is on, over its GPUs; who has part of a
/// GPU has that part of the row's height, the lowest that is free; tasks without GPUs have their share of a row "cpu",
/// which nodes have where such a task comes. With a row per node its GPUs stand side by side in it. With a row per
/// group there are no jobs: bars are the mean shares of the group's GPUs (cores, where there are none) by kind, in at
/// most 240 pieces of time. Attempts that were preempted or lost their node are marked; nodes that are down or drained
/// are shaded. Panels: GPUs in use against those that are not down, idle and fragmented GPUs, cores in use. A figure
/// shows the use of every group.
///
/// Precondition: nodes and devices are those of the cluster, starts are finite, no end before its start. Places that
/// overlap are drawn as far as there is room. O(n log n + tasks · devices of a node + rows); allocates the chart.
[[nodiscard]] inline chart gantt_of(const cluster& c, std::span<const occupancy> stays,
                                    const cluster_gantt_options& o = {}) {
  return detail::cluster_chart(c, stays, o).make();
}

}  // namespace v0
}  // namespace sched

#endif
