#include "project/query_file.h"

#include "project/names.h"
#include "project/sql_file.h"

namespace starlift {

namespace {

const std::string kKeys[] = {"title", "description"};

SavedQuery read_query_file(const DefinitionFile& file, bool needs_title) {
  auto sql = read_sql_file(file);
  sql.header.allow_only(kKeys);
  SavedQuery query;
  query.name = defined_name(file);
  query.title = needs_title ? sql.header.text("title").text
                            : sql.header.find_text("title").value_or(PlacedText{query.name, {}}).text;
  if (auto description = sql.header.find_text("description")) query.description = description->text;
  query.sql = std::move(sql.select);
  query.sql_line = sql.select_place.line;
  query.file = file.path;
  return query;
}

}  // namespace

SavedQuery read_analytics_file(const DefinitionFile& file) {
  return read_query_file(file, true);
}

SavedQuery read_check_file(const DefinitionFile& file) {
  return read_query_file(file, false);
}

}  // namespace starlift
