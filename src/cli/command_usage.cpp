#include "cli/command_usage.h"

#include <CLI/CLI.hpp>

namespace starlift {

namespace {

/// CLI11 appends what an option accepts to its type: "TEXT:{csv,json}".
std::vector<std::string> choices_in(const std::string& type_name) {
  size_t open = type_name.find('{');
  size_t close = type_name.find('}');
  if (open == type_name.npos || close == type_name.npos) return {};
  return CLI::detail::split(type_name.substr(open + 1, close - open - 1), ',');
}

FlagUsage describe_flag(const CLI::Option& option) {
  FlagUsage flag{.description = option.get_description()};
  for (const auto& name : option.get_snames())
    flag.names.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    flag.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) {
    std::string type_name = option.get_type_name();
    flag.choices = choices_in(type_name);
    flag.value = type_name.substr(0, type_name.find_first_of(":{ "));
    if (flag.value.empty()) flag.value = "VALUE";
  }
  return flag;
}

void describe(const CLI::App& app, const std::string& path, std::vector<CommandUsage>& commands) {
  CommandUsage command{.path = path, .description = app.get_description()};
  for (const auto* option : app.get_options()) {
    if (option->get_positional()) {
      command.arguments.push_back({.name = option->get_name(true),
                                   .description = option->get_description(),
                                   .choices = choices_in(option->get_type_name()),
                                   .is_required = option->get_required()});
    } else {
      command.flags.push_back(describe_flag(*option));
    }
  }
  commands.push_back(std::move(command));
  for (const auto* child : app.get_subcommands([](const CLI::App*) { return true; }))
    describe(*child, path.empty() ? child->get_name() : path + ' ' + child->get_name(), commands);
}

}  // namespace

std::string CommandUsage::name() const {
  return path.substr(path.rfind(' ') + 1);
}

std::string CommandUsage::parent() const {
  size_t blank = path.rfind(' ');
  return blank == path.npos ? "" : path.substr(0, blank);
}

std::vector<CommandUsage> describe_commands(const Command& program) {
  std::vector<CommandUsage> commands;
  describe(program.app(), "", commands);
  return commands;
}

}  // namespace starlift
