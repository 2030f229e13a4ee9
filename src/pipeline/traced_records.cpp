#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "json/record_reader.h"
#include "pipeline/batch_search.h"
#include "pipeline/plan.h"
#include "pipeline/tables.h"
#include "pipeline/trace.h"
#include "storage/object_store.h"
#include "storage/salvaged_content.h"

namespace starlift {

namespace {

/// The traced records of one object, by number.
using ObjectRecords = std::multimap<int64_t, TracedRecord*>;

/// The traced records, by dataset and object.
using Wanted = std::map<std::string, std::map<int64_t, ObjectRecords>>;

void collect(TracedRow& row, const WarehouseDefinition& definition, Wanted& wanted) {
  for (auto& source : row.sources) {
    for (auto& record : source.records) {
      auto dataset = std::find_if(
          definition.datasets.begin(), definition.datasets.end(),
          [&](const Dataset& candidate) { return to_string(staging_table(candidate)) == source.table; });
      wanted[dataset->name][record.object_id].emplace(record.record, &record);
    }
    for (auto& behind : source.rows)
      collect(behind, definition, wanted);
  }
}

/// What the ledger knows of an object that was loaded.
struct LoadedObject {
  ObjectInfo info;
  std::string content_hash;
};

LoadedObject find_object(Session& session, int64_t object_id) {
  auto cursor = session.query(
      fmt::format(R"(select "key", size_bytes, modified_us, etag, content_hash from {} where object_id = {})",
                  quote_table(objects_design().name), object_id));
  cursor->next();
  return {.info = {.key = std::string(*cursor->text(0)),
                   .size_bytes = static_cast<uint64_t>(*cursor->integer(1)),
                   .modified_us = *cursor->integer(2),
                   .etag = std::string(cursor->text(3).value_or(""))},
          .content_hash = std::string(cursor->text(4).value_or(""))};
}

/// Reads to the last wanted record. Every record counts, those that would be rejected too.
void find_texts(ByteStream& stored, ObjectRecords& records, const Cancellation& cancellation) {
  SalvagedContent content;
  content.start(stored);
  RecordReader reader({});
  reader.start(content);
  ColumnBatch batch({});
  for (auto wanted = records.begin(); wanted != records.end();) {
    cancellation.check();
    auto found = reader.next(batch);
    if (found == RecordReader::Outcome::kEnd) return;
    for (; wanted != records.end() && wanted->first == static_cast<int64_t>(reader.record_number());
         ++wanted) {
      wanted->second->offset = reader.record_offset();
      wanted->second->text =
          found == RecordReader::Outcome::kRow ? reader.record_text() : reader.reject().text;
    }
  }
}

void drain(ByteStream& stored) {
  std::array<char, 64 << 10> buffer;
  while (stored.read(buffer) > 0) {
  }
}

/// Returns what kept the records from being read; empty when nothing did.
std::string read_object(ObjectStore& store, const LoadedObject& object, ObjectRecords& records,
                        const Cancellation& cancellation) {
  try {
    auto reader = store.open(object.info);
    if (!reader) return "the object as it was loaded is no longer there";
    find_texts(*reader, records, cancellation);
    drain(*reader);
    if (reader->content_hash() == object.content_hash) return {};
    return "the object changed since it was loaded; the next run of starlift etl loads it anew";
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    return error.what();
  }
}

}  // namespace

void read_traced_records(TracedRow& row, const WarehouseDefinition& definition, const Config& config,
                         const StoreOpener& open_store, Session& session, const Cancellation& cancellation) {
  Wanted wanted;
  collect(row, definition, wanted);
  for (auto& [dataset, objects] : wanted) {
    const auto& [section, key] = definition.find_dataset(dataset)->source;
    auto source = config.get(section, key);
    auto store = source ? open_store(parse_location(config.resolve_path(*source))) : nullptr;
    for (auto& [object_id, records] : objects) {
      if (store && records.begin()->first == 0) {
        std::vector<TracedRecord*> rows;
        for (auto& [number, record] : records)
          rows.push_back(record);
        search_batch(object_id, rows,
                     {.store = *store,
                      .fields = read_fields(*definition.find_dataset(dataset), config, open_store),
                      .session = session,
                      .cancellation = cancellation});
        continue;
      }
      std::string trouble = store
                                ? read_object(*store, find_object(session, object_id), records, cancellation)
                                : fmt::format("{} does not say where it is", config.place(section, key));
      for (auto& [number, record] : records) {
        record->trouble = trouble;
        if (!trouble.empty()) record->text.clear();
      }
    }
  }
}

}  // namespace starlift
