#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace starlift {

/// A flag as its users type it.
struct FlagUsage {
  std::vector<std::string> names;    ///< "-q", "--quiet"
  std::string value;                 ///< what it takes: "TEXT"; empty when it takes nothing
  std::vector<std::string> choices;  ///< the values it takes, when it takes no others
  std::string description;
};

/// A word that a command takes by its place.
struct ArgumentUsage {
  std::string name;
  std::string description;
  std::vector<std::string> choices;
  bool is_required = false;
};

/// A command as its users type it.
struct CommandUsage {
  std::string path;  ///< "rejects show"; empty for the program itself
  std::string description;
  std::vector<ArgumentUsage> arguments;
  std::vector<FlagUsage> flags;

  std::string name() const;    ///< "show"
  std::string parent() const;  ///< "rejects"; empty for the program's own commands
};

/// Returns the program, whose flags every command takes, and its commands, each before its own, from the
/// declaration that the command line itself is read by.
std::vector<CommandUsage> describe_commands(const Command& program);

}  // namespace starlift
