# SPDX-License-Identifier: BSL-1.0
# Target docs: the Doxygen site in <build>/docs/html. Every warning of Doxygen is an error.
find_package(Doxygen REQUIRED)

set(doc_input "")
set(SCHED_DOC_MAIN "")
foreach(part README.md CHANGELOG.md benchmarks/README.md examples/doc include/sched)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${part}")
    string(APPEND doc_input " \"${PROJECT_SOURCE_DIR}/${part}\"")
  endif()
endforeach()
if(EXISTS "${PROJECT_SOURCE_DIR}/README.md")
  set(SCHED_DOC_MAIN "\"${PROJECT_SOURCE_DIR}/README.md\"")
endif()
set(SCHED_DOC_INPUT "${doc_input}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/Doxyfile.in" "${PROJECT_BINARY_DIR}/Doxyfile" @ONLY)
add_custom_target(docs
  COMMAND ${CMAKE_COMMAND} -E make_directory "${PROJECT_BINARY_DIR}/docs"
  COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/Doxyfile"
  COMMENT "Doxygen site in ${PROJECT_BINARY_DIR}/docs/html" VERBATIM)
