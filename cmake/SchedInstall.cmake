# SPDX-License-Identifier: BSL-1.0
# cmake --install: headers, package files for CMake and pkg-config, licence. Everything is independent of the architecture.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(sched_config_dir "${CMAKE_INSTALL_DATADIR}/cmake/sched")

if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.23)
  file(GLOB_RECURSE sched_installed_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/sched/*.hpp")
  target_sources(sched_library INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include"
                 FILES ${sched_installed_headers})
  install(TARGETS sched_library EXPORT sched-targets FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
else()
  install(TARGETS sched_library EXPORT sched-targets)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/sched" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
          FILES_MATCHING PATTERN "*.hpp")
endif()
install(EXPORT sched-targets NAMESPACE sched:: DESTINATION "${sched_config_dir}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/sched-config.cmake.in"
  "${PROJECT_BINARY_DIR}/package/sched-config.cmake" INSTALL_DESTINATION "${sched_config_dir}")
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/sched-config-version.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/package/sched-config.cmake"
  "${PROJECT_BINARY_DIR}/package/sched-config-version.cmake" "${PROJECT_SOURCE_DIR}/cmake/sched-components.cmake"
  DESTINATION "${sched_config_dir}")

configure_file("${PROJECT_SOURCE_DIR}/cmake/sched.pc.in" "${PROJECT_BINARY_DIR}/package/sched.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/sched.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
