#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/command_usage.h"
#include "cli/manual_page.h"
#include "cli/shell_completion.h"

namespace starlift {

void add_completion_command(CLI::App& app, Action& action) {
  const std::map<std::string, Shell> shells = {
      {"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}};
  auto* command = app.add_subcommand("completion", "Print the script by which a shell completes commands");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &action, shells, shell] {
    action = [&app, shell = shells.at(*shell)](CommandContext&) {
      fmt::print("{}", shell_completion(shell, describe_commands(app)));
      return ExitCode::kDone;
    };
  });
}

void add_manual_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("manual", "Print the manual page, for man: starlift manual | man -l -");
  command->callback([&app, &action] {
    action = [&app](CommandContext&) {
      fmt::print("{}", manual_page(describe_commands(app)));
      return ExitCode::kDone;
    };
  });
}

}  // namespace starlift
