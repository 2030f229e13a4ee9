#include "pipeline/rejects.h"

#include <fmt/format.h>

#include "base/text.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string conditions(const RejectFilter& filter, const Dialect& dialect) {
  std::string text = "where 1 = 1";
  if (!filter.dataset.empty())
    text += fmt::format(" and r.dataset = {}", dialect.quote_literal(filter.dataset));
  if (filter.run_id != 0) text += fmt::format(" and r.run_id = {}", filter.run_id);
  return text;
}

std::string source_tables() {
  return fmt::format("{} as r join {} as o on o.object_id = r.object_id", quote_table(rejects_design().name),
                     quote_table(objects_design().name));
}

std::unique_ptr<Cursor> query_whole(Session& session, const std::string& rest) {
  return session.query(fmt::format(
      R"(select r.reject_id, r.run_id, r.dataset, o."key", r.record, r.byte_offset, r.column_name, r.reason,
    r.raw_text, r.raw_encoding, r.raw_bytes, r.error_position
from {}
{})",
      source_tables(), rest));
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

}  // namespace

std::unique_ptr<Cursor> list_rejects(Session& session, const RejectFilter& filter) {
  if (!session.has_table(rejects_design().name)) return nullptr;
  return session.query(fmt::format(
      R"(select r.reject_id as id, r.dataset, o."key" as object, r.record, r.byte_offset as "offset",
    r.column_name as "column", r.reason, substring(r.raw_text, 1, 80) as raw
from {}
{}
order by r.reject_id desc{})",
      source_tables(), conditions(filter, session.dialect()),
      filter.limit == 0 ? "" : fmt::format("\nlimit {}", filter.limit)));
}

std::optional<KeptReject> find_reject(Session& session, int64_t reject_id) {
  if (!session.has_table(rejects_design().name)) return std::nullopt;
  auto cursor = query_whole(session, fmt::format("where r.reject_id = {}", reject_id));
  if (!cursor->next()) return std::nullopt;
  return read_row(*cursor);
}

uint64_t export_rejects(Session& session, const RejectFilter& filter, std::FILE* out) {
  if (!session.has_table(rejects_design().name)) return 0;
  auto cursor = query_whole(session, conditions(filter, session.dialect()) + "\norder by r.reject_id");
  uint64_t count = 0;
  for (; cursor->next(); ++count) {
    KeptReject reject = read_row(*cursor);
    fmt::print(
        out,
        R"({{"id": {}, "run": {}, "dataset": {}, "object": {}, "record": {}, "offset": {}, "column": {}, )"
        R"("reason": {}, "raw": {}, "raw_encoding": {}, "raw_bytes": {}}})"
        "\n",
        reject.reject_id, reject.run_id, to_json_string(reject.dataset), to_json_string(reject.object),
        reject.record, reject.offset, reject.column.empty() ? "null" : to_json_string(reject.column),
        to_json_string(reject.reason), to_json_string(reject.raw_text), to_json_string(reject.raw_encoding),
        reject.raw_bytes);
  }
  return count;
}

}  // namespace starlift
