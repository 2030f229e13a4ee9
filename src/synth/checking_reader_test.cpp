#include "synth/checking_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace starlift::synth {

namespace {

constexpr size_t kMaxRecordBytes = 4 << 20;

/// Appends the character as UTF-8; a surrogate as what no UTF-8 decoder takes.
void append_utf8(std::string& out, uint32_t character) {
  auto append = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) {
    append(character);
  } else if (character < 0x800) {
    append(0xC0 | character >> 6);
    append(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    append(0xE0 | character >> 12);
    append(0x80 | (character >> 6 & 0x3F));
    append(0x80 | (character & 0x3F));
  } else {
    append(0xF0 | character >> 18);
    append(0x80 | (character >> 12 & 0x3F));
    append(0x80 | (character >> 6 & 0x3F));
    append(0x80 | (character & 0x3F));
  }
}

/// Removes the digits that `text` begins with and returns whether there were any.
bool skip_digits(std::string_view& text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0;
}

/// RFC 8259, section 6.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool has_leading_zero = text.starts_with('0');
  const size_t size = text.size();
  if (!skip_digits(text) || (has_leading_zero && size - text.size() > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!skip_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (!skip_digits(text)) return false;
  }
  return text.empty();
}

}  // namespace

std::optional<double> JsonValue::number() const {
  if (kind != Kind::kNumber && kind != Kind::kText) return std::nullopt;
  double parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(parsed)) return std::nullopt;
  return parsed;
}

const JsonValue& JsonRecord::operator[](const std::string& key) const {
  static const JsonValue kNull;
  const auto found = values.find(key);
  return found == values.end() ? kNull : found->second;
}

std::string match_key(const JsonValue& title, const JsonValue& artist_name) {
  auto without_trailing_blanks = [](const std::string& text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
  };
  return without_trailing_blanks(title.text) + '\0' + without_trailing_blanks(artist_name.text);
}

CheckingReader::CheckingReader(std::string_view content) : content_(content) {
  if (content_.starts_with("\xEF\xBB\xBF")) content_.remove_prefix(3);
  read_records();
}

void CheckingReader::read_records() {
  const bool is_array = skip_space() && content_[at_] == '[';
  if (is_array) ++at_;
  while (skip_space() && content_[at_] != ']') {
    const size_t begin = at_;
    try {
      JsonRecord record = read_record();
      if (at_ - begin > kMaxRecordBytes) throw Malformed();
      records_.push_back(std::move(record));
      if (is_array && skip_space() && content_[at_] == ',') ++at_;
    } catch (const Malformed&) {
      ++unreadable_;
      const size_t next_line = content_.find("\n{", begin);
      at_ = next_line == std::string_view::npos ? content_.size() : next_line + 1;
    }
  }
}

bool CheckingReader::skip_space() {
  at_ = std::min(content_.find_first_not_of(" \t\r\n", at_), content_.size());
  return at_ < content_.size();
}

void CheckingReader::expect(char c) {
  if (!skip_space() || content_[at_] != c) throw Malformed();
  ++at_;
}

JsonRecord CheckingReader::read_record() {
  JsonRecord record;
  expect('{');
  for (;;) {
    skip_space();
    const std::string key = read_text().text;
    expect(':');
    record.values[key] = read_value();
    record.keys.push_back(key);
    if (!skip_space()) throw Malformed();
    if (content_[at_] == '}') break;
    expect(',');
  }
  ++at_;
  return record;
}

JsonValue CheckingReader::read_value() {
  if (!skip_space()) throw Malformed();
  const size_t begin = at_;
  const char first = content_[at_];
  if (first == '"') return read_text();
  JsonValue value;
  if (first == '{' || first == '[') {
    read_container(first == '{' ? '}' : ']');
    value.kind = JsonValue::Kind::kContainer;
  } else {
    at_ = std::min(content_.find_first_of(",}] \t\r\n", at_), content_.size());
    const std::string_view word = content_.substr(begin, at_ - begin);
    const bool is_boolean = word == "true" || word == "false";
    value.kind = word == "null" ? JsonValue::Kind::kNull
                 : is_boolean   ? JsonValue::Kind::kBoolean
                                : JsonValue::Kind::kNumber;
    if (value.kind == JsonValue::Kind::kNumber && !is_number(word)) throw Malformed();
  }
  value.text = content_.substr(begin, at_ - begin);
  return value;
}

