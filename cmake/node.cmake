# Node builds the page and turns openapi.yaml into JSON; nothing of it is needed at run time.
#
# watchbill_npm_packages(target folder)
#   installs what folder/package-lock.json says, again only when that file changed. Let what needs the packages
#   depend on the target. node_modules is shared by all build directories.
# npm_packages is that target for the packages of the build itself (package.json of the whole repository).
find_program(NODE node HINTS ${CMAKE_SOURCE_DIR}/scripts/node/bin REQUIRED)
find_program(NPM npm REQUIRED)
execute_process(COMMAND ${NODE} --version OUTPUT_VARIABLE NODE_VERSION OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NODE_VERSION VERSION_LESS v20.19.0)
  message(FATAL_ERROR "Node ${NODE_VERSION} is too old, 20.19 is needed: run scripts/install-dependencies.sh, "
                      "then configure again in a new build directory")
endif()
cmake_path(GET NODE PARENT_PATH node_folder)
# npm and what it starts find this node first, whatever the PATH of the caller.
set(NPM_COMMAND ${CMAKE_COMMAND} -E env --modify PATH=path_list_prepend:${node_folder} ${NPM})

function(watchbill_npm_packages target folder)
  set(stamp ${CMAKE_BINARY_DIR}/${target}.stamp)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} "-DFOLDER=${folder}" "-DNPM=${NPM_COMMAND}" "-DSTAMP=${stamp}"
            -P ${CMAKE_SOURCE_DIR}/cmake/npm_ci.cmake
    DEPENDS ${folder}/package-lock.json
    COMMENT "Packages of ${folder}"
    VERBATIM)
  add_custom_target(${target} DEPENDS ${stamp})
endfunction()

watchbill_npm_packages(npm_packages ${CMAKE_SOURCE_DIR})
