#pragma once

#include <string>
#include <string_view>

#include "sql/dialect.h"

namespace starlift {

/// Renders the functions that a definition's SQL may use though no engine has them under that name:
///
///   hash_bigint(text)       bigint: the first 15 hex digits of the text's MD5
///   to_epoch_us(timestamp)  bigint: microseconds since 1970-01-01 UTC
///   date_field(field, timestamp)  a whole number: the year, quarter, month, week (ISO 8601), day, dow (0 is
///                           Sunday), doy, hour or minute
///   same_text(text, text)   boolean: equal to the last blank
///
/// Calls may nest; names in literals, in comments, in double quotes or behind a dot are not calls.
/// Throws Error{kDefinition} as Dialect::render says.
std::string render_portable_functions(std::string_view sql, Engine engine);

}  // namespace starlift
