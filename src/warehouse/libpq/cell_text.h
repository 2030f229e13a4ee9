#pragma once

#include <string>
#include <string_view>

#include "warehouse/libpq/handles.h"
#include "warehouse/warehouse.h"

namespace starlift::libpq {

/// Says how a result shows cells of a type, which goes by its object identifier.
ResultColumn::Kind cell_kind(Oid type);

/// The name of a type, the same that DuckDB gives it; "text" for one that is not known here.
std::string type_name(Oid type);

/// Returns the cell's text as Cursor::text promises it: `text`, which is the server's, or what is put in
/// `buffer`.
std::string_view cell_text(Oid type, std::string_view text, std::string& buffer);

}  // namespace starlift::libpq
