// SPDX-License-Identifier: BSL-1.0
// Only carries the precompiled header that the test executables share.
