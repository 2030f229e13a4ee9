#pragma once

#include <memory>
#include <string>

#include "warehouse/warehouse.h"

namespace starlift {

/// Lists rejected records with place and reason, the newest first; an empty `dataset` is all, a
/// limit of 0 is none. Returns null when the warehouse has no rejects table yet.
std::unique_ptr<Cursor> list_rejects(Session& session, const std::string& dataset, int limit);

}  // namespace starlift
