#include "pipeline/rejects.h"

#include <fmt/format.h>

#include "pipeline/tables.h"

namespace starlift {

std::unique_ptr<Cursor> list_rejects(Session& session, const std::string& dataset, int limit) {
  if (!session.has_table(rejects_design().name)) return nullptr;
  return session.query(fmt::format(
      R"(select r.reject_id as id, r.dataset, o.key as object, r.record, r.byte_offset as "offset",
    r.column_name as "column", r.reason, substring(r.raw_text, 1, 80) as raw
from {} r
join {} o on o.object_id = r.object_id
{}order by r.reject_id desc{})",
      quote_table(rejects_design().name), quote_table(objects_design().name),
      dataset.empty() ? "" : fmt::format("where r.dataset = {}\n", session.dialect().quote_literal(dataset)),
      limit == 0 ? "" : fmt::format("\nlimit {}", limit)));
}

}  // namespace starlift
