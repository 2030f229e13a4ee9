#include "warehouse/redshift/load_error.h"

#include <fmt/format.h>

#include <string_view>

#include "warehouse/libpq/cursor.h"
#include "warehouse/warehouse.h"

namespace starlift::redshift {

bool is_about_load_errors(const Error& error) {
  std::string_view text = error.what();
  return error.kind() == ErrorKind::kWarehouse &&
         (text.find("stl_load_errors") != text.npos || text.find("sys_load_error_detail") != text.npos);
}

// https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
Error explain_load_error(const Error& error, libpq::Connection& connection) {
  std::string reason;
  try {
    auto cursor =
        libpq::open_cursor(connection,
                           R"(select trim(file_name), line_number, trim(column_name), trim(error_message)
from sys_load_error_detail
where query_id = pg_last_copy_id()
order by line_number limit 1)");
    if (cursor->next()) {
      auto cell = [&](size_t column) { return std::string(cursor->text(column).value_or("?")); };
      reason = fmt::format(": {}, line {}, column {}: {}", cell(0), cell(1), cell(2), cell(3));
    }
  } catch (const Error&) {
    // What the cluster said first is what there is.
  }
  return Error(error.kind(), error.what() + reason).in_statement(error.statement(), error.sqlstate());
}

}  // namespace starlift::redshift
