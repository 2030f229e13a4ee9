#include "columns/field_path.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace starlift {

namespace {

bool is_plain_key(std::string_view key) {
  return !key.empty() && key != "*" && key.find_first_of(".[]") == key.npos;
}

/// Takes "[12]" off the front of `text`.
std::optional<size_t> take_index(std::string_view& text) {
  size_t close = text.find(']');
  if (!text.starts_with('[') || close == text.npos) return std::nullopt;
  size_t index = 0;
  auto [end, error] = std::from_chars(text.data() + 1, text.data() + close, index);
  if (error != std::errc() || end != text.data() + close) return std::nullopt;
  text.remove_prefix(close + 1);
  return index;
}

/// Takes "['key']" off the front of `text`; a backslash keeps the quote or backslash after it.
std::optional<std::string> take_quoted_key(std::string_view& text) {
  if (!text.starts_with("['")) return std::nullopt;
  std::string key;
  for (size_t i = 2; i < text.size(); ++i) {
    if (text[i] == '\'') {
      if (!text.substr(i).starts_with("']")) return std::nullopt;
      text.remove_prefix(i + 2);
      return key;
    }
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    key += text[i];
  }
  return std::nullopt;
}

std::optional<FieldPath> parse_dotted(std::string_view text) {
  FieldPath path;
  for (auto part : split(text, '.')) {
    auto key = part.substr(0, part.find('['));
    if (!is_plain_key(key)) return std::nullopt;
    path.emplace_back(std::string(key));
    for (part.remove_prefix(key.size()); !part.empty();) {
      auto index = take_index(part);
      if (!index) return std::nullopt;
      path.emplace_back(*index);
    }
  }
  return path;
}

std::optional<FieldPath> parse_bracketed(std::string_view text) {
  FieldPath path;
  while (!text.empty()) {
    if (auto key = take_quoted_key(text)) {
      path.emplace_back(*std::move(key));
    } else if (auto index = take_index(text); index && !path.empty()) {
      path.emplace_back(*index);
    } else {
      return std::nullopt;
    }
  }
  return path;
}

std::string quote_key(std::string_view key) {
  std::string quoted;
  for (char c : key) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return "['" + quoted + "']";
}

}  // namespace

std::optional<FieldPath> parse_field_path(std::string_view text) {
  if (text == "$") return std::nullopt;
  if (text.starts_with("$[")) return parse_bracketed(text.substr(1));
  if (text.starts_with("$.")) text.remove_prefix(2);
  return parse_dotted(text);
}

std::string to_string(const FieldPath& path) {
  auto key_of = [](const PathStep& step) { return std::get_if<std::string>(&step); };
  bool is_plain = *key_of(path.front()) != "$" && std::ranges::all_of(path, [&](const PathStep& step) {
    return !key_of(step) || is_plain_key(*key_of(step));
  });
  std::string text = is_plain ? "" : "$";
  for (const auto& step : path) {
    if (auto* key = key_of(step)) {
      if (is_plain && !text.empty()) text += '.';
      text += is_plain ? *key : quote_key(*key);
    } else {
      text += '[' + std::to_string(std::get<size_t>(step)) + ']';
    }
  }
  return text;
}

}  // namespace starlift
