#include <fmt/format.h>

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

void add_erd_command(Command program) {
  auto command = program.add_command("erd", "Draw the tables, their keys and references");
  auto& format = command.keep<std::string>("svg");
  auto& path = command.keep<std::string>();
  command.add("--format", format, "How to draw them").shows_default().one_of({"svg", "mermaid", "dbml"});
  command.add("-o,--output", path, "The file to write; standard output when not given");
  command.runs([&](CommandContext& context) {
    write_output(path, draw(describe_schema(context.definition()), format));
    return ExitCode::kDone;
  });
}

}  // namespace starlift
