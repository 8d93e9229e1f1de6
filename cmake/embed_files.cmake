# Run by watchbill_embed at build time: writes STEM.S with the bytes of the files and STEM.cpp with the table.
if(NOT FILES)
  file(GLOB_RECURSE FILES RELATIVE ${BASE} ${BASE}/*)
endif()
if(NOT FILES)
  message(FATAL_ERROR "nothing to embed in ${BASE}")
endif()
list(SORT FILES)

get_filename_component(symbol ${STEM} NAME)
string(REGEX MATCH "^(.*)::([^:]+)$" _ ${FUNCTION})
set(namespace ${CMAKE_MATCH_1})
set(name ${CMAKE_MATCH_2})

set(index 0)
foreach(file ${FILES})
  set(label ${symbol}_${index})
  string(APPEND bytes "    .global ${label}, ${label}_end\n${label}: .incbin \"${BASE}/${file}\"\n${label}_end:\n")
  string(APPEND symbols "extern const char ${label}[], ${label}_end[];\n")
  string(APPEND rows "      {\"${file}\", {${label}, static_cast<size_t>(${label}_end - ${label})}},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${STEM}.S "    .section .rodata\n${bytes}    .section .note.GNU-stack,\"\",%progbits\n")
file(WRITE ${STEM}.cpp "#include <span>

#include \"base/embedded_file.h\"

extern \"C\" {
${symbols}}

namespace ${namespace} {

std::span<const watchbill::base::EmbeddedFile> ${name}();

std::span<const watchbill::base::EmbeddedFile> ${name}() {
  static const watchbill::base::EmbeddedFile files[] = {
${rows}  };
  return files;
}

}  // namespace ${namespace}
")
