#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace starlift {

/// How starlift and DuckDB's read_json take a record.
enum class Agreement {
  kSame,          ///< both read the same values, or both refuse it
  kOnlyStarlift,  ///< read_json refuses it
  kOnlyDuckDb,    ///< starlift rejects it
  kOtherValue,    ///< both read it, as different values
};

inline std::ostream& operator<<(std::ostream& out, Agreement agreement) {
  static constexpr const char* kNames[] = {"the same", "only starlift reads it", "only DuckDB reads it",
                                           "another value"};
  return out << kNames[static_cast<size_t>(agreement)];
}

struct OddRecord {
  std::string json;
  std::string oddity;  ///< what is odd about it; empty when nothing is
  Agreement agreement = Agreement::kSame;
};

/// Values that not everybody reads alike.
struct Oddity {
  const char* name;
  const char* key;
  Agreement agreement;
  std::vector<const char*> values;
};

// docs/input.md lists those that are not kSame.
inline const Oddity kOddities[] = {
    {"no number", "whole", Agreement::kSame, {"\"abc\"", "[1]", "{\"a\":1}", "\" \"", "\"1_000\""}},
    {"beyond the type", "small", Agreement::kSame, {"32768", "-32769", "1e5", "\"32768\"", "1e400"}},
    {"beyond the type", "big", Agreement::kSame, {"9223372036854775808", "-9223372036854775809", "1e19"}},
    {"beyond the type", "exact", Agreement::kSame, {"123456789012345678", "1e17", "\"1e17\""}},
    {"no truth", "flag", Agreement::kSame, {"\"maybe\"", "[true]"}},
    {"no day", "day", Agreement::kSame, {"\"2018-02-30\"", "\"2018-13-01\"", "20181101", "\"today\""}},
    {"no time",
     "at",
     Agreement::kSame,
     {"\"2018-11-01T25:00:00\"", "1541106106796", "\"2018-11-01T21:01:61\""}},
    {"a lone surrogate", "text", Agreement::kSame, {R"("\ud83d")", R"("\ude00x")"}},
    {"broken UTF-8", "text", Agreement::kSame, {"\"\xC3\"", "\"\xED\xA0\x80\"", "\"\xF8\x88\x80\x80\x80\""}},
    {"a fraction", "whole", Agreement::kOnlyDuckDb, {"7.5", "0.1", "-1e-1"}},
    {"more digits than the scale", "exact", Agreement::kOnlyDuckDb, {"1.2345", "\"1.2345\"", "1e-4"}},
    {"more digits than a double has",
     "big",
     Agreement::kOtherValue,
     {"9007199254740993.0", "123456789012345678.0"}},
    {"more digits than a double has", "exact", Agreement::kOtherValue, {"12345678901234567.123"}},
    {"a whole number with point or exponent, as text",
     "whole",
     Agreement::kOnlyStarlift,
     {"\"7.0\"", "\"7e0\""}},
    {"a truth for a number", "whole", Agreement::kOnlyDuckDb, {"true", "false"}},
    {"a truth for a number", "real", Agreement::kOnlyDuckDb, {"true"}},
    {"a number for a truth", "flag", Agreement::kOnlyDuckDb, {"1", "0", "2", "1.0"}},
    {"an abbreviated truth", "flag", Agreement::kOnlyDuckDb, {"\"t\"", "\"yes\""}},
    {"a hexadecimal number", "whole", Agreement::kOnlyDuckDb, {"\"0x1F\""}},
    {"no finite number", "real", Agreement::kOnlyDuckDb, {"1e309", "\"NaN\"", "\"inf\"", "\"1e400\""}},
    {"half a number", "real", Agreement::kOnlyDuckDb, {"\"1.\"", "\".5\""}},
    {"empty text", "whole", Agreement::kOnlyStarlift, {"\"\""}},
    {"empty text", "day", Agreement::kOnlyStarlift, {"\"\""}},
    {"blanks around", "whole", Agreement::kOnlyDuckDb, {"\" 7\"", "\"7 \""}},
    {"blanks around", "day", Agreement::kOnlyDuckDb, {"\" 2018-11-01\""}},
    {"another way to write a day",
     "day",
     Agreement::kOnlyDuckDb,
     {"\"2018-1-1\"", "\"2018/11/01\"", "\"epoch\""}},
    {"a time for a day", "day", Agreement::kOnlyDuckDb, {"\"2018-11-01T10:00:00\""}},
    {"a year before 1 or after 9999", "day", Agreement::kOnlyDuckDb, {"\"0000-01-01\"", "\"10000-01-01\""}},
    {"midnight as 24:00", "moment", Agreement::kOnlyDuckDb, {"\"2018-11-01T24:00:00\""}},
    {"a zone",
     "moment",
     Agreement::kOtherValue,
     {"\"2018-11-01T21:01:46+02:00\"", "\"2018-11-01 21:01:46-05:30\""}},
    {"a NUL", "text", Agreement::kOnlyDuckDb, {R"("a\u0000b")"}},
    {"a number for text", "text", Agreement::kOtherValue, {"1.50", "1e5", "-0"}},
    {"structure for text", "text", Agreement::kOtherValue, {"{\"a\" : 1}", "[1, \"x\"]"}},
    {"no structure", "nested", Agreement::kOnlyStarlift, {"5", "\"x\"", "[1]"}},
};

