# SPDX-License-Identifier: BSL-1.0
# Configures, builds and runs one consumer project.
#   SOURCE, BINARY       the project and its (emptied) build directory
#   ARGUMENTS            further arguments of the configure step (| instead of ;)
#   CXX, GENERATOR       as in the main build
#   REFUSED              when set: configuring must fail and print this regular expression
#   PRINTS               when set: configuring must print this regular expression
string(REPLACE "|" ";" arguments "${ARGUMENTS}")
file(REMOVE_RECURSE "${BINARY}")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SOURCE}" -B "${BINARY}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
  -DCMAKE_BUILD_TYPE=Debug ${arguments} OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
string(REGEX REPLACE "[ \n]+" " " flat "${text}")
if(DEFINED REFUSED)
  if(result EQUAL 0)
    message(FATAL_ERROR "configuring succeeded and should have been refused:\n${text}")
  endif()
  if(NOT flat MATCHES "${REFUSED}")
    message(FATAL_ERROR "refused without saying `${REFUSED}`:\n${text}")
  endif()
  return()
endif()
if(NOT result EQUAL 0)
  message(FATAL_ERROR "configuring failed:\n${text}")
endif()
if(DEFINED PRINTS AND NOT flat MATCHES "${PRINTS}")
  message(FATAL_ERROR "configuring did not print `${PRINTS}`:\n${text}")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BINARY}" OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "building failed:\n${text}")
endif()
execute_process(COMMAND "${BINARY}/consumer" OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the consumer ended with ${result}:\n${text}")
endif()
message(STATUS "${text}")
