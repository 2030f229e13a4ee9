#include "cli/answer.h"

namespace starlift {

namespace {

ShownColumn::Kind shown_kind(ResultColumn::Kind kind) {
  switch (kind) {
    case ResultColumn::Kind::kNumber:
      return ShownColumn::Kind::kNumber;
    case ResultColumn::Kind::kBoolean:
      return ShownColumn::Kind::kBoolean;
    case ResultColumn::Kind::kText:
      break;
  }
  return ShownColumn::Kind::kText;
}

std::vector<ShownColumn> shown_columns(const Cursor& cursor, const KnownKinds& known_kinds) {
  std::vector<ShownColumn> columns;
  for (const auto& column : cursor.columns()) {
    auto known = known_kinds.find(column.name);
    columns.push_back({column.name, known == known_kinds.end() ? shown_kind(column.kind) : known->second});
  }
  return columns;
}

}  // namespace

ShownTable read_answer(Cursor& cursor) {
  ShownTable table{shown_columns(cursor, {}), {}};
  while (cursor.next()) {
    auto& row = table.rows.emplace_back();
    for (size_t i = 0; i < table.columns.size(); ++i)
      row.emplace_back(cursor.text(i));
  }
  return table;
}

void print_answer(Cursor& cursor, ResultFormat format, const KnownKinds& known_kinds) {
  auto writer = make_result_writer(format, stdout);
  auto columns = shown_columns(cursor, known_kinds);
  writer->begin(columns);
  std::vector<Cell> cells(columns.size());
  while (cursor.next()) {
    for (size_t i = 0; i < cells.size(); ++i)
      cells[i] = cursor.text(i);
    writer->row(cells);
  }
  writer->finish();
}

}  // namespace starlift
