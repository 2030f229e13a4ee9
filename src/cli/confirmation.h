#pragma once

#include <string>

#include "base/cancellation.h"

namespace starlift {

/// Says on the terminal, whatever stderr is, what is about to happen ("x holds 3 rows, to be dropped") and
/// asks whether to go on. Throws Error{kUsage} that names --yes when nobody can answer, Error{kInterrupted}.
bool confirm(const std::string& what, const Cancellation& cancellation);

}  // namespace starlift
