#include "pipeline/ask.h"

namespace starlift {

Answer read_answer(Cursor& cursor, size_t max_rows) {
  Answer answer;
  answer.columns.assign(cursor.columns().begin(), cursor.columns().end());
  while (cursor.next()) {
    if (answer.rows.size() == max_rows) {
      answer.has_more_rows = true;
      break;
    }
    auto& row = answer.rows.emplace_back();
    for (size_t i = 0; i < answer.columns.size(); ++i)
      row.emplace_back(cursor.text(i));
  }
  return answer;
}

Answer ask(Session& session, std::string_view sql, size_t max_rows) {
  return read_answer(*session.query(sql), max_rows);
}

}  // namespace starlift
