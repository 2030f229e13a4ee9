#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "columns/testing/show_row.h"
#include "json/record_reader.h"

namespace starlift {

/// A content in memory that hands out at most `read_bytes` bytes a time. For tests.
class ChoppedStream : public ByteStream {
 public:
  explicit ChoppedStream(std::string_view content, size_t read_bytes = SIZE_MAX)
      : rest_(content), read_bytes_(read_bytes) {}

  size_t read(std::span<char> buffer) override {
    size_t size_bytes = std::min({buffer.size(), rest_.size(), read_bytes_});
    std::copy_n(rest_.data(), size_bytes, buffer.data());
    rest_.remove_prefix(size_bytes);
    return size_bytes;
  }

 private:
  std::string_view rest_;
  size_t read_bytes_;
};

/// What a reader made of one record: a row's values ("7|abc|null") or a reject. For tests.
struct ReadRecord {
  uint64_t number = 0;
  uint64_t offset = 0;
  std::string values;
  bool is_reject = false;
  Reject reject;
};

/// What a reader made of a content. For tests.
struct ReadContent {
  std::vector<ReadRecord> records;
  uint64_t record_count = 0;
  std::map<std::string, UnknownField> unknown_fields;
};

/// Returns the columns for a batch of `fields`.
inline std::vector<ColumnType> types_of(std::span<const FieldSpec> fields) {
  std::vector<ColumnType> types;
  for (const auto& field : fields)
    types.push_back(field.column.type);
  return types;
}

/// Reads all of `content`, at most `read_bytes` bytes a time.
inline ReadContent read_all(RecordReader& reader, ColumnBatch& batch, std::string_view content,
                            size_t read_bytes = SIZE_MAX) {
  ReadContent result;
  ChoppedStream stream(content, read_bytes);
  reader.start(stream);
  for (;;) {
    auto outcome = reader.next(batch);
    if (outcome == RecordReader::Outcome::kEnd) break;
    ReadRecord record{.number = reader.record_number(), .offset = reader.record_offset()};
    record.is_reject = outcome == RecordReader::Outcome::kReject;
    if (record.is_reject) {
      record.reject = reader.reject();
    } else {
      record.values = show_row(batch, batch.rows());
      batch.commit_row();
      if (batch.is_full()) batch.clear();
    }
    result.records.push_back(std::move(record));
  }
  result.record_count = reader.record_number();
  result.unknown_fields = reader.unknown_fields();
  return result;
}

inline std::string to_string(const ReadRecord& record) {
  if (!record.is_reject) return fmt::format("{} @{}: {}", record.number, record.offset, record.values);
  const auto& reject = record.reject;
  return fmt::format(
      "{} @{}: REJECT {}{}{} <{}>{} ^{}", reject.record, reject.offset, reject.column,
      reject.column.empty() ? "" : ": ", reject.reason, reject.text,
      reject.size_bytes == reject.text.size() ? "" : fmt::format(" of {} bytes", reject.size_bytes),
      reject.error_position);
}

inline std::vector<std::string> to_strings(const ReadContent& content) {
  std::vector<std::string> lines;
  for (const auto& record : content.records)
    lines.push_back(to_string(record));
  return lines;
}

}  // namespace starlift
