# What comes from packages. docs/dependencies.md says why each is here.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(EXPAT REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)

# Not cached: another STARLIFT_DUCKDB_DIR must not find the library of the one before.
find_library(DUCKDB_LIBRARY duckdb PATHS "${STARLIFT_DUCKDB_DIR}/lib" "${STARLIFT_DUCKDB_DIR}"
             NO_DEFAULT_PATH NO_CACHE)
find_path(DUCKDB_INCLUDE_DIR duckdb.h PATHS "${STARLIFT_DUCKDB_DIR}/include" "${STARLIFT_DUCKDB_DIR}"
          NO_DEFAULT_PATH NO_CACHE)
if(NOT DUCKDB_LIBRARY OR NOT DUCKDB_INCLUDE_DIR)
  message(FATAL_ERROR "DuckDB was not found in ${STARLIFT_DUCKDB_DIR}. Run ./dev build, which fetches it, "
                      "or pass -DSTARLIFT_DUCKDB_DIR=<folder with lib/libduckdb.so and include/duckdb.h>.")
endif()
add_library(DuckDB::DuckDB SHARED IMPORTED)
set_target_properties(DuckDB::DuckDB PROPERTIES IMPORTED_LOCATION "${DUCKDB_LIBRARY}")
target_include_directories(DuckDB::DuckDB SYSTEM INTERFACE "${DUCKDB_INCLUDE_DIR}")

if(STARLIFT_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  enable_testing()
endif()
