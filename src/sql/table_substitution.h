#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace starlift {

/// Puts other relations in the place of a schema's tables: where `sql` reads `schema.name`, it then
/// reads what `relation(name)` returns (a table or a parenthesised SELECT), under the alias that follows or
/// else under the name. Where `relation` returns nothing the text stays.
///
/// Names of three parts (schema.table.column) stay as they are, so columns of the table must be named through
/// an alias or bare.
std::string substitute_tables(
    std::string_view sql, std::string_view schema,
    const std::function<std::optional<std::string>(const std::string& name)>& relation);

}  // namespace starlift
