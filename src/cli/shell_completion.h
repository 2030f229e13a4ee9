#pragma once

#include <span>
#include <string>

#include "cli/command_usage.h"

namespace starlift {

enum class Shell { kBash, kZsh, kFish };

/// Returns the script by which a shell completes commands, flags and their choices. `commands` as
/// describe_commands() gives them.
std::string shell_completion(Shell shell, std::span<const CommandUsage> commands);

}  // namespace starlift
