#include "report/status_report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/result_writer.h"

namespace starlift {

namespace {

using Kind = ShownColumn::Kind;

/// Numbers for people have separators; numbers for programs have none.
class Tables {
 public:
  explicit Tables(bool is_json) : is_json_(is_json) {}

  ShownTable tables(const WarehouseStatus& status) const {
    ShownTable table{{{"table"}, {"kind"}, {"rows", Kind::kNumber}}, {}};
    for (const auto& entry : status.tables) {
      auto& row = table.rows.emplace_back();
      row = {entry.name, entry.kind, std::nullopt};
      if (entry.rows) row[2] = count(*entry.rows);
    }
    return table;
  }

  ShownTable loaded(const WarehouseStatus& status) const {
    ShownTable table{{{"dataset"},
                      {"objects", Kind::kNumber},
                      {"bytes", Kind::kNumber},
                      {"staged", Kind::kNumber},
                      {"rejected", Kind::kNumber}},
                     {}};
    for (const auto& entry : status.loaded) {
      table.rows.push_back({entry.dataset, count(entry.objects),
                            is_json_ ? count(entry.bytes) : format_bytes(static_cast<uint64_t>(entry.bytes)),
                            count(entry.staged), count(entry.rejected)});
    }
    return table;
  }

  ShownTable runs(const WarehouseStatus& status) const {
    ShownTable table{{{"run", Kind::kNumber},
                      {"started_at"},
                      {"elapsed_s", Kind::kNumber},
                      {"state"},
                      {"objects", Kind::kNumber},
                      {"staged", Kind::kNumber},
                      {"rejected", Kind::kNumber},
                      {"error"}},
                     {}};
    for (const auto& run : status.runs) {
      auto& row = table.rows.emplace_back();
      row = {std::to_string(run.run_id),
             run.started_at,
             fmt::format("{:.2f}", run.elapsed_s),
             run.state,
             count(run.objects),
             count(run.staged),
             count(run.rejected),
             std::nullopt};
      if (!run.error.empty()) row.back() = run.error;
    }
    return table;
  }

 private:
  std::string count(int64_t value) const { return is_json_ ? std::to_string(value) : format_count(value); }

  bool is_json_;
};

}  // namespace

void print_status(const WarehouseStatus& status, bool is_json, std::FILE* out) {
  Tables tables(is_json);
  ResultFormat format = is_json ? ResultFormat::kJson : ResultFormat::kTable;
  auto section = [&](const char* before, const ShownTable& table) {
    fmt::print(out, "{}", before);
    table.write(format, out);
  };
  section(is_json ? "{\"tables\": " : "", tables.tables(status));
  section(is_json ? ", \"loaded\": " : "\n", tables.loaded(status));
  section(is_json ? ", \"runs\": " : "\n", tables.runs(status));
  if (is_json) fmt::print(out, "}}\n");
}

}  // namespace starlift
