#include "warehouse/redshift/area_folder.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "warehouse/libpq/cursor.h"

namespace starlift::redshift {

namespace {

/// The unique id of the cluster.
/// https://docs.aws.amazon.com/redshift/latest/dg/r_CURRENT_NAMESPACE.html
std::string cluster_of(libpq::Connection& connection) {
  try {
    auto cursor = libpq::open_cursor(connection, "select current_namespace");
    std::string name(cursor->next() ? trim(cursor->text(0).value_or("")) : "");
    if (!name.empty()) return name;
  } catch (const Error&) {
    if (PQstatus(connection.get()) != CONNECTION_OK) throw;
  }
  return fmt::format("{}-{}", PQhost(connection.get()), PQport(connection.get()));
}

}  // namespace

std::string area_folder(std::string_view cluster, std::string_view database) {
  std::string name = "starlift-";
  for (char c : fmt::format("{}-{}", cluster, database)) {
    bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                    c == '-' || c == '_';
    name += is_plain ? std::string(1, c) : fmt::format("!{:02x}", static_cast<unsigned char>(c));
  }
  return name;
}

std::string area_folder(libpq::Connection& connection) {
  return area_folder(cluster_of(connection), PQdb(connection.get()));
}

}  // namespace starlift::redshift
