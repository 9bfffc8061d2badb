# spcs_library(NAME SRCS ... DEPS ...): a library of ours.
# spcs_test(NAME SRCS ... DEPS ... LABEL unit|integration|slow): its gtest executable, registered with ctest.
# spcs_binary(NAME SRCS ... DEPS ...): an executable.

# Archives name their objects instead of copying them: nobody is given these libraries, and the copies are a fifth of a
# build folder.
set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qc --thin <TARGET> <LINK_FLAGS> <OBJECTS>")

add_library(spcs_flags INTERFACE)
target_include_directories(spcs_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_options(spcs_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers -ffunction-sections
  -fdata-sections $<$<BOOL:${SPCS_WERROR}>:-Werror>)
if(SPCS_SANITIZE)
  target_compile_options(spcs_flags INTERFACE -fsanitize=${SPCS_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  # Without -no-pie a third of each program is relocations of the sanitizers' own tables.
  target_link_options(spcs_flags INTERFACE -fsanitize=${SPCS_SANITIZE} -no-pie)
endif()
target_link_options(spcs_flags INTERFACE -fuse-ld=mold)

if(SPCS_PCH)
  target_compile_options(spcs_flags INTERFACE -fpch-preprocess)
  add_library(spcs_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cc)
  target_link_libraries(spcs_pch PUBLIC spcs_flags)
  target_precompile_headers(spcs_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
  add_library(spcs_test_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cc)
  target_link_libraries(spcs_test_pch PUBLIC spcs_flags GTest::gtest)
  target_precompile_headers(spcs_test_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h
    <nlohmann/json.hpp> <gtest/gtest.h> <gmock/gmock.h>)
endif()

function(spcs_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SRCS})
  target_link_libraries(${name} PUBLIC spcs_flags ${ARG_DEPS})
  if(SPCS_PCH)
    target_precompile_headers(${name} REUSE_FROM spcs_pch)
  endif()
endfunction()

function(spcs_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SRCS;DEPS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE spcs_flags ${ARG_DEPS} GTest::gmock_main GTest::gmock GTest::gtest)
  if(SPCS_PCH)
    target_precompile_headers(${name} REUSE_FROM spcs_test_pch)
  endif()
  target_compile_definitions(${name} PRIVATE SPCS_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/testdata")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()

function(spcs_binary name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE spcs_flags ${ARG_DEPS})
  if(SPCS_PCH)
    target_precompile_headers(${name} REUSE_FROM spcs_pch)
  endif()
endfunction()
