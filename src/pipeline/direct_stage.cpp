#include "pipeline/direct_stage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/copy_probe.h"
#include "pipeline/ledger.h"
#include "pipeline/refused_records.h"
#include "pipeline/reject_spool.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"
#include "sql/copy_statement.h"
#include "sql/typed_text.h"

namespace starlift {

namespace {

/// The objects that one COPY reads.
struct CopyBatch {
  int64_t id = 0;
  std::string compression;
  std::vector<size_t> objects;  ///< indices of the plan, ascending
};

/// A COPY has to be told, and an object is not looked into: its name says it.
std::string compression_of(std::string_view key) {
  if (key.ends_with(".gz") || key.ends_with(".gzip")) return "gzip";
  if (key.ends_with(".zst") || key.ends_with(".zstd")) return "zstd";
  return {};
}

std::vector<CopyBatch> batches_of(const DatasetPlan& plan, int64_t first_object_id) {
  std::vector<CopyBatch> batches;
  for (size_t i = 0; i < plan.objects.size(); ++i) {
    std::string compression = compression_of(plan.objects[i].info.key);
    auto batch = std::find_if(batches.begin(), batches.end(),
                              [&](const CopyBatch& known) { return known.compression == compression; });
    if (batch == batches.end()) {
      int64_t id = first_object_id + static_cast<int64_t>(i);
      batch = batches.insert(batches.end(), {.id = id, .compression = compression, .objects = {}});
    }
    batch->objects.push_back(i);
  }
  return batches;
}

/// Returns the path in the one notation that takes every key.
/// https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
std::string json_path(const FieldPath& path, const Dataset& dataset) {
  std::string text = "$";
  for (const auto& step : path) {
    if (const auto* index = std::get_if<size_t>(&step)) {
      text += fmt::format("[{}]", *index);
      continue;
    }
    const auto& key = std::get<std::string>(step);
    // How these are written in a jsonpaths file is not documented.
    if (key.find_first_of("'\\") != key.npos) {
      throw Error(ErrorKind::kConfiguration,
                  fmt::format("{}: the field {} cannot be named to the cluster; set {} = lift under [COPY]",
                              dataset.file, to_string(path), to_upper(dataset.name)));
    }
    text += fmt::format("['{}']", key);
  }
  return text;
}

/// How one dataset's objects become rows of its staging table.
class CopySteps {
 public:
  explicit CopySteps(const DatasetPlan& plan)
      : plan_(plan), table_{"", "starlift_copied_" + plan.dataset->name} {
    for (const auto& field : plan.fields) {
      Column column = field.column;
      if (column.type.kind != TypeKind::kVarchar)
        column.type = {.kind = TypeKind::kVarchar, .length_bytes = kTypedTextBytes};
      texts_.push_back(std::move(column));
    }
  }

  ObjectCopy copy_of(const CopyBatch& batch) const {
    ObjectCopy copy{
        .table = table_,
        .target = staging_table(*plan_.dataset),
        .columns = texts_,
        .json_paths = {},
        .urls = {},
        .content = {},
        .compression = batch.compression,
        .max_errors = std::min(plan_.allowed_rejects.value_or(kMaxCopyErrors), kMaxCopyErrors - 1) + 1};
    for (const auto& field : plan_.fields)
      copy.json_paths.push_back(json_path(field.path, *plan_.dataset));
    for (size_t index : batch.objects)
      copy.urls.push_back(plan_.objects[index].info.key);
    return copy;
  }

  /// What has to be there at once is asked for here, where the COPY tells the place of what lacks it.
  std::string create_sql() const {
    std::string columns;
    for (const auto& text : texts_) {
      columns += fmt::format("{}\n    {} {}{}", columns.empty() ? "" : ",", quote_identifier(text.name),
                             dialect().type_name(text.type), text.is_nullable ? "" : " not null");
    }
    return fmt::format("create temporary table {} ({}\n)\ndiststyle even", quote_table(table_), columns);
  }

  /// How many records have an object or an array in a column of text, or a text that is one; empty when no
  /// column is of text.
  std::string structures_sql() const {
    std::vector<std::string> conditions;
    for (const auto& field : plan_.fields) {
      if (field.column.type.kind != TypeKind::kVarchar) continue;
      conditions.push_back(
          fmt::format("left({0}, 1) = '{{' and is_valid_json({0})\n   or left({0}, 1) = '[' "
                      "and is_valid_json_array({0})",
                      quote_identifier(field.column.name)));
    }
    if (conditions.empty()) return {};
    return fmt::format("select count(*) from {}\nwhere {}", quote_table(table_),
                       fmt::join(conditions, "\n   or "));
  }

