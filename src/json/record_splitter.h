#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_stream.h"
#include "json/content_window.h"
#include "json/record_reader.h"
#include "json/structure_scanner.h"

namespace starlift {

/// Cuts a content into records, wherever its lines, blanks and reads end.
///
/// Records are JSON objects with blanks, or nothing, between them; a top-level array is read as
/// its elements. (A comma too few between two elements is forgiven, one too many is not.)
///
/// Looking for a record's end costs more than parsing it. So the splitter first leaves it to the
/// caller to parse what lies ahead and to say with `take` how long that was; where this
/// fails, `scan` has the exact answer. Both agree: no object is a proper prefix of another.
class RecordSplitter {
 public:
  enum class Found {
    kBrace,   ///< an object seems to begin: call `take` or `scan`
    kRecord,  ///< text() is an object by JSON's grammar
    kReject,  ///< reject() is what cannot be loaded
    kEnd,
  };

  /// Begins a content, which must live until kEnd. A UTF-8 byte order mark is skipped.
  void start(ByteStream& content);

  /// Finds the next record.
  Found next();
  /// Returns what has been read from the record's start on: at least `wanted_bytes` if there are as
  /// many. Valid until the next call of anything.
  std::string_view look_ahead(size_t wanted_bytes);
  /// Says that so many bytes from there are the record.
  void take(size_t size_bytes);
  /// Finds out what really is there: kRecord or kReject.
  Found scan();

  /// The record's bytes, without blanks around them. Valid until `next`.
  std::string_view text() const { return text_; }
  /// How many records were found, this one included.
  uint64_t record_number() const { return record_number_; }
  /// True when the last record is an element of a top-level array, which broken JSON did not interrupt.
  bool is_element() const { return place_ != Place::kTopLevel && !array_may_be_closed_; }
  /// Where in the content the last record begins.
  uint64_t record_offset() const { return record_offset_; }
  /// Rejects the record at text().
  void reject_text(std::string reason, size_t error_position);
  Reject& reject() { return reject_; }

 private:
  /// Where the next record would stand.
  enum class Place {
    kTopLevel,
    kArrayStart,    ///< after [: an element or ] follows
    kAfterElement,  ///< a comma or ] follows
    kAfterComma,    ///< an element follows
  };

  void skip_byte_order_mark();
  bool skip_blanks();
  bool find_value();
  Found take_value(size_t size_bytes);
  void end_element();

  Found reject_broken(std::string_view complaint, size_t position);
  Found reject_oversized();
  Found reject_unclosed_array();
  void begin_reject(std::string reason);
  void extend_reject(size_t size_bytes);
  void resume_at_object_line(size_t search_from);

  ContentWindow window_;
  StructureScanner scanner_;
  std::string_view text_;
  size_t taken_bytes_ = 0;  ///< of the window, by the last record; consumed by `next`
  uint64_t record_number_ = 0;
  uint64_t record_offset_ = 0;
  Place place_ = Place::kTopLevel;
  uint64_t array_offset_ = 0;
  bool array_may_be_closed_ = false;  ///< its ] may have been lost in broken JSON
  Reject reject_;
};

}  // namespace starlift
