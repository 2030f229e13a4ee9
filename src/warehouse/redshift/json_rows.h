#pragma once

#include <span>
#include <string>

#include "columns/column_batch.h"

namespace starlift::redshift {

/// Appends the rows of a batch as COPY ... JSON 'auto' reads them: an object per line, its fields named as
/// the columns, every value a text; a null is a field that is not there.
///
/// A number goes as text since COPY would take it through floating point. An empty text is one, and text may
/// hold anything but NUL. docs/redshift.md says why this format.
void append_json_rows(std::span<const Column> columns, const ColumnBatch& batch, std::string& out);

}  // namespace starlift::redshift
