#include "net/prepared_request.h"

#include <string_view>
#include <utility>

namespace starlift {

PreparedRequest::PreparedRequest(HttpRequest request)
    : method(std::move(request.method)),
      url(request.endpoint.origin() + request.path),
      body(std::move(request.body)),
      max_answer_bytes(request.max_answer_bytes),
      bypasses_proxy(request.bypasses_proxy),
      secrets(std::move(request.secrets)) {
  if (!request.query.empty()) url += "?" + encode_query(request.query);
  auto add = [this](std::string_view name, std::string_view end, std::string_view value) {
    header_lines.append(name).append(end).append(value) += '\0';
  };
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    has_type = has_type || name == "content-type";
    add(name, value.empty() ? ";" : ": ", value);  // libcurl's way of an empty one
  }
  if (!body.empty()) add("Expect", ":", "");    // no waiting for leave to send the body
  if (!has_type) add("Content-Type", ":", "");  // nor a type that nobody gave
}

}  // namespace starlift
