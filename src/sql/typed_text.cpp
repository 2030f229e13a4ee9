#include "sql/typed_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/iso_time.h"
#include "sql/dialect.h"

namespace starlift {

namespace {

/// A whole number; a fraction or exponent of zeros changes nothing.
constexpr const char* kWhole = "'^-?(0|[1-9][0-9]{0,18})([.]0+)?([eE][-+]?0+)?$'";
/// What may be whole, in so few digits that a double holds it exactly or shows that it is none.
constexpr const char* kScientific = "'^-?([1-9][0-9]{0,14}|[0-9][.][0-9]{1,14})[eE][+]?[0-9]{1,2}$'";
constexpr int64_t kMaxExact = int64_t{1} << 53;

constexpr const char* kDay =
    "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
    "02-(0[1-9]|1[0-9]|2[0-8]))";
constexpr const char* kLeapDay =
    "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29";
constexpr const char* kTimeOfDay = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?";
constexpr const char* kZone = "(Z|[-+]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?";

/// A number between the two, of a type that holds it.
struct Range {
  std::string min;
  std::string max;
};

template <typename T>
Range range_of() {
  return {std::to_string(std::numeric_limits<T>::min()), std::to_string(std::numeric_limits<T>::max())};
}

Range integer_range(TypeKind kind) {
  if (kind == TypeKind::kSmallint) return range_of<int16_t>();
  if (kind == TypeKind::kInteger) return range_of<int32_t>();
  return range_of<int64_t>();
}

std::string double_of(const std::string& text) {
  return fmt::format("cast({} as double precision)", text);
}

/// Returns a branch of a CASE: where the text is a whole number with an exponent, `value` of it, in which {}
/// stands for the number as a bigint. `max` bounds it on both sides.
std::string scientific_branch(const std::string& text, int64_t max, const std::string& value) {
  std::string number = double_of(text);
  return fmt::format(
      "when {text} ~ {pattern} then case when {number} = floor({number}) and {number} between "
      "-{max} and {max} then {value} end",
      fmt::arg("text", text), fmt::arg("pattern", kScientific), fmt::arg("number", number),
      fmt::arg("max", max),
      fmt::arg("value", fmt::format(fmt::runtime(value), fmt::format("cast({} as bigint)", number))));
}

std::string integer_sql(const std::string& text, TypeKind kind, const std::string& type) {
  auto [min, max] = integer_range(kind);
  std::string digits = fmt::format("cast(regexp_substr({}, '^-?[0-9]+') as decimal(38,0))", text);
  int64_t max_exact = std::min<int64_t>(kMaxExact, std::stoll(max));
  return fmt::format(
      "case when {text} ~ {pattern} then case when {digits} between {min} and {max} then "
      "cast({digits} as {type}) end {scientific} end",
      fmt::arg("text", text), fmt::arg("pattern", kWhole), fmt::arg("digits", digits), fmt::arg("min", min),
      fmt::arg("max", max), fmt::arg("type", type),
      fmt::arg("scientific", scientific_branch(text, max_exact, "cast({} as " + type + ")")));
}

std::string decimal_sql(const std::string& text, const ColumnType& type, const std::string& type_name) {
  int whole = type.precision - type.scale;
  std::string before = whole == 0 ? "0" : fmt::format("(0|[1-9][0-9]{{0,{}}})", whole - 1);
  std::string fraction = type.scale == 0 ? "" : fmt::format("([.][0-9]{{1,{}}})?", type.scale);
  std::string zeros = type.scale == 0 ? "([.]0+)?" : fmt::format("([.][0-9]{{1,{}}}0*)?", type.scale);
  int64_t max = 1;
  for (int digit = 0; digit < std::min(whole, 15); ++digit)
    max *= 10;
  return fmt::format(
      "case when {text} ~ '^-?{before}{zeros}([eE][-+]?0+)?$' then cast(regexp_substr({text}, "
      "'^-?[0-9]+{fraction}') as {type}) {scientific} end",
      fmt::arg("text", text), fmt::arg("before", before), fmt::arg("zeros", zeros),
      fmt::arg("fraction", fraction), fmt::arg("type", type_name),
      fmt::arg("scientific", scientific_branch(text, max - 1, "cast({} as " + type_name + ")")));
}

std::string double_sql(const std::string& text) {
  return fmt::format("case when {} ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]{{1,2}})?$' then {} end",
                     text, double_of(text));
}

std::string boolean_sql(const std::string& text) {
  return fmt::format(
      "case when {0} ~ '^[tT][rR][uU][eE]$' then true when {0} ~ '^[fF][aA][lL][sS][eE]$' then false end",
      text);
}

/// True for a day of years 1 to 9999, followed by what `rest` matches.
std::string day_condition(const std::string& text, const std::string& rest) {
  return fmt::format("{} ~ '^({}|{}){}$' and left({}, 4) <> '0000'", text, kDay, kLeapDay, rest, text);
}

std::string iso_timestamp_sql(const std::string& text) {
  std::string zone = fmt::format("regexp_substr(substring({}, 12, 100), '[-+][0-9:]+$')", text);
  std::string time = fmt::format(
      "regexp_substr(substring({}, 12, 100), '^[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,6}})?)?')",
      text);
  std::string minutes = fmt::format(
      "case when len({zone}) = 0 then 0 else case when left({zone}, 1) = '-' then 1 else -1 end * "
      "(60 * cast(substring({zone}, 2, 2) as integer) + case when len({zone}) > 3 then cast(right({zone}, 2) "
      "as "
      "integer) else 0 end) end",
      fmt::arg("zone", zone));
  return fmt::format(
      "case when {day} then cast({text} as timestamp) when {full} then dateadd(minute, {minutes}, "
      "cast(left({text}, 10) || ' ' || {time} || case when len({time}) = 5 then ':00' else '' end as "
      "timestamp)) end",
      fmt::arg("day", day_condition(text, "")), fmt::arg("text", text),
      fmt::arg("full", day_condition(text, fmt::format("[T ]{}{}", kTimeOfDay, kZone))),
      fmt::arg("minutes", minutes), fmt::arg("time", time));
}

int64_t microseconds_of(TimeUnit unit) {
  return unit == TimeUnit::kSeconds ? 1'000'000 : unit == TimeUnit::kMilliseconds ? 1'000 : 1;
}

std::string epoch_timestamp_sql(const std::string& text, TimeUnit unit) {
  int64_t factor = microseconds_of(unit);
  std::string moment = fmt::format(
      "floor(cast(regexp_substr({}, '^-?[0-9]+([.][0-9]{{1,9}})?') as decimal(27,9)) * {})", text, factor);
  int64_t max_exact = std::min(kMaxExact, -kMinTimestamp / factor);
  std::string since = "dateadd(microsecond, {}, timestamp '1970-01-01 00:00:00')";
  return fmt::format(
      "case when {text} ~ '^-?(0|[1-9][0-9]{{0,17}})([.][0-9]+)?([eE][-+]?0+)?$' then case when {moment} "
      "between "
      "{min} and {max} then {plain} end {scientific} end",
      fmt::arg("text", text), fmt::arg("moment", moment), fmt::arg("min", kMinTimestamp),
      fmt::arg("max", kMaxTimestamp),
      fmt::arg("plain", fmt::format(fmt::runtime(since), fmt::format("cast({} as bigint)", moment))),
      fmt::arg("scientific",
               scientific_branch(text, max_exact,
                                 fmt::format(fmt::runtime(since), fmt::format("{{}} * {}", factor)))));
}

}  // namespace

std::string typed_text_sql(const std::string& text, const ColumnType& type, TimeUnit unit) {
  std::string type_name = Dialect::of(Engine::kRedshift).type_name(type);
  switch (type.kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return integer_sql(text, type.kind, type_name);
    case TypeKind::kDecimal:
      return decimal_sql(text, type, type_name);
    case TypeKind::kDouble:
      return double_sql(text);
    case TypeKind::kBoolean:
      return boolean_sql(text);
    case TypeKind::kDate:
      return fmt::format("case when {} then cast({} as date) end", day_condition(text, ""), text);
    case TypeKind::kTimestamp:
      return unit == TimeUnit::kIso8601 ? iso_timestamp_sql(text) : epoch_timestamp_sql(text, unit);
    case TypeKind::kVarchar:
      break;
  }
  return text;
}

}  // namespace starlift
