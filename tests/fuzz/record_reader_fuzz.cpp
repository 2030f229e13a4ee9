#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "json/record_reader.h"
#include "json/structure_scanner.h"
#include "json/testing/read_all.h"
#include "promise.h"

namespace starlift {
namespace {

FieldSpec field(const char* path, const char* type, TimeUnit unit = TimeUnit::kMilliseconds) {
  return {.column = {path, *parse_column_type(type), true}, .path = *parse_field_path(path), .unit = unit};
}

const FieldSpec kFields[] = {
    field("a", "integer"),
    field("b", "varchar(20)"),
    field("c", "double"),
    field("d", "decimal(20,3)"),
    field("e", "boolean"),
    field("f", "date"),
    field("g", "timestamp"),
    field("a", "varchar(9)"),
    field("o.x", "varchar(9)"),
    field("l[1].y", "bigint"),
    field("h", "timestamp", TimeUnit::kIso8601),
};

/// A record is what the grammar says, however it was found. Returns where it ends.
size_t check_structure(const ReadRecord& record, std::string_view content) {
  StructureScanner scanner;
  scanner.start();
  auto [verdict, position] = scanner.scan(content.substr(record.offset));
  bool is_whole = verdict == StructureScanner::Verdict::kComplete ||
                  (verdict == StructureScanner::Verdict::kIncomplete && scanner.is_complete_at_end());
  bool is_broken = record.is_reject && record.reject.reason.starts_with("broken JSON");
  require(is_whole != is_broken, "broken JSON is what the grammar refuses");
  return record.offset + (record.is_reject ? record.reject.size_bytes : position);
}

/// What lies between records is no part of any.
void check_gap(std::string_view gap, bool is_first) {
  if (is_first && gap.starts_with("\xEF\xBB\xBF")) gap.remove_prefix(3);
  auto separates = [](char c) { return is_json_blank(c) || c == ',' || c == '[' || c == ']'; };
  require(std::ranges::all_of(gap, separates), "every byte belongs to a record or separates two");
}

void check_reject(const Reject& reject, std::string_view content) {
  require(reject.text == content.substr(reject.offset, reject.text.size()),
          "a reject holds the bytes at its offset");
  require(reject.text.size() <= reject.size_bytes, "a reject's text is not longer than the record");
  require(reject.error_position <= reject.text.size(), "a reject's fault is in its text");
  require(!reject.reason.empty(), "a reject has a reason");
}

void check(const ReadContent& read, std::string_view content) {
  uint64_t number = 0;
  uint64_t end = 0;
  for (const auto& record : read.records) {
    require(record.number == ++number, "records are numbered from 1 without a gap");
    require(record.offset >= end && record.offset <= content.size(), "records follow one another");
    check_gap(content.substr(end, record.offset - end), number == 1);
    end = record.offset;
    if (record.is_reject) check_reject(record.reject, content);
    if (record.offset < content.size()) end = check_structure(record, content);
  }
  require(end <= content.size(), "records end within the content");
  check_gap(content.substr(end), number == 0);
  require(read.record_count == number, "the count of records is the last one's number");
}

}  // namespace
}  // namespace starlift

/// The first byte says how long the reads are; the others are the content.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace starlift;
  if (size == 0) return 0;
  std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  static RecordReader reader(kFields);
  static ColumnBatch batch(types_of(kFields));
  batch.clear();
  auto whole = read_all(reader, batch, content);
  check(whole, content);
  batch.clear();
  auto chopped = read_all(reader, batch, content, size_t{data[0]} + 1);
  require(to_strings(whole) == to_strings(chopped), "reads of any length give the same records");
  bool are_equal =
      std::ranges::equal(whole.unknown_fields, chopped.unknown_fields, [](const auto& a, const auto& b) {
        return a.first == b.first && a.second.count == b.second.count &&
               a.second.first_record == b.second.first_record;
      });
  require(are_equal, "reads of any length give the same unknown fields");
  return 0;
}
