#pragma once

#include <string>
#include <vector>

#include "pipeline/checks.h"

namespace starlift {

/// Returns the checks that a model's header declares: its key, its required columns, its references, the
/// values that it accepts and its number of rows.
std::vector<Check> declared_checks(const Model& model, const Dialect& dialect);

// One of each kind. `rows` is a relation (a table, or a parenthesised SELECT): those rows of the model that
// the check looks at.
Check key_check(const Model& model, const std::string& rows);
Check required_check(const Model& model, const std::string& rows);
/// `referred` is a relation, too: those rows of the model referred to that can matter to `rows`.
Check reference_check(const Model& model, const ModelColumn& column, const std::string& rows,
                      const std::string& referred);
Check accepted_check(const Model& model, const ModelColumn& column, const std::string& rows,
                     const Dialect& dialect);
/// `expected` is a SELECT of one number.
Check row_count_check(const Model& model, const std::string& rows, const std::string& expected);

}  // namespace starlift
