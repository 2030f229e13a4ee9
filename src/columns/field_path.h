#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace starlift {

/// One step into a JSON value: the key of an object, or the index of an array (from 0).
using PathStep = std::variant<std::string, size_t>;

/// Where a value sits in a record: steps from the record's top. Never empty; the first step is a
/// key, since a record is an object.
using FieldPath = std::vector<PathStep>;

/// Reads a path in the plain form of a definition ("a", "a.b", "a[0].b") or in one of the two
/// JSONPath notations that Redshift's jsonpaths files know ("$.a.b[0]", "$['a']['b'][0]").
/// A key that holds a dot or a bracket needs the bracket notation, where \' and \\ stand for a
/// quote and a backslash. Returns nothing when it is none of these; wildcards, filters and mixed
/// notations are not.
std::optional<FieldPath> parse_field_path(std::string_view text);

/// Returns the path in the plain form where its keys allow that, else in bracket notation.
std::string to_string(const FieldPath& path);

}  // namespace starlift
