#pragma once

#include <string>

#include "project/definition.h"
#include "project/toml_table.h"

namespace starlift {

/// A .sql file of a definition: a leading block comment that holds TOML, then one SELECT.
struct SqlFile {
  TomlTable header;
  std::string select;  ///< without comments around it and without a final semicolon
  Place select_place;
};

/// Takes a file apart. Throws Error{kDefinition} when it is not header and one SELECT (or WITH).
SqlFile read_sql_file(const DefinitionFile& file);

}  // namespace starlift
