#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "project/place.h"

namespace starlift {

/// A table that a SELECT reads, and where it says so.
struct TableReference {
  std::vector<std::string> parts;  ///< "staging.orders" has two; bare names in lower case
  Place place;
};

/// Returns the tables in the FROM clauses of a SELECT at any depth, in the order of the text, those that
/// are common table expressions at that point left out. `start` is where the SELECT begins.
/// Throws Error{kDefinition} where a FROM or JOIN is not followed by a table or a parenthesis.
std::vector<TableReference> find_table_references(std::string_view select, const Place& start);

}  // namespace starlift
