#include "net/json_credentials.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/error.h"
#include "base/iso_time.h"

namespace starlift {

Credentials parse_json_credentials(std::string_view json, const std::string& place) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  auto text_of = [&object](const char* name) {
    std::string_view text;
    return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
  };
  bool is_object = parser.parse(json.data(), json.size()).get(object) == simdjson::SUCCESS;
  if (!is_object || text_of("AccessKeyId").empty() || text_of("SecretAccessKey").empty()) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} gave no AccessKeyId and SecretAccessKey as JSON", place));
  }
  std::string token = text_of("SessionToken").empty() ? text_of("Token") : text_of("SessionToken");
  return {.access_key_id = text_of("AccessKeyId"),
          .secret_key = Secret(text_of("SecretAccessKey")),
          .session_token = Secret(std::move(token)),
          .expires_us = parse_iso_timestamp(text_of("Expiration"))};
}

}  // namespace starlift
