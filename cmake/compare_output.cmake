# SPDX-License-Identifier: BSL-1.0
# Runs PROGRAM and fails unless it exits with 0 and prints exactly the text of the file EXPECTED.
execute_process(COMMAND "${PROGRAM}" OUTPUT_FILE "${ACTUAL}" ERROR_VARIABLE errors RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${result}\n${errors}")
endif()
if(NOT EXISTS "${EXPECTED}")
  message(FATAL_ERROR "there is no captured output ${EXPECTED}; this run wrote ${ACTUAL}")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${ACTUAL}" "${EXPECTED}" RESULT_VARIABLE differs)
if(differs)
  execute_process(COMMAND diff -u "${EXPECTED}" "${ACTUAL}" OUTPUT_VARIABLE difference ERROR_QUIET)
  message(FATAL_ERROR "the output differs from ${EXPECTED}:\n${difference}")
endif()
