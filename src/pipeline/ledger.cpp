#include "pipeline/ledger.h"

#include <fmt/format.h>

#include "base/error.h"
#include "columns/row_source.h"
#include "pipeline/staging_change.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

const TableName kChosenObjects{"", "starlift_chosen_objects"};

Column bigint(const char* name) {
  return {name, {.kind = TypeKind::kBigint}, false};
}

/// A file written within this time before it was read may be written again within the same tick of
/// the file system's clock; its time proves nothing, so the next run compares its content.
constexpr int64_t kTrustAfterUs = 2'000'000;
constexpr int64_t kUntrustedTime = -1;

int64_t trusted_time(int64_t modified_us, int64_t listed_at_us) {
  return modified_us < listed_at_us - kTrustAfterUs ? modified_us : kUntrustedTime;
}

void fill_chosen_objects(Transaction& transaction, size_t count, const RowSource::WriteRow& write) {
  std::string table = quote_table(kChosenObjects);
  transaction.execute(
      fmt::format("create temporary table if not exists {} (object_id bigint, modified_us bigint)", table));
  transaction.execute(fmt::format("delete from {}", table));
  RowSource source({bigint("object_id"), bigint("modified_us")}, count, write);
  transaction.load(kChosenObjects, source);
}

int64_t as_signed(uint64_t value) {
  return static_cast<int64_t>(value);
}

}  // namespace

int64_t next_id(Session& session, const TableName& table, const std::string& column) {
  return *session.query_integer(
      fmt::format("select coalesce(max({}), 0) + 1 from {}", quote_identifier(column), quote_table(table)));
}

void choose_objects(Transaction& transaction, std::span<const int64_t> object_ids) {
  fill_chosen_objects(transaction, object_ids.size(), [&](ColumnBatch& batch, size_t row) {
    batch.set_integer(0, object_ids[row]);
    batch.set_null(1);
  });
}

std::string chosen_objects_select() {
  return fmt::format("select object_id from {}", quote_table(kChosenObjects));
}

uint64_t loaded_bytes(Session& session) {
  if (!session.has_table(objects_design().name)) return 0;
  return static_cast<uint64_t>(*session.query_integer(fmt::format(
      "select cast(coalesce(sum(size_bytes), 0) as bigint) from {}", quote_table(objects_design().name))));
}

void forget_objects(Transaction& transaction, const Dataset& dataset, std::span<const int64_t> object_ids,
                    bool keeps_rows) {
  if (object_ids.empty()) return;
  choose_objects(transaction, object_ids);
  auto chosen_in = [&](const TableName& table, const char* column) {
    return fmt::format("from {} where {} in ({})", quote_table(table), quote_identifier(column),
                       chosen_objects_select());
  };
  if (keeps_rows) {
    transaction.execute(fmt::format("create temporary table {} as select * {}",
                                    quote_table(gone_table(dataset.name)),
                                    chosen_in(staging_table(dataset), kObjectIdColumn)));
  }
  transaction.execute("delete " + chosen_in(staging_table(dataset), kObjectIdColumn));
  transaction.execute("delete " + chosen_in(rejects_design().name, "object_id"));
  transaction.execute("delete " + chosen_in(objects_design().name, "object_id"));
}

void write_objects(Transaction& transaction, const DatasetPlan& plan, std::span<const ObjectOutcome> outcomes,
                   int64_t first_object_id, int64_t run_id) {
  std::vector<size_t> loaded;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].state == ObjectOutcome::State::kLoaded) loaded.push_back(i);
  }
  RowSource source(columns_of(objects_design()), loaded.size(), [&](ColumnBatch& batch, size_t row) {
    const ObjectInfo& info = plan.objects[loaded[row]].info;
    const ObjectOutcome& outcome = outcomes[loaded[row]];
    batch.set_integer(0, first_object_id + as_signed(loaded[row]));
    batch.set_text(1, plan.dataset->name);
    batch.set_text(2, info.key);
    batch.set_integer(3, as_signed(info.size_bytes));
    // An entity tag tells contents apart, whatever the time.
    if (info.etag.empty()) {
      batch.set_integer(4, trusted_time(info.modified_us, plan.listed_at_us));
      batch.set_null(5);
    } else {
      batch.set_integer(4, info.modified_us);
      batch.set_text(5, info.etag);
    }
    if (outcome.content_hash.empty()) {
      batch.set_null(6);
    } else {
      batch.set_text(6, outcome.content_hash);
    }
    batch.set_integer(7, as_signed(outcome.records));
    batch.set_integer(8, as_signed(outcome.staged));
    batch.set_integer(9, as_signed(outcome.rejected));
    batch.set_integer(10, run_id);
  });
  transaction.load(objects_design().name, source);
}

void write_copied_objects(Transaction& transaction, std::span<const CopiedObject> objects) {
  RowSource source(columns_of(copied_objects_design()), objects.size(), [&](ColumnBatch& batch, size_t row) {
    batch.set_integer(0, objects[row].object_id);
    batch.set_integer(1, objects[row].batch_id);
  });
  transaction.load(copied_objects_design().name, source);
}