/// How the records of a content follow one another.
enum class Layout { kLines, kPretty, kArray };

inline std::string lay_out(Layout layout, std::span<const OddRecord> records) {
  std::string content;
  for (const auto& record : records) {
    if (!content.empty()) content += layout == Layout::kArray ? ",\n" : "\n";
    content += record.json;
  }
  return layout == Layout::kArray ? "[" + content + "]" : content;
}

/// Makes records at random: a third of them with one oddity.
class OddRecords {
 public:
  explicit OddRecords(uint32_t seed) : random_(seed), layout_(static_cast<Layout>(below(3))) {}

  Layout layout() const { return layout_; }

  /// Their ids are their indexes.
  std::vector<OddRecord> make(size_t count) {
    std::vector<OddRecord> records;
    while (records.size() < count)
      records.push_back(record(records.size()));
    return records;
  }

 private:
  static constexpr const char* kId = "id";
  using Members = std::vector<std::pair<std::string, std::string>>;

  uint64_t below(uint64_t limit) { return random_() % limit; }
  bool one_in(uint64_t count) { return below(count) == 0; }

  OddRecord record(size_t id) {
    Members members = ordinary_members();
    OddRecord made;
    if (one_in(3)) {
      const Oddity& oddity = kOddities[below(std::size(kOddities))];
      std::erase_if(members, [&](const auto& member) { return member.first == oddity.key; });
      members.emplace_back(oddity.key, oddity.values[below(oddity.values.size())]);
      made.oddity = fmt::format("{} in {}", oddity.name, oddity.key);
      made.agreement = oddity.agreement;
    }
    members.emplace_back(kId, std::to_string(id));
    std::shuffle(members.begin(), members.end(), random_);
    made.json = object(members);
    if (made.oddity.empty() && one_in(10)) spoil(made, members);
    return made;
  }

  /// Spoils the record as a whole.
  void spoil(OddRecord& made, Members members) {
    if (layout_ != Layout::kLines || one_in(2)) {
      members.push_back(*std::find_if(members.begin(), members.end(),
                                      [](const auto& member) { return member.first == kId; }));
      made = {object(members), "a key twice", Agreement::kOnlyStarlift};
    } else {
      made = {made.json.substr(0, 1 + below(made.json.size() - 1)), "broken off", Agreement::kSame};
    }
  }

  Members ordinary_members() {
    Members members;
    auto add = [&](const char* key, std::string value) {
      if (!one_in(6)) members.emplace_back(key, one_in(8) ? "null" : std::move(value));
    };
    add("small", whole(15));
    add("whole", whole(31));
    add("big", whole(63));
    add("exact", exact());
    add("real", real());
    add("flag", maybe_quoted(one_in(2) ? "true" : "false"));
    add("day", quote(day()));
    add("moment", quote(time()));
    add("ms", std::to_string(static_cast<int64_t>(below(1ULL << 42))));
    add("text", one_in(9) ? "true" : quoted_text());
    add("nested", object({{"x", quoted_text()}, {"y", whole(31)}, {"unknown", junk()}}));
    add("list", fmt::format("[{}{}]", blanks(), fmt::join(wholes(), "," + blanks())));
    for (auto left = below(3); left > 0; --left)
      members.emplace_back(fmt::format("unknown {}", left), junk());
    return members;
  }

