#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// Returns `text` without leading and trailing ASCII white space.
std::string_view trim(std::string_view text);

/// Returns `text` with A-Z as a-z; other bytes unchanged.
std::string to_lower(std::string_view text);

/// Returns `text` with a-z as A-Z; other bytes unchanged.
std::string to_upper(std::string_view text);

/// Returns the parts of `text` between separators; "a,,b" has three.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Returns the candidate most like `name` (case ignored), or nothing when none is close enough to be a slip.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> candidates);

/// Returns true when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view text);

/// Returns the longest prefix of at most `size_bytes` bytes that does not cut a UTF-8 character.
std::string_view utf8_prefix(std::string_view text, size_t size_bytes);

/// Returns the bytes as base64 (RFC 4648, with padding).
std::string to_base64(std::string_view bytes);

/// Returns `text` as a JSON string literal, quotes included. Invalid UTF-8 becomes U+FFFD.
std::string to_json_string(std::string_view text);

/// Returns a count with thousands separators: 385252 -> "385,252".
std::string format_count(int64_t count);

/// Returns a count with what is counted: "1 record", "2,000 records". `noun` is one that takes an s.
std::string format_counted(std::integral auto count, std::string_view noun) {
  return format_count(static_cast<int64_t>(count)) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

/// Returns a size in the unit that keeps it short: 1536 -> "1.5 KiB".
std::string format_bytes(uint64_t size_bytes);

/// Reads a size as people write it: "600MB", "1.5 GiB", "4096"; decimal and binary units, case ignored.
/// Returns nothing when it is not one.
std::optional<uint64_t> parse_bytes(std::string_view text);

/// Returns a duration as people say it: "0.42 s", "12.3 s", "3 min 05 s".
std::string format_duration(double elapsed_s);

}  // namespace starlift
