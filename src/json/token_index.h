#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace starlift {

/// Finds where the tokens of a JSON text begin: simdjson's first stage, with the instructions this
/// machine has.
///
/// After `build` succeeds, the text is valid UTF-8, every string is closed and none holds a raw
/// control character. A token reaches up to the next one's start, less blanks; one that begins
/// with a quote ends with its closing quote. Nothing else is checked.
class TokenIndex {
 public:
  enum class Fault { kNone, kInvalidUtf8, kBroken };

  TokenIndex();
  ~TokenIndex();

  /// Indexes `text`, reading not a byte beyond it.
  Fault build(std::string_view text);

  /// The offsets of the tokens' first bytes, after kNone at least one.
  std::span<const uint32_t> starts() const { return starts_; }

 private:
  void reserve(size_t size_bytes);

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  std::span<const uint32_t> starts_;
};

}  // namespace starlift
