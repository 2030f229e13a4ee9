#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/place.h"

namespace starlift {

/// A text value of a definition and where it stands.
struct PlacedText {
  std::string text;
  Place place;
};

/// A whole number of a definition and where it stands.
struct PlacedInteger {
  int64_t value = 0;
  Place place;
};

/// A table of a TOML text, read key by key with checks. Cheap to copy.
///
/// Every member throws Error{kDefinition} at the line of what it refuses.
class TomlTable {
 public:
  /// Reads a text that begins at `start`.
  static TomlTable parse(std::string_view text, const Place& start);

  /// Refuses every key that is none of `keys`. Call it first: a misspelt key explains a missing one.
  void allow_only(std::span<const std::string> keys) const;

  /// Returns a value that must be there and not be empty.
  PlacedText text(std::string_view key) const;
  std::vector<PlacedText> texts(std::string_view key) const;
  std::vector<TomlTable> tables(std::string_view key) const;

  /// Return nothing when the key is absent; what is there must not be empty.
  std::optional<PlacedText> find_text(std::string_view key) const;
  std::vector<PlacedText> find_texts(std::string_view key) const;
  std::vector<PlacedInteger> find_integers(std::string_view key) const;
  std::optional<TomlTable> find_table(std::string_view key) const;

  bool has(std::string_view key) const;

  /// Returns the table's keys, sorted.
  std::vector<std::string> keys() const;

  /// Returns false when the key is absent.
  bool flag(std::string_view key) const;

  /// Where the table begins.
  const Place& place() const;

 private:
  struct Content;
  explicit TomlTable(std::shared_ptr<const Content> content) : content_(std::move(content)) {}
  std::shared_ptr<const Content> content_;
};

}  // namespace starlift
