#include <fmt/format.h>

#include "cli/command.h"
#include "cli/command_usage.h"
#include "cli/manual_page.h"
#include "cli/shell_completion.h"

namespace starlift {

void add_completion_command(Command program) {
  auto command = program.add_command("completion", "Print the script by which a shell completes commands");
  auto& shell = command.keep<Shell>();
  command
      .add_choice<Shell>("shell", shell,
                         {{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}},
                         "bash, zsh or fish")
      .required();
  command.runs([&, program](CommandContext&) {
    fmt::print("{}", shell_completion(shell, describe_commands(program)));
    return ExitCode::kDone;
  });
}

void add_manual_command(Command program) {
  program.add_command("manual", "Print the manual page, for man: starlift manual | man -l -")
      .runs([program](CommandContext&) {
        fmt::print("{}", manual_page(describe_commands(program)));
        return ExitCode::kDone;
      });
}

}  // namespace starlift
