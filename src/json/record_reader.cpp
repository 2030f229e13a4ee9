#include "json/record_reader.h"

#include "json/record_parser.h"
#include "json/record_splitter.h"
#include "json/row_writer.h"

namespace starlift {

class RecordReader::Impl {
 public:
  explicit Impl(std::span<const FieldSpec> fields) : parser_(fields), writer_(fields) {}

  void start(ByteStream& content) {
    splitter_.start(content);
    parser_.start();
  }

  Outcome next(ColumnBatch& batch) {
    auto found = splitter_.next();
    if (found == Found::kBrace) {
      if (parse_ahead()) return write_row(batch);
      found = splitter_.scan();
    }
    parser_.forget_ahead();
    if (found == Found::kReject) return Outcome::kReject;
    if (found == Found::kEnd) return Outcome::kEnd;
    auto fault = parser_.parse(splitter_.text());
    return fault == Fault::kNone ? write_row(batch) : reject_characters(fault);
  }

  const RecordSplitter& splitter() const { return splitter_; }
  Reject& reject() { return splitter_.reject(); }
  FieldTree& fields() { return parser_.fields(); }

 private:
  using Found = RecordSplitter::Found;
  using Fault = RecordParser::Fault;

  bool parse_ahead() {
    uint64_t offset = splitter_.record_offset();
    size_t size_bytes = parser_.parse_at(offset);
    if (size_bytes == 0) {
      parser_.look_ahead(splitter_.look_ahead(parser_.look_ahead_bytes()), offset);
      size_bytes = parser_.parse_at(offset);
    }
    if (size_bytes > 0) splitter_.take(size_bytes);
    return size_bytes > 0;
  }

  Outcome write_row(ColumnBatch& batch) {
    parser_.fields().count_noted(splitter_.record_number());
    if (writer_.write(parser_, batch)) return Outcome::kRow;
    const auto& value = parser_.value(writer_.failed_field());
    auto position = value.is_absent() ? 0 : value.source.data() - splitter_.text().data();
    splitter_.reject_text(writer_.reason(), static_cast<size_t>(position));
    splitter_.reject().column = writer_.failed_column();
    return Outcome::kReject;
  }

  /// Rejects what has the structure of an object, but not the characters.
  Outcome reject_characters(Fault fault) {
    splitter_.reject_text(fault == Fault::kInvalidUtf8     ? "invalid UTF-8"
                          : fault == Fault::kLoneSurrogate ? "half of a surrogate pair (\\ud800 to \\udfff)"
                                                           : "broken JSON",
                          parser_.fault_position());
    return Outcome::kReject;
  }

  RecordSplitter splitter_;
  RecordParser parser_;
  RowWriter writer_;
};

RecordReader::RecordReader(std::span<const FieldSpec> fields) : impl_(std::make_unique<Impl>(fields)) {}

RecordReader::~RecordReader() = default;

void RecordReader::start(ByteStream& content) {
  impl_->start(content);
}

RecordReader::Outcome RecordReader::next(ColumnBatch& batch) {
  return impl_->next(batch);
}

uint64_t RecordReader::record_number() const {
  return impl_->splitter().record_number();
}

uint64_t RecordReader::record_offset() const {
  return impl_->splitter().record_offset();
}

bool RecordReader::is_element() const {
  return impl_->splitter().is_element();
}

std::string_view RecordReader::record_text() const {
  return impl_->splitter().text();
}

Reject& RecordReader::reject() {
  return impl_->reject();
}

const std::map<std::string, UnknownField>& RecordReader::unknown_fields() const {
  return impl_->fields().unknown_fields();
}

}  // namespace starlift
