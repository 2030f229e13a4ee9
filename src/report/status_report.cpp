#include "report/status_report.h"

#include <fmt/format.h>

#include <utility>

#include "report/result_writer.h"

namespace starlift {

namespace {

using Kind = ShownColumn::Kind;

ShownTable tables_table(const WarehouseStatus& status) {
  ShownTable table{{{"table"}, {"kind"}, {"rows", Kind::kCount}}, {}};
  for (const auto& entry : status.tables) {
    auto& row = table.rows.emplace_back();
    row = {entry.name, entry.kind, std::nullopt};
    if (entry.rows) row[2] = std::to_string(*entry.rows);
  }
  return table;
}

ShownTable loaded_table(const WarehouseStatus& status) {
  ShownTable table{{{"dataset"},
                    {"objects", Kind::kCount},
                    {"bytes", Kind::kBytes},
                    {"staged", Kind::kCount},
                    {"rejected", Kind::kCount}},
                   {}};
  for (const auto& entry : status.loaded) {
    table.rows.push_back({entry.dataset, std::to_string(entry.objects), std::to_string(entry.bytes),
                          std::to_string(entry.staged), std::to_string(entry.rejected)});
  }
  return table;
}

ShownTable runs_table(const WarehouseStatus& status) {
  ShownTable table{{{"run", Kind::kNumber},
                    {"started_at"},
                    {"elapsed_s", Kind::kSeconds},
                    {"state"},
                    {"objects", Kind::kCount},
                    {"staged", Kind::kCount},
                    {"rejected", Kind::kCount},
                    {"error"}},
                   {}};
  for (const auto& run : status.runs) {
    auto& row = table.rows.emplace_back();
    row = {std::to_string(run.run_id),           run.started_at,
           fmt::format("{:.2f}", run.elapsed_s), run.state,
           std::to_string(run.objects),          std::to_string(run.staged),
           std::to_string(run.rejected),         std::nullopt};
    if (!run.error.empty()) row.back() = run.error;
  }
  return table;
}

}  // namespace

void print_status(const WarehouseStatus& status, bool is_json, std::FILE* out) {
  const std::pair<const char*, ShownTable> sections[] = {
      {"tables", tables_table(status)}, {"loaded", loaded_table(status)}, {"runs", runs_table(status)}};
  if (is_json) {
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, table] : sections)
      table.write(json.key(name));
    fmt::print(out, "{}\n", json.end_object().text());
    return;
  }
  const char* gap = "";
  for (const auto& [name, table] : sections) {
    fmt::print(out, "{}", std::exchange(gap, "\n"));
    table.write(ResultFormat::kTable, out);
  }
}

}  // namespace starlift