  /// The rows whose texts are values of their columns' types.
  std::string insert_sql(int64_t batch_id) const {
    std::string names, values;
    std::vector<std::string> conditions;
    for (size_t i = 0; i < texts_.size(); ++i) {
      const FieldSpec& field = plan_.fields[i];
      std::string name = quote_identifier(field.column.name);
      const char* comma = i == 0 ? "" : ",";
      names += fmt::format("{}{}", i == 0 ? "" : ", ", name);
      if (field.column.type.kind == TypeKind::kVarchar) {
        values += fmt::format("{}\n    {}", comma, name);
        continue;
      }
      std::string text = quote_identifier("_" + field.column.name);  // no column begins like that
      values += fmt::format("{}\n    {} as {},\n    {} as {}", comma, name, text,
                            typed_text_sql(name, field.column.type, field.unit), name);
      std::string fits = fmt::format("{} is not null", name);
      if (field.column.is_nullable) fits = fmt::format("({} or {} is null or len({}) = 0)", fits, text, text);
      conditions.push_back(fits);
    }
    return fmt::format(
        "insert into {} ({}, {}, {})\nselect {}, {}, 0\nfrom (\n    select{}\n    from {}\n) as copied{}{}",
        quote_table(staging_table(*plan_.dataset)), names, quote_identifier(kObjectIdColumn),
        quote_identifier(kRecordColumn), names, batch_id, indented(values), quote_table(table_),
        conditions.empty() ? "" : "\nwhere ", fmt::join(conditions, "\n    and "));
  }

  /// How many of a batch's staged rows there are.
  std::string count_sql(int64_t batch_id) const {
    return fmt::format("select count(*) from {} where {} = {}", quote_table(staging_table(*plan_.dataset)),
                       quote_identifier(kObjectIdColumn), batch_id);
  }

  /// How many of them are nulls only; empty when none can be. Of a record without any field that has a column
  /// there is such a row, and of a top-level array, whatever it holds.
  std::string count_empty_sql(int64_t batch_id) const {
    std::string sql = count_sql(batch_id);
    for (const auto& text : texts_) {
      if (!text.is_nullable) return {};
      sql += fmt::format(" and {} is null", quote_identifier(text.name));
    }
    return sql;
  }

  std::string drop_sql() const { return fmt::format("drop table {}", quote_table(table_)); }

 private:
  static const Dialect& dialect() { return Dialect::of(Engine::kRedshift); }

  static std::string indented(std::string_view lines) {
    std::string text;
    for (char c : lines) {
      text += c;
      if (c == '\n') text += "    ";
    }
    return text;
  }

  const DatasetPlan& plan_;
  TableName table_;
  std::vector<Column> texts_;  ///< the temporary table's columns
};

class DirectStaging {
 public:
  DirectStaging(Transaction& transaction, DatasetPlan& plan, int64_t run_id, EventListener& listener,
                const Cancellation& cancellation)
      : transaction_(transaction),
        plan_(plan),
        run_id_(run_id),
        step_(listener, fmt::format("stage {}", plan.dataset->name), plan.objects.size(), plan.counts.bytes),
        first_object_id_(next_id(transaction, objects_design().name, "object_id")),
        outcomes_(plan.objects.size()),
        steps_(plan),
        refused_(plan, first_object_id_, rejects_, step_.counters(), cancellation) {}

  StagingChange run() {
    habits_ = probe_copy(transaction_, *plan_.dataset);
    for (const auto& batch : batches_of(plan_, first_object_id_))
      load(batch);
    auto outgoing = outgoing_ids(plan_, [](size_t) { return true; });
    forget_objects(transaction_, *plan_.dataset, outgoing, true);
    forget_copied_objects(transaction_, outgoing_copied_ids(plan_));
    write_rejects();
    write_touched(transaction_, plan_);
    write_objects(transaction_, plan_, outcomes_, first_object_id_, run_id_);
    write_copied_objects(transaction_, copied_);
    reconcile(transaction_, *plan_.dataset, run_id_, first_object_id_);
    sum_up();
    step_.finish();
    plan_.counts.elapsed_s = step_.elapsed_s();
    return {.dataset = plan_.dataset->name,
            .first_object_id = first_object_id_,
            .has_come = plan_.counts.staged > 0,
            .has_gone = !outgoing.empty()};
  }

 private:
  void load(const CopyBatch& batch) {
    transaction_.execute(steps_.create_sql());
    auto copied = transaction_.copy_objects(steps_.copy_of(batch));
    if (!habits_.keeps_structures) refuse_structures();
    transaction_.execute(steps_.insert_sql(batch.id));
    transaction_.execute(steps_.drop_sql());
    uint64_t staged = count(steps_.count_sql(batch.id));
    if (staged > copied.rows) {
      throw Error(
          ErrorKind::kMismatch,
          fmt::format("the cluster says that it copied {} rows for {}, and its table has {}; nothing was "
                      "committed. Please report this as a defect",
                      copied.rows, plan_.dataset->name, staged));
    }
    RefusedRecords::Wanted wanted{.unfit = copied.rows - staged,
                                  .empty = count(steps_.count_empty_sql(batch.id))};
    auto counts = refused_.find(batch.objects, copied, wanted);
    note_outcomes(batch, copied, staged, counts);
    step_.counters().objects += batch.objects.size();
    step_.counters().rows += staged;
    step_.counters().records += staged;
    for (size_t index : batch.objects)
      step_.counters().bytes += plan_.objects[index].info.size_bytes;
  }

