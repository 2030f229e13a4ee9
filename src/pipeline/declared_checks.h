#pragma once

#include <vector>

#include "pipeline/checks.h"

namespace starlift {

/// Returns the checks that a model's header declares: its key, its required columns, its references, the
/// values that it accepts and its number of rows.
std::vector<Check> declared_checks(const Model& model, const Dialect& dialect);

}  // namespace starlift
