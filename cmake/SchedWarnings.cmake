# SPDX-License-Identifier: BSL-1.0
# The warnings that the library's own programs are compiled with. Consumers never see them.

set(SCHED_WARNING_FLAGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion)
if(SCHED_WERROR)
  list(APPEND SCHED_WARNING_FLAGS -Werror)
  # What g++ 12's optimiser says about std::string and std::copy is often false (GCC bugs 105329, 105651): shown, no error.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    list(APPEND SCHED_WARNING_FLAGS -Wno-error=array-bounds -Wno-error=restrict -Wno-error=stringop-overflow
         -Wno-error=stringop-overread)
  endif()
endif()

add_library(sched_warnings INTERFACE)
target_compile_options(sched_warnings INTERFACE ${SCHED_WARNING_FLAGS})
