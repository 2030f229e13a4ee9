#include "net/aws_error.h"

#include <fmt/format.h>

#include "base/text.h"
#include "net/xml.h"

namespace starlift {

namespace {

constexpr size_t kMaxShownBytes = 300;

/// What a server says may hold anything: it is shown on one line, and not at length.
std::string shown(std::string_view text) {
  std::string line;
  for (char c : utf8_prefix(trim(text), kMaxShownBytes))
    line += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  return line;
}

}  // namespace

AwsError parse_aws_error(const HttpResponse& response) {
  AwsError error;
  auto root = parse_xml(response.body);
  if (root) {
    const XmlElement* element = root->name == "Error" ? &*root : root->find("Error");
    if (!element && root->find("Errors")) element = root->find("Errors")->find("Error");
    if (element) {
      error.code = shown(element->text_of("Code"));
      error.message = shown(element->text_of("Message"));
    }
    error.request_id = shown(root->text_of("RequestId"));
    if (error.request_id.empty()) error.request_id = shown(root->text_of("RequestID"));  // EC2's spelling
  }
  if (auto id = response.header("x-amz-request-id"); id && error.request_id.empty())
    error.request_id = shown(*id);
  return error;
}

std::string describe_failure(const HttpResponse& response) {
  if (response.failure != HttpResponse::Failure::kNone) return shown(response.failure_text);
  AwsError error = parse_aws_error(response);
  std::string text = fmt::format("{}", response.status);
  if (!error.code.empty()) text += " " + error.code;
  if (!error.message.empty()) text += ": " + error.message;
  if (!error.request_id.empty()) text += fmt::format(" (request {})", error.request_id);
  return text;
}

}  // namespace starlift
