#include "json/record_reader.h"

#include <gmock/gmock.h>

#include <string>

#include "base/error.h"
#include "json/testing/read_all.h"

// Where records begin and end, and what becomes of what is none. record_values_test.cpp has what is in them.

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Lines = std::vector<std::string>;

FieldSpec field(const char* path, const char* type) {
  return {.column = {path, *parse_column_type(type), true}, .path = *parse_field_path(path)};
}

const FieldSpec kFields[] = {field("a", "integer")};

ReadContent read(std::string_view content, size_t read_bytes = SIZE_MAX) {
  RecordReader reader(kFields);
  ColumnBatch batch(types_of(kFields));
  return read_all(reader, batch, content, read_bytes);
}

/// Reads `content` in pieces of several sizes, which must make no difference.
Lines lines(std::string_view content) {
  auto whole = to_strings(read(content));
  for (size_t read_bytes : {1, 2, 7, 64, 4096}) {
    if (content.size() > 100'000 && read_bytes < 64) continue;
    EXPECT_EQ(to_strings(read(content, read_bytes)), whole) << "in reads of " << read_bytes << " bytes";
  }
  return whole;
}

TEST(RecordReaderTest, ReadsALogOfLines) {
  EXPECT_THAT(lines("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"), ElementsAre("1 @0: 1", "2 @8: 2", "3 @16: 3"));
}

TEST(RecordReaderTest, NeedsNoFinalLineBreak) {
  EXPECT_THAT(lines("{\"a\":1}\n{\"a\":2}"), ElementsAre("1 @0: 1", "2 @8: 2"));
  EXPECT_THAT(lines("{\"a\":1}"), ElementsAre("1 @0: 1"));
}

TEST(RecordReaderTest, ReadsRecordsBetweenAnyBlanksOrNone) {
  EXPECT_THAT(lines("{\"a\":1}{\"a\":2} {\"a\":3}\t\r\n\n \r{\"a\":4}"),
              ElementsAre("1 @0: 1", "2 @7: 2", "3 @15: 3", "4 @28: 4"));
  EXPECT_THAT(lines(" \n\t{\"a\":1} \n "), ElementsAre("1 @3: 1"));
  EXPECT_THAT(lines("{\"a\":1}\r\n{\"a\":2}\r\n"), ElementsAre("1 @0: 1", "2 @9: 2"));
}

TEST(RecordReaderTest, ReadsRecordsOverManyLines) {
  EXPECT_THAT(lines("{\n  \"a\" : 1\n}\n{\n  \"a\" : 2\n}\n"), ElementsAre("1 @0: 1", "2 @14: 2"));
  EXPECT_THAT(lines("{\"a\"\n:\n1}{\"b\":{}\n,\"a\":2}"), ElementsAre("1 @0: 1", "2 @9: 2"));
}

TEST(RecordReaderTest, ReadsNothingFromNothing) {
  for (auto content : {"", " ", "\n\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n", "[]", " [ ] ", "[][]"}) {
    EXPECT_THAT(lines(content), IsEmpty()) << content;
    EXPECT_EQ(read(content).record_count, 0u);
  }
}

TEST(RecordReaderTest, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_THAT(lines("\xEF\xBB\xBF{\"a\":1}\n{\"a\":2}"), ElementsAre("1 @3: 1", "2 @11: 2"));
  EXPECT_THAT(lines("\xEF\xBB\xBF[{\"a\":1}]"), ElementsAre("1 @4: 1"));
  EXPECT_THAT(lines("{\"a\":1}\n\xEF\xBB\xBF{\"a\":2}\n{\"a\":3}"),
              ElementsAre("1 @0: 1", HasSubstr("2 @8: REJECT broken JSON"), "3 @19: 3"));
  EXPECT_THAT(lines("\xEF\xBB"), ElementsAre(HasSubstr("1 @0: REJECT broken JSON")));
}

TEST(RecordReaderTest, ReadsATopLevelArrayAsItsElements) {
  EXPECT_THAT(lines("[{\"a\":1},{\"a\":2}]"), ElementsAre("1 @1: 1", "2 @9: 2"));
  EXPECT_THAT(lines("[\n{\"a\":1},\n{\"a\":2}\n]\n"), ElementsAre("1 @2: 1", "2 @11: 2"));
  EXPECT_THAT(lines(" [ {\"a\":1} , {\"a\":2} ] [{\"a\":3}] {\"a\":4}"),
              ElementsAre("1 @3: 1", "2 @13: 2", "3 @24: 3", "4 @33: 4"));
}

TEST(RecordReaderTest, ForgivesAMissingCommaInAnArrayButNoneTooMany) {
  EXPECT_THAT(lines("[{\"a\":1}\n{\"a\":2}]"), ElementsAre("1 @1: 1", "2 @9: 2"));
  EXPECT_THAT(lines("[{\"a\":1},\n]"),
              ElementsAre("1 @1: 1", "2 @10: REJECT broken JSON: a value is expected <]> ^0"));
  EXPECT_THAT(lines("[{\"a\":1},,\n{\"a\":2}]"),
              ElementsAre("1 @1: 1", "2 @9: REJECT broken JSON: a value is expected <,> ^0", "3 @11: 2"));
  EXPECT_THAT(lines("[,\n{\"a\":2}]"),
              ElementsAre("1 @1: REJECT broken JSON: a value is expected <,> ^0", "2 @3: 2"));
}

TEST(RecordReaderTest, RefusesCommasOutsideAnArray) {
  EXPECT_THAT(lines("{\"a\":1},\n{\"a\":2}"),
              ElementsAre("1 @0: 1", "2 @7: REJECT broken JSON: a value is expected <,> ^0", "3 @9: 2"));
  EXPECT_THAT(lines("[{\"a\":1}],\n{\"a\":2}"),
              ElementsAre("1 @1: 1", "2 @9: REJECT broken JSON: a value is expected <,> ^0", "3 @11: 2"));
  EXPECT_THAT(lines("{\"a\":1}]\n{\"a\":2}}\n"),
              ElementsAre("1 @0: 1", "2 @7: REJECT broken JSON: a value is expected <]> ^0", "3 @9: 2",
                          "4 @16: REJECT broken JSON: a value is expected <}> ^0"));
}

TEST(RecordReaderTest, RejectsValuesThatAreNoObjectsAlone) {
  EXPECT_THAT(
      lines("1 \"x\" null true\n{\"a\":2}[[1,2],{\"a\":3},-1.5e3,\"]\"]"),
      ElementsAre("1 @0: REJECT not an object <1> ^0", "2 @2: REJECT not an object <\"x\"> ^0",
                  "3 @6: REJECT not an object <null> ^0", "4 @11: REJECT not an object <true> ^0", "5 @16: 2",
                  "6 @24: REJECT not an object <[1,2]> ^0", "7 @30: 3",
                  "8 @38: REJECT not an object <-1.5e3> ^0", "9 @45: REJECT not an object <\"]\"> ^0"));
  EXPECT_THAT(lines("42"), ElementsAre("1 @0: REJECT not an object <42> ^0"));
}

TEST(RecordReaderTest, SaysWhereAnArrayOpensThatIsNotClosed) {
  EXPECT_THAT(lines("{\"a\":1}\n[{\"a\":2},\n{\"a\":3}\n"),
              ElementsAre("1 @0: 1", "2 @9: 2", "3 @18: 3",
                          "4 @26: REJECT broken JSON: the array that opens at byte 8 is not closed <> ^0"));
  EXPECT_THAT(lines("["),
              ElementsAre("1 @1: REJECT broken JSON: the array that opens at byte 0 is not closed <> ^0"));
  EXPECT_THAT(lines("[{\"a\":1},"), ElementsAre("1 @1: 1", HasSubstr("2 @9: REJECT broken JSON: the array")));
}

TEST(RecordReaderTest, BlamesTheBrokenElementAndNotTheArrayWhoseEndItTookAlong) {
  EXPECT_THAT(lines("[{\"a\":1},\n{\"a\":}\n]"),
              ElementsAre("1 @1: 1", "2 @10: REJECT broken JSON: a value is expected <{\"a\":}\n]> ^5"));
  EXPECT_THAT(
      lines("[{\"a\":1},\n{\"a\":"),
      ElementsAre("1 @1: 1", "2 @10: REJECT broken JSON: the content ends inside the record <{\"a\":> ^5"));
  EXPECT_THAT(
      lines("[{\"a\":},\n{\"a\":2},\n{\"a\":3}]\n[{\"a\":4}"),
      ElementsAre("1 @1: REJECT broken JSON: a value is expected <{\"a\":},> ^5", "2 @9: 2", "3 @18: 3",
                  "4 @28: 4", HasSubstr("the array that opens at byte 27 is not closed")));
}

TEST(RecordReaderTest, ResumesAfterBrokenJsonAtTheNextLineThatStartsWithABrace) {
  EXPECT_THAT(
      lines("{\"a\":1}\n{\"a\":x}\n{\"a\":3}\n"),
      ElementsAre("1 @0: 1", "2 @8: REJECT broken JSON: a value is expected <{\"a\":x}> ^5", "3 @16: 3"));
  EXPECT_THAT(
      lines("hello\n {\"a\":1}\nworld {\"a\":2}\n{\"a\":3}"),
      ElementsAre("1 @0: REJECT broken JSON: a value is expected <hello\n {\"a\":1}\nworld {\"a\":2}> ^0",
                  "2 @29: 3"));
  EXPECT_THAT(lines("{\"a\":1}{\"a\":x}{\"a\":2}\n{\"a\":3}"),
              ElementsAre("1 @0: 1", "2 @7: REJECT broken JSON: a value is expected <{\"a\":x}{\"a\":2}> ^5",
                          "3 @22: 3"));
}

TEST(RecordReaderTest, LosesNothingButATruncatedRecord) {
  for (std::string truncated :
       {"{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":\"x", "{\"a\":\"x\\", "{\"a\":[",
        "{\"a\":[1,", "{\"a\":{\"b\":1}", "{\"a\":tr", "{\"a\":-", "{\"a\":{"}) {
    std::string content = "{\"a\":1}\n" + truncated + "\n{\"a\":3}\n{\"a\":4}\n";
    auto read = lines(content);
    ASSERT_EQ(read.size(), 4u) << truncated;
    EXPECT_EQ(read[0], "1 @0: 1");
    EXPECT_THAT(read[1], HasSubstr("2 @8: REJECT broken JSON")) << truncated;
    EXPECT_THAT(read[1], HasSubstr("<" + truncated + ">"));
    EXPECT_THAT(read[2], HasSubstr(": 3"));
    EXPECT_THAT(read[3], HasSubstr(": 4"));
  }
}

TEST(RecordReaderTest, GoesBackToALineThatABrokenRecordSeemedToHold) {
  // The first record takes the second for its value, and only then meets what does not fit.
  EXPECT_THAT(
      lines("{\"a\":\n{\"a\":2}\n{\"a\":3}\n"),
      ElementsAre("1 @0: REJECT broken JSON: a comma or } is expected <{\"a\":> ^5", "2 @6: 2", "3 @14: 3"));
  EXPECT_THAT(
      lines("{\"a\":\n{\"a\":2}"),
      ElementsAre("1 @0: REJECT broken JSON: the content ends inside the record <{\"a\":> ^5", "2 @6: 2"));
}

TEST(RecordReaderTest, TellsWhereInTheTextJsonBreaks) {
  EXPECT_THAT(lines("{\"a\":1,}\n"),
              ElementsAre("1 @0: REJECT broken JSON: a key is expected <{\"a\":1,}> ^7"));
  EXPECT_THAT(lines("\n{\"a\":01}\n"),
              ElementsAre("1 @1: REJECT broken JSON: a comma or } is expected <{\"a\":01}> ^6"));
  EXPECT_THAT(
      lines("{\"a\":\"\t\"}"),
      ElementsAre("1 @0: REJECT broken JSON: a control character stands in a string <{\"a\":\"\t\"}> ^6"));
}

TEST(RecordReaderTest, RejectsWrongCharactersAlone) {
  EXPECT_THAT(lines("{\"a\":1}\n{\"b\":\"x\xFFy\"} {\"a\":3}\n"),
              ElementsAre("1 @0: 1", "2 @8: REJECT invalid UTF-8 <{\"b\":\"x\xFFy\"}> ^7", "3 @20: 3"));
  EXPECT_THAT(
      lines("{\"b\":\"\\n\\ud83d\"}{\"a\":3}"),
      ElementsAre("1 @0: REJECT half of a surrogate pair (\\ud800 to \\udfff) <{\"b\":\"\\n\\ud83d\"}> ^8",
                  "2 @16: 3"));
  EXPECT_THAT(lines("{\"\\udc00\":1}\n{\"a\":3}"),
              ElementsAre(HasSubstr("REJECT half of a surrogate pair"), "2 @13: 3"));
  EXPECT_THAT(lines("{\"a\":1,\"b\":\"\xED\xA0\x80\"}\n{\"a\":3}"),
              ElementsAre(HasSubstr("invalid UTF-8"), "2 @18: 3"));
}

TEST(RecordReaderTest, TakesWrongCharactersOnlyForWhatTheyAre) {
  // Broken JSON is told first: where a record ends can only be known by its grammar.
  EXPECT_THAT(lines("{\"a\":\"\xFF\"\n{\"a\":3}"),
              ElementsAre(HasSubstr("broken JSON: a comma or }"), "2 @9: 3"));
  EXPECT_THAT(lines("{\"a\":\xFF}\n{\"a\":3}"), ElementsAre(HasSubstr("broken JSON: a value"), "2 @8: 3"));
}

TEST(RecordReaderTest, RejectsWhatIsNestedTooDeep) {
  auto nested = [](size_t depth) {
    return "{\"b\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + ",\"a\":1}";
  };
  EXPECT_THAT(lines(nested(1024)), ElementsAre("1 @0: 1"));
  EXPECT_THAT(lines(nested(1025) + "\n{\"a\":2}"),
              ElementsAre(HasSubstr("broken JSON: it is nested deeper than 1,024 levels"), HasSubstr(": 2")));
  EXPECT_THAT(lines(nested(100'000) + "\n{\"a\":2}"),
              ElementsAre(HasSubstr("nested deeper"), HasSubstr(": 2")));
}

TEST(RecordReaderTest, ReadsRecordsLongerThanABlock) {
  std::string long_text(200'000, 'x');
  std::string content;
  Lines expected;
  for (int i = 1; i <= 5; ++i) {
    expected.push_back(std::to_string(i) + " @" + std::to_string(content.size()) + ": " + std::to_string(i));
    content +=
        "{\"b\":\"" + (i % 2 ? long_text : "") + "\",\"a\":" + std::to_string(i) + "}" + (i == 3 ? "" : "\n");
  }
  EXPECT_EQ(lines(content), expected);
}

std::string record_of_size(size_t size_bytes, const std::string& rest) {
  std::string head = "{\"b\":\"";
  std::string tail = "\"," + rest + "}";
  return head + std::string(size_bytes - head.size() - tail.size(), 'x') + tail;
}

TEST(RecordReaderTest, LoadsRecordsUpToTheLimit) {
  EXPECT_THAT(lines(record_of_size(kMaxRecordBytes, "\"a\":1") + "{\"a\":2}"),
              ElementsAre("1 @0: 1", "2 @4194304: 2"));
}

TEST(RecordReaderTest, RejectsLargerRecordsAlone) {
  std::string large = record_of_size(kMaxRecordBytes + 1, "\"a\":1");
  for (size_t read_bytes : {size_t{1000}, size_t{1} << 20, SIZE_MAX}) {
    auto content = read("{\"a\":1}" + large + "{\"a\":3}", read_bytes);
    ASSERT_EQ(content.records.size(), 3u);
    const auto& reject = content.records[1].reject;
    EXPECT_EQ(reject.record, 2u);
    EXPECT_EQ(reject.offset, 7u);
    EXPECT_EQ(reject.reason, "4,194,305 bytes are more than the 4,194,304 of the largest record");
    EXPECT_EQ(reject.text, large.substr(0, kMaxRejectTextBytes));
    EXPECT_EQ(reject.size_bytes, large.size());
    EXPECT_EQ(to_string(content.records[2]), "3 @4194312: 3");
  }
}

TEST(RecordReaderTest, ResumesAfterALargeRecordThatBreaks) {
  std::string large = record_of_size(kMaxRecordBytes + 10, "\"a\":1");
  large.pop_back();
  for (std::string rest : {"\n{\"a\":2}\n{\"a\":3}", "x\n y\n{\"a\":2}\n{\"a\":3}"}) {
    for (size_t read_bytes : {size_t{1000}, size_t{4097}, SIZE_MAX}) {
      auto content = read(large + rest, read_bytes);
      ASSERT_EQ(content.records.size(), 3u);
      EXPECT_TRUE(content.records[0].is_reject);
      EXPECT_EQ(content.records[1].values, "2");
      EXPECT_EQ(content.records[1].offset, large.size() + rest.find("\n{") + 1);
      EXPECT_EQ(content.records[2].values, "3");
    }
  }
  auto cut = read(large, 1000);
  ASSERT_EQ(cut.records.size(), 1u);
  EXPECT_EQ(cut.records[0].reject.size_bytes, large.size());
}

TEST(RecordReaderTest, KeepsOnlyTheStartOfALongRejectedText) {
  std::string garbage = "garbage" + std::string(300'000, '.');
  for (size_t read_bytes : {size_t{1000}, SIZE_MAX}) {
    auto content = read(garbage + "\n{\"a\":2}", read_bytes);
    ASSERT_EQ(content.records.size(), 2u);
    EXPECT_EQ(content.records[0].reject.text, garbage.substr(0, kMaxRejectTextBytes));
    EXPECT_EQ(content.records[0].reject.size_bytes, garbage.size());
    EXPECT_EQ(to_string(content.records[1]), "2 @300008: 2");
  }
  auto value = read("{\"b\":\"" + std::string(100'000, 'x') + "\",\"a\":\"?\"}");
  EXPECT_EQ(value.records.at(0).reject.column, "a");
  EXPECT_EQ(value.records.at(0).reject.text.size(), kMaxRejectTextBytes);
  EXPECT_EQ(value.records.at(0).reject.error_position, kMaxRejectTextBytes);
}

TEST(RecordReaderTest, IsMadeOnceForManyContents) {
  RecordReader reader(kFields);
  ColumnBatch batch(types_of(kFields));
  EXPECT_THAT(to_strings(read_all(reader, batch, "[{\"a\":1},{\"a\":")),
              ElementsAre("1 @1: 1", HasSubstr("REJECT")));
  EXPECT_THAT(to_strings(read_all(reader, batch, "{\"a\":2}")), ElementsAre("1 @0: 2"));
  EXPECT_THAT(to_strings(read_all(reader, batch, "")), IsEmpty());
  EXPECT_THAT(to_strings(read_all(reader, batch, "\xEF\xBB\xBF{\"a\":3}{\"a\":4}")),
              ElementsAre("1 @3: 3", "2 @10: 4"));
  EXPECT_EQ(reader.record_number(), 2u);
}

TEST(RecordReaderTest, ThrowsWhatTheContentThrows) {
  class Failing : public ByteStream {
   public:
    size_t read(std::span<char> buffer) override {
      if (reads_++ > 0) throw Error(ErrorKind::kSource, "the disk is gone");
      std::string_view line = "{\"a\":1}\n{\"a\"";
      std::copy(line.begin(), line.end(), buffer.begin());
      return line.size();
    }

   private:
    int reads_ = 0;
  };
  Failing content;
  RecordReader reader(kFields);
  ColumnBatch batch(types_of(kFields));
  EXPECT_THROW(
      {
        reader.start(content);
        while (reader.next(batch) == RecordReader::Outcome::kRow) {
        }
      },
      Error);
  EXPECT_THAT(to_strings(read_all(reader, batch, "{\"a\":2}")), ElementsAre("1 @0: 2"));
}

TEST(RecordReaderTest, ARejectMayBeMovedAway) {
  ChoppedStream content("{\"a\":x}\n{\"a\":}\n");
  RecordReader reader(kFields);
  ColumnBatch batch(types_of(kFields));
  reader.start(content);
  ASSERT_EQ(reader.next(batch), RecordReader::Outcome::kReject);
  Reject first = std::move(reader.reject());
  ASSERT_EQ(reader.next(batch), RecordReader::Outcome::kReject);
  EXPECT_EQ(first.text, "{\"a\":x}");
  EXPECT_EQ(reader.reject().text, "{\"a\":}");
}

TEST(RecordReaderTest, KnowsWhichRecordsAreElementsOfAnArray) {
  ChoppedStream content("{\"a\":1}[{\"a\":2},3]{\"a\":4}\n[brok\n{\"a\":5}\n");
  RecordReader reader(kFields);
  ColumnBatch batch(types_of(kFields));
  reader.start(content);
  std::vector<bool> elements;
  while (reader.next(batch) != RecordReader::Outcome::kEnd)
    elements.push_back(reader.is_element());
  EXPECT_THAT(elements, ElementsAre(false, true, true, false, false, false))
      << "what is broken may be no array";
}

}  // namespace
}  // namespace starlift
