#pragma once

#include <string>
#include <vector>

#include "net/http_message.h"

namespace starlift {

/// A request as it is given to libcurl. To make it takes longer than to begin sending it: threads that have
/// the time do it ahead for HttpClient's, which has the most to do.
struct PreparedRequest {
  PreparedRequest() = default;
  /// Not explicit, for what sends a request takes it in either form.
  PreparedRequest(HttpRequest request);

  std::string method;
  std::string url;
  std::string header_lines;  ///< "name: value", each with a zero after it
  std::string body;
  size_t max_answer_bytes = 0;
  bool bypasses_proxy = false;
  std::vector<Secret> secrets;
};

}  // namespace starlift
