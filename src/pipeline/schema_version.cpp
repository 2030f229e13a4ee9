#include "pipeline/schema_version.h"

#include <fmt/format.h>

#include "base/error.h"
#include "pipeline/tables.h"

namespace starlift {

const TableDesign& schema_version_design() {
  static const TableDesign kDesign = {
      .name = {kOwnSchema, "schema_version"},
      .columns = {{{"version", {.kind = TypeKind::kInteger}, false}, {}}},
      .key = {"version"},
      .redshift_distribution = "auto",
      .redshift_sort_key = {},
  };
  return kDesign;
}

std::string note_schema_version_statement() {
  std::string table = quote_table(schema_version_design().name);
  return fmt::format("insert into {0} select {1} where not exists (select 1 from {0})", table,
                     kSchemaVersion);
}

void check_schema_version(Session& session) {
  const TableName& table = schema_version_design().name;
  if (!session.has_table(table)) return;
  auto version = session.query_integer(fmt::format("select version from {}", quote_table(table)));
  if (!version || *version <= kSchemaVersion) return;
  throw Error(ErrorKind::kWarehouse,
              fmt::format("a newer starlift made this warehouse: its schema version is {}, and this program "
                          "knows {}; use that starlift, or newer",
                          *version, kSchemaVersion));
}

}  // namespace starlift
