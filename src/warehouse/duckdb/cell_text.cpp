#include "warehouse/duckdb/cell_text.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <string_view>

namespace starlift::duckdb {

namespace {

template <typename T>
T value_at(duckdb_vector vector, idx_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

Wide to_wide(duckdb_hugeint value) {
  return static_cast<Wide>((static_cast<UnsignedWide>(static_cast<uint64_t>(value.upper)) << 64) |
                           value.lower);
}

Wide decimal_digits(duckdb_vector vector, duckdb_logical_type type, idx_t row) {
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      return value_at<int16_t>(vector, row);
    case DUCKDB_TYPE_INTEGER:
      return value_at<int32_t>(vector, row);
    case DUCKDB_TYPE_BIGINT:
      return value_at<int64_t>(vector, row);
    default:
      return to_wide(value_at<duckdb_hugeint>(vector, row));
  }
}

void append_decimal(Wide digits, int scale, std::string& out) {
  if (digits < 0) out += '-';
  auto magnitude = digits < 0 ? -static_cast<UnsignedWide>(digits) : static_cast<UnsignedWide>(digits);
  std::string text = fmt::format("{:0>{}}", fmt::to_string(magnitude), scale + 1);
  if (scale > 0) text.insert(text.size() - static_cast<size_t>(scale), 1, '.');
  out += text;
}

void append_date(duckdb_date_struct date, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

/// "21:01:46.796": the fraction without trailing zeros, and no point without a fraction.
void append_time(duckdb_time_struct time, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", time.hour, time.min, time.sec);
  if (time.micros == 0) return;
  std::string fraction = fmt::format(".{:06}", time.micros);
  out += fraction.substr(0, fraction.find_last_not_of('0') + 1);
}

void append_timestamp(duckdb_timestamp timestamp, std::string& out) {
  if (!duckdb_is_finite_timestamp(timestamp)) {
    out += timestamp.micros > 0 ? "infinity" : "-infinity";
    return;
  }
  duckdb_timestamp_struct parts = duckdb_from_timestamp(timestamp);
  append_date(parts.date, out);
  out += ' ';
  append_time(parts.time, out);
}

void append_varchar(duckdb_vector vector, idx_t row, std::string& out) {
  auto* slot = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector)) + row;
  out.append(duckdb_string_t_data(slot), duckdb_string_t_length(*slot));
}

struct TypeFacts {
  duckdb_type type;
  const char* name;
  ResultColumn::Kind kind;
};

constexpr TypeFacts kTypes[] = {
    {DUCKDB_TYPE_BOOLEAN, "boolean", ResultColumn::Kind::kBoolean},
    {DUCKDB_TYPE_TINYINT, "tinyint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_SMALLINT, "smallint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_INTEGER, "integer", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_BIGINT, "bigint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_UTINYINT, "utinyint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_USMALLINT, "usmallint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_UINTEGER, "uinteger", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_UBIGINT, "ubigint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_HUGEINT, "hugeint", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_FLOAT, "float", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_DOUBLE, "double", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_DECIMAL, "decimal", ResultColumn::Kind::kNumber},
    {DUCKDB_TYPE_DATE, "date", ResultColumn::Kind::kText},
    {DUCKDB_TYPE_TIME, "time", ResultColumn::Kind::kText},
    {DUCKDB_TYPE_TIMESTAMP, "timestamp", ResultColumn::Kind::kText},
    {DUCKDB_TYPE_VARCHAR, "varchar", ResultColumn::Kind::kText},
};

const TypeFacts* find_facts(duckdb_type type) {
  for (const auto& facts : kTypes) {
    if (facts.type == type) return &facts;
  }
  return nullptr;
}

}  // namespace

bool is_native_cell(duckdb_type type) {
  return find_facts(type) != nullptr;
}

ResultColumn::Kind cell_kind(duckdb_type type) {
  const auto* facts = find_facts(type);
  return facts ? facts->kind : ResultColumn::Kind::kText;
}

std::string type_name(duckdb_type type) {
  const auto* facts = find_facts(type);
  return facts ? facts->name : "varchar";
}

void append_cell(duckdb_vector vector, duckdb_logical_type type, idx_t row, std::string& out) {
  auto append_number = [&](auto value) { fmt::format_to(std::back_inserter(out), "{}", value); };
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN:
      out += value_at<bool>(vector, row) ? "true" : "false";
      break;
    case DUCKDB_TYPE_UBIGINT:
      append_number(value_at<uint64_t>(vector, row));
      break;
    case DUCKDB_TYPE_HUGEINT:
      append_number(to_wide(value_at<duckdb_hugeint>(vector, row)));
      break;
    case DUCKDB_TYPE_FLOAT:
      append_number(value_at<float>(vector, row));
      break;
    case DUCKDB_TYPE_DOUBLE:
      append_number(value_at<double>(vector, row));
      break;
    case DUCKDB_TYPE_DECIMAL:
      append_decimal(decimal_digits(vector, type, row), duckdb_decimal_scale(type), out);
      break;
    case DUCKDB_TYPE_DATE:
      append_date(duckdb_from_date(value_at<duckdb_date>(vector, row)), out);
      break;
    case DUCKDB_TYPE_TIME:
      append_time(duckdb_from_time(value_at<duckdb_time>(vector, row)), out);
      break;
    case DUCKDB_TYPE_TIMESTAMP:
      append_timestamp(value_at<duckdb_timestamp>(vector, row), out);
      break;
    case DUCKDB_TYPE_VARCHAR:
      append_varchar(vector, row, out);
      break;
    default:
      append_number(integer_cell(vector, duckdb_get_type_id(type), row));
      break;
  }
}

int64_t integer_cell(duckdb_vector vector, duckdb_type type, idx_t row) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return value_at<bool>(vector, row);
    case DUCKDB_TYPE_TINYINT:
      return value_at<int8_t>(vector, row);
    case DUCKDB_TYPE_SMALLINT:
      return value_at<int16_t>(vector, row);
    case DUCKDB_TYPE_INTEGER:
      return value_at<int32_t>(vector, row);
    case DUCKDB_TYPE_BIGINT:
      return value_at<int64_t>(vector, row);
    case DUCKDB_TYPE_UTINYINT:
      return value_at<uint8_t>(vector, row);
    case DUCKDB_TYPE_USMALLINT:
      return value_at<uint16_t>(vector, row);
    case DUCKDB_TYPE_UINTEGER:
      return value_at<uint32_t>(vector, row);
    case DUCKDB_TYPE_UBIGINT:
      return static_cast<int64_t>(value_at<uint64_t>(vector, row));
    case DUCKDB_TYPE_HUGEINT:
      return static_cast<int64_t>(to_wide(value_at<duckdb_hugeint>(vector, row)));
    default:
      std::abort();
  }
}

}  // namespace starlift::duckdb
