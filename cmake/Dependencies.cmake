# Debian's packages as plain interface targets: spcs_dep_<name>. With SPCS_STATIC they name the .a files, because the
# packages' own CMake targets point at the shared ones.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED)

set(cache_home "$ENV{XDG_CACHE_HOME}")
if(NOT cache_home)
  set(cache_home "$ENV{HOME}/.cache")
endif()
set(SPCS_CACHE "${cache_home}/spcs" CACHE PATH "Where script/bootstrap keeps what it builds")
if(NOT EXISTS "${SPCS_CACHE}/curl/lib/libcurl.a")
  message(FATAL_ERROR "no static libcurl in ${SPCS_CACHE}/curl: run script/bootstrap")
endif()

# Static archives among one another: one group that the linker scans until nothing is missing.
function(spcs_dependency name)
  cmake_parse_arguments(ARG "" "" "LIBRARIES;INCLUDES;DEFINITIONS" ${ARGN})
  add_library(spcs_dep_${name} INTERFACE)
  target_include_directories(spcs_dep_${name} SYSTEM INTERFACE ${ARG_INCLUDES})
  target_compile_definitions(spcs_dep_${name} INTERFACE ${ARG_DEFINITIONS})
  set(files)
  foreach(library IN LISTS ARG_LIBRARIES)
    if(SPCS_STATIC)
      find_library(SPCS_LIB_${library} NAMES lib${library}.a REQUIRED)
    else()
      find_library(SPCS_LIB_${library} NAMES ${library} REQUIRED)
    endif()
    list(APPEND files ${SPCS_LIB_${library}})
  endforeach()
  if(SPCS_STATIC)
    string(REPLACE ";" "," group "${files}")
    target_link_libraries(spcs_dep_${name} INTERFACE "$<LINK_GROUP:RESCAN,${group}>")
  else()
    target_link_libraries(spcs_dep_${name} INTERFACE ${files})
  endif()
endfunction()

# All of Abseil: the linker takes what is used.
find_library(SPCS_ABSL_STRINGS NAMES libabsl_strings.a REQUIRED)
get_filename_component(absl_folder ${SPCS_ABSL_STRINGS} DIRECTORY)
file(GLOB absl_files ${absl_folder}/libabsl_*.a)
set(SPCS_ABSL)
foreach(file IN LISTS absl_files)
  string(REGEX REPLACE ".*/lib(absl_.*)\\.a$" "\\1" library ${file})
  list(APPEND SPCS_ABSL ${library})
endforeach()

spcs_dependency(absl LIBRARIES ${SPCS_ABSL})
spcs_dependency(ssl LIBRARIES ssl crypto)
spcs_dependency(protobuf LIBRARIES protobuf-lite)
spcs_dependency(yaml LIBRARIES yaml-cpp)
spcs_dependency(sqlite LIBRARIES sqlite3)

# gRPC, libcurl and what both need, in one group.
set(SPCS_NET grpc++ grpc gpr address_sorting re2 upb cares nghttp2 z ssl crypto protobuf-lite)
spcs_dependency(grpc LIBRARIES ${SPCS_NET} ${SPCS_ABSL})
target_link_libraries(spcs_dep_grpc INTERFACE Threads::Threads)

add_library(spcs_dep_curl INTERFACE)
target_include_directories(spcs_dep_curl SYSTEM INTERFACE "${SPCS_CACHE}/curl/include")
target_compile_definitions(spcs_dep_curl INTERFACE CURL_STATICLIB)
if(SPCS_STATIC)
  target_link_libraries(spcs_dep_curl INTERFACE "${SPCS_CACHE}/curl/lib/libcurl.a" spcs_dep_grpc)
else()
  target_link_libraries(spcs_dep_curl INTERFACE "${SPCS_CACHE}/curl/lib/libcurl.a" cares nghttp2 z ssl crypto
    Threads::Threads)
endif()

# The emulator always links dynamically: Debian has no static cpp-httplib.
pkg_check_modules(SPCS_HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
