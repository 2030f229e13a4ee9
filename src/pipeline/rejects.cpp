#include "pipeline/rejects.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string conditions(const RejectFilter& filter, const Dialect& dialect) {
  std::string text = "where 1 = 1";
  if (!filter.dataset.empty())
    text += fmt::format(" and r.dataset = {}", dialect.quote_literal(filter.dataset));
  if (filter.run_id) text += fmt::format(" and r.run_id = {}", *filter.run_id);
  return text;
}

std::string source_tables() {
  return fmt::format("{} as r join {} as o on o.object_id = r.object_id", quote_table(rejects_design().name),
                     quote_table(objects_design().name));
}

std::string whole_select(const std::string& rest) {
  return fmt::format(
      R"(select r.reject_id, r.run_id, r.dataset, o."key", r.record, r.byte_offset, r.column_name, r.reason,
    r.raw_text, r.raw_encoding, r.raw_bytes, r.error_position
from {}
{})",
      source_tables(), rest);
}

std::string newest_first(const RejectFilter& filter) {
  return "\norder by r.reject_id desc" + (filter.limit == 0 ? "" : fmt::format("\nlimit {}", filter.limit));
}

KeptReject read_row(Cursor& cursor) {
  auto text = [&](size_t column) { return std::string(cursor.text(column).value_or("")); };
  auto integer = [&](size_t column) { return cursor.integer(column).value_or(0); };
  return {.reject_id = integer(0),
          .run_id = integer(1),
          .dataset = text(2),
          .object = text(3),
          .record = integer(4),
          .offset = integer(5),
          .column = text(6),
          .reason = text(7),
          .raw_text = text(8),
          .raw_encoding = text(9),
          .raw_bytes = integer(10),
          .error_position = integer(11)};
}

/// Returns the value of a digit of base64; nothing for padding.
std::optional<unsigned> base64_value(char digit) {
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9') return digit - '0' + 52;
  if (digit == '+') return 62;
  if (digit == '/') return 63;
  return std::nullopt;
}

std::string from_base64(std::string_view text) {
  std::string bytes;
  unsigned group = 0;
  int bits = 0;
  for (char digit : text) {
    auto value = base64_value(digit);
    if (!value) break;
    group = (group << 6 | *value) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFF);
  }
  return bytes;
}

}  // namespace

std::unique_ptr<Cursor> list_rejects(Session& session, const RejectFilter& filter) {
  if (!session.has_table(rejects_design().name)) return nullptr;
  return session.query(fmt::format(
      R"(select r.reject_id as id, r.dataset, o."key" as object, r.record, r.byte_offset as "offset",
    r.column_name as "column", r.reason, substring(r.raw_text, 1, 80) as "raw"
from {}
{}{})",
      source_tables(), conditions(filter, session.dialect()), newest_first(filter)));
}

std::optional<KeptReject> find_reject(Session& session, int64_t reject_id) {
  if (!session.has_table(rejects_design().name)) return std::nullopt;
  auto cursor = session.query(whole_select(fmt::format("where r.reject_id = {}", reject_id)));
  if (!cursor->next()) return std::nullopt;
  return read_row(*cursor);
}

uint64_t visit_rejects(Session& session, const RejectFilter& filter,
                       const std::function<void(const KeptReject&)>& visit) {
  if (!session.has_table(rejects_design().name)) return 0;
  auto cursor =
      session.query(fmt::format("select * from (\n{}\n) as chosen order by reject_id",
                                whole_select(conditions(filter, session.dialect()) + newest_first(filter))));
  uint64_t count = 0;
  for (; cursor->next(); ++count)
    visit(read_row(*cursor));
  return count;
}

std::string to_json(const KeptReject& reject) {
  JsonWriter json;
  json.begin_object().member("id", reject.reject_id).member("run", reject.run_id);
  json.member("dataset", reject.dataset).member("object", reject.object);
  json.member("record", reject.record).member("offset", reject.offset);
  json.member("column", reject.column.empty() ? std::nullopt : std::optional(reject.column));
  json.member("reason", reject.reason).member("raw", reject.raw_text);
  json.member("raw_encoding", reject.raw_encoding).member("raw_bytes", reject.raw_bytes);
  return json.end_object().text();
}

std::string raw_record(const KeptReject& reject) {
  return reject.raw_encoding == "base64" ? from_base64(reject.raw_text) : reject.raw_text;
}

std::vector<std::string> loaded_datasets(Session& session) {
  std::vector<std::string> names;
  if (!session.has_table(objects_design().name)) return names;
  auto cursor = session.query(
      fmt::format("select distinct dataset from {} order by dataset", quote_table(objects_design().name)));
  while (cursor->next())
    names.emplace_back(*cursor->text(0));
  return names;
}

}  // namespace starlift
