# SPDX-License-Identifier: BSL-1.0
# One compile-fail test: CXX, SOURCE, INCLUDES (| instead of ;).
file(STRINGS "${SOURCE}" lines LIMIT_COUNT 2)
list(GET lines 0 first)
if(NOT first MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${SOURCE}: the first line is not `// expect: REGULAR EXPRESSION`")
endif()
set(expected "${CMAKE_MATCH_1}")
string(REPLACE "|" ";" includes "${INCLUDES}")
list(REMOVE_ITEM includes /usr/include)  # named explicitly it would hide the compiler's own order
list(TRANSFORM includes PREPEND "-I")
set(command "${CXX}" -std=c++20 -fsyntax-only ${includes} "${SOURCE}")

execute_process(COMMAND ${command} OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles")
endif()
if(NOT text MATCHES "${expected}")
  message(FATAL_ERROR "${SOURCE} does not compile, but without saying `${expected}`:\n${text}")
endif()

file(STRINGS "${SOURCE}" guarded REGEX "SCHED_COMPILE_FAIL_FIXED")
if(guarded)
  execute_process(COMMAND ${command} -DSCHED_COMPILE_FAIL_FIXED OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${SOURCE} does not compile with SCHED_COMPILE_FAIL_FIXED either:\n${text}")
  endif()
endif()
