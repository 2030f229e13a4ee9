#include "sql/column_encoding.h"

namespace starlift {

std::vector<std::string> encodings_of(const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kSmallint:
      return {"raw", "az64", "bytedict", "delta", "lzo", "mostly8", "runlength", "zstd"};
    case TypeKind::kInteger:
      return {"raw", "az64",    "bytedict", "delta",     "delta32k",
              "lzo", "mostly8", "mostly16", "runlength", "zstd"};
    case TypeKind::kBigint:
    case TypeKind::kDecimal:
      return {"raw",     "az64",     "bytedict", "delta",     "delta32k", "lzo",
              "mostly8", "mostly16", "mostly32", "runlength", "zstd"};
    case TypeKind::kDouble:
      return {"raw", "bytedict", "runlength", "zstd"};
    case TypeKind::kBoolean:
      return {"raw", "runlength", "zstd"};
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
      return {"raw", "az64", "bytedict", "delta", "delta32k", "lzo", "runlength", "zstd"};
    case TypeKind::kVarchar:
      break;
  }
  return {"raw", "bytedict", "lzo", "runlength", "text255", "text32k", "zstd"};
}

}  // namespace starlift
