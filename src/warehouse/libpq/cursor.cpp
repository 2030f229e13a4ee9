#include "warehouse/libpq/cursor.h"

#include <fmt/format.h>

#include "base/error.h"
#include "warehouse/libpq/cell_text.h"

namespace starlift::libpq {

namespace {

class LibpqCursor : public Cursor {
 public:
  LibpqCursor(Connection& connection, std::string sql) : connection_(connection), sql_(std::move(sql)) {
    // The extended protocol takes one statement, so that nothing can follow a query that is only to read.
    if (!PQsendQueryParams(connection_.get(), sql_.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0)) {
      throw connection_.failure(nullptr, sql_);
    }
    PQsetSingleRowMode(connection_.get());
    try {
      fetch();
    } catch (...) {
      connection_.drain();
      throw;
    }
    describe_columns();
  }
  ~LibpqCursor() override { connection_.drain(); }
  LibpqCursor(const LibpqCursor&) = delete;
  LibpqCursor& operator=(const LibpqCursor&) = delete;

  std::span<const ResultColumn> columns() const override { return columns_; }

  bool next() override {
    if (has_fetched_first_ && !is_at_end_) fetch();
    has_fetched_first_ = true;
    return !is_at_end_;
  }

  std::optional<std::string_view> text(size_t column) override {
    auto index = static_cast<int>(column);
    if (PQgetisnull(row_.get(), 0, index)) return std::nullopt;
    std::string_view text(PQgetvalue(row_.get(), 0, index),
                          static_cast<size_t>(PQgetlength(row_.get(), 0, index)));
    return cell_text(PQftype(row_.get(), index), text, texts_[column]);
  }

 private:
  /// A row comes as a result of its own; an empty one ends the answer.
  void fetch() {
    row_.reset(PQgetResult(connection_.get()));
    switch (PQresultStatus(row_.get())) {
      case PGRES_SINGLE_TUPLE:
        return;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        is_at_end_ = true;
        return;
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT:
        connection_.drain();
        throw Error(ErrorKind::kUsage, "this statement answers no rows").in_statement(sql_);
      default:
        throw connection_.failure(row_.get(), sql_);
    }
  }

  void describe_columns() {
    for (int column = 0; column < PQnfields(row_.get()); ++column) {
      Oid type = PQftype(row_.get(), column);
      columns_.push_back({PQfname(row_.get(), column), cell_kind(type), type_name(type)});
    }
    texts_.resize(columns_.size());
  }

  Connection& connection_;
  std::string sql_;
  Result row_;
  bool has_fetched_first_ = false;
  bool is_at_end_ = false;
  std::vector<ResultColumn> columns_;
  std::vector<std::string> texts_;
};

}  // namespace

std::unique_ptr<Cursor> open_cursor(Connection& connection, std::string_view sql) {
  return std::make_unique<LibpqCursor>(connection, std::string(sql));
}

}  // namespace starlift::libpq