void CheckingReader::read_container(char close) {
  ++at_;
  if (!skip_space()) throw Malformed();
  for (bool is_first = true; content_[at_] != close || is_first; is_first = false) {
    if (!is_first) expect(',');
    if (is_first && content_[at_] == close) break;
    skip_space();
    if (close == '}') {
      read_text();
      expect(':');
    }
    read_value();
    if (!skip_space()) throw Malformed();
  }
  ++at_;
}

JsonValue CheckingReader::read_text() {
  JsonValue value;
  value.kind = JsonValue::Kind::kText;
  expect('"');
  for (; at_ < content_.size() && content_[at_] != '"'; ++at_) {
    if (static_cast<unsigned char>(content_[at_]) < 0x20) throw Malformed();
    if (content_[at_] == '\\') {
      read_escape(value);
    } else {
      value.text += content_[at_];
    }
  }
  expect('"');
  value.is_storable = is_valid_utf8(value.text) && value.text.find('\0') == std::string::npos;
  return value;
}

void CheckingReader::read_escape(JsonValue& value) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (++at_ == content_.size()) throw Malformed();
  if (content_[at_] != 'u') {
    const size_t letter = kLetters.find(content_[at_]);
    if (letter == std::string_view::npos) throw Malformed();
    value.text += kMeanings[letter];
    return;
  }
  uint32_t character = read_unit();
  if (character >> 10 == 0xD800 >> 10 && content_.substr(at_ + 1, 2) == "\\u") {
    const size_t before = at_;
    at_ += 2;
    const uint32_t low = read_unit();
    if (low >> 10 == 0xDC00 >> 10) {
      character = 0x10000 + ((character & 0x3FF) << 10 | (low & 0x3FF));
    } else {
      at_ = before;
    }
  }
  append_utf8(value.text, character);
}

uint32_t CheckingReader::read_unit() {
  uint32_t unit = 0;
  const std::string_view digits = content_.substr(at_ + 1, 4);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  if (error != std::errc() || end != digits.data() + 4) throw Malformed();
  at_ += 4;
  return unit;
}

TEST(CheckingReaderTest, ReadsValuesOfEveryKind) {
  const CheckingReader reader(
      R"( {"a":"x\/\u00e9\ud83c\udfb8", "b":-1.5e3,"c":null,"d":[1,{"e":"}"}],"f":true,"a":"last"})");
  ASSERT_EQ(reader.records().size(), 1u);
  const JsonRecord& record = reader.records()[0];
  EXPECT_EQ(record["a"].text, "last");
  EXPECT_EQ(record["b"].number(), -1500);
  EXPECT_EQ(record["c"].kind, JsonValue::Kind::kNull);
  EXPECT_EQ(record["d"].text, R"([1,{"e":"}"}])");
  EXPECT_EQ(record["f"].kind, JsonValue::Kind::kBoolean);
  EXPECT_EQ(CheckingReader(R"({"a":"x\/\u00e9\ud83c\udfb8"})").records()[0]["a"].text, "x/é🎸");
}

TEST(CheckingReaderTest, GoesOnBehindWhatIsNoJson) {
  const CheckingReader reader("{\"a\":1}{\"a\":2}\n{\"a\":[1,}\n{\"a\":\"open}\r\n\n{\"a\":3}\n{\"a\":01}");
  EXPECT_EQ(reader.records().size(), 3u);
  EXPECT_EQ(reader.unreadable(), 3u);
}

TEST(CheckingReaderTest, FindsTextsThatCannotBeStored) {
  for (const char* text : {R"(a\u0000)", R"(\ud83c)", R"(\udfb5)", R"(\ud83c\ud83c)", "caf\xE9"}) {
    const std::string content = "{\"a\":\"" + std::string(text) + "\"}";
    EXPECT_FALSE(CheckingReader(content).records().at(0)["a"].is_storable) << text;
  }
}

}  // namespace starlift::synth
