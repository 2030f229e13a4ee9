# How every target of ours is compiled: C++20, no extensions, warnings, sanitizers on request.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

add_library(starlift_options INTERFACE)
target_compile_options(starlift_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                  -Wno-sign-conversion -Wnon-virtual-dtor
                                                  -Wno-missing-field-initializers)
target_compile_definitions(starlift_options INTERFACE STARLIFT_VERSION="${PROJECT_VERSION}")
if(STARLIFT_WERROR)
  target_compile_options(starlift_options INTERFACE -Werror)
endif()
if(STARLIFT_SANITIZE)
  target_compile_options(starlift_options INTERFACE -fsanitize=${STARLIFT_SANITIZE} -fno-omit-frame-pointer
                                                    -fno-sanitize-recover=all)
  target_link_options(starlift_options INTERFACE -fsanitize=${STARLIFT_SANITIZE})
endif()
