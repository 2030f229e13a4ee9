#pragma once

#include <string>

#include "storage/object_store.h"

namespace starlift {

/// Visits the regular files below `root` (or `root` itself when it is a file) in ascending byte
/// order of their paths. Links are followed; a link that leads back to a folder above it is an error.
void list_local_files(const std::string& root, const ObjectStore::ListVisitor& visit);

}  // namespace starlift
