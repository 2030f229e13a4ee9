#include "cli/answer.h"

namespace starlift {

namespace {

std::vector<ShownColumn> shown_columns(const Cursor& cursor, const KnownKinds& known_kinds) {
  std::vector<ShownColumn> columns;
  for (const auto& column : cursor.columns()) {
    auto known = known_kinds.find(column.name);
    columns.push_back(known == known_kinds.end() ? shown_column(column)
                                                 : ShownColumn{column.name, known->second});
  }
  return columns;
}

}  // namespace

uint64_t write_answer(Cursor& cursor, ResultFormat format, std::FILE* out, const KnownKinds& known_kinds) {
  auto writer = make_result_writer(format, out);
  auto columns = shown_columns(cursor, known_kinds);
  writer->begin(columns);
  std::vector<Cell> cells(columns.size());
  uint64_t rows = 0;
  for (; cursor.next(); ++rows) {
    for (size_t i = 0; i < cells.size(); ++i)
      cells[i] = cursor.text(i);
    writer->row(cells);
  }
  writer->finish();
  return rows;
}

void print_answer(Cursor& cursor, ResultFormat format, const KnownKinds& known_kinds) {
  write_answer(cursor, format, stdout, known_kinds);
}

}  // namespace starlift
