# SPDX-License-Identifier: BSL-1.0
# Overlay port: vcpkg install sched --overlay-ports=<this repository>/cmake/vcpkg-port
# The port lies in the source tree that it installs.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DSCHED_BUILD_TESTS=OFF -DSCHED_BUILD_EXAMPLES=OFF -DSCHED_BUILD_BENCHMARKS=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME sched CONFIG_PATH share/cmake/sched)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug" "${CURRENT_PACKAGES_DIR}/lib")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
