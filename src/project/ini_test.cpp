#include "project/ini.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

auto is_entry(const std::string& section, const std::string& key, const std::string& value, int line) {
  return testing::AllOf(testing::Field(&IniEntry::section, section), testing::Field(&IniEntry::key, key),
                        testing::Field(&IniEntry::value, value), testing::Field(&IniEntry::line, line));
}

std::string value_of(const std::string& written) {
  return parse_ini("[A]\nK = " + written, "x.cfg").at(0).value;
}

TEST(IniTest, ReadsSectionsAndKeys) {
  EXPECT_THAT(
      parse_ini("[S3]\nLOG_DATA=logs\nlab-data : lab\n\n[ IAM_ROLE ] # whose\nARN = arn:aws:iam::1:role/r\n",
                "x.cfg"),
      ElementsAre(is_entry("S3", "LOG_DATA", "logs", 2), is_entry("S3", "lab-data", "lab", 3),
                  is_entry("IAM_ROLE", "ARN", "arn:aws:iam::1:role/r", 6)));
}

TEST(IniTest, NothingIsNoEntry) {
  EXPECT_THAT(parse_ini("", "x.cfg"), IsEmpty());
  EXPECT_THAT(parse_ini("\n# KEY=1\n  ; indented comment\n[A]\n\t\n[B]", "x.cfg"), IsEmpty());
}

TEST(IniTest, ReadsWindowsLinesAndByteOrderMarks) {
  EXPECT_THAT(parse_ini("\xEF\xBB\xBF[A]\r\nK='v'\r\n", "x.cfg"), ElementsAre(is_entry("A", "K", "v", 2)));
}

TEST(IniTest, ValuesAreTrimmedAndLoseOnePairOfQuotes) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"''", ""},
      {"\"\"", ""},
      {"  v  ", "v"},
      {"'v'", "v"},
      {"\"v\"", "v"},
      {"' v '", " v "},
      {"\"'v'\"", "'v'"},
      {"'v\"", "'v\""},
      {"'", "'"},
      {"it's", "it's"},
      {"'v", "'v"},
      {"a=b:c", "a=b:c"},
      {"p#w;d", "p#w;d"},
      {"\"p%ss=word#1\"", "p%ss=word#1"},
      {"v # not a comment", "v # not a comment"},
  };
  for (const auto& [written, value] : cases)
    EXPECT_EQ(value_of(written), value) << written;
}

// What Python 3.11's configparser reads from the same text.
TEST(IniTest, KeysMayBeIndentedBelowTheirSection) {
  EXPECT_THAT(parse_ini("[A]\n  K = 1\n  L = 2\n  [B]\n\tM = 3\nN = 4\n", "x.cfg"),
              ElementsAre(is_entry("A", "K", "1", 2), is_entry("A", "L", "2", 3), is_entry("B", "M", "3", 5),
                          is_entry("B", "N", "4", 6)));
}

TEST(IniTest, ADeeperLineGoesOnWithTheValueAbove) {
  EXPECT_THAT(parse_ini("[A]\nK = 1\n  2\n\n  # a comment\n    3\n\nL =\n  4\n", "x.cfg"),
              ElementsAre(is_entry("A", "K", "1\n2\n\n3", 2), is_entry("A", "L", "4", 8)));
  EXPECT_THAT(parse_ini("[A]\nK = 'v\n  w'\n  [B]\n", "x.cfg"),
              ElementsAre(is_entry("A", "K", "'v\nw'\n[B]", 2)));
}

TEST(IniTest, ALineThatGoesOnButLooksLikeAKeyIsDoubtful) {
  auto entries = parse_ini("[A]\nK = v\n  L = secret\n  https://host/?q=1\n", "x.cfg");
  EXPECT_THAT(entries.at(0).doubtful_lines, ElementsAre(3));
}

TEST(IniTest, RefusesWhatIsNoLineOfIt) {
  struct Broken {
    std::string_view text;
    std::string_view message;
  };
  constexpr std::string_view kNeither =
      "x.cfg:2: the line is neither [SECTION] nor KEY = value nor a comment that begins with #";
  constexpr std::string_view kSection = "x.cfg:1: a section is written [NAME], alone on its line";
  const Broken cases[] = {
      {"[A]\nsecret", kNeither},
      {"[A]\n= secret", kNeither},
      {"[A]\n: secret", kNeither},
      {"[A]\n  K = v\n  secret",
       "x.cfg:3: the line is neither [SECTION] nor KEY = value nor a comment that begins with #"},
      {"[A]\n  K = v\n secret",
       "x.cfg:3: the line is neither [SECTION] nor KEY = value nor a comment that begins with #"},
      {"[A", kSection},
      {"[]", kSection},
      {"[ ]", kSection},
      {"[", kSection},
      {"[A] K = secret", kSection},
      {"\nK = secret", "x.cfg:2: key K stands before any [SECTION]"},
      {"[A]\nK = 1\n[a]\n\nk = secret",
       "x.cfg:5: [a] k is set a second time, after line 2; remove one of them"},
  };
  for (const auto& test : cases) {
    try {
      parse_ini(test.text, "x.cfg");
      ADD_FAILURE() << test.text << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfiguration);
      EXPECT_EQ(error.what(), test.message);
      EXPECT_THAT(std::string(test.message), testing::StartsWith(error.place() + ": "));
    }
  }
}

TEST(IniTest, TheSameKeyMayStandInTwoSections) {
  EXPECT_THAT(
      parse_ini("[A]\nK=1\n[B]\nK=2\n[A]\nL=3", "x.cfg"),
      ElementsAre(is_entry("A", "K", "1", 2), is_entry("B", "K", "2", 4), is_entry("A", "L", "3", 6)));
}

TEST(IniTest, NamesAreTheSameWhateverTheirCase) {
  EXPECT_TRUE(is_same_name("Log_Data", "LOG_DATA"));
  EXPECT_FALSE(is_same_name("LOG_DATA", "LOGDATA"));
}

}  // namespace
}  // namespace starlift
