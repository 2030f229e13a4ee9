#include "report/run_report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/result_writer.h"

namespace starlift {

namespace {

using Kind = ShownColumn::Kind;

std::string count(uint64_t value) {
  return format_count(static_cast<int64_t>(value));
}

ShownTable objects_table(const RunSummary& summary) {
  ShownTable table{{{"dataset"},
                    {"objects", Kind::kNumber},
                    {"new", Kind::kNumber},
                    {"changed", Kind::kNumber},
                    {"vanished", Kind::kNumber},
                    {"bytes", Kind::kNumber},
                    {"records", Kind::kNumber},
                    {"staged", Kind::kNumber},
                    {"rejected", Kind::kNumber}},
                   {}};
  if (summary.is_dry_run) table.columns.resize(6);
  for (const auto& dataset : summary.datasets) {
    table.rows.push_back({dataset.name, count(dataset.objects_listed), count(dataset.objects_new),
                          count(dataset.objects_changed), count(dataset.objects_vanished),
                          format_bytes(dataset.bytes), count(dataset.records), count(dataset.staged),
                          count(dataset.rejected)});
    table.rows.back().resize(table.columns.size());
  }
  return table;
}

const char* mode_name(ModelSummary::Mode mode) {
  switch (mode) {
    case ModelSummary::Mode::kWhole:
      return "whole";
    case ModelSummary::Mode::kTouchedKeys:
      return "touched keys";
    case ModelSummary::Mode::kUnchanged:
      break;
  }
  return "not";
}

ShownTable models_table(const RunSummary& summary) {
  ShownTable table{{{"table"}, {"rows", Kind::kNumber}, {"remade"}}, {}};
  for (const auto& model : summary.models)
    table.rows.push_back({model.name, count(model.rows), mode_name(model.mode)});
  return table;
}

void print_remarks(const RunSummary& summary, std::FILE* out) {
  uint64_t rejected = 0;
  for (const auto& dataset : summary.datasets) {
    rejected += dataset.rejected;
    if (dataset.objects_vanished > 0) {
      fmt::print(out, "\n{}: {} objects are no longer at the source; their rows were kept\n", dataset.name,
                 count(dataset.objects_vanished));
    }
    if (dataset.objects_reread > 0) {
      fmt::print(out, "\n{}: {} unchanged objects were read again, as asked for\n", dataset.name,
                 count(dataset.objects_reread));
    }
    for (const auto& [path, field] : dataset.unknown_fields) {
      fmt::print(out, "\n{}: the definition has no field {}; seen {} times, first in {}\n", dataset.name,
                 to_json_string(path), count(field.count), field.first_place);
    }
  }
  if (rejected > 0)
    fmt::print(out, "\n{} records were rejected; starlift rejects shows them\n", count(rejected));
}

void print_text(const RunSummary& summary, std::FILE* out) {
  if (summary.is_dry_run) {
    fmt::print(out, "this would be read; nothing was changed\n\n");
  } else if (summary.run_id == 0) {
    fmt::print(out, "nothing new: the warehouse is up to date ({})\n\n", format_duration(summary.elapsed_s));
  } else {
    fmt::print(out, "run {} done in {}, peak memory {}\n\n", summary.run_id,
               format_duration(summary.elapsed_s), format_bytes(summary.peak_memory_bytes));
  }
  objects_table(summary).write(ResultFormat::kTable, out);
  if (!summary.models.empty()) {
    fmt::print(out, "\n");
    models_table(summary).write(ResultFormat::kTable, out);
  }
  print_remarks(summary, out);
}

std::string json_of(const DatasetSummary& dataset) {
  std::string unknown;
  for (const auto& [path, field] : dataset.unknown_fields) {
    unknown += fmt::format(R"({}{}: {{"count": {}, "first": {}}})", unknown.empty() ? "" : ", ",
                           to_json_string(path), field.count, to_json_string(field.first_place));
  }
  return fmt::format(
      R"({{"name": {}, "objects": {}, "new": {}, "changed": {}, "reread": {}, "vanished": {}, "postponed": {}, "bytes": {}, )"
      R"("records": {}, "staged": {}, "rejected": {}, "elapsed_s": {:.3f}, "unknown_fields": {{{}}}}})",
      to_json_string(dataset.name), dataset.objects_listed, dataset.objects_new, dataset.objects_changed,
      dataset.objects_reread, dataset.objects_vanished, dataset.objects_postponed, dataset.bytes,
      dataset.records, dataset.staged, dataset.rejected, dataset.elapsed_s, unknown);
}

void print_json(const RunSummary& summary, std::FILE* out) {
  std::string datasets, models;
  for (const auto& dataset : summary.datasets)
    datasets += (datasets.empty() ? "" : ", ") + json_of(dataset);
  for (const auto& model : summary.models) {
    models += fmt::format(R"({}{{"name": {}, "rows": {}, "remade": "{}", "elapsed_s": {:.3f}}})",
                          models.empty() ? "" : ", ", to_json_string(model.name), model.rows,
                          mode_name(model.mode), model.elapsed_s);
  }
  fmt::print(
      out,
      R"({{"run_id": {}, "dry_run": {}, "elapsed_s": {:.3f}, "peak_memory_bytes": {}, "datasets": [{}], )"
      R"("models": [{}]}})"
      "\n",
      summary.run_id == 0 ? "null" : std::to_string(summary.run_id), summary.is_dry_run, summary.elapsed_s,
      summary.peak_memory_bytes, datasets, models);
}

}  // namespace

void print_run(const RunSummary& summary, bool is_json, std::FILE* out) {
  if (is_json) {
    print_json(summary, out);
  } else {
    print_text(summary, out);
  }
}

}  // namespace starlift
