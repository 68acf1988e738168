# SPDX-License-Identifier: BSL-1.0
# The optional third-party libraries, and which files of the repository need which of them.
# Used by the build of the repository alone; users of the installed package name components instead (sched-config.cmake).

# One line per library: the pattern of its #include lines, a short name, and the imported target to link.
set(SCHED_OPTIONAL_LIBRARIES
  "nlohmann/|json|nlohmann_json::nlohmann_json"
  "range/v3/|range_v3|range-v3::range-v3"
  "CLI/|cli11|CLI11::CLI11"
  "zlib\\.h|zlib|ZLIB::ZLIB"
  "pqxx/|postgres|libpqxx::pqxx"
  "sqlite3\\.h|sqlite|SQLite::SQLite3"
  "prometheus/|prometheus|prometheus-cpp::core"
  "mpi\\.h|mpi|MPI::MPI_CXX"
  "nanobind/|python|nanobind-static"
  "benchmark/|benchmark|benchmark::benchmark")

# Looks for every optional library and remembers the targets that exist in SCHED_FOUND_LIBRARIES (short names).
macro(sched_find_optional_libraries)
  find_package(nlohmann_json 3.9 QUIET)
  find_package(range-v3 QUIET)
  find_package(CLI11 2.1 QUIET)
  find_package(ZLIB QUIET)
  find_package(libpqxx QUIET)
  find_package(SQLite3 QUIET)
  find_package(prometheus-cpp QUIET)
  find_package(benchmark QUIET)
  find_package(Threads QUIET)
  set(SCHED_FOUND_LIBRARIES "")
  foreach(line IN LISTS SCHED_OPTIONAL_LIBRARIES)
    string(REPLACE "|" ";" parts "${line}")
    list(GET parts 1 short)
    list(GET parts 2 target)
    if(TARGET ${target})
      list(APPEND SCHED_FOUND_LIBRARIES ${short})
    endif()
  endforeach()
  list(JOIN SCHED_FOUND_LIBRARIES ", " sched_found_text)
  message(STATUS "sched: optional libraries found: ${sched_found_text}")
endmacro()

# out := short names of the libraries that `file` includes, directly or through headers of sched. Each file is read once.
function(sched_requirements out file)
  get_property(known GLOBAL PROPERTY "sched_requirements_${file}" SET)
  if(NOT known)
    set_property(GLOBAL PROPERTY "sched_requirements_${file}" "")  # ends a circle
    file(STRINGS "${file}" lines REGEX "^[ \t]*#[ \t]*include")
    set(needs "")
    foreach(line IN LISTS lines)
      if(line MATCHES "[<\"](sched/[^>\"]+)[>\"]")
        set(header "${PROJECT_SOURCE_DIR}/include/${CMAKE_MATCH_1}")
        if(EXISTS "${header}")
          sched_requirements(more "${header}")
          list(APPEND needs ${more})
        endif()
      else()
        foreach(library IN LISTS SCHED_OPTIONAL_LIBRARIES)
          string(REPLACE "|" ";" parts "${library}")
          list(GET parts 0 pattern)
          list(GET parts 1 short)
          if(line MATCHES "[<\"]${pattern}")
            list(APPEND needs ${short})
          endif()
        endforeach()
      endif()
    endforeach()
    list(REMOVE_DUPLICATES needs)
    set_property(GLOBAL PROPERTY "sched_requirements_${file}" "${needs}")
  endif()
  get_property(needs GLOBAL PROPERTY "sched_requirements_${file}")
  set(${out} "${needs}" PARENT_SCOPE)
endfunction()

# available := those of `files` whose libraries were all found; the others are named once in a status line.
# targets := the imported targets that the available ones need.
function(sched_available available targets)
  set(files_ok "")
  set(link "")
  foreach(file IN LISTS ARGN)
    sched_requirements(needs "${file}")
    set(missing "")
    foreach(short IN LISTS needs)
      if(NOT short IN_LIST SCHED_FOUND_LIBRARIES)
        list(APPEND missing ${short})
      endif()
    endforeach()
    if(missing)
      file(RELATIVE_PATH relative "${PROJECT_SOURCE_DIR}" "${file}")
      list(JOIN missing ", " missing)
      message(STATUS "sched: ${relative} left out: not found: ${missing}")
    else()
      list(APPEND files_ok "${file}")
      foreach(short IN LISTS needs)
        foreach(library IN LISTS SCHED_OPTIONAL_LIBRARIES)
          if(library MATCHES "\\|${short}\\|(.*)$")
            list(APPEND link ${CMAKE_MATCH_1})
          endif()
        endforeach()
      endforeach()
    endif()
  endforeach()
  list(REMOVE_DUPLICATES link)
  set(${available} "${files_ok}" PARENT_SCOPE)
  set(${targets} "${link}" PARENT_SCOPE)
endfunction()

# Every header of the library that can be compiled here.
macro(sched_glob_headers)
  file(GLOB_RECURSE SCHED_ALL_HEADERS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/sched/*.hpp")
  list(SORT SCHED_ALL_HEADERS)
  sched_available(SCHED_HEADERS SCHED_HEADER_TARGETS ${SCHED_ALL_HEADERS})
endmacro()
