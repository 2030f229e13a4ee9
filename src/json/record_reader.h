#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_stream.h"
#include "columns/column_batch.h"
#include "columns/field_path.h"

namespace starlift {

/// The largest record that is loaded; Redshift's COPY has the same limit.
inline constexpr size_t kMaxRecordBytes = 4 << 20;

/// How much of a rejected record's text is kept.
inline constexpr size_t kMaxRejectTextBytes = 64 << 10;

/// A column to fill and where in a record its value is.
struct FieldSpec {
  Column column;
  FieldPath path;
  TimeUnit unit = TimeUnit::kMilliseconds;  ///< timestamp columns only
};

/// A record that could not be loaded.
struct Reject {
  uint64_t record = 0;  ///< its number in the object, from 1
  uint64_t offset = 0;  ///< of its first byte in the object's content, decompressed
  std::string column;   ///< the column that refused it; empty when the record as a whole is unreadable
  std::string reason;
  std::string text;         ///< its bytes as they are, at most kMaxRejectTextBytes
  uint64_t size_bytes = 0;  ///< of the whole record
  /// Where in `text` the trouble begins; 0 when that is not known, text.size() when it is what is
  /// missing after the text, or beyond what was kept of it.
  size_t error_position = 0;
};

/// A field that records hold and the definition does not name.
struct UnknownField {
  uint64_t count = 0;
  uint64_t first_record = 0;
};

/// Reads the records of one object after another into batches.
///
/// One per thread; made once per dataset and used for every object, so that its buffers are
/// allocated once. Memory: a few blocks of 64 KiB, whatever the object's size; a record that is larger
/// takes up to six times its own size, which is at most kMaxRecordBytes.
///
/// Records are JSON objects (RFC 8259) with blanks, or nothing, between them, over any number of
/// lines; the elements of top-level arrays; a UTF-8 byte order mark may come first. What cannot be
/// loaded is rejected alone. After broken JSON, whose reject reaches up to there, reading resumes at the
/// next line that starts with `{`. Of duplicate keys the last wins; a null and an absent field are the same.
class RecordReader {
 public:
  enum class Outcome {
    kRow,     ///< the batch's current row is filled and not yet committed
    kReject,  ///< `reject()` says why; the batch's current row is to be written over
    kEnd,     ///< the object has no more records
  };

  /// The batch given to `next` must begin with one column per field, in order; further columns are
  /// the caller's.
  explicit RecordReader(std::span<const FieldSpec> fields);
  ~RecordReader();

  /// Begins an object. `content` is decompressed already, and must live until `next` returns kEnd.
  void start(ByteStream& content);

  /// Reads one record. Never throws for what a record holds; throws what `content` throws.
  Outcome next(ColumnBatch& batch);

  /// The number of the record that `next` returned last, from 1; after kEnd the count of records.
  uint64_t record_number() const;
  /// The offset of its first byte in the content.
  uint64_t record_offset() const;
  /// True when it is an element of a top-level array, which broken JSON did not interrupt.
  bool is_element() const;
  /// The record's bytes. Valid after kRow, until `next` is called again.
  std::string_view record_text() const;
  /// Valid after kReject, until `next` is called again; may be moved from.
  Reject& reject();

  /// Top-level or nested fields that no FieldSpec covers, by path, seen in the current object.
  const std::map<std::string, UnknownField>& unknown_fields() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace starlift
