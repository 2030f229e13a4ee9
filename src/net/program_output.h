#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/cancellation.h"

namespace starlift {

/// Runs a command by the shell and returns what it writes to its standard output, up to `max_bytes`; nothing
/// when it cannot be started or fails. It may ask the user on the terminal where this process may. Throws
/// Error{kInterrupted} when `cancellation` (may be null) asks for it; then the command is killed, with all
/// that it started where no terminal tells them.
std::optional<std::string> run_program(const std::string& command, size_t max_bytes,
                                       const Cancellation* cancellation);

}  // namespace starlift
