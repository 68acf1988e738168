# SPDX-License-Identifier: BSL-1.0
# Compiles, links and runs the consumer's two files with flags from pkg-config (PKG_CONFIG and PREFIX) or with the
# given FLAGS (| instead of ;). Both files include the library, so this is also a check for doubled definitions.
string(REPLACE "|" ";" flags "${FLAGS}")
if(DEFINED PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} "${PREFIX}/share/pkgconfig")
  execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs sched OUTPUT_VARIABLE text ERROR_VARIABLE errors
    RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "pkg-config: ${errors}")
  endif()
  separate_arguments(from_pkg_config UNIX_COMMAND "${text}")
  list(APPEND flags ${from_pkg_config})
endif()
execute_process(COMMAND "${CXX}" -std=c++20 -Wall -Wextra -Werror ${flags} "${SOURCE}/main.cpp" "${SOURCE}/other.cpp"
  -o "${PROGRAM}" OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "compiling failed:\n${text}")
endif()
execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the consumer ended with ${result}:\n${text}")
endif()
message(STATUS "${text}")
