// SPDX-License-Identifier: BSL-1.0
#include <sched/io/slurm_time.hpp>

#include <string>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::int64_t seconds(const char* text) {
  const auto d = io::parse_slurm_duration(text);
  return d ? d->count() : -1;
}
using kind = io::slurm_when::kind;
std::string when(const char* text) {
  const auto w = io::parse_slurm_when(text);
  if (!w) return "none";
  // A Wednesday, 10:30:00.
  return io::format_slurm_instant(w->at(1'772'620'200));
}

}  // namespace

TEST_CASE("lengths of time: every form, with a resolution of seconds") {
  CHECK(seconds("90") == 5400);
  CHECK(seconds("90:30") == 5430);
  CHECK(seconds("2:03:04") == 7384);
  CHECK(seconds("1-12") == 129'600);
  CHECK(seconds("1-12:30") == 131'400);
  CHECK(seconds("1-02:03:04") == 93'784);
  CHECK(seconds("100:00:00") == 360'000);
  CHECK(seconds("0") == 0);
  for (const char* text : {"UNLIMITED", "unlimited", "Infinite"})
    CHECK(io::parse_slurm_duration(text) == duration::infinity());
}

TEST_CASE("lengths of time that are none are refused") {
  for (const char* text :
       {"",         ":",     "1:", ":1", "1:60",    "1:00:60",   "1:60:00", "1-24", "1-",
        "-1",       "1-1-1", "1h", " 1", "1:2:3:4", "1-2:3:4:5", "+1",      "1.5",  "9999999999999999999",
        "UNLIMITE", "1-2:60"})
    CHECK(seconds(text) == -1);
}

TEST_CASE("lengths of time are written as queues show them, and read back") {
  CHECK(io::format_slurm_duration(0) == "0:00");
  CHECK(io::format_slurm_duration(59) == "0:59");
  CHECK(io::format_slurm_duration(600) == "10:00");
  CHECK(io::format_slurm_duration(3661) == "1:01:01");
  CHECK(io::format_slurm_duration(93'784) == "1-02:03:04");
  CHECK(io::format_slurm_duration(duration::infinity()) == "UNLIMITED");
  CHECK(io::format_slurm_duration(-1) == "INVALID");
  for (std::int64_t s = 0; s < 400'000; s += 7) REQUIRE(seconds(io::format_slurm_duration(s).c_str()) == s);
}

TEST_CASE("points in time: relative, of the clock, of a date") {
  CHECK(when("now") == "2026-03-04T10:30:00");
  CHECK(when("today") == "2026-03-04T10:30:00");
  CHECK(when("tomorrow") == "2026-03-05T10:30:00");
  CHECK(when("now+60") == "2026-03-04T10:31:00");
  CHECK(when("now+90seconds") == "2026-03-04T10:31:30");
  CHECK(when("now+1minute") == "2026-03-04T10:31:00");
  CHECK(when("now+2hours") == "2026-03-04T12:30:00");
  CHECK(when("NOW+1day") == "2026-03-05T10:30:00");
  CHECK(when("now+1week") == "2026-03-11T10:30:00");
  CHECK(when("16:00") == "2026-03-04T16:00:00");
  CHECK(when("10:30") == "2026-03-04T10:30:00");
  CHECK(when("10:29:59") == "2026-03-05T10:29:59");
  CHECK(when("1:00pm") == "2026-03-04T13:00:00");
  CHECK(when("12:05AM") == "2026-03-05T00:05:00");
  CHECK(when("midnight") == "2026-03-05T00:00:00");
  CHECK(when("noon") == "2026-03-04T12:00:00");
  CHECK(when("elevenses") == "2026-03-04T11:00:00");
  CHECK(when("fika") == "2026-03-04T15:00:00");
  CHECK(when("teatime") == "2026-03-04T16:00:00");
  CHECK(when("2026-05-06") == "2026-05-06T00:00:00");
  CHECK(when("2026-05-06T07:08") == "2026-05-06T07:08:00");
  CHECK(when("2026-05-06T07:08:09") == "2026-05-06T07:08:09");
  CHECK(when("05/06/26") == "2026-05-06T00:00:00");
  CHECK(when("05.06.26") == "2026-05-06T00:00:00");
  CHECK(when("050626-07:08") == "2026-05-06T07:08:00");
  CHECK(when("05/06/26-07:08:09") == "2026-05-06T07:08:09");
  CHECK(when("050626") == "2026-05-06T00:00:00");
}

TEST_CASE("points in time that are none are refused") {
  for (const char* text : {"",
                           "now+",
                           "now+1fortnight",
                           "now-1",
                           "now+99999999999",
                           "24:00",
                           "1:60",
                           "1",
                           "1:2:3:4",
                           "13:00pm",
                           "0:00am",
                           "2026-02-29",
                           "2026-13-01",
                           "2026-05-06T",
                           "2026-05-06Tx",
                           "2026-05-06-",
                           "05/06.26",
                           "yesterday",
                           "2026-05-06T25:00",
                           "1234567"})
    CHECK(when(text) == "none");
}
