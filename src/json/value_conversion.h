#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "columns/column_batch.h"
#include "columns/column_type.h"

namespace starlift {

/// Why a value cannot become what its column declares.
enum class ConversionFault {
  kNone,
  kWrongType,   ///< "abc" is not an integer
  kOutOfRange,  ///< 40000 does not fit smallint
};

/// A value, or why there is none.
template <typename T>
struct Converted {
  Converted(T good) : value(good) {}
  Converted(ConversionFault bad) : fault(bad) {}

  T value{};
  ConversionFault fault = ConversionFault::kNone;
};

/// Reads a whole number of a smallint, integer or bigint column: "26", "1541016707796.0", "1e3".
Converted<int64_t> to_integer(std::string_view text, TypeKind kind);

/// Reads a decimal exactly, as its digits without the point; digits beyond the scale must be zeros.
Converted<Int128> to_decimal(std::string_view text, int precision, int scale);

/// Reads a finite double, correctly rounded.
Converted<double> to_double(std::string_view text);

/// Reads "true" or "false" in any case, as 1 or 0.
Converted<int64_t> to_boolean(std::string_view text);

/// Reads a day as days since 1970-01-01; see parse_iso_date.
Converted<int64_t> to_date(std::string_view text);

/// Reads a time as microseconds since 1970-01-01 UTC: a number in `unit`, cut off (toward the past)
/// after microseconds, or see parse_iso_timestamp.
Converted<int64_t> to_timestamp(std::string_view text, TimeUnit unit);

/// Says it to the user. `source` is the value as the record holds it; `unit` matters to timestamps.
std::string describe(ConversionFault fault, std::string_view source, const ColumnType& type, TimeUnit unit);

}  // namespace starlift
