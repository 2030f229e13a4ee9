#include "json/record_splitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace starlift {

void RecordSplitter::start(ByteStream& content) {
  window_.start(content);
  taken_bytes_ = 0;
  record_number_ = 0;
  record_offset_ = 0;
  place_ = Place::kTopLevel;
  array_may_be_closed_ = false;
  skip_byte_order_mark();
}

void RecordSplitter::skip_byte_order_mark() {
  static constexpr std::string_view kMark = "\xEF\xBB\xBF";
  while (window_.unread().size() < kMark.size() && window_.read_more()) {
  }
  if (window_.unread().starts_with(kMark)) window_.consume(kMark.size());
}

RecordSplitter::Found RecordSplitter::next() {
  window_.consume(std::exchange(taken_bytes_, 0));
  if (!find_value()) {
    bool is_array_open = place_ != Place::kTopLevel && !array_may_be_closed_;
    return is_array_open ? reject_unclosed_array() : Found::kEnd;
  }
  ++record_number_;
  record_offset_ = window_.offset();
  return window_.unread().front() == '{' ? Found::kBrace : scan();
}

/// Leaves the first blank-free byte at the front of the window. Returns false at the content's end.
bool RecordSplitter::skip_blanks() {
  do {
    auto unread = window_.unread();
    size_t blanks = 0;
    while (blanks < unread.size() && is_json_blank(unread[blanks]))
      ++blanks;
    window_.consume(blanks);
    if (blanks < unread.size()) return true;
  } while (window_.read_more());
  return false;
}

/// Goes to the next value, or to what stands in its place, through the array's punctuation.
bool RecordSplitter::find_value() {
  while (skip_blanks()) {
    char c = window_.unread().front();
    if (place_ == Place::kTopLevel && c == '[') {
      place_ = Place::kArrayStart;
      array_offset_ = window_.offset();
      array_may_be_closed_ = false;
    } else if (c == ']' && (place_ == Place::kArrayStart || place_ == Place::kAfterElement)) {
      place_ = Place::kTopLevel;
    } else if (c == ',' && place_ == Place::kAfterElement) {
      place_ = Place::kAfterComma;
    } else {
      return true;
    }
    window_.consume(1);
  }
  return false;
}

std::string_view RecordSplitter::look_ahead(size_t wanted_bytes) {
  while (window_.unread().size() < wanted_bytes && window_.read_more()) {
  }
  return window_.unread();
}

RecordSplitter::Found RecordSplitter::scan() {
  using Verdict = StructureScanner::Verdict;
  scanner_.start();
  size_t scanned = 0;
  for (;;) {
    auto piece = window_.unread().substr(scanned, kMaxRecordBytes - scanned);
    auto [verdict, position] = scanner_.scan(piece);
    if (verdict == Verdict::kViolation) return reject_broken(scanner_.complaint(), scanned + position);
    if (verdict == Verdict::kComplete) return take_value(scanned + position);
    scanned += piece.size();
    if (scanned == kMaxRecordBytes) return reject_oversized();
    if (window_.read_more()) continue;
    if (scanner_.is_complete_at_end()) return take_value(scanned);
    return reject_broken("the content ends inside the record", scanned);
  }
}

RecordSplitter::Found RecordSplitter::take_value(size_t size_bytes) {
  take(size_bytes);
  if (text_.front() == '{') return Found::kRecord;
  reject_text("not an object", 0);
  return Found::kReject;
}

void RecordSplitter::take(size_t size_bytes) {
  text_ = window_.unread().substr(0, size_bytes);
  taken_bytes_ = size_bytes;
  end_element();
}

void RecordSplitter::end_element() {
  if (place_ != Place::kTopLevel) place_ = Place::kAfterElement;
}

RecordSplitter::Found RecordSplitter::reject_broken(std::string_view complaint, size_t position) {
  begin_reject(fmt::format("broken JSON: {}", complaint));
  resume_at_object_line(0);
  reject_.error_position = std::min(position, reject_.text.size());
  return Found::kReject;
}

/// Scans on without keeping the bytes, but for the last one: a violation at the start of a line is
/// told by the line break before it.
RecordSplitter::Found RecordSplitter::reject_oversized() {
  begin_reject({});
  extend_reject(kMaxRecordBytes - 1);
  for (;;) {
    auto [verdict, position] = scanner_.scan(window_.unread().substr(1));
    if (verdict == StructureScanner::Verdict::kComplete) {
      extend_reject(1 + position);
      end_element();
      break;
    }
    if (verdict == StructureScanner::Verdict::kViolation) {
      resume_at_object_line(position);
      break;
    }
    extend_reject(window_.unread().size() - 1);
    if (!window_.read_more()) {
      resume_at_object_line(0);
      break;
    }
  }
  reject_.reason =
      fmt::format("{} bytes are more than the {} of the largest record",
                  format_count(static_cast<int64_t>(reject_.size_bytes)), format_count(kMaxRecordBytes));
  return Found::kReject;
}

RecordSplitter::Found RecordSplitter::reject_unclosed_array() {
  ++record_number_;
  record_offset_ = window_.offset();
  place_ = Place::kTopLevel;
  begin_reject(fmt::format("broken JSON: the array that opens at byte {} is not closed", array_offset_));
  return Found::kReject;
}

void RecordSplitter::reject_text(std::string reason, size_t error_position) {
  begin_reject(std::move(reason));
  reject_.text = text_.substr(0, kMaxRejectTextBytes);
  reject_.size_bytes = text_.size();
  reject_.error_position = std::min(error_position, reject_.text.size());
}

void RecordSplitter::begin_reject(std::string reason) {
  reject_ = {};
  reject_.record = record_number_;
  reject_.offset = record_offset_;
  reject_.reason = std::move(reason);
}

/// Moves bytes from the window to the end of the reject, which keeps the first of them.
void RecordSplitter::extend_reject(size_t size_bytes) {
  size_t room = kMaxRejectTextBytes - reject_.text.size();
  reject_.text += window_.unread().substr(0, std::min(size_bytes, room));
  reject_.size_bytes += size_bytes;
  window_.consume(size_bytes);
}

/// Makes the reject reach up to the next line that starts with {, or to the end of the content; the
/// line break before it is looked for from `search_from` on.
void RecordSplitter::resume_at_object_line(size_t search_from) {
  size_t line_break = window_.unread().find("\n{", search_from);
  while (line_break == std::string_view::npos) {
    if (!window_.unread().empty()) extend_reject(window_.unread().size() - 1);
    if (!window_.read_more()) break;
    line_break = window_.unread().find("\n{");
  }
  extend_reject(std::min(line_break, window_.unread().size()));
  while (reject_.size_bytes == reject_.text.size() && is_json_blank(reject_.text.back())) {
    reject_.text.pop_back();
    --reject_.size_bytes;
  }
  end_element();
  array_may_be_closed_ = true;
}

}  // namespace starlift
