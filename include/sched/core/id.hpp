// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_ID_HPP
#define SCHED_CORE_ID_HPP

/// \file
/// Strong ids: an index that cannot be mistaken for another kind of index.

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>

namespace sched {
inline namespace v0 {

/// A dense index 0, 1, 2 … into the things that `Tag` names. Default-constructed: no thing at all (`none()`).
/// Ids of different tags do not convert into one another; `index()` gives the number for subscripts.
template <class Tag>
class id {
public:
  using rep = std::uint32_t;

  constexpr id() noexcept = default;
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  constexpr explicit id(I value) noexcept : value_(static_cast<rep>(value)) {}

  [[nodiscard]] static constexpr id none() noexcept { return id(); }
  [[nodiscard]] constexpr bool valid() const noexcept { return value_ != none_; }
  [[nodiscard]] constexpr std::size_t index() const noexcept { return value_; }

  constexpr auto operator<=>(const id&) const noexcept = default;
  constexpr bool operator==(const id&) const noexcept = default;

  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, id i) {
    return i.valid() ? out << i.value_ : out << "none";
  }

private:
  static constexpr rep none_ = std::numeric_limits<rep>::max();
  rep value_ = none_;
};

struct task_tag {};
struct resource_tag {};

/// A task of a project, counted from 0 in the order of its addition.
using task_id = id<task_tag>;
/// A resource (renewable and non-renewable in one numbering), counted from 0.
using resource_id = id<resource_tag>;

}  // namespace v0
}  // namespace sched

template <class Tag>
struct std::hash<sched::id<Tag>> {
  std::size_t operator()(sched::id<Tag> i) const noexcept { return i.index(); }
};

#endif