void forget_copied_objects(Transaction& transaction, std::span<const int64_t> object_ids) {
  if (object_ids.empty()) return;
  choose_objects(transaction, object_ids);
  transaction.execute(fmt::format("delete from {} where object_id in ({})",
                                  quote_table(copied_objects_design().name), chosen_objects_select()));
}

void write_touched(Transaction& transaction, const DatasetPlan& plan) {
  const auto& touched = plan.touched;
  if (touched.empty()) return;
  fill_chosen_objects(transaction, touched.size(), [&](ColumnBatch& batch, size_t row) {
    batch.set_integer(0, touched[row].object_id);
    batch.set_integer(1, trusted_time(touched[row].modified_us, plan.listed_at_us));
  });
  std::string chosen = quote_table(kChosenObjects);
  std::string objects = quote_table(objects_design().name);
  transaction.execute(
      fmt::format("update {0} set modified_us = {1}.modified_us from {1} where {0}.object_id = "
                  "{1}.object_id",
                  objects, chosen));
}

void reconcile(Transaction& transaction, const Dataset& dataset, int64_t run_id) {
  // Without a limit: PostgreSQL would expect to meet a mismatch at once, and compare each object with all
  // rows.
  auto cursor = transaction.query(fmt::format(
      R"(select o.key, o.records, o.staged, o.rejected, coalesce(s.n, 0) as staged_rows, coalesce(r.n, 0) as reject_rows
from {objects} o
left join (
    select {object_id} as object_id, count(*) as n from {staging}
    where {object_id} >= (select min(object_id) from {objects} where run_id = {run} and dataset = {dataset})
    group by {object_id}
) s on s.object_id = o.object_id
left join (select object_id, count(*) as n from {rejects} where run_id = {run} group by object_id) r
    on r.object_id = o.object_id
where o.run_id = {run} and o.dataset = {dataset}
    and (o.records <> o.staged + o.rejected or o.staged <> coalesce(s.n, 0) or o.rejected <> coalesce(r.n, 0))
order by o.object_id)",
      fmt::arg("objects", quote_table(objects_design().name)),
      fmt::arg("staging", quote_table(staging_table(dataset))),
      fmt::arg("rejects", quote_table(rejects_design().name)),
      fmt::arg("object_id", quote_identifier(kObjectIdColumn)),
      fmt::arg("dataset", transaction.dialect().quote_literal(dataset.name)), fmt::arg("run", run_id)));
  if (!cursor->next()) return;
  throw Error(
      ErrorKind::kMismatch,
      fmt::format(
          "the counts of {} do not add up: {} records read, {} staged, {} rejected, but the tables hold "
          "{} rows and {} rejects; nothing was committed. Please report this as a defect",
          *cursor->text(0), *cursor->integer(1), *cursor->integer(2), *cursor->integer(3),
          *cursor->integer(4), *cursor->integer(5)));
}

void reconcile_batches(Transaction& transaction, const Dataset& dataset, int64_t run_id) {
  auto cursor = transaction.query(fmt::format(
      R"(select b.batch_id, b.records, b.staged, b.rejected, coalesce(s.n, 0) as staged_rows, coalesce(r.n, 0) as reject_rows
from (
    select c.batch_id, cast(sum(o.records) as bigint) as records,
        cast(sum(o.staged) as bigint) as staged, cast(sum(o.rejected) as bigint) as rejected
    from {objects} as o join {copied} as c on c.object_id = o.object_id
    where o.run_id = {run} and o.dataset = {dataset}
    group by c.batch_id
) as b
left join (
    select {object_id} as batch_id, count(*) as n from {staging}
    where {object_id} >= (select min(object_id) from {objects} where run_id = {run} and dataset = {dataset})
    group by {object_id}
) as s on s.batch_id = b.batch_id
left join (
    select c.batch_id, count(*) as n from {rejects} as r join {copied} as c on c.object_id = r.object_id
    where r.run_id = {run} group by c.batch_id
) as r on r.batch_id = b.batch_id
where b.records <> b.staged + b.rejected or b.staged <> coalesce(s.n, 0) or b.rejected <> coalesce(r.n, 0)
order by b.batch_id)",
      fmt::arg("objects", quote_table(objects_design().name)),
      fmt::arg("copied", quote_table(copied_objects_design().name)),
      fmt::arg("staging", quote_table(staging_table(dataset))),
      fmt::arg("rejects", quote_table(rejects_design().name)),
      fmt::arg("object_id", quote_identifier(kObjectIdColumn)),
      fmt::arg("dataset", transaction.dialect().quote_literal(dataset.name)), fmt::arg("run", run_id)));
  if (!cursor->next()) return;
  throw Error(
      ErrorKind::kMismatch,
      fmt::format("the counts of a batch of {} that was loaded direct do not add up: {} records read, {} "
                  "staged, {} rejected, but the tables hold {} rows and {} rejects; nothing was committed. "
                  "Please report this as a defect",
                  dataset.name, *cursor->integer(1), *cursor->integer(2), *cursor->integer(3),
                  *cursor->integer(4), *cursor->integer(5)));
}

}  // namespace starlift