  std::string object(const Members& members) {
    std::string made = "{" + blanks();
    for (const auto& [key, value] : members) {
      if (made.find(':') != made.npos) made += blanks() + "," + blanks();
      made += fmt::format("\"{}\"{}:{}{}", key, blanks(), blanks(), value);
    }
    return made + blanks() + "}";
  }

  std::string blanks() {
    static constexpr const char* kBlanks[] = {"", "", "", " ", "\t", "  ", "\n", "\r\n  "};
    return kBlanks[below(layout_ == Layout::kLines ? 6 : 8)];
  }

  static std::string quote(const std::string& text) { return '"' + text + '"'; }
  std::string maybe_quoted(const std::string& text) { return one_in(4) ? quote(text) : text; }

  /// A whole number that fits so many bits and a sign.
  std::string whole(int bits) {
    auto most = static_cast<int64_t>((1ULL << bits) - 1);
    int64_t value = one_in(20) ? most : static_cast<int64_t>(random_() >> 1) % (most >> below(bits));
    if (one_in(2)) value = -value;
    bool is_exact_as_double = std::abs(value) < (1LL << 53);
    if (is_exact_as_double && one_in(5)) return fmt::format("{}{}", value, one_in(2) ? ".0" : "e0");
    return maybe_quoted(std::to_string(value));
  }

  std::vector<std::string> wholes() {
    std::vector<std::string> made;
    for (auto left = below(4); left > 0; --left)
      made.push_back(one_in(6) ? "null" : whole(31));
    return made;
  }

  /// A decimal that a double holds, too; or any, as text.
  std::string exact() {
    std::string sign = one_in(2) ? "-" : "";
    if (one_in(3)) return quote(fmt::format("{}{}.{:03}", sign, below(100'000'000'000'000'000), below(1000)));
    return fmt::format("{}{}.{:03}{}", sign, below(1'000'000'000), below(1000), one_in(5) ? "e2" : "");
  }

  std::string real() {
    double value = static_cast<double>(static_cast<int64_t>(random_())) *
                   std::pow(2.0, static_cast<double>(below(1900)) - 1000);
    if (one_in(3)) value = static_cast<double>(below(100'000)) / 1000;
    return maybe_quoted(one_in(2) ? fmt::format("{}", value) : fmt::format("{:.17e}", value));
  }

  std::string day() {
    return fmt::format("{:04}-{:02}-{:02}", 1 + below(9999), 1 + below(12), 1 + below(28));
  }

  std::string time() {
    std::string made =
        fmt::format("{}{}{:02}:{:02}:{:02}", day(), one_in(2) ? "T" : " ", below(24), below(60), below(60));
    if (one_in(2)) made += fmt::format(".{}", below(1'000'000'000));
    return made + (one_in(2) ? "Z" : "");
  }

  /// Text of all kinds of characters, as they are or escaped.
  std::string quoted_text() {
    static constexpr const char* kCharacters[] = {"a",
                                                  "Z",
                                                  " ",
                                                  "{",
                                                  "}",
                                                  ",",
                                                  "é",
                                                  "中",
                                                  "\xF0\x9F\x98\x80",
                                                  "'",
                                                  R"(\")",
                                                  R"(\\)",
                                                  R"(\/)",
                                                  R"(\n)",
                                                  R"(\t)",
                                                  R"(\b)",
                                                  R"(\u00e9)",
                                                  R"(\u4E2d)",
                                                  R"(\uD83D\uDE00)",
                                                  R"(\u0001)"};
    std::string made;
    for (auto left = below(20); left > 0; --left)
      made += kCharacters[below(std::size(kCharacters))];
    return quote(made);
  }

  /// Any value.
  std::string junk() {
    switch (below(6)) {
      case 0:
        return "[" + blanks() + "]";
      case 1:
        return fmt::format("[{},{}{{\"\":{}}}]", quoted_text(), blanks(), real());
      case 2:
        return "false";
      case 3:
        return "null";
      case 4:
        return real();
      default:
        return quoted_text();
    }
  }

  std::mt19937_64 random_;
  Layout layout_;
};

}  // namespace starlift
