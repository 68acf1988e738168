// SPDX-License-Identifier: BSL-1.0
// Any bytes as a date, an effort, a dependency, a timeframe or an allocation: strict reading understands it as lenient
// reading does, or says in one line at which character it goes wrong; lenient reading never fails.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sched/io/roadmap_text.hpp>

#include "support/fuzz_project.hpp"

namespace {

using namespace sched::io;

/// `read` by both rules.
template <class Read>
void both(std::string_view text, Read read) {
  const auto forgiven = read(text_rules::lenient);
  try {
    fuzz_require(read(text_rules::strict) == forgiven, "both rules understand the same");
  } catch (const sched::error& e) {
    const std::string what = e.what();
    fuzz_require(what.find('\n') == std::string::npos && e.line() == 0, "one line: " + what);
    const std::size_t at = what.rfind(", character ");
    fuzz_require(at != std::string::npos, "a position: " + what);
    const unsigned long character = std::strtoul(what.c_str() + at + 12, nullptr, 10);
    fuzz_require(character >= 1 && character <= text.size() + 1, "a position in the text: " + what);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  both(text, [&](text_rules r) { return parse_date(text, r); });
  if (const auto day = parse_date(text, text_rules::lenient))
    fuzz_require(date_text(*day) == trim(text), "a date is written as it was");
  for (const effort_days unit : {effort_days::calendar, effort_days::working}) {
    both(text, [&](text_rules r) { return parse_effort(text, r, unit); });
    const double days = parse_effort(text, text_rules::lenient, unit);
    fuzz_require(days >= 0 && days <= 1e9, "an effort within bounds");
  }
  both(text, [&](text_rules r) { return parse_dependency(text, r); });
  const double lag = parse_dependency(text, text_rules::lenient).lag;
  fuzz_require(lag >= 0 && lag <= 1e9, "a lag within bounds");
  for (const int month : {1, 4, 12}) both(text, [&](text_rules r) { return parse_timeframe(text, r, month); });
  if (const auto frame = parse_timeframe(text, text_rules::lenient))
    fuzz_require(frame->first <= frame->last && frame->last - frame->first <= 365, "a timeframe of at most a year");
  for (const allocation_colon colon : {allocation_colon::first, allocation_colon::last}) {
    both(text, [&](text_rules r) { return parse_allocation(text, r, colon); });
    const double share = parse_allocation(text, text_rules::lenient, colon).second;
    fuzz_require(share >= 0 && std::isfinite(share), "an allocation within bounds");
    const std::string again = "x:" + decimal_text(share);
    fuzz_require(share > 1e9 || parse_allocation(again).second == share, "numbers are written as they were");
  }
  return 0;
}
