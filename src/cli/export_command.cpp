#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/json_writer.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "pipeline/parquet_export.h"
#include "pipeline/table_sql.h"

namespace starlift {

namespace {

uint64_t write_csv(Session& session, const ExportedTable& table, const std::string& path) {
  auto fail = [&] {
    throw Error(ErrorKind::kSource, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
  if (!file) fail();
  auto cursor = session.query(table.select);
  uint64_t rows = write_answer(*cursor, ResultFormat::kCsv, file.get());
  if (std::ferror(file.get()) || std::fclose(file.release()) != 0) fail();
  return rows;
}

void check_names(const WarehouseDefinition& definition, const std::vector<std::string>& tables) {
  auto names = table_names(definition);
  for (const auto& name : tables) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    throw Error(ErrorKind::kUsage,
                fmt::format("the definition has no table '{}'{}", name, what_there_is(name, names)));
  }
}

void print_json(const std::vector<ExportedTable>& tables) {
  JsonWriter json;
  json.begin_array();
  for (const auto& table : tables)
    json.begin_object()
        .member("table", table.name)
        .member("rows", table.rows)
        .member("file", table.file)
        .end_object();
  fmt::print("{}\n", json.end_array().text());
}

ExitCode write_files(CommandContext& context, const ExportRequest& request) {
  check_names(context.definition(), request.tables);
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  auto write = request.extension == "csv" ? TableWriter(write_csv) : parquet_writer(context.open_options());
  auto tables = export_tables(*warehouse, context.definition(), request, write, context.progress(),
                              context.cancellation);
  if (context.options.is_json) print_json(tables);
  return ExitCode::kDone;
}

}  // namespace

void add_export_command(Command program) {
  auto command = program.add_command("export", "Write tables into Parquet or CSV files, one for each");
  auto& request = command.keep<ExportRequest>();
  command.add("folder", request.folder, "The folder to write to; it is made when it does not exist")
      .required();
  command.add("tables", request.tables,
              "The tables: users, staging.events ...; the whole star when not given");
  command.add("--format", request.extension, "The form of the files").one_of({"parquet", "csv"}).required();
  command.add("--staging", request.with_staging, "The staging tables, too");
  command.add("--force", request.overwrites, "Write over files that exist");
  command.runs([&](CommandContext& context) { return write_files(context, request); });
}

}  // namespace starlift
