#include "pipeline/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/unfinished_file.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

namespace fs = std::filesystem;

ExportedTable exported(const TableDesign& design, const std::vector<std::string>& order) {
  ExportedTable table{.name = to_string(design.name), .columns = columns_of(design)};
  table.select = fmt::format("select {} from {} order by {}", quote_columns(table.columns),
                             quote_table(design.name), quote_identifiers(order));
  return table;
}

std::vector<ExportedTable> staging_tables(const WarehouseDefinition& definition) {
  std::vector<ExportedTable> tables;
  for (const auto& dataset : definition.datasets)
    tables.push_back(exported(staging_design(dataset), {kObjectIdColumn, kRecordColumn}));
  return tables;
}

std::vector<ExportedTable> star_tables(const WarehouseDefinition& definition) {
  std::vector<ExportedTable> tables;
  for (const auto& model : definition.models)
    tables.push_back(exported(model_design(model, definition), model.key));
  return tables;
}

std::vector<ExportedTable> wanted_tables(const WarehouseDefinition& definition,
                                         const ExportRequest& request) {
  auto tables = star_tables(definition);
  auto staging = staging_tables(definition);
  if (request.tables.empty()) {
    if (request.with_staging) tables.insert(tables.end(), staging.begin(), staging.end());
    return tables;
  }
  tables.insert(tables.end(), staging.begin(), staging.end());
  std::erase_if(tables, [&](const ExportedTable& table) {
    return std::count(request.tables.begin(), request.tables.end(), table.name) == 0;
  });
  return tables;
}

void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw Error(ErrorKind::kUsage, fmt::format("cannot make the folder {}: {}", folder,
                                               error ? error.message() : "a file is in its place"));
  }
}

}  // namespace

std::vector<ExportedTable> export_tables(Session& session, const WarehouseDefinition& definition,
                                         const ExportRequest& request, const TableWriter& write,
                                         EventListener& listener, const Cancellation& cancellation) {
  auto tables = wanted_tables(definition, request);
  for (auto& table : tables) {
    table.file = (fs::path(request.folder) / (table.name + "." + request.extension)).string();
    if (!request.overwrites && fs::exists(table.file)) {
      throw Error(
          ErrorKind::kUsage,
          fmt::format("{} exists already; give --force to write over it, or another folder", table.file));
    }
  }
  make_folder(request.folder);
  for (auto& table : tables) {
    cancellation.check();
    Step step(listener, fmt::format("export {}", table.name));
    UnfinishedFile file(table.file);
    table.rows = write(session, table, file.path());
    if (auto failure = file.finish())
      throw Error(ErrorKind::kSource, fmt::format("cannot write {}: {}", table.file, failure.message()));
    step.counters().rows = table.rows;
    step.finish();
  }
  return tables;
}

}  // namespace starlift
