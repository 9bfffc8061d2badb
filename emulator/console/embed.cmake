# Writes files into a C++ source that defines StaticFiles() of static_files.h:
#   cmake -DOUT=static_files.cc "-DFILES=a.html;b.css" -P embed.cmake
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

set(arrays "")
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  string(REGEX REPLACE ".*\\." "" ending ${name})
  if(NOT DEFINED type_${ending})
    message(FATAL_ERROR "embed.cmake knows no content type for ${name}")
  endif()
  string(MAKE_C_IDENTIFIER ${name} symbol)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char k_${symbol}[] = {\n${bytes}};\n")
  string(APPEND entries "      {\"${name}\", \"${type_${ending}}\",\n"
    "       absl::string_view(reinterpret_cast<const char*>(k_${symbol}), ${size})},\n")
endforeach()

file(WRITE ${OUT} "// Written by emulator/console/embed.cmake.
#include \"emulator/console/static_files.h\"

namespace spcs::console {
namespace {

${arrays}
}  // namespace

const std::vector<StaticFile>& StaticFiles() {
  static const std::vector<StaticFile>* files = new std::vector<StaticFile>{
${entries}  };
  return *files;
}

}  // namespace spcs::console
")
