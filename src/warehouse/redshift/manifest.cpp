#include "warehouse/redshift/manifest.h"

#include "base/json_writer.h"

namespace starlift::redshift {

std::string manifest_of(std::span<const std::string> urls) {
  JsonWriter json;
  json.begin_object().key("entries").begin_array();
  for (const auto& url : urls)
    json.begin_object().member("url", url).member("mandatory", true).end_object();
  return json.end_array().end_object().text();
}

}  // namespace starlift::redshift
