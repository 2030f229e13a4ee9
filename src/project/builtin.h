#pragma once

#include <span>

#include "project/definition.h"

namespace starlift {

/// The files of the definition that is built into the binary.
std::span<const DefinitionFile> builtin_files();

}  // namespace starlift
