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

std::string reconcile_select(const Dataset& dataset, int64_t run_id, int64_t first_object_id,
                             const Dialect& dialect) {
  // Counts side by side and not joined: no engine has to guess how many there are of each.
  return fmt::format(
      R"(select batch_id, min(counts."key") as first_key,
    cast(sum(records) as bigint) as records, cast(sum(staged) as bigint) as staged,
    cast(sum(rejected) as bigint) as rejected, cast(sum(staged_rows) as bigint) as staged_rows,
    cast(sum(reject_rows) as bigint) as reject_rows
from (
    select coalesce(c.batch_id, o.object_id) as batch_id, o."key", o.records, o.staged, o.rejected,
        0 as staged_rows, 0 as reject_rows
    from {objects} as o left join {copied} as c on c.object_id = o.object_id
    where o.run_id = {run} and o.dataset = {dataset}
    union all
    select {object_id}, cast(null as varchar(4096)), 0, 0, 0, count(*), 0 from {staging}
    where {object_id} >= {first_object_id}
    group by {object_id}
    union all
    select coalesce(c.batch_id, r.object_id), cast(null as varchar(4096)), 0, 0, 0, 0, count(*)
    from {rejects} as r left join {copied} as c on c.object_id = r.object_id
    where r.run_id = {run} and r.dataset = {dataset}
    group by coalesce(c.batch_id, r.object_id)
) as counts
group by batch_id
having sum(records) <> sum(staged) + sum(rejected) or sum(staged) <> sum(staged_rows)
    or sum(rejected) <> sum(reject_rows)
order by batch_id)",
      fmt::arg("objects", quote_table(objects_design().name)),
      fmt::arg("copied", quote_table(copied_objects_design().name)),
      fmt::arg("staging", quote_table(staging_table(dataset))),
      fmt::arg("rejects", quote_table(rejects_design().name)),
      fmt::arg("object_id", quote_identifier(kObjectIdColumn)),
      fmt::arg("dataset", dialect.quote_literal(dataset.name)), fmt::arg("run", run_id),
      fmt::arg("first_object_id", first_object_id));
}

void reconcile(Transaction& transaction, const Dataset& dataset, int64_t run_id, int64_t first_object_id) {
  auto cursor = transaction.query(reconcile_select(dataset, run_id, first_object_id, transaction.dialect()));
  if (!cursor->next()) return;
  auto key = cursor->text(1);
  std::string object = key ? std::string(*key)
                           : fmt::format("object {} of {}, which the ledger does not know,",
                                         *cursor->integer(0), dataset.name);
  throw Error(
      ErrorKind::kMismatch,
      fmt::format(
          "the counts of {} do not add up: {} records read, {} staged, {} rejected, but the tables hold "
          "{} rows and {} rejects; nothing was committed. Please report this as a defect",
          object, *cursor->integer(2), *cursor->integer(3), *cursor->integer(4), *cursor->integer(5),
          *cursor->integer(6)));
}

}  // namespace starlift
