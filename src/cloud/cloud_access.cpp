#include "cloud/cloud_access.h"

namespace starlift {

HttpClient::Options CloudAccess::http() const {
  return {.ca_file = find_variable(variables, "AWS_CA_BUNDLE").value_or("")};
}

std::string CloudAccess::arn_prefix() const {
  if (region.starts_with("cn-")) return "arn:aws-cn";
  return region.starts_with("us-gov-") ? "arn:aws-us-gov" : "arn:aws";
}

Tags parse_tags(const XmlElement* list) {
  Tags tags;
  if (!list) return tags;
  for (const auto& tag : list->children) {
    bool is_lower = tag.find("key") != nullptr;
    tags.emplace(tag.text_of(is_lower ? "key" : "Key"), tag.text_of(is_lower ? "value" : "Value"));
  }
  return tags;
}

std::string child_text(const XmlElement& element, std::string_view name) {
  return std::string(element.text_of(name));
}

}  // namespace starlift
