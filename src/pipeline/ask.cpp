#include "pipeline/ask.h"

namespace starlift {

Answer ask(Session& session, std::string_view sql, size_t max_rows) {
  auto cursor = session.query(sql);
  Answer answer;
  for (const auto& column : cursor->columns())
    answer.columns.push_back({column.name, column.kind == ResultColumn::Kind::kNumber});
  while (cursor->next()) {
    if (answer.rows.size() == max_rows) {
      answer.has_more_rows = true;
      break;
    }
    auto& row = answer.rows.emplace_back();
    for (size_t i = 0; i < answer.columns.size(); ++i)
      row.emplace_back(cursor->text(i));
  }
  return answer;
}

}  // namespace starlift
