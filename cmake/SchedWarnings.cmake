# SPDX-License-Identifier: BSL-1.0
# The warnings that the library's own programs are compiled with. Consumers never see them.

set(SCHED_WARNING_FLAGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion)
if(SCHED_WERROR)
  list(APPEND SCHED_WARNING_FLAGS -Werror)
endif()

add_library(sched_warnings INTERFACE)
target_compile_options(sched_warnings INTERFACE ${SCHED_WARNING_FLAGS})
