#include "net/uri.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace starlift {

namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string encode(std::string_view text, bool keeps_slashes) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (is_unreserved(c) || (keeps_slashes && c == '/')) {
      encoded += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHexDigits[byte >> 4];
    encoded += kHexDigits[byte & 15];
  }
  return encoded;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string uri_encode(std::string_view text) {
  return encode(text, false);
}

std::string uri_encode_path(std::string_view path) {
  return encode(path, true);
}

std::optional<std::string> uri_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return decoded;
}

std::string encode_query(const QueryParameters& parameters) {
  QueryParameters encoded;
  encoded.reserve(parameters.size());
  for (const auto& [name, value] : parameters)
    encoded.emplace_back(uri_encode(name), uri_encode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string query;
  for (const auto& [name, value] : encoded)
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, value);
  return query;
}

std::string without_secrets(std::string_view address) {
  size_t host = address.find("://");
  std::string shown(address.substr(0, host == address.npos ? 0 : host + 3));
  std::string_view rest = address.substr(shown.size());
  size_t end = rest.find_first_of("?#");
  // Passwords hold slashes and question marks, too, so every @ counts.
  if (size_t at = rest.rfind('@'); at != rest.npos) {
    if (end < at) return shown + "...";
    shown += "...";
    rest.remove_prefix(at);
    if (end != rest.npos) end -= at;
  }
  shown += rest.substr(0, end);
  return end == rest.npos ? shown : shown + "?...";
}

std::string Endpoint::host() const {
  // An IPv6 address stands in brackets and holds colons of its own.
  size_t colon = authority.rfind(':');
  return colon == authority.npos || authority.find(']', colon) != authority.npos ? authority
                                                                                 : authority.substr(0, colon);
}

Endpoint parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    endpoint.is_tls = false;
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ \t\r\n%\\") != rest.npos) {
    const char* advice = text.find('@') == text.npos ? "without a path" : "and credentials into [AWS]";
    throw Error(ErrorKind::kConfiguration, fmt::format("'{}' is no endpoint; write https://host:port, {}",
                                                       without_secrets(text), advice));
  }
  std::string_view own_port = endpoint.is_tls ? ":443" : ":80";
  if (rest.ends_with(own_port)) rest.remove_suffix(own_port.size());
  endpoint.authority = rest;
  return endpoint;
}

}  // namespace starlift
