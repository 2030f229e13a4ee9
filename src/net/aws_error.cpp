#include "net/aws_error.h"

#include <fmt/format.h>

#include "base/text.h"
#include "net/xml.h"

namespace starlift {

namespace {

constexpr size_t kMaxShownBytes = 300;

void replace_all(std::string& text, std::string_view what) {
  constexpr std::string_view kInstead = "[secret]";
  for (size_t at = 0; !what.empty() && (at = text.find(what, at)) != text.npos; at += kInstead.size())
    text.replace(at, what.size(), kInstead);
}

/// What a server says may hold anything: it is shown on one line, not at length, and without what the request
/// had to keep secret.
std::string shown(std::string_view text, const HttpResponse& response) {
  std::string safe(text);
  for (const auto& secret : response.secrets) {
    replace_all(safe, secret.reveal());
    replace_all(safe, uri_encode(secret.reveal()));
  }
  std::string line;
  for (char c : utf8_prefix(trim(safe), kMaxShownBytes))
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
      error.code = shown(element->text_of("Code"), response);
      error.message = shown(element->text_of("Message"), response);
    }
    error.request_id = shown(root->text_of("RequestId"), response);
    if (error.request_id.empty())
      error.request_id = shown(root->text_of("RequestID"), response);  // EC2's spelling
  }
  if (auto id = response.header("x-amz-request-id"); id && error.request_id.empty())
    error.request_id = shown(*id, response);
  return error;
}

std::string describe_failure(const HttpResponse& response) {
  if (response.failure != HttpResponse::Failure::kNone) return shown(response.failure_text, response);
  AwsError error = parse_aws_error(response);
  std::string text = fmt::format("{}", response.status);
  if (!error.code.empty()) text += " " + error.code;
  if (!error.message.empty()) text += ": " + error.message;
  if (!error.request_id.empty()) text += fmt::format(" (request {})", error.request_id);
  return text;
}

}  // namespace starlift
