#include "sql/copy_statement.h"

#include <fmt/format.h>

#include "sql/dialect.h"

namespace starlift {

std::string copy_sql(const CopyStatement& copy) {
  const Dialect& dialect = Dialect::of(Engine::kRedshift);
  std::string sql =
      fmt::format("copy {} ({})\nfrom {}\niam_role {}\nformat as json {}", quote_table(copy.table),
                  quote_columns(copy.columns), dialect.quote_literal(copy.manifest_url),
                  copy.iam_role == "default" ? "default" : dialect.quote_literal(copy.iam_role),
                  dialect.quote_literal(copy.json_paths));
  if (!copy.compression.empty()) sql += "\n" + copy.compression;
  sql += "\nmanifest";
  if (!copy.region.empty()) sql += "\nregion " + dialect.quote_literal(copy.region);
  // The defaults, said: a load must not hang on them. The seconds take a fraction.
  sql += "\ndateformat 'YYYY-MM-DD'\ntimeformat 'YYYY-MM-DD HH:MI:SS'";
  if (copy.max_errors > 0) sql += fmt::format("\nmaxerror {}", copy.max_errors);
  // The tables have their encodings, and statistics are gathered once, after the commit.
  sql += "\ncompupdate off\nstatupdate off";
  return sql;
}

}  // namespace starlift
