#include "warehouse/libpq/cell_text.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace starlift::libpq {

namespace {

// Object identifiers of built-in types are fixed: src/include/catalog/pg_type.dat of PostgreSQL.
constexpr Oid kBoolean = 16, kFloat = 700, kDouble = 701;

struct TypeFacts {
  Oid type;
  const char* name;
  ResultColumn::Kind kind;
};

constexpr TypeFacts kTypes[] = {
    {kBoolean, "boolean", ResultColumn::Kind::kBoolean},
    {20, "bigint", ResultColumn::Kind::kNumber},
    {21, "smallint", ResultColumn::Kind::kNumber},
    {23, "integer", ResultColumn::Kind::kNumber},
    {26, "oid", ResultColumn::Kind::kNumber},
    {kFloat, "float", ResultColumn::Kind::kNumber},
    {kDouble, "double", ResultColumn::Kind::kNumber},
    {1700, "decimal", ResultColumn::Kind::kNumber},
    {1043, "varchar", ResultColumn::Kind::kText},
    {1082, "date", ResultColumn::Kind::kText},
    {1083, "time", ResultColumn::Kind::kText},
    {1114, "timestamp", ResultColumn::Kind::kText},
};

const TypeFacts* find_facts(Oid type) {
  for (const auto& facts : kTypes) {
    if (facts.type == type) return &facts;
  }
  return nullptr;
}

/// The server's text reads back, but its exponents begin elsewhere than ours.
template <typename Number>
std::string_view number_text(std::string_view text, std::string& buffer) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return text;
  buffer.clear();
  fmt::format_to(std::back_inserter(buffer), "{}", number);
  return buffer;
}

}  // namespace

ResultColumn::Kind cell_kind(Oid type) {
  const auto* facts = find_facts(type);
  return facts ? facts->kind : ResultColumn::Kind::kText;
}

std::string type_name(Oid type) {
  const auto* facts = find_facts(type);
  return facts ? facts->name : "text";
}

std::string_view cell_text(Oid type, std::string_view text, std::string& buffer) {
  switch (type) {
    case kBoolean:
      return text == "t" ? "true" : "false";
    case kFloat:
      return number_text<float>(text, buffer);
    case kDouble:
      return number_text<double>(text, buffer);
    default:
      return text;
  }
}

}  // namespace starlift::libpq
