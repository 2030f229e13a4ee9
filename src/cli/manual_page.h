#pragma once

#include <span>
#include <string>

#include "cli/command_usage.h"

namespace starlift {

/// Returns the manual page, starlift(1), for man(7). `commands` as describe_commands() gives them.
std::string manual_page(std::span<const CommandUsage> commands);

}  // namespace starlift
