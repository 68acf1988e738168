// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_ROUNDS_HPP
#define SCHED_TESTS_SUPPORT_ROUNDS_HPP

#include <cstdlib>

namespace sched_test {

/// SCHED_PROPERTY_INSTANCES from the environment: how many of a thousand random instances are wanted; 1,000 if unset.
inline unsigned long wanted_instances() {
  const char* text = std::getenv("SCHED_PROPERTY_INSTANCES");  // NOLINT(concurrency-mt-unsafe)
  const unsigned long number = text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
  return number == 0 ? 1000 : number;
}

/// Rounds of a long random test that does `usual` of them: fewer, but at least `least`, where fewer instances are
/// wanted because programs are slow (sanitizers).
inline int rounds(int usual, int least = 1) {
  const unsigned long wanted = wanted_instances();
  if (wanted >= 1000) return usual;
  const int fewer = static_cast<int>(static_cast<unsigned long>(usual) * wanted / 1000);
  return fewer < least ? least : fewer;
}

}  // namespace sched_test

#endif
