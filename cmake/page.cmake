# The page: built by Vite from web/ whenever a file there (or the API description) changes, and embedded into
# the static library watchbill_page with its compressed forms (.br, .gz). See app/page/assets.h for its use.
set(page_folder ${CMAKE_BINARY_DIR}/page)
set(page_stamp ${CMAKE_BINARY_DIR}/page.stamp)
file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/public/* ${CMAKE_SOURCE_DIR}/web/build/*
  ${CMAKE_SOURCE_DIR}/web/scripts/*)
# Generated from openapi.yaml by the build itself, and what only tests read.
list(FILTER page_sources EXCLUDE REGEX "/src/api/schema\\.d\\.ts$|\\.test\\.tsx?$")

watchbill_npm_packages(npm_packages_web ${CMAKE_SOURCE_DIR}/web)
add_custom_command(
  OUTPUT ${page_stamp}
  COMMAND ${CMAKE_COMMAND} "-DWEB=${CMAKE_SOURCE_DIR}/web" "-DNPM=${NPM_COMMAND}" "-DPAGE=${page_folder}"
          -P ${CMAKE_SOURCE_DIR}/cmake/build_page.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${page_stamp}
  DEPENDS ${page_sources} npm_packages_web ${CMAKE_SOURCE_DIR}/web/package-lock.json
          ${CMAKE_SOURCE_DIR}/src/api/openapi.yaml
          ${CMAKE_SOURCE_DIR}/web/index.html ${CMAKE_SOURCE_DIR}/web/package.json
          ${CMAKE_SOURCE_DIR}/web/vite.config.ts ${CMAKE_SOURCE_DIR}/cmake/build_page.cmake
  COMMENT "Page"
  VERBATIM)
watchbill_embed(watchbill_page FUNCTION watchbill::app::page_files BASE ${page_folder} DEPENDS ${page_stamp})
target_sources(watchbill_page PRIVATE ${CMAKE_SOURCE_DIR}/src/app/page/assets.cpp)
target_link_libraries(watchbill_page PUBLIC watchbill_http)
target_precompile_headers(watchbill_page REUSE_FROM watchbill_base)
watchbill_test(page SOURCES ${CMAKE_SOURCE_DIR}/src/app/page/assets_test.cpp)
