// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_ASCII_HPP
#define SCHED_IO_DETAIL_ASCII_HPP

/// \file
/// Letters of ASCII, whatever the locale.

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace detail
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
