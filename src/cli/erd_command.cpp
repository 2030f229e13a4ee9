#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/output_file.h"
#include "pipeline/describe_schema.h"
#include "report/schema_picture.h"

namespace starlift {

namespace {

std::string draw(const Schema& schema, const std::string& format) {
  if (format == "mermaid") return schema_mermaid(schema);
  if (format == "dbml") return schema_dbml(schema);
  return schema_svg(schema);
}

}  // namespace

void add_erd_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("erd", "Draw the tables, their keys and references");
  auto format = std::make_shared<std::string>("svg");
  auto path = std::make_shared<std::string>();
  command->add_option("--format", *format, "How to draw them")
      ->capture_default_str()
      ->check(CLI::IsMember({"svg", "mermaid", "dbml"}));
  command->add_option("-o,--output", *path, "The file to write; standard output when not given");
  command->callback([&action, format, path] {
    action = [format, path](CommandContext& context) {
      write_output(*path, draw(describe_schema(context.definition()), *format));
      return ExitCode::kDone;
    };
  });
}

}  // namespace starlift
