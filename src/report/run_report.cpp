#include "report/run_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/check_report.h"
#include "report/result_writer.h"
#include "report/text_width.h"

namespace starlift {

namespace {

using Kind = ShownColumn::Kind;

/// How many unknown fields of a dataset people are shown.
constexpr size_t kMaxShownFields = 20;

ShownTable objects_table(const RunSummary& summary) {
  ShownTable table{{{"dataset"},
                    {"objects", Kind::kCount},
                    {"new", Kind::kCount},
                    {"changed", Kind::kCount},
                    {"vanished", Kind::kCount},
                    {"bytes", Kind::kBytes},
                    {"records", Kind::kCount},
                    {"staged", Kind::kCount},
                    {"rejected", Kind::kCount}},
                   {}};
  if (summary.outlook) table.columns.resize(6);
  for (const auto& dataset : summary.datasets) {
    auto& row = table.rows.emplace_back();
    row.emplace_back(dataset.name);
    for (uint64_t number :
         {dataset.objects_listed, dataset.objects_new, dataset.objects_changed, dataset.objects_vanished,
          dataset.bytes, dataset.records, dataset.staged, dataset.rejected}) {
      row.emplace_back(std::to_string(number));
    }
    row.resize(table.columns.size());
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
  ShownTable table{{{"table"}, {"remade"}}, {}};
  if (!summary.outlook) table.columns.insert(table.columns.begin() + 1, {"rows", Kind::kCount});
  for (const auto& model : summary.models) {
    auto& row = table.rows.emplace_back();
    row = {model.name, mode_name(model.mode)};
    if (!summary.outlook) row.insert(row.begin() + 1, std::to_string(model.rows));
  }
  return table;
}

/// The fields that the definition does not name, those that were seen most first.
ShownTable unknown_fields_table(const RunSummary& summary) {
  ShownTable table{{{"dataset"}, {"unknown_field"}, {"seen", Kind::kCount}, {"first_in"}}, {}};
  for (const auto& dataset : summary.datasets) {
    std::vector<std::pair<std::string, UnknownFieldSummary>> fields(dataset.unknown_fields.begin(),
                                                                    dataset.unknown_fields.end());
    std::stable_sort(fields.begin(), fields.end(),
                     [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
    for (size_t i = 0; i < std::min(fields.size(), kMaxShownFields); ++i) {
      const auto& [path, field] = fields[i];
      table.rows.push_back({dataset.name, path, std::to_string(field.count), field.first_place});
    }
    if (fields.size() > kMaxShownFields) {
      table.rows.push_back(
          {dataset.name, fmt::format("and {} more (--json names them all)", fields.size() - kMaxShownFields),
           std::nullopt, std::nullopt});
    }
  }
  return table;
}

/// What lies between the steps: opening and closing the warehouse, asking it what it holds.
Event between_steps(const RunSummary& summary) {
  Event rest{.text = "between them", .elapsed_s = summary.elapsed_s, .cpu_s = summary.cpu_s};
  for (const auto& step : summary.steps) {
    rest.elapsed_s -= step.elapsed_s;
    rest.cpu_s -= step.cpu_s;
  }
  return rest;
}

ShownTable stats_table(const RunSummary& summary) {
  ShownTable table{{{"step"},
                    {"elapsed_s", Kind::kSeconds},
                    {"share_percent", Kind::kNumber},
                    {"cpu_s", Kind::kSeconds},
                    {"objects", Kind::kCount},
                    {"bytes", Kind::kBytes},
                    {"records", Kind::kCount},
                    {"rows", Kind::kCount}},
                   {}};
  auto add = [&](const Event& step) {
    auto& row = table.rows.emplace_back();
    row = {step.text, fmt::format("{:.3f}", step.elapsed_s),
           fmt::format("{:.1f}", 100 * step.elapsed_s / std::max(summary.elapsed_s, 1e-9)),
           fmt::format("{:.3f}", step.cpu_s)};
    const Progress& progress = step.progress;
    for (uint64_t count : {progress.objects, progress.bytes, progress.records, progress.rows})
      row.push_back(count == 0 ? std::nullopt : std::optional(std::to_string(count)));
  };
  for (const auto& step : summary.steps)
    add(step);
  add(between_steps(summary));
  return table;
}

void print_remarks(const RunSummary& summary, std::FILE* out) {
  uint64_t rejected = 0;
  for (const auto& dataset : summary.datasets) {
    rejected += dataset.rejected;
    if (!dataset.copy.empty()) {
      fmt::print(
          out, "\n{}: {} ({})\n", dataset.name,
          dataset.copy == "direct" ? "the cluster reads the objects itself, COPY = direct" : "COPY = lift",
          dataset.copy_reason);
    }
    if (dataset.objects_vanished > 0) {
      fmt::print(out, "\n{}: {} no longer at the source, rows {}\n", dataset.name,
                 format_counted(dataset.objects_vanished, "object"),
                 dataset.prunes_vanished ? "taken out" : "kept (etl --prune takes them out)");
    }
    if (dataset.objects_unreadable > 0) {
      fmt::print(out, "\n{}: {} could not be read and left for the next run\n", dataset.name,
                 format_counted(dataset.objects_unreadable, "object"));
    }
    if (dataset.objects_reread > 0) {
      fmt::print(out, "\n{}: {} unchanged and read again, as asked for\n", dataset.name,
                 format_counted(dataset.objects_reread, "object"));
    }
  }
  auto unknown_fields = unknown_fields_table(summary);
  if (!unknown_fields.rows.empty()) {
    fmt::print(out, "\n");
    unknown_fields.write(ResultFormat::kTable, out);
  }
  if (rejected > 0) {
    fmt::print(out, "\n{} rejected; starlift rejects shows where and why\n",
               format_counted(rejected, "record"));
  }
}

void print_checks_summary(const ChecksSummary& checks, std::FILE* out) {
  uint64_t failed = 0;
  for (const auto& result : checks.results)
    failed += result.passed() ? 0 : 1;
  if (failed > 0) {
    fmt::print(out, "\n{} of {} failed\n\n", failed, format_counted(checks.results.size(), "check"));
    print_failed_checks(checks.results, out);
  } else if (!checks.results.empty()) {
    fmt::print(out, "\n{} passed\n", format_counted(checks.results.size(), "check"));
  }
  if (checks.left_out > 0) {
    fmt::print(
        out, "\n{} of large tables left out; starlift check runs them all, and etl does with --checks warn\n",
        format_counted(checks.left_out, "check"));
  }
}

void print_outlook(const RunOutlook& outlook, std::FILE* out) {
  for (const auto& dataset : outlook.drift.datasets) {
    fmt::print(out, "\nstaging.{} changed in the definition\n", dataset.name);
    for (const auto& change : dataset.changes)
      fmt::print(out, "  {}\n", change);
  }
  for (const auto& name : outlook.drift.models)
    fmt::print(out, "\n{} changed in the definition and is remade from staging\n", name);
  if (!outlook.refusal.empty()) fmt::print(out, "\na run would not begin: {}\n", outlook.refusal);
  for (const auto& statement : outlook.statements)
    fmt::print(out, "\n{};\n", printable_lines(statement));
}

void print_text(const RunSummary& summary, std::FILE* out) {
  if (summary.outlook) {
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
  print_checks_summary(summary.checks, out);
  if (summary.outlook) print_outlook(*summary.outlook, out);
}

void write_dataset(JsonWriter& json, const DatasetSummary& dataset, bool is_outlook) {
  json.begin_object().member("name", dataset.name);
  json.member("objects", dataset.objects_listed).member("new", dataset.objects_new);
  json.member("changed", dataset.objects_changed).member("reread", dataset.objects_reread);
  json.member("vanished", dataset.objects_vanished).member("bytes", dataset.bytes);
  if (!dataset.copy.empty()) json.member("copy", dataset.copy).member("copy_reason", dataset.copy_reason);
  if (!is_outlook) {
    json.member("postponed", dataset.objects_postponed).member("unreadable", dataset.objects_unreadable);
    json.member("records", dataset.records);
    json.member("staged", dataset.staged).member("rejected", dataset.rejected);
    json.key("elapsed_s").fixed(dataset.elapsed_s, 3).key("unknown_fields").begin_object();
    for (const auto& [path, field] : dataset.unknown_fields) {
      json.key(path).begin_object();
      json.member("count", field.count).member("first", field.first_place).end_object();
    }
    json.end_object();
  }
  json.end_object();
}

void write_model(JsonWriter& json, const ModelSummary& model, bool is_outlook) {
  json.begin_object().member("name", model.name).member("remade", mode_name(model.mode));
  if (!is_outlook) json.member("rows", model.rows).key("elapsed_s").fixed(model.elapsed_s, 3);
  json.end_object();
}

void write_outlook(JsonWriter& json, const RunOutlook& outlook) {
  json.key("drift").begin_object().key("datasets").begin_array();
  for (const auto& dataset : outlook.drift.datasets)
    json.begin_object().member("name", dataset.name).members("changes", dataset.changes).end_object();
  json.end_array().members("models", outlook.drift.models).end_object();
  json.member("refusal", outlook.refusal.empty() ? std::nullopt : std::optional(outlook.refusal));
  json.members("statements", outlook.statements);
}

void print_json(const RunSummary& summary, std::FILE* out) {
  bool is_outlook = summary.outlook.has_value();
  JsonWriter json;
  json.begin_object().member("run_id", summary.run_id == 0 ? std::nullopt : std::optional(summary.run_id));
  json.member("dry_run", is_outlook);
  if (!is_outlook) {
    json.key("elapsed_s").fixed(summary.elapsed_s, 3).key("cpu_s").fixed(summary.cpu_s, 3);
    json.member("peak_memory_bytes", summary.peak_memory_bytes);
  }
  json.key("datasets").begin_array();
  for (const auto& dataset : summary.datasets)
    write_dataset(json, dataset, is_outlook);
  json.end_array().key("models").begin_array();
  for (const auto& model : summary.models)
    write_model(json, model, is_outlook);
  json.end_array();
  if (is_outlook) {
    write_outlook(json, *summary.outlook);
  } else {
    write_checks(json.key("checks"), summary.checks.results);
    json.member("checks_left_out", summary.checks.left_out);
    stats_table(summary).write(json.key("steps"));
  }
  fmt::print(out, "{}\n", json.end_object().text());
}

}  // namespace

void print_run(const RunSummary& summary, bool is_json, std::FILE* out) {
  if (is_json) {
    print_json(summary, out);
  } else {
    print_text(summary, out);
  }
}

void print_stats(const RunSummary& summary, std::FILE* out) {
  fmt::print(out, "\n");
  stats_table(summary).write(ResultFormat::kTable, out);
}

}  // namespace starlift
