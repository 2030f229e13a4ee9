#include "warehouse/warehouse.h"

#include <charconv>

#include "base/error.h"

namespace starlift {

std::optional<int64_t> Cursor::integer(size_t column) {
  auto cell = text(column);
  if (!cell) return std::nullopt;
  int64_t value = 0;
  std::from_chars(cell->data(), cell->data() + cell->size(), value);
  return value;
}

std::optional<int64_t> Session::query_integer(std::string_view sql) {
  auto cursor = query(sql);
  return cursor->next() ? cursor->integer(0) : std::nullopt;
}

std::string Session::copy_objects_sql(const ObjectCopy&, int64_t) const {
  throw Error(ErrorKind::kWarehouse, "this engine reads no objects by itself");
}

CopiedObjects Transaction::copy_objects(const ObjectCopy&) {
  throw Error(ErrorKind::kWarehouse, "this engine reads no objects by itself");
}

}  // namespace starlift
