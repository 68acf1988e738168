// SPDX-License-Identifier: BSL-1.0
// Projects and schedules in JSON: everything that the model can say.
#include <iostream>

#include <sched/json.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

constexpr const char* document = R"({
  "format": "sched-project", "version": 1,
  "name": "garden house",
  "resources": [
    {"name": "crew", "capacity": 4,
     "calendar": {"period": 24, "open": [[8, 16]], "closed": [[48, 72]]}, "on_break": "stretching",
     "shrinkings": [{"calendar": {"closed": [[32, 40]]}, "capacity": 2}]},
    {"name": "money", "kind": "nonrenewable", "capacity": 7}
  ],
  "tasks": [
    {"name": "dig", "duration": 6, "needs": [["crew", 2]]},
    {"name": "base", "modes": [
      {"duration": 10, "needs": [["crew", 2], ["money", 1]]},
      {"duration": 5, "needs": [["crew", 4], ["money", 4]]}]},
    {"name": "walls", "duration": 8, "needs": [["crew", 3]], "release": 30},
    {"name": "paint", "duration": 4, "needs": [["crew", 1], ["money", 2]], "due": 100, "deadline": 160, "weight": 2}
  ],
  "precedences": [
    ["dig", "base"],
    {"from": "base", "to": "walls", "kind": "finish-start", "lag": 4},
    {"from": "walls", "to": "paint", "kind": "start-start", "lag": 2}
  ]
})";

int main() {
  namespace io = sched::io;
  const sched::project p = io::read_json_project(document, "garden.json");
  const auto r = sched::serial_sgs(p);
  std::cout << io::write_json_schedule(p, r.schedule) << '\n';
  std::cout << "valid: " << sched::validate(p, r.schedule).ok() << '\n';

  // Written and read again: the same document.
  const std::string once = io::write_json_project(p);
  std::cout << "round trip: " << (io::write_json_project(io::read_json_project(once)) == once) << "\n\n";

  // Mistakes are named with file, line and place.
  for (const char* wrong : {R"({"format": "sched-project", "version": 1, "tasks": [{"duration": -3}]})",
                            R"({"format": "sched-project", "version": 1, "tasks": [{"durations": 3}]})",
                            R"({"format": "sched-project", "version": 1, "tasks": [{"duration": 3})"}) {
    try {
      (void)io::read_json_project(wrong, "wrong.json");
    } catch (const sched::error& e) {
      std::cout << e.what() << '\n';
    }
  }
}
