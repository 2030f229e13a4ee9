#include "warehouse/postgres/copy_format.h"

#include <array>
#include <bit>
#include <concepts>

namespace starlift::postgres {

namespace {

using namespace std::string_view_literals;

/// PostgreSQL counts from 2000-01-01.
constexpr int64_t kEpochDays = 10'957;
constexpr int64_t kEpochUs = kEpochDays * 86'400'000'000;

template <std::integral T>
void append_number(T value, std::string& out) {
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  std::array<char, sizeof(T)> bytes;
  for (size_t i = 0; i < sizeof(T); ++i)
    bytes[i] = static_cast<char>(bits >> (8 * (sizeof(T) - 1 - i)));
  out.append(bytes.data(), bytes.size());
}

template <std::integral T>
void append_field(T value, std::string& out) {
  append_number<int32_t>(sizeof(T), out);
  append_number(value, out);
}

/// A numeric is its digits to the base of 10,000, without zeros at either end: how many there are, the weight
/// of the first, the sign, how many decimal digits are shown after the point, and the digits themselves, 16
/// bits each. See numeric_recv() in src/backend/utils/adt/numeric.c of PostgreSQL.
void append_decimal(Int128 value, int scale, std::string& out) {
  constexpr int kDigitsPerGroup = 4;
  constexpr uint16_t kNegative = 0x4000;
  __extension__ using Magnitude = unsigned __int128;
  bool is_negative = value < 0;
  auto rest = is_negative ? -static_cast<Magnitude>(value) : static_cast<Magnitude>(value);

  // Groups are counted from the point, so the last one after it is filled with zeros.
  int groups_after_point = (scale + kDigitsPerGroup - 1) / kDigitsPerGroup;
  std::array<int16_t, 12> groups;  // 38 digits, and a cut on either side of the point
  size_t first = groups.size();
  int padding = groups_after_point * kDigitsPerGroup - scale;
  constexpr std::array<int, kDigitsPerGroup> kPowers = {1, 10, 100, 1000};
  if (padding > 0 && rest > 0) {
    int digits = kPowers[static_cast<size_t>(kDigitsPerGroup - padding)];
    groups[--first] = static_cast<int16_t>(static_cast<int>(rest % static_cast<Magnitude>(digits)) *
                                           kPowers[static_cast<size_t>(padding)]);
    rest /= static_cast<Magnitude>(digits);
  }
  for (; rest > 0; rest /= 10'000)
    groups[--first] = static_cast<int16_t>(rest % 10'000);
  auto weight = static_cast<int>(groups.size() - first) - groups_after_point - 1;
  size_t last = groups.size();
  while (last > first && groups[last - 1] == 0)
    --last;

  size_t count = last - first;
  append_number(static_cast<int32_t>(8 + 2 * count), out);
  append_number(static_cast<int16_t>(count), out);
  append_number(static_cast<int16_t>(count == 0 ? 0 : weight), out);
  append_number<uint16_t>(is_negative ? kNegative : 0, out);
  append_number(static_cast<int16_t>(scale), out);
  for (size_t i = first; i < last; ++i)
    append_number(groups[i], out);
}

void append_cell(const ColumnValues& column, size_t row, std::string& out) {
  if (!column.is_valid[row]) return append_number<int32_t>(-1, out);
  switch (column.type.kind) {
    case TypeKind::kSmallint:
      return append_field(static_cast<int16_t>(column.integers[row]), out);
    case TypeKind::kInteger:
      return append_field(static_cast<int32_t>(column.integers[row]), out);
    case TypeKind::kBigint:
      return append_field(column.integers[row], out);
    case TypeKind::kDecimal:
      return append_decimal(column.decimals[row], column.type.scale, out);
    case TypeKind::kDouble:
      return append_field(std::bit_cast<int64_t>(column.doubles[row]), out);
    case TypeKind::kBoolean:
      return append_field(static_cast<int8_t>(column.integers[row]), out);
    case TypeKind::kDate:
      return append_field(static_cast<int32_t>(column.integers[row] - kEpochDays), out);
    case TypeKind::kTimestamp:
      return append_field(column.integers[row] - kEpochUs, out);
    case TypeKind::kVarchar:
      append_number(static_cast<int32_t>(column.texts[row].size()), out);
      out.append(column.texts[row]);
  }
}

}  // namespace

// The signature, no flags, no extension.
const std::string_view kCopyHeader = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
const std::string_view kCopyTrailer = "\377\377"sv;

void append_rows(const ColumnBatch& batch, std::string& out) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    append_number(static_cast<int16_t>(batch.column_count()), out);
    for (size_t column = 0; column < batch.column_count(); ++column)
      append_cell(batch.column(column), row, out);
  }
}

}  // namespace starlift::postgres
