#include "project/toml_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/text.h"

namespace starlift {

namespace {

/// toml++ recurses once for every dot of a key, and a key ends with its line.
constexpr size_t kMaxLineBytes = 4096;

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

void check_line_lengths(std::string_view text, const Place& start) {
  Place place = start;
  for (auto line : split(text, '\n')) {
    if (line.size() > kMaxLineBytes) {
      throw refusal(place, fmt::format("the line is longer than {} bytes; break it", kMaxLineBytes));
    }
    ++place.line;
  }
}

}  // namespace

struct TomlTable::Content {
  std::shared_ptr<const toml::table> document;  ///< owns `table`
  const toml::table* table;
  Place start;  ///< of the document
  Place place;  ///< of the table

  /// toml++ gives line 0 to what it made up itself.
  Place place_at(const toml::source_region& region) const {
    return {start.file, start.line + std::max<int>(1, static_cast<int>(region.begin.line)) - 1};
  }

  Error wrong_type(std::string_view key, std::string_view wanted, const toml::node& node) const {
    return refusal(place_at(node.source()),
                   fmt::format("\"{}\" must be {}, not {}", key, wanted, type_name(node)));
  }

  Error missing(std::string_view key) const {
    return refusal(place, fmt::format("\"{}\" is missing here", key));
  }

  PlacedText text_of(std::string_view key, std::string_view wanted, const toml::node& node) const {
    auto value = node.value_exact<std::string>();
    if (!value) throw wrong_type(key, wanted, node);
    auto where = place_at(node.source());
    if (trim(*value).empty()) throw refusal(where, fmt::format("\"{}\" must not be empty", key));
    return {*value, where};
  }

  TomlTable table_of(std::string_view key, std::string_view wanted, const toml::node& node) const {
    const auto* inner = node.as_table();
    if (!inner) throw wrong_type(key, wanted, node);
    return TomlTable(std::make_shared<Content>(Content{document, inner, start, place_at(node.source())}));
  }

  /// Returns the array, or nothing when the key is absent.
  const toml::array* array_of(std::string_view key, std::string_view wanted) const {
    const auto* node = table->get(key);
    if (!node) return nullptr;
    const auto* array = node->as_array();
    if (!array) throw wrong_type(key, wanted, *node);
    if (array->empty()) throw refusal(place_at(node->source()), fmt::format("\"{}\" must not be empty", key));
    return array;
  }
};

TomlTable TomlTable::parse(std::string_view text, const Place& start) {
  check_line_lengths(text, start);
  try {
    auto document = std::make_shared<const toml::table>(toml::parse(text));
    return TomlTable(std::make_shared<Content>(Content{document, document.get(), start, start}));
  } catch (const toml::parse_error& error) {
    Place place{start.file, start.line + static_cast<int>(error.source().begin.line) - 1};
    throw refusal(place, fmt::format("this is not TOML: {}", error.description()));
  }
}

void TomlTable::allow_only(std::span<const std::string> keys) const {
  for (const auto& [key, value] : *content_->table) {
    if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
    auto hint = suggestion(key.str(), keys);
    if (hint.empty()) hint = fmt::format("; known here: {}", fmt::join(keys, ", "));
    throw refusal(content_->place_at(key.source()), fmt::format("unknown key \"{}\"{}", key.str(), hint));
  }
}

PlacedText TomlTable::text(std::string_view key) const {
  auto text = find_text(key);
  if (!text) throw content_->missing(key);
  return *text;
}

std::optional<PlacedText> TomlTable::find_text(std::string_view key) const {
  const auto* node = content_->table->get(key);
  if (!node) return std::nullopt;
  return content_->text_of(key, "text", *node);
}

std::vector<PlacedText> TomlTable::texts(std::string_view key) const {
  auto texts = find_texts(key);
  if (texts.empty()) throw content_->missing(key);
  return texts;
}

std::vector<PlacedText> TomlTable::find_texts(std::string_view key) const {
  constexpr std::string_view kWanted = "an array of texts";
  std::vector<PlacedText> texts;
  if (const auto* array = content_->array_of(key, kWanted)) {
    for (const auto& item : *array)
      texts.push_back(content_->text_of(key, kWanted, item));
  }
  return texts;
}

std::vector<PlacedInteger> TomlTable::find_integers(std::string_view key) const {
  constexpr std::string_view kWanted = "an array of whole numbers";
  std::vector<PlacedInteger> integers;
  if (const auto* array = content_->array_of(key, kWanted)) {
    for (const auto& item : *array) {
      auto value = item.value_exact<int64_t>();
      if (!value) throw content_->wrong_type(key, kWanted, item);
      integers.push_back({*value, content_->place_at(item.source())});
    }
  }
  return integers;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
  constexpr std::string_view kWanted = "an array of tables";
  const auto* array = content_->array_of(key, kWanted);
  if (!array) throw content_->missing(key);
  std::vector<TomlTable> tables;
  for (const auto& item : *array)
    tables.push_back(content_->table_of(key, kWanted, item));
  return tables;
}

std::optional<TomlTable> TomlTable::find_table(std::string_view key) const {
  const auto* node = content_->table->get(key);
  if (!node) return std::nullopt;
  return content_->table_of(key, "a table", *node);
}

bool TomlTable::has(std::string_view key) const {
  return content_->table->contains(key);
}

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : *content_->table)
    keys.emplace_back(key.str());
  return keys;
}

bool TomlTable::flag(std::string_view key) const {
  const auto* node = content_->table->get(key);
  if (!node) return false;
  auto value = node->value_exact<bool>();
  if (!value) throw content_->wrong_type(key, "true or false", *node);
  return *value;
}

const Place& TomlTable::place() const {
  return content_->place;
}

}  // namespace starlift
