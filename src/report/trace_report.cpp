#include "report/trace_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "report/text_width.h"

namespace starlift {

namespace {

void print_row(const TracedRow& row, const std::string& indent, std::FILE* out);

void print_cells(const TracedRow& row, const std::string& indent, std::FILE* out) {
  size_t width = 0;
  for (const auto& [name, cell] : row.cells)
    width = std::max(width, text_width(name));
  for (const auto& [name, cell] : row.cells) {
    fmt::print(out, "{}{}{}  {}\n", indent, name, std::string(width - text_width(name), ' '),
               cell ? printable(*cell) : "null");
  }
}

void print_record(const TracedRecord& record, const std::string& indent, std::FILE* out) {
  if (record.record == 0) {
    fmt::print(out, "{}{} or an object that was loaded with it", indent, printable(record.object));
  } else {
    fmt::print(out, "{}{}, record {}", indent, printable(record.object), format_count(record.record));
  }
  if (record.trouble.empty())
    fmt::print(out, " at byte {}", format_count(static_cast<int64_t>(record.offset)));
  fmt::print(out, ", loaded by run {}\n{}{}\n", record.run_id, indent,
             printable(record.trouble.empty() ? record.text : record.trouble));
}

void print_source(const TracedSource& source, const std::string& indent, std::FILE* out) {
  auto listed = static_cast<int64_t>(source.records.size() + source.rows.size());
  fmt::print(out, "\n{}from {}: {}{}\n", indent, source.table,
             format_counted(source.count, source.rows.empty() ? "record" : "row"),
             listed < source.count ? fmt::format(", the first {} of them", format_count(listed)) : "");
  if (!source.trouble.empty()) fmt::print(out, "{}  {}\n", indent, source.trouble);
  for (const auto& record : source.records)
    print_record(record, indent + "  ", out);
  for (const auto& row : source.rows)
    print_row(row, indent + "  ", out);
}

void print_row(const TracedRow& row, const std::string& indent, std::FILE* out) {
  fmt::print(out, "{}{}\n", indent, row.table);
  print_cells(row, indent + "  ", out);
  for (const auto& source : row.sources)
    print_source(source, indent + "  ", out);
}

void write_row(const TracedRow& row, JsonWriter& json);

void write_source(const TracedSource& source, JsonWriter& json) {
  json.begin_object().member("table", source.table).member("count", source.count);
  if (!source.trouble.empty()) json.member("trouble", source.trouble);
  json.key("records").begin_array();
  for (const auto& record : source.records) {
    json.begin_object().member("object", record.object).member("record", record.record);
    json.member("run", record.run_id);
    if (record.trouble.empty()) {
      json.member("offset", record.offset).member("text", record.text);
    } else {
      json.member("trouble", record.trouble);
    }
    json.end_object();
  }
  json.end_array().key("rows").begin_array();
  for (const auto& row : source.rows)
    write_row(row, json);
  json.end_array().end_object();
}

void write_row(const TracedRow& row, JsonWriter& json) {
  json.begin_object().member("table", row.table).key("row").begin_object();
  for (const auto& [name, cell] : row.cells)
    json.member(name, cell);
  json.end_object().key("from").begin_array();
  for (const auto& source : row.sources)
    write_source(source, json);
  json.end_array().end_object();
}

}  // namespace

void print_trace(const TracedRow& row, bool is_json, std::FILE* out) {
  if (!is_json) return print_row(row, "", out);
  JsonWriter json;
  write_row(row, json);
  fmt::print(out, "{}\n", json.text());
}

}  // namespace starlift
