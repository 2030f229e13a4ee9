#include "pipeline/export.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

namespace fs = std::filesystem;

ExportedTable exported(const TableDesign& design, const std::vector<std::string>& order) {
  ExportedTable table{.name = to_string(design.name), .columns = columns_of(design)};
  std::vector<std::string> quoted;
  for (const auto& column : order)
    quoted.push_back(quote_identifier(column));
  table.select = fmt::format("select {} from {} order by {}", quote_columns(table.columns),
                             quote_table(design.name), fmt::join(quoted, ", "));
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

/// A file under way: beside its place, and gone when it was not finished.
class PartialFile {
 public:
  explicit PartialFile(const std::string& path) : path_(path), partial_(path + ".partial") {}
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile() {
    std::error_code ignored;
    fs::remove(partial_, ignored);
  }

  const std::string& path() const { return partial_; }
  void finish() {
    std::error_code error;
    fs::rename(partial_, path_, error);
    if (error)
      throw Error(ErrorKind::kSource, fmt::format("cannot give {} its name: {}", path_, error.message()));
  }

 private:
  std::string path_;
  std::string partial_;
};

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
    PartialFile file(table.file);
    table.rows = write(session, table, file.path());
    file.finish();
    step.counters().rows = table.rows;
    step.finish();
  }
  return tables;
}

}  // namespace starlift
