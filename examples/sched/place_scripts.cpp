// SPDX-License-Identifier: BSL-1.0
// sbatch scripts as a workload of `sched place`, and the listing of its jobs.
#include "place_run.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <sched/io/csv.hpp>
#include <sched/io/gzip_file.hpp>

namespace program {
namespace {

using namespace sched;

/// One line for a script: the first of some remarks, and how many more there are.
void remark(const std::string& path, const std::vector<std::string>& remarks, std::vector<std::string>& messages) {
  if (remarks.empty()) return;
  std::string text = "sched: " + path + remarks.front();
  if (remarks.size() > 1) text += " (and " + std::to_string(remarks.size() - 1) + " more)";
  messages.push_back(std::move(text));
}

/// Time stands still here, so what waits for another job, or for its own kind, waits.
wait_answer::kind waits_for(const cluster_job& j, const place_workload& before, std::size_t task) {
  using enum wait_answer::kind;
  if (j.held) return held;
  if (j.not_before > instant(0)) return begins_later;
  for (const job_dependency& d : j.after) {
    if (d.on != job_dependency::kind::singleton) return dependency;
    for (const cluster_job& other : before.jobs)
      if (other.name == j.name && other.user == j.user) return dependency;
  }
  return j.array_limit != 0 && task >= j.array_limit ? array : none;
}

}  // namespace

bool is_script(const std::string& path) {
  const std::string e = io::file_extension(path);
  return e == ".sh" || e == ".sbatch" || e == ".slurm";
}

place_workload read_scripts(std::span<const std::string> paths, io::sbatch_site& site,
                            std::vector<std::string>& messages, outcome& worst) {
  place_workload w;
  for (const std::string& path : paths) {
    guarded(path, messages, worst, [&] {
      const io::sbatch_script script = io::read_sbatch(io::read_gzip_file(path), path);
      io::sbatch_submission s = io::make_cluster_jobs(script, site, 0, path);
      std::vector<std::string> unknown, late, notes;
      for (const io::sbatch_problem& p : script.unrecognised)
        unknown.push_back(":" + std::to_string(p.line) + ": " + io::printable(p.text) + ": unknown, passed over");
      for (const io::sbatch_problem& p : script.warnings) late.push_back(":" + std::to_string(p.line) + ": " + p.text);
      for (const std::string& n : s.notes) notes.push_back(": " + n);
      for (const auto* all : {&unknown, &late, &notes}) remark(path, *all, messages);
      for (std::size_t k = 0; k < s.jobs.size(); ++k) {
        cluster_job& j = s.jobs[k];
        io::openb_pod& pod = w.pods.emplace_back();
        pod.name = j.name;
        if (s.indices[k] != io::sbatch_dependency::none) pod.name += '_' + std::to_string(s.indices[k]);
        w.waits.push_back(waits_for(j, w, k));
        const auto& groups = j.wants.groups;
        w.parts.push_back(std::ranges::min_element(groups, placement::larger_first{}, &part_group::each)->each);
        w.asked.push_back(j.wants);
        w.indices.push_back(s.indices[k]);
        w.jobs.push_back(std::move(j));
      }
    });
  }
  return w;
}

std::string place_csv(const cluster& c, const place_workload& w, const place_answer& a) {
  std::string out = "pod,node,gpus\n";
  for (std::size_t k = 0; k < a.results.size(); ++k) {
    std::map<std::size_t, std::vector<std::uint32_t>> nodes;
    for (const allocation& one : a.results[k].allocations()) {
      auto& gpus = nodes[one.node.index()];
      for (const auto d : one.devices) gpus.push_back(d);
    }
    std::string names, gpus;
    for (auto& [node, devices] : nodes) {
      if (!names.empty()) names += ';', gpus += ';';
      names += c.name(node_id(node));
      std::ranges::sort(devices);
      for (std::size_t d = 0; d < devices.size(); ++d) gpus += (d == 0 ? "" : "-") + std::to_string(devices[d]);
    }
    io::append_csv(out, w.pods[a.pods[k]].name);
    io::append_csv(out += ',', names);
    (out += ',') += gpus;
    out += '\n';
  }
  return out;
}

std::string place_squeue(const io::sbatch_site& site, const place_workload& w, const place_answer& a,
                         const std::string& format) {
  std::vector<io::squeue_row> rows;
  rows.reserve(a.pods.size());
  for (std::size_t k = 0; k < a.pods.size(); ++k) {
    const std::size_t pod = a.pods[k];
    stored_job r;
    if (!w.jobs.empty()) r.job = w.jobs[pod];
    else r.job.id = static_cast<job_number>(pod) + 1, r.job.name = w.pods[pod].name, r.job.wants = w.asked[pod];
    r.life = job_history(0);
    wait_answer why;
    if (a.results[k]) {
      static_cast<void>(r.life.move(job_state::scheduled, 0));
      static_cast<void>(r.life.move(job_state::running, 0));
      const auto place = a.results[k].allocations();
      r.place.assign(place.begin(), place.end());
    } else {
      why.what = w.asks(pod) ? wait_answer::kind::capacity : w.waits[pod];
      why.first = a.results[k].why.first;
    }
    rows.push_back(
        io::make_squeue_row(r, why, site, 0, w.indices.empty() ? io::sbatch_dependency::none : w.indices[pod]));
  }
  return format == "reference" ? io::format_reference_squeue(rows) : io::format_squeue(rows, format);
}

}  // namespace program
