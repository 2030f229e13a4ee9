#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "json/record_reader.h"
#include "json/testing/read_all.h"

// Contents made at random, in every layout, of records whose fate is known when they are made.

namespace starlift {
namespace {

FieldSpec field(const char* path, const char* type, bool is_nullable) {
  return {.column = {path, *parse_column_type(type), is_nullable}, .path = *parse_field_path(path)};
}

const FieldSpec kFields[] = {
    field("id", "integer", false),        field("name", "varchar(40)", true), field("at.x", "double", true),
    field("tags[1]", "varchar(9)", true), field("seen", "timestamp", true),
};

/// Writes a content and what a reader must make of it.
class ContentMaker {
 public:
  explicit ContentMaker(uint32_t seed)
      : random_(seed), is_array_(below(3) == 0), is_one_per_line_(below(2)), may_break_lines_(below(2)) {}

  const std::string& content() const { return content_; }
  const std::vector<std::string>& expected() const { return expected_; }

  void make(int records) {
    if (below(4) == 0) content_ += "\xEF\xBB\xBF";
    content_ += blanks();
    if (is_array_) content_ += "[" + blanks();
    for (int i = 0; i < records; ++i)
      add_record();
    content_ += blanks();
    if (is_array_) content_ += "]" + blanks();
    end_truncated();
  }

 private:
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  std::string blanks() {
    static constexpr const char* kBlanks[] = {"", "", "", " ", "  ", "\t", "\r\n", "\n  "};
    return kBlanks[below(may_break_lines_ ? 8 : 6)];
  }

