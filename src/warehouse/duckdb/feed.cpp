#include "warehouse/duckdb/feed.h"

#include <fmt/format.h>

#include "base/error.h"
#include "warehouse/duckdb/chunk_writer.h"
#include "warehouse/duckdb/failure.h"

namespace starlift::duckdb {

namespace {

constexpr const char* kFunctionName = "starlift_feed";

using SharedHandle = std::shared_ptr<Feed::Shared>;

/// One statement's use of a source.
struct Binding {
  SharedHandle shared;
  int64_t id;
  BatchSource* source;

  /// Keeps the exception for Loan::rethrow and returns its message for DuckDB. The first one wins.
  std::string keep(std::exception_ptr error) const {
    {
      std::lock_guard lock(shared->mutex);
      auto& entry = shared->entries.at(id);
      if (!entry.error) entry.error = error;
    }
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& caught) {
      return caught.what();
    } catch (...) {
      return "unknown failure of a batch source";
    }
  }
};

/// One thread's part of it.
struct ThreadState {
  std::unique_ptr<BatchReader> reader;
  ColumnBatch batch;
};

template <typename T>
void destroy(void* data) {
  delete static_cast<T*>(data);
}

void bind(duckdb_bind_info info) {
  ScalarValue parameter(duckdb_bind_get_parameter(info, 0));
  int64_t id = duckdb_get_int64(parameter.get());
  auto& shared = *static_cast<SharedHandle*>(duckdb_bind_get_extra_info(info));
  BatchSource* source = nullptr;
  {
    std::lock_guard lock(shared->mutex);
    auto entry = shared->entries.find(id);
    if (entry != shared->entries.end()) source = entry->second.source;
  }
  if (!source) {
    duckdb_bind_set_error(info, "starlift_feed works only inside a load of starlift");
    return;
  }
  auto binding = std::make_unique<Binding>(Binding{shared, id, source});
  try {
    for (const auto& column : source->columns())
      duckdb_bind_add_result_column(info, column.name.c_str(), logical_type(column.type).get());
    duckdb_bind_set_bind_data(info, binding.get(), destroy<Binding>);
    static_cast<void>(binding.release());
  } catch (...) {
    duckdb_bind_set_error(info, binding->keep(std::current_exception()).c_str());
  }
}

void init(duckdb_init_info info) {
  auto* binding = static_cast<Binding*>(duckdb_init_get_bind_data(info));
  try {
    duckdb_init_set_max_threads(info, binding->source->max_readers());
  } catch (...) {
    duckdb_init_set_error(info, binding->keep(std::current_exception()).c_str());
  }
}

void init_thread(duckdb_init_info info) {
  auto* binding = static_cast<Binding*>(duckdb_init_get_bind_data(info));
  try {
    std::vector<ColumnType> types;
    for (const auto& column : binding->source->columns())
      types.push_back(column.type);
    auto state =
        std::make_unique<ThreadState>(ThreadState{binding->source->make_reader(), ColumnBatch(types)});
    duckdb_init_set_init_data(info, state.release(), destroy<ThreadState>);
  } catch (...) {
    duckdb_init_set_error(info, binding->keep(std::current_exception()).c_str());
  }
}

/// DuckDB throws through its C interface when memory or disk run out.
void write_batch(const ColumnBatch& batch, size_t rows, duckdb_data_chunk output) {
  try {
    write_chunk(batch, rows, output);
  } catch (const std::exception& error) {
    throw statement_failure(error.what(), {});
  }
}

void fill(duckdb_function_info info, duckdb_data_chunk output) {
  auto* binding = static_cast<Binding*>(duckdb_function_get_bind_data(info));
  auto* state = static_cast<ThreadState*>(duckdb_function_get_local_init_data(info));
  try {
    bool has_rows = state->reader->next(state->batch);
    write_batch(state->batch, has_rows ? state->batch.rows() : 0, output);
  } catch (...) {
    duckdb_function_set_error(info, binding->keep(std::current_exception()).c_str());
  }
}

}  // namespace

Feed::Feed(duckdb_connection connection) : shared_(std::make_shared<Shared>()) {
  TableFunction function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), kFunctionName);
  duckdb_table_function_add_parameter(function.get(),
                                      LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)).get());
  duckdb_table_function_set_extra_info(function.get(), new SharedHandle(shared_), destroy<SharedHandle>);
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_local_init(function.get(), init_thread);
  duckdb_table_function_set_function(function.get(), fill);
  if (duckdb_register_table_function(connection, function.get()) != DuckDBSuccess) {
    throw Error(ErrorKind::kWarehouse,
                "DuckDB refused to register starlift's table function; is libduckdb too old?");
  }
}

Feed::Loan::Loan(Feed& feed, BatchSource& source) : feed_(feed) {
  std::lock_guard lock(feed_.shared_->mutex);
  id_ = feed_.shared_->next_id++;
  feed_.shared_->entries[id_] = {&source, nullptr};
}

Feed::Loan::~Loan() {
  std::lock_guard lock(feed_.shared_->mutex);
  feed_.shared_->entries.erase(id_);
}

void Feed::Loan::rethrow() const {
  std::exception_ptr error;
  {
    std::lock_guard lock(feed_.shared_->mutex);
    error = feed_.shared_->entries.at(id_).error;
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace starlift::duckdb
