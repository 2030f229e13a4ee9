# starlift_module(NAME LINK <public...> PRIVATE <private...>)
#
# Makes the library starlift_NAME from src/NAME/**.cpp, and the test program NAME_test from the
# *_test.cpp files that stand beside them.
function(starlift_module name)
  cmake_parse_arguments(arg "" "" "LINK;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "src/${name}/*.cpp")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  add_library(starlift_${name} STATIC ${sources})
  target_include_directories(starlift_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(starlift_${name} PUBLIC starlift_options ${arg_LINK} PRIVATE Threads::Threads ${arg_PRIVATE})

  if(STARLIFT_PRECOMPILE AND name STREQUAL base)
    target_precompile_headers(starlift_base PRIVATE <algorithm> <fmt/format.h> <functional> <map> <memory> <optional>
                                                    <string> <vector>)
  elseif(STARLIFT_PRECOMPILE)
    target_precompile_headers(starlift_${name} REUSE_FROM starlift_base)
  endif()

  if(STARLIFT_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE starlift_${name} ${arg_PRIVATE} GTest::gtest_main GTest::gmock)
    # Tests need no speed: without optimisation, and with the headers that all share compiled once,
    # they take half the time to build.
    target_compile_options(${name}_test PRIVATE $<$<CONFIG:Debug>:-O0>)
    if(name STREQUAL base)
      target_precompile_headers(base_test PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
    else()
      target_precompile_headers(${name}_test REUSE_FROM base_test)
    endif()
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 600)
  endif()
endfunction()
