# Files as bytes inside the program.
#
# watchbill_embed(target FUNCTION ns::name BASE folder FILES a.sql b/c.sql ... [DEPENDS d ...])
#   makes the static library `target`, which defines
#       std::span<const watchbill::base::EmbeddedFile> ns::name();
#   one entry per file, sorted by path relative to BASE. Declare that function in a header of the folder that
#   uses it and link `target`. Changing a file reassembles the library.
#   FILES may be left out when the list is known only after something else was built (the page): then all
#   files under BASE are taken at build time, and DEPENDS names what they come from.
#
# The bytes enter through the assembler's .incbin, which takes no time at any size.
function(watchbill_embed target)
  cmake_parse_arguments(ARG "" "FUNCTION;BASE" "FILES;DEPENDS" ${ARGN})
  set(stem ${CMAKE_BINARY_DIR}/embedded/${target})
  list(TRANSFORM ARG_FILES PREPEND ${ARG_BASE}/ OUTPUT_VARIABLE inputs)
  set(script ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake)
  add_custom_command(
    OUTPUT ${stem}.S ${stem}.cpp
    COMMAND ${CMAKE_COMMAND} "-DSTEM=${stem}" "-DFUNCTION=${ARG_FUNCTION}" "-DBASE=${ARG_BASE}"
            "-DFILES=${ARG_FILES}" -P ${script}
    DEPENDS ${inputs} ${ARG_DEPENDS} ${script}
    COMMENT "Embedding into ${target}"
    VERBATIM)
  add_library(${target} STATIC ${stem}.S ${stem}.cpp)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src)
endfunction()
