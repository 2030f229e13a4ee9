#include "warehouse/redshift/json_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "warehouse/redshift/value_text.h"

namespace starlift::redshift {

namespace {

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(char c, std::string& out) {
  switch (c) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    case '"':
    case '\\':
      out += '\\';
      out += c;
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

void append_text(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const char* escaped = std::find_if(text.begin(), text.end(), needs_escape);
    out.append(text.begin(), escaped);
    if (escaped == text.end()) return;
    append_escaped(*escaped, out);
    text.remove_prefix(static_cast<size_t>(escaped - text.begin()) + 1);
  }
}

}  // namespace

void append_json_rows(std::span<const Column> columns, const ColumnBatch& batch, std::string& out) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    char before = '{';
    for (size_t i = 0; i < columns.size(); ++i) {
      const ColumnValues& values = batch.column(i);
      if (!values.is_valid[row]) continue;
      out += before;
      before = ',';
      out.append("\"").append(columns[i].name).append("\":\"");
      if (values.type.kind == TypeKind::kVarchar) {
        append_text(values.texts[row], out);
      } else {
        append_value(values, row, out);
      }
      out += '"';
    }
    out += before == '{' ? "{}\n" : "}\n";
  }
}

}  // namespace starlift::redshift
