# SPDX-License-Identifier: BSL-1.0
# The optional components: each is a target sched::NAME that adds one third-party library to sched::sched, and is
# looked for only when asked for. Used by the installed package and by add_subdirectory (SCHED_COMPONENTS) alike.
#
# name | header that it stands for | package to find | imported target
set(SCHED_KNOWN_COMPONENTS
  "boost_graph|adapters/boost_graph.hpp||Boost::headers"
  "chrono|adapters/chrono.hpp||"
  "json|io/json.hpp|nlohmann_json|nlohmann_json::nlohmann_json"
  "range_v3|adapters/range_v3.hpp|range-v3|range-v3::range-v3"
  "sqlite|adapters/sqlite_store.hpp|SQLite3|SQLite::SQLite3"
  "zlib|io/gzip_file.hpp|ZLIB|ZLIB::ZLIB")

# Defines sched::NAME; `failure` is empty, or says why it cannot.
function(sched_add_component name failure)
  set(names "")
  foreach(line IN LISTS SCHED_KNOWN_COMPONENTS)
    string(REPLACE "|" ";" parts "${line}")
    list(GET parts 0 known)
    list(APPEND names "${known}")
    if(NOT known STREQUAL name)
      continue()
    endif()
    list(GET parts 2 package)
    list(GET parts 3 target)
    if(package)
      find_package(${package} QUIET)
      if(NOT TARGET ${target})
        set(${failure} "component '${name}' needs the package ${package}, which was not found" PARENT_SCOPE)
        return()
      endif()
      # find_package made the targets visible in this directory only; components are as visible as sched::sched.
    endif()
    if(NOT TARGET sched::${name})
      add_library(sched::${name} INTERFACE IMPORTED GLOBAL)
      set_property(TARGET sched::${name} PROPERTY INTERFACE_LINK_LIBRARIES sched::sched ${target})
    endif()
    set(${failure} "" PARENT_SCOPE)
    return()
  endforeach()
  list(JOIN names ", " names)
  set(${failure} "unknown component '${name}' (known: ${names})" PARENT_SCOPE)
endfunction()
