// SPDX-License-Identifier: BSL-1.0
// Any bytes as a history of a timeline: every model answers as brute force does.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <sched/timeline.hpp>

#include "support/timeline_lockstep.hpp"

namespace {

/// Numbers from bytes; zeros after their end.
struct byte_source {
  const std::uint8_t* at;
  const std::uint8_t* end;
  std::size_t operator()(std::uint64_t n) {
    std::uint64_t value = at == end ? 0 : *at++;
    if (n > 256) value = value << 8 | (at == end ? 0U : *at++);
    return static_cast<std::size_t>(value % n);
  }
};

template <class Timeline>
void replay(const std::uint8_t* data, std::size_t size) {
  byte_source bytes{data, data + size};
  sched_test::lockstep_shape shape;
  shape.ticks = 16 + 24 * bytes(8);
  shape.capacity = static_cast<sched::amount>(1 + bytes(20));
  shape.origin = static_cast<std::int64_t>(bytes(256)) - 128;
  shape.advances = bytes(2) == 1;
  Timeline subject(shape.capacity, shape.origin);
  const std::uint8_t* const end = bytes.end;
  // The source is shared by reference so that the loop sees when it is used up.
  const auto draw = [&bytes](std::uint64_t n) { return bytes(n); };
  sched_test::timeline_lockstep lockstep(subject, shape, draw);
  bool ok = true;
  for (int i = 0; ok && i < 2000 && bytes.at != end; ++i) ok = lockstep.step();
  ok = ok && lockstep.whole() && lockstep.finish();
  if (ok) return;
  std::fprintf(stderr, "%s\n", lockstep.difference().c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  switch (data[0] % 6) {
    case 0: replay<sched::step_timeline>(data + 1, size - 1); break;
    case 1: replay<sched::dense_timeline>(data + 1, size - 1); break;
    case 2: replay<sched::tree_timeline>(data + 1, size - 1); break;
    case 3: replay<sched::basic_tree_timeline<sched::detail::no_probe, 4, 4>>(data + 1, size - 1); break;
    case 4: replay<sched::basic_tree_timeline<sched::detail::no_probe, 6, 4>>(data + 1, size - 1); break;
    default: replay<sched::adaptive_timeline>(data + 1, size - 1); break;
  }
  return 0;
}
