#include "pipeline/batch_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "json/value_conversion.h"
#include "pipeline/tables.h"
#include "storage/content_stream.h"

namespace starlift {

namespace {

struct BatchObject {
  int64_t id = 0;
  ObjectInfo info;
};

std::vector<BatchObject> objects_of(int64_t batch_id, Session& session) {
  auto cursor = session.query(fmt::format(R"(select o.object_id, o."key", o.size_bytes, o.modified_us, o.etag
from {} as o join {} as c on c.object_id = o.object_id
where c.batch_id = {}
order by o."key")",
                                          quote_table(objects_design().name),
                                          quote_table(copied_objects_design().name), batch_id));
  std::vector<BatchObject> objects;
  while (cursor->next()) {
    objects.push_back({.id = *cursor->integer(0),
                       .info = {.key = std::string(*cursor->text(1)),
                                .size_bytes = static_cast<uint64_t>(*cursor->integer(2)),
                                .modified_us = *cursor->integer(3),
                                .etag = std::string(cursor->text(4).value_or(""))}});
  }
  return objects;
}

template <typename T>
bool is_value(const Converted<T>& shown, const T& value) {
  return shown.fault == ConversionFault::kNone && shown.value == value;
}

/// Returns true when a cursor shows this value of the batch's first row as `text`.
bool is_shown_as(const ColumnValues& column, std::string_view text) {
  const ColumnType& type = column.type;
  switch (type.kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return is_value(to_integer(text, type.kind), column.integers[0]);
    case TypeKind::kDecimal:
      return is_value(to_decimal(text, type.precision, type.scale), column.decimals[0]);
    case TypeKind::kDouble:
      return is_value(to_double(text), column.doubles[0]);
    case TypeKind::kBoolean:
      return is_value(to_boolean(text), column.integers[0]);
    case TypeKind::kDate:
      return is_value(to_date(text), column.integers[0]);
    case TypeKind::kTimestamp:
      return is_value(to_timestamp(text, TimeUnit::kIso8601), column.integers[0]);
    case TypeKind::kVarchar:
      break;
  }
  return text == column.texts[0];
}

bool is_row(const ColumnBatch& batch, const TracedRecord& record) {
  for (size_t i = 0; i < batch.column_count(); ++i) {
    const ColumnValues& column = batch.column(i);
    const auto& value = record.values[i];
    if (value.has_value() != (column.is_valid[0] != 0)) return false;
    if (value && !is_shown_as(column, *value)) return false;
  }
  return true;
}

/// The records that are still to be found.
class Finder {
 public:
  Finder(const std::vector<TracedRecord*>& records, const BatchSearch& search)
      : wanted_(records), search_(search), reader_(search.fields), batch_(types_of(search.fields)) {}

  bool is_done() const { return wanted_.empty(); }
  const std::vector<TracedRecord*>& wanted() const { return wanted_; }

  /// Returns false when the object is no longer as it was loaded.
  bool read(const BatchObject& object) {
    auto stored = search_.store.open(object.info);
    if (!stored) return false;
    content_.start(*stored);
    reader_.start(content_);
    while (!is_done()) {
      search_.cancellation.check();
      batch_.clear();
      auto found = reader_.next(batch_);
      if (found == RecordReader::Outcome::kEnd) break;
      if (found == RecordReader::Outcome::kRow) compare(object);
    }
    return true;
  }

 private:
  static std::vector<ColumnType> types_of(std::span<const FieldSpec> fields) {
    std::vector<ColumnType> types;
    for (const auto& field : fields)
      types.push_back(field.column.type);
    return types;
  }

  void compare(const BatchObject& object) {
    batch_.commit_row();
    auto match = std::find_if(wanted_.begin(), wanted_.end(),
                              [&](const TracedRecord* record) { return is_row(batch_, *record); });
    if (match == wanted_.end()) return;
    TracedRecord& record = **match;
    record.object_id = object.id;
    record.object = object.info.key;
    record.record = static_cast<int64_t>(reader_.record_number());
    record.offset = reader_.record_offset();
    record.text = reader_.record_text();
    wanted_.erase(match);
  }

  std::vector<TracedRecord*> wanted_;
  const BatchSearch& search_;
  RecordReader reader_;
  ColumnBatch batch_;
  ContentStream content_;
};

}  // namespace

void search_batch(int64_t batch_id, const std::vector<TracedRecord*>& records, const BatchSearch& search) {
  auto objects = objects_of(batch_id, search.session);
  Finder finder(records, search);
  std::string trouble = fmt::format("it is in none of the {} that were loaded together",
                                    format_counted(objects.size(), "object"));
  for (const auto& object : objects) {
    if (finder.is_done()) return;
    try {
      if (!finder.read(object)) trouble = object.info.key + " as it was loaded is no longer there";
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kInterrupted) throw;
      trouble = error.what();
    }
  }
  for (TracedRecord* record : finder.wanted())
    record->trouble = trouble;
}

}  // namespace starlift
