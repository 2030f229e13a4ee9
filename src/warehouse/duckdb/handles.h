#pragma once

// The only header that shows DuckDB's C API. Include it in .cpp files of this folder only.
#include <duckdb.h>

#include <utility>

// Exported by libduckdb since 1.5, newer than the packaged header: assigns without checking the
// UTF-8, which decoding has done already (three times as fast per value).
extern "C" void duckdb_unsafe_vector_assign_string_element_len(duckdb_vector vector, idx_t index,
                                                               const char* text, idx_t size);

namespace starlift::duckdb {

/// Owns one of the C API's handles and does nothing else.
template <typename Handle, void (*kDestroy)(Handle*)>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_(handle) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, Handle{})) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Owned() {
    if (handle_) kDestroy(&handle_);
  }

  Handle get() const { return handle_; }
  /// For functions that fill a handle in.
  Handle* out() { return &handle_; }

 private:
  Handle handle_{};
};

using Database = Owned<duckdb_database, duckdb_close>;
using Connection = Owned<duckdb_connection, duckdb_disconnect>;
using Settings = Owned<duckdb_config, duckdb_destroy_config>;
using Prepared = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Owned<duckdb_pending_result, duckdb_destroy_pending>;
using Chunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using TableFunction = Owned<duckdb_table_function, duckdb_destroy_table_function>;
using ScalarValue = Owned<duckdb_value, duckdb_destroy_value>;

/// A result is a struct, not a pointer, so it has an owner of its own.
class Result {
 public:
  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { duckdb_destroy_result(&result_); }
  duckdb_result& get() { return result_; }

 private:
  duckdb_result result_{};
};

}  // namespace starlift::duckdb
