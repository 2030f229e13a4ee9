#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/json_writer.h"
#include "cli/command.h"
#include "project/builtin.h"

namespace starlift {

namespace {

ExitCode init(CommandContext& context, const std::string& folder) {
  const auto& files = builtin_files();
  write_definition_folder(files, folder);
  context.say(fmt::format("wrote {} to {}; change them and use them with --warehouse {}",
                          format_counted(files.size(), "file"), folder, folder));
  if (context.options.is_json) {
    std::vector<std::string> paths;
    for (const auto& file : files)
      paths.push_back(file.path);
    JsonWriter json;
    fmt::print("{}\n",
               json.begin_object().member("folder", folder).members("files", paths).end_object().text());
  }
  return ExitCode::kDone;
}

}  // namespace

void add_init_command(CLI::App& app, Action& action) {
  auto* command =
      app.add_subcommand("init", "Write the built-in warehouse definition to a folder, to change it");
  auto folder = std::make_shared<std::string>();
  command->add_option("dir", *folder, "The folder to write")->required();
  command->callback(
      [&action, folder] { action = [folder](CommandContext& context) { return init(context, *folder); }; });
}

}  // namespace starlift
