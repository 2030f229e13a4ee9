#pragma once

#include <string>

#include "pipeline/schema.h"

namespace starlift {

/// Draws a schema as SVG: facts in the middle, dimensions around them, staging apart. Follows the reader's
/// light or dark colours and carries a description for those who hear it. Stands alone and inside HTML.
std::string schema_svg(const Schema& schema);

/// Writes a schema as an erDiagram of Mermaid.
std::string schema_mermaid(const Schema& schema);

/// Writes a schema as DBML, which dbdiagram and others read.
std::string schema_dbml(const Schema& schema);

}  // namespace starlift
