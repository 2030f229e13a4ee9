#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starlift::synth {

/// A JSON value as the tests look at it.
struct JsonValue {
  enum class Kind { kNull, kBoolean, kNumber, kText, kContainer };
  Kind kind = Kind::kNull;
  std::string text;         ///< of a text what it says, of anything else its source
  bool is_storable = true;  ///< no NUL character, no lone surrogate, valid UTF-8

  std::optional<double> number() const;  ///< of a number or numeric text
};

/// The fields of a record; of duplicate keys the last.
struct JsonRecord {
  std::map<std::string, JsonValue> values;
  std::vector<std::string> keys;  ///< in the order of the source, duplicates included

  /// Returns the field's value, null when it is absent.
  const JsonValue& operator[](const std::string& key) const;
};

/// Returns what two songs have in common that match: title and artist name without trailing blanks.
std::string match_key(const JsonValue& title, const JsonValue& artist_name);

/// Reads an object of records for the tests, simply and by the letter: what is no JSON is one unreadable
/// record, and reading goes on at the next line that starts with `{`. Knows nothing of what generated it.
class CheckingReader {
 public:
  explicit CheckingReader(std::string_view content);

  const std::vector<JsonRecord>& records() const { return records_; }
  size_t unreadable() const { return unreadable_; }

 private:
  struct Malformed {};

  void read_records();
  bool skip_space();
  void expect(char c);
  JsonRecord read_record();
  JsonValue read_value();
  JsonValue read_text();
  void read_escape(JsonValue& value);
  uint32_t read_unit();
  void read_container(char close);

  std::string_view content_;
  size_t at_ = 0;
  std::vector<JsonRecord> records_;
  size_t unreadable_ = 0;
};

}  // namespace starlift::synth
