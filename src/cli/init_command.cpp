#include <fmt/format.h>

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

void add_init_command(Command program) {
  auto command =
      program.add_command("init", "Write the built-in warehouse definition to a folder, to change it");
  auto& folder = command.keep<std::string>();
  command.add("dir", folder, "The folder to write").required();
  command.runs([&](CommandContext& context) { return init(context, folder); });
}

}  // namespace starlift