  std::string quote(const std::string& text) {
    std::string quoted = "\"";
    for (char c : text) {
      bool must_escape = c == '"' || c == '\\' || c == '\n';
      if (must_escape || (static_cast<unsigned char>(c) < 0x80 && below(8) == 0)) {
        quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else if (c == '/' && below(2)) {
        quoted += "\\/";
      } else {
        quoted += c;
      }
    }
    return quoted + "\"";
  }

  std::string text(uint32_t max_characters) {
    static constexpr const char* kCharacters[] = {"a", "Z", " ",  "\"", "\\", "/",
                                                  "{", "}", "\n", ",",  "é",  "\xF0\x9F\x98\x80"};
    std::string made;
    for (auto left = below(max_characters + 1); left > 0; --left)
      made += kCharacters[below(12)];
    return made;
  }

  std::string member(const std::string& key, const std::string& value) {
    return quote(key) + blanks() + ":" + blanks() + value;
  }

  /// Returns any value.
  std::string junk(int depth = 0) {
    switch (below(depth < 3 ? 6 : 4)) {
      case 0:
        return std::to_string(below(1000)) + (below(2) ? "" : "e-3");
      case 1:
        return quote(text(20));
      case 2:
        return "null";
      case 3:
        return below(2) ? "true" : "[]";
      case 4:
        return "[" + blanks() + junk(depth + 1) + blanks() + "," + junk(depth + 1) + "]";
      default:
        return "{" + member(text(5), junk(depth + 1)) + blanks() + "}";
    }
  }

  /// Returns an object of the members, in any order, among others.
  std::string object(std::vector<std::string> members) {
    for (auto others = below(3); others > 0; --others)
      members.push_back(member("other " + text(3), junk()));
    std::shuffle(members.begin(), members.end(), random_);
    std::string made = "{" + blanks();
    for (size_t i = 0; i < members.size(); ++i)
      made += (i > 0 ? "," + blanks() : "") + members[i] + blanks();
    return made + "}";
  }

  /// Returns a record that loads and sets `row` to what it loads as.
  std::string record(std::string& row) {
    std::vector<std::string> members;
    row.clear();
    auto add = [&](bool is_there, const std::string& key, const std::string& value,
                   const std::string& shown) {
      if (is_there) members.push_back(member(key, value));
      row += (row.empty() ? "" : "|") + (is_there ? shown : "null");
    };
    auto id = std::to_string(static_cast<int32_t>(random_()));
    auto name = text(9);
    auto x = fmt::format("{}", static_cast<double>(static_cast<int32_t>(random_())) / 1024);
    auto tag = text(2);
    auto seen = std::to_string(random_());
    add(true, "id", below(2) ? id : quote(id + ".0"), id);
    add(below(3), "name", quote(name), name);
    add(below(3), "at", object({member("x", x)}), x);
    add(below(3), "tags", "[" + junk() + "," + quote(tag) + blanks() + "]", tag);
    add(below(3), "seen", seen + ".5", seen + "500");
    return object(members);
  }

  void add_record() {
    if (is_array_ && !expected_.empty()) content_ += blanks() + ",";
    content_ += truncated_at_ || is_one_per_line_ ? "\n" : blanks();
    uint32_t kinds = truncated_at_ ? 11 : 12;  // the last kind is no object
    end_truncated();
    std::string row;
    switch (below(kinds)) {
      case 0:
        return add_truncated();
      case 1: {
        auto made = object({member("id", "1"), member("name", "\"\xC3\"")});
        return add(made,
                   fmt::format("REJECT invalid UTF-8 <{}> ^{}", made, made.find('\xC3' + std::string("\""))));
      }
      case 2: {
        auto made = object({member("id", "1.5")});
        return add(made, fmt::format("REJECT id: 1.5 is not an integer <{}> ^{}", made, made.find("1.5")));
      }
      case 11: {
        auto made = below(2) ? quote(text(9)) : "true";
        return add(made, "REJECT not an object <" + made + "> ^0");
      }
      default: {
        auto made = record(row);
        return add(made, row);
      }
    }
  }

  void add(const std::string& made, const std::string& what) {
    expected_.push_back(fmt::format("{} @{}: {}", expected_.size() + 1, content_.size(), what));
    content_ += made;
  }

  /// Adds a record that ends too early. The next one must start a line, or it would be lost, too.
  void add_truncated() {
    std::string row;
    bool may_break_lines = std::exchange(may_break_lines_, false);
    auto made = record(row);
    may_break_lines_ = may_break_lines;
    made.resize(1 + below(static_cast<uint32_t>(made.size() - 1)));
    truncated_at_ = content_.size();
    add(made, "");
  }

  /// Now it is known how far the truncated record reaches.
  void end_truncated() {
    if (!truncated_at_) return;
    auto lost = content_.substr(*truncated_at_);
    lost.resize(lost.find_last_not_of(" \t\r\n") + 1);
    expected_.back() += "REJECT broken JSON <" + lost + ">";
    truncated_at_.reset();
  }

  std::mt19937 random_;
  bool is_array_;
  bool is_one_per_line_;
  bool may_break_lines_;
  std::optional<size_t> truncated_at_;
  std::string content_;
  std::vector<std::string> expected_;
};

/// Shows a record as the maker does, who does not know how broken JSON is described.
std::string show(const ReadRecord& record) {
  if (!record.is_reject || !record.reject.reason.starts_with("broken JSON")) return to_string(record);
  return fmt::format("{} @{}: REJECT broken JSON <{}>", record.number, record.offset, record.reject.text);
}

TEST(RandomContentsTest, AreReadAsTheyWereMade) {
  RecordReader reader(kFields);
  ColumnBatch batch(types_of(kFields));
  for (uint32_t seed = 0; seed < 400 && !HasFailure(); ++seed) {
    ContentMaker maker(seed);
    maker.make(seed % 40 ? 25 : 1500);  // also longer than a block
    std::vector<std::string> shown;
    auto read = read_all(reader, batch, maker.content(), seed % 3 ? SIZE_MAX : seed % 97 + 1);
    for (const auto& record : read.records)
      shown.push_back(show(record));
    EXPECT_EQ(shown, maker.expected()) << "seed " << seed << ":\n" << maker.content();
  }
}

}  // namespace
}  // namespace starlift
