#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "project/builtin.h"

namespace starlift {

void add_init_command(CLI::App& app, Action& action) {
  auto* command =
      app.add_subcommand("init", "Write the built-in warehouse definition to a folder, to change it");
  auto folder = std::make_shared<std::string>();
  command->add_option("dir", *folder, "The folder to write")->required();
  command->callback([&action, folder] {
    action = [folder](CommandContext& context) {
      write_definition_folder(builtin_files(), *folder);
      context.say(fmt::format("wrote {} files to {}; change them and use them with --warehouse {}",
                              builtin_files().size(), *folder, *folder));
      return ExitCode::kDone;
    };
  });
}

}  // namespace starlift
