#include "synth/record_fields.h"

namespace starlift::synth {

namespace {

/// Returns the position after the JSON string that begins at `text[begin]`.
size_t string_end(std::string_view text, size_t begin) {
  size_t i = begin + 1;
  while (text[i] != '"')
    i += text[i] == '\\' ? 2 : 1;
  return i + 1;
}

}  // namespace

std::vector<RecordField> split_record(std::string_view record) {
  std::vector<RecordField> fields;
  for (size_t i = record.find('"'); i != std::string_view::npos; i = record.find('"', i)) {
    const size_t key_end = string_end(record, i);
    const size_t value = record.find_first_not_of(": ", key_end);
    const size_t value_end =
        record[value] == '"' ? string_end(record, value) : record.find_first_of(",}", value);
    fields.push_back({std::string(record.substr(i + 1, key_end - i - 2)),
                      std::string(record.substr(value, value_end - value))});
    i = value_end;
  }
  return fields;
}

std::string join_record(const std::vector<RecordField>& fields, const RecordLayout& layout) {
  std::string out;
  std::string_view before = layout.open;
  for (const RecordField& field : fields) {
    out += before;
    out += '"';
    out += field.key;
    out += '"';
    out += layout.colon;
    out += field.value;
    before = layout.comma;
  }
  out += layout.close;
  return out;
}

}  // namespace starlift::synth
