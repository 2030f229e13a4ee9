#include "report/answer_table.h"

#include "base/text.h"

namespace starlift {

namespace {

void write_cell(const std::optional<std::string>& cell, bool is_number, MarkupWriter& out) {
  if (!cell) {
    out.element("td", {{"class", is_number ? "number null" : "null"}}, "null");
  } else if (is_number) {
    out.element("td", {{"class", "number"}}, *cell);
  } else {
    out.open("td", {{"class", "value"}}).element("span", *cell).close();
  }
}

}  // namespace

void write_answer_table(const Answer& answer, const std::string& caption, MarkupWriter& out) {
  out.open("div", {{"class", "scroll"}, {"tabindex", 0}, {"role", "region"}, {"aria-label", caption}});
  out.open("table").element("caption", {{"class", "unseen"}}, caption).open("thead").open("tr");
  auto is_number = [&](size_t column) { return answer.columns[column].kind == ResultColumn::Kind::kNumber; };
  for (size_t i = 0; i < answer.columns.size(); ++i)
    out.element("th", {{"scope", "col"}, {"class", is_number(i) ? "number" : "text"}},
                answer.columns[i].name);
  out.close().close().open("tbody");
  for (const auto& row : answer.rows) {
    out.open("tr");
    for (size_t i = 0; i < row.size(); ++i)
      write_cell(row[i], is_number(i), out);
    out.close();
  }
  out.close().close().close();
  if (answer.has_more_rows) {
    out.element("p", {{"class", "soft"}},
                fmt::format("The first {}; there are more.", format_counted(answer.rows.size(), "row")));
  }
}

}  // namespace starlift