  uint64_t count(const std::string& sql) {
    return sql.empty() ? 0 : static_cast<uint64_t>(transaction_.query_integer(sql).value_or(0));
  }

  void refuse_structures() {
    uint64_t records = count(steps_.structures_sql());
    if (records == 0) return;
    throw Error(
        ErrorKind::kMismatch,
        fmt::format("{} of {} have an object or an array (or what looks like one) in a column of text, "
                    "and this cluster does not write those as they are in the file; nothing was "
                    "committed; set {} = lift under [COPY]",
                    format_counted(records, "record"), plan_.dataset->name, to_upper(plan_.dataset->name)));
  }

  /// Object by object where the cluster told how many lines each has and that adds up; else all rows count
  /// for the first object.
  void note_outcomes(const CopyBatch& batch, const CopiedObjects& copied, uint64_t staged,
                     std::map<size_t, RefusedRecords::Count>& counts) {
    auto rows = rows_by_object(batch, copied, counts);
    for (size_t i = 0; i < batch.objects.size(); ++i) {
      size_t index = batch.objects[i];
      ObjectOutcome& outcome = outcomes_[index];
      outcome.state = ObjectOutcome::State::kLoaded;
      outcome.staged = !rows.empty() ? rows[i] : i == 0 ? staged : 0;
      outcome.rejected = counts[index].rejects;
      outcome.records = outcome.staged + outcome.rejected;
      copied_.push_back({.object_id = first_object_id_ + static_cast<int64_t>(index), .batch_id = batch.id});
    }
  }

  /// Empty when it is not known.
  static std::vector<uint64_t> rows_by_object(const CopyBatch& batch, const CopiedObjects& copied,
                                              std::map<size_t, RefusedRecords::Count>& counts) {
    std::vector<uint64_t> without_rows(batch.objects.size());
    for (const auto& bad : copied.bad_records)
      ++without_rows[bad.object];
    std::vector<uint64_t> rows;
    uint64_t lines_told = 0;
    for (size_t i = 0; i < batch.objects.size(); ++i) {
      without_rows[i] += counts[batch.objects[i]].unfit;
      auto lines = copied.lines.find(i);
      if (lines == copied.lines.end() || lines->second < without_rows[i]) return {};
      lines_told += lines->second;
      rows.push_back(lines->second - without_rows[i]);
    }
    return lines_told == copied.rows + copied.bad_records.size() ? rows : std::vector<uint64_t>();
  }

  void write_rejects() {
    if (rejects_.size() == 0) return;
    auto rows = rejects_.rows({.first_reject_id = next_id(transaction_, rejects_design().name, "reject_id"),
                               .run_id = run_id_,
                               .dataset = plan_.dataset->name,
                               .is_wanted = [](int64_t) { return true; }});
    transaction_.load(rejects_design().name, *rows);
  }

  void sum_up() {
    for (const auto& outcome : outcomes_) {
      plan_.counts.records += outcome.records;
      plan_.counts.staged += outcome.staged;
      plan_.counts.rejected += outcome.rejected;
    }
  }

  Transaction& transaction_;
  DatasetPlan& plan_;
  int64_t run_id_;
  Step step_;
  int64_t first_object_id_;
  std::vector<ObjectOutcome> outcomes_;
  std::vector<CopiedObject> copied_;
  RejectSpool rejects_;
  CopySteps steps_;
  CopyHabits habits_;
  RefusedRecords refused_;
};

}  // namespace

StagingChange stage_direct(Transaction& transaction, DatasetPlan& plan, int64_t run_id,
                           EventListener& listener, const Cancellation& cancellation) {
  return DirectStaging(transaction, plan, run_id, listener, cancellation).run();
}

void rehearse_direct(StatementRecorder& recorder, const DatasetPlan& plan, int64_t first_object_id) {
  CopySteps steps(plan);
  rehearse_copy_probe(recorder);
  for (const auto& batch : batches_of(plan, first_object_id)) {
    recorder.execute(steps.create_sql());
    recorder.remark(
        fmt::format("{}, which the cluster reads itself", format_counted(batch.objects.size(), "object")));
    recorder.copy_objects(steps.copy_of(batch));
    recorder.execute(steps.insert_sql(batch.id));
    recorder.execute(steps.drop_sql());
  }
}

}  // namespace starlift
