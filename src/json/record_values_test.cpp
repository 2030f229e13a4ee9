#include <gmock/gmock.h>

#include <string>

#include "json/record_reader.h"
#include "json/testing/read_all.h"

// What becomes of the values in a record. record_reader_test.cpp has where records begin and end.

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

FieldSpec field(const char* path, const char* type, bool is_nullable = true,
                TimeUnit unit = TimeUnit::kMilliseconds) {
  return {
      .column = {path, *parse_column_type(type), is_nullable}, .path = *parse_field_path(path), .unit = unit};
}

FieldSpec required(const char* path, const char* type) {
  return field(path, type, false);
}

using Fields = std::vector<FieldSpec>;

ReadContent read(const Fields& fields, std::string_view content) {
  RecordReader reader(fields);
  ColumnBatch batch(types_of(fields));
  auto whole = read_all(reader, batch, content);
  batch.clear();
  EXPECT_EQ(to_strings(read_all(reader, batch, content, 5)), to_strings(whole));
  return whole;
}

/// Returns the row or the reject that one record makes.
std::string row(const Fields& fields, std::string_view record) {
  auto content = read(fields, record);
  EXPECT_EQ(content.records.size(), 1u) << record;
  const auto& first = content.records.at(0);
  if (!first.is_reject) return first.values;
  return first.reject.column + ": " + first.reject.reason + " ^" +
         std::to_string(first.reject.error_position);
}

// Finding fields

TEST(FieldsTest, AreFoundInAnyOrder) {
  Fields fields = {field("a", "integer"), field("bb", "integer"),
                   field("a_longer_name_than_others", "integer")};
  EXPECT_EQ(row(fields, R"({"a":1,"bb":2,"a_longer_name_than_others":3})"), "1|2|3");
  EXPECT_EQ(row(fields, R"({"a_longer_name_than_others":3,"bb":2,"a":1})"), "1|2|3");
  auto content =
      read(fields, R"({"bb":2,"a":1}{"a":1,"bb":2}{"a":1,"bb":2}{"a_longer_name_than_others":3,"a":1})");
  EXPECT_THAT(to_strings(content),
              ElementsAre("1 @0: 1|2|null", "2 @14: 1|2|null", "3 @28: 1|2|null", "4 @42: 1|null|3"));
}

TEST(FieldsTest, AreKnownByTheirWholeName) {
  Fields fields = {field("ab", "integer")};
  EXPECT_EQ(row(fields, R"({"a":1,"abc":2,"AB":3,"b":4," ab":5,"":6})"), "null");
}

TEST(FieldsTest, WhoseKeyIsEscapedAreTheSame) {
  Fields fields = {field("ab", "integer"), field("$['c\"\\\\/é']", "integer")};
  EXPECT_EQ(row(fields, R"({"\u0061b":1,"c\"\\\/\u00e9":2})"), "1|2");
  EXPECT_EQ(row(fields, R"({"a\u0062":1,"c\u0022\u005c/é":2})"), "1|2");
  auto content = read({field("$['a\\\\b']", "integer")}, R"({"a\b":1}{"a\\b":2}{"a\b":3}{"a\\b":4})");
  EXPECT_THAT(to_strings(content), ElementsAre("1 @0: null", "2 @9: 2", "3 @19: null", "4 @28: 4"));
}

TEST(FieldsTest, MayBeInsideObjectsAndArrays) {
  Fields fields = {field("a.b.c", "integer"), field("a.d", "integer"), field("l[0]", "integer"),
                   field("l[2].x", "integer"), field("m[1][0]", "integer")};
  EXPECT_EQ(row(fields, R"({"a":{"b":{"c":1},"d":2},"l":[3,null,{"x":4}],"m":[[9],[5]]})"), "1|2|3|4|5");
  EXPECT_EQ(row(fields, R"({"a":{"d":2},"l":[3],"m":[]})"), "null|2|3|null|null");
  EXPECT_EQ(row(fields, R"({"a":7,"l":{"0":1},"m":"[1]"})"), "null|null|null|null|null");
  EXPECT_EQ(row(fields, R"({"a":[{"b":1}],"l":null})"), "null|null|null|null|null");
}

TEST(FieldsTest, MayOverlap) {
  Fields fields = {field("a", "varchar(99)"), field("a.b", "integer"), field("a.b", "varchar(9)")};
  EXPECT_EQ(row(fields, R"({"a": {"b": 1, "c": [ 2 ]} })"), R"({"b": 1, "c": [ 2 ]}|1|1)");
  EXPECT_THAT(read(fields, R"({"a":{"b":1,"c":2}})").unknown_fields, IsEmpty());
  fields = {field("a", "varchar(99)"), field("a.b.c", "integer")};
  EXPECT_EQ(row(fields, R"({"a":{"b":{"c":1}}})"), R"({"b":{"c":1}}|1)");
  EXPECT_THAT(read(fields, R"({"a":{"b":{"d":2}}})").unknown_fields, IsEmpty());
}

TEST(FieldsTest, ThatAreAbsentOrNullAreNull) {
  EXPECT_EQ(row({field("a", "integer"), field("b", "varchar(9)")}, R"({"a":null})"), "null|null");
  EXPECT_EQ(row({field("a", "integer")}, "{}"), "null");
}

TEST(FieldsTest, OfDuplicateKeysTheLastWins) {
  Fields fields = {field("a", "integer"), field("o.x", "integer"), field("o.y", "integer")};
  EXPECT_EQ(row(fields, R"({"a":1,"a":2})"), "2|null|null");
  EXPECT_EQ(row(fields, R"({"a":1,"a":null})"), "null|null|null");
  EXPECT_EQ(row(fields, R"({"a":"not a number","a":2})"), "2|null|null");
  EXPECT_EQ(row(fields, R"({"\u0061":1,"a":2,"\u0061":3})"), "3|null|null");
  EXPECT_EQ(row(fields, R"({"o":{"x":1,"y":2},"o":{"x":3}})"), "null|3|null");
  EXPECT_EQ(row(fields, R"({"o":{"x":1,"y":2},"o":5})"), "null|null|null");
  EXPECT_EQ(row(fields, R"({"o":{"x":1,"y":2},"o":null})"), "null|null|null");
}

TEST(FieldsTest, AllOfTheRecordMustBeJson) {
  for (auto broken :
       {R"({"a":1,"b":tru})", R"({"a":1,"b":01})", R"({"a":1,"b":[1,]})", R"({"a":1,"b":{"c"}})",
        R"({"a":1,"b":"\x"})", R"({"a":1,"b":"\u12"})", R"({"a":1,"b":1 2})", R"({"a":1,"b\q":1})",
        R"({"a":1,"b":"x"y})", R"({"a":1,"b":1"y"})", R"({"a":1,b:1})", R"({"a":1,"b":[1}})",
        R"({"a":1,"b":\"x"})", "{\"a\":1,\"b\":\"\x01\"}", "{\"a\":1,\"b\":1\f}", R"({"a":1 "b":1})"}) {
    EXPECT_THAT(row({field("a", "integer")}, broken), HasSubstr("broken JSON")) << broken;
  }
}

// Values

struct ValueCase {
  const char* type;
  const char* json;
  const char* row;
};

class LoadedValue : public testing::TestWithParam<ValueCase> {};

TEST_P(LoadedValue, IsWhatItSays) {
  const auto& [type, json, expected] = GetParam();
  EXPECT_EQ(row({field("a", type)}, std::string("{ \"a\" : ") + json + " }"), expected) << json;
}

INSTANTIATE_TEST_SUITE_P(
    Text, LoadedValue,
    testing::Values(ValueCase{"varchar(9)", R"("abc")", "abc"}, ValueCase{"varchar(9)", R"("")", ""},
                    ValueCase{"varchar(9)", R"(" x ")", " x "}, ValueCase{"varchar(9)", R"("null")", "null"},
                    ValueCase{"varchar(60)", R"("\"Mozilla\/5.0 \u00e9\\\n\"")", "\"Mozilla/5.0 é\\\n\""},
                    ValueCase{"varchar(4)", R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"},
                    ValueCase{"varchar(4)", "\"\xF0\x9F\x98\x80\"", "\xF0\x9F\x98\x80"},
                    ValueCase{"varchar(9)", R"("\\u0000")", "\\u0000"}));

INSTANTIATE_TEST_SUITE_P(
    SourceAsText, LoadedValue,
    testing::Values(ValueCase{"varchar(99)", "1732", "1732"},
                    ValueCase{"varchar(99)", "-1.50e+3", "-1.50e+3"},
                    ValueCase{"varchar(99)", "true", "true"}, ValueCase{"varchar(99)", "false", "false"},
                    ValueCase{"varchar(99)", R"({"b" : [1, "\u0000\/"]}  )", R"({"b" : [1, "\u0000\/"]})"},
                    ValueCase{"varchar(99)", "[ 1,\n 2 ]\n", "[ 1,\n 2 ]"},
                    ValueCase{"varchar(2)", "[]", "[]"}, ValueCase{"varchar(2)", "{}", "{}"}));

INSTANTIATE_TEST_SUITE_P(Numbers, LoadedValue,
                         testing::Values(ValueCase{"integer", "26", "26"},
                                         ValueCase{"integer", R"("26")", "26"},
                                         ValueCase{"bigint", "1541016707796.0", "1541016707796"},
                                         ValueCase{"bigint", "9007199254740993", "9007199254740993"},
                                         ValueCase{"bigint", R"("1e3")", "1000"},
                                         ValueCase{"smallint", R"("\u0032\u0036")", "26"},
                                         ValueCase{"double", "35.14968", "35.14968"},
                                         ValueCase{"double", R"("35.14968")", "35.14968"},
                                         ValueCase{"decimal(6,2)", "1234.5", "123450"},
                                         ValueCase{"decimal(6,2)", R"("1234.50")", "123450"}));

INSTANTIATE_TEST_SUITE_P(Others, LoadedValue,
                         testing::Values(ValueCase{"boolean", "true", "1"},
                                         ValueCase{"boolean", "false", "0"},
                                         ValueCase{"boolean", R"("TRUE")", "1"},
                                         ValueCase{"boolean", R"("False")", "0"},
                                         ValueCase{"date", R"("2018-11-01")", "17836"},
                                         ValueCase{"date", R"("2018\u002d11-01")", "17836"},
                                         ValueCase{"timestamp", "1541106106796", "1541106106796000"},
                                         ValueCase{"timestamp", R"("1541106106796.5")", "1541106106796500"}));

INSTANTIATE_TEST_SUITE_P(
    EmptyTextIsNull, LoadedValue,
    testing::Values(ValueCase{"integer", R"("")", "null"}, ValueCase{"double", R"("")", "null"},
                    ValueCase{"decimal(6,2)", R"("")", "null"}, ValueCase{"boolean", R"("")", "null"},
                    ValueCase{"date", R"("")", "null"}, ValueCase{"timestamp", R"("")", "null"}));

class RefusedValue : public testing::TestWithParam<ValueCase> {};

TEST_P(RefusedValue, SaysWhyAndWhere) {
  const auto& [type, json, reason] = GetParam();
  EXPECT_EQ(row({field("a", type)}, std::string("{ \"a\" : ") + json + " }"),
            std::string("a: ") + reason + " ^8");
}

INSTANTIATE_TEST_SUITE_P(
    Text, RefusedValue,
    testing::Values(ValueCase{"varchar(3)", R"("abcd")", "4 bytes do not fit varchar(3)"},
                    ValueCase{"varchar(3)", R"("ééé")", "6 bytes do not fit varchar(3)"},
                    ValueCase{"varchar(3)", R"("\u00e9\u00e9")", "4 bytes do not fit varchar(3)"},
                    ValueCase{"varchar(3)", "12345", "5 bytes do not fit varchar(3)"},
                    ValueCase{"varchar(3)", "[1,2]", "5 bytes do not fit varchar(3)"},
                    ValueCase{"varchar(9)", R"("a\u0000b")", "the text holds a NUL character (\\u0000)"}));

INSTANTIATE_TEST_SUITE_P(
    Others, RefusedValue,
    testing::Values(ValueCase{"integer", R"("abc")", R"("abc" is not an integer)"},
                    ValueCase{"integer", "1.5", "1.5 is not an integer"},
                    ValueCase{"integer", "true", "true is not an integer"},
                    ValueCase{"integer", R"({"b":1})", R"({"b":1} is not an integer)"},
                    ValueCase{"integer", "[1]", "[1] is not an integer"},
                    ValueCase{"integer", R"(" 26")", R"(" 26" is not an integer)"},
                    ValueCase{"integer", R"("\u0061")", R"("\u0061" is not an integer)"},
                    ValueCase{"smallint", "40000", "40000 does not fit smallint"},
                    ValueCase{"double", "1e400", "1e400 does not fit double"},
                    ValueCase{"double", "false", "false is not a number"},
                    ValueCase{"decimal(4,2)", "1.234", "1.234 does not fit decimal(4,2)"},
                    ValueCase{"boolean", "1", "1 is not a boolean"},
                    ValueCase{"boolean", R"("yes")", R"("yes" is not a boolean)"},
                    ValueCase{"date", "20181101", "20181101 is not a date"},
                    ValueCase{"date", R"("2018-02-29")", R"("2018-02-29" is not a date)"},
                    ValueCase{"timestamp", R"("2018-11-01")",
                              R"("2018-11-01" is not a timestamp in milliseconds)"},
                    ValueCase{"timestamp", "1541106106796000", "1541106106796000 does not fit timestamp"}));

TEST(ValuesTest, TimestampsFollowTheirUnit) {
  EXPECT_EQ(row({field("a", "timestamp", true, TimeUnit::kSeconds)}, R"({"a":1541106106.796})"),
            "1541106106796000");
  EXPECT_EQ(row({field("a", "timestamp", true, TimeUnit::kMicroseconds)}, R"({"a":1541106106796000})"),
            "1541106106796000");
  EXPECT_EQ(row({field("a", "timestamp", true, TimeUnit::kIso8601)}, R"({"a":"2018-11-01T21:01:46.796Z"})"),
            "1541106106796000");
}

TEST(ValuesTest, OfARequiredColumnMustBeThere) {
  EXPECT_EQ(row({required("a", "integer")}, R"({"b":1})"), "a: required, but missing ^0");
  EXPECT_EQ(row({required("a", "integer")}, R"({"a":null})"), "a: required, but null ^5");
  EXPECT_EQ(row({required("a", "integer")}, R"({"a":""})"), "a: required, but null (empty text) ^5");
  EXPECT_EQ(row({required("a", "varchar(9)")}, R"({"a":null})"), "a: required, but null ^5");
  EXPECT_EQ(row({required("a", "varchar(9)")}, R"({"a":""})"), "");
  EXPECT_EQ(row({required("a.b", "integer")}, R"({"a":{"b":1},"a":{}})"), "a.b: required, but missing ^0");
}

TEST(ValuesTest, OnlyTheFirstFaultIsReported) {
  Fields fields = {field("a", "integer"), field("b", "integer"), required("c", "integer")};
  EXPECT_EQ(row(fields, R"({"b":"x","a":"y"})"), R"(a: "y" is not an integer ^13)");
}

TEST(ValuesTest, ARejectHoldsTheRecordAndLeavesItsNeighboursAlone) {
  auto content = read({field("a", "integer")}, " {\"a\":1} {\"a\" : \"x\" }{\"a\":3}");
  EXPECT_THAT(
      to_strings(content),
      ElementsAre("1 @1: 1", R"(2 @9: REJECT a: "x" is not an integer <{"a" : "x" }> ^7)", "3 @21: 3"));
}

TEST(ValuesTest, OfARejectedRowAreWrittenOver) {
  Fields fields = {field("a", "varchar(9)"), field("b", "integer")};
  auto content = read(fields, R"({"a":"left","b":"x"}{"b":2})");
  EXPECT_THAT(to_strings(content), ElementsAre(HasSubstr("REJECT b"), "2 @20: null|2"));
}

TEST(ValuesTest, LiveInTheBatchUntilItIsCleared) {
  Fields fields = {field("a", "varchar(99)")};
  RecordReader reader(fields);
  ColumnBatch batch(types_of(fields));
  std::string content;
  for (int i = 0; i < 1500; ++i)
    content += "{\"a\":\"plain " + std::to_string(i) + " \\/ escaped\"}\n";
  for (int i = 0; i < 500; ++i)
    content += "{\"a\":" + std::to_string(i) + "}";
  read_all(reader, batch, content, 100);
  ASSERT_EQ(batch.rows(), 2000u);
  EXPECT_EQ(batch.column(0).texts[0], "plain 0 / escaped");
  EXPECT_EQ(batch.column(0).texts[1499], "plain 1499 / escaped");
  EXPECT_EQ(batch.column(0).texts[1999], "499");
}

TEST(ValuesTest, ReadsADatasetWithoutFields) {
  EXPECT_THAT(to_strings(read({}, R"({"a":1} {"a")")),
              ElementsAre("1 @0: ", HasSubstr("REJECT broken JSON")));
}

// Unknown fields

MATCHER_P2(Counted, count, first_record, "") {
  return arg.count == uint64_t(count) && arg.first_record == uint64_t(first_record);
}

TEST(UnknownFieldsTest, AreCountedByPath) {
  Fields fields = {field("a", "integer"), field("o.x", "integer"), field("l[0].x", "integer")};
  auto content = read(
      fields, R"({"a":1,"b":2} {"c":{"d":1},"o":{"x":1,"y":2},"l":[{"x":1,"z":2},{"w":3}]} {"o":3,"b":4})");
  EXPECT_THAT(content.unknown_fields, ElementsAre(Pair("b", Counted(2, 1)), Pair("c", Counted(1, 2)),
                                                  Pair("l[0].z", Counted(1, 2)), Pair("o.y", Counted(1, 2))));
}

TEST(UnknownFieldsTest, HaveTheirNamesUnescaped) {
  auto content = read({field("a", "integer")}, R"({"\u0062":1,"b":2,"x.y":3})");
  EXPECT_THAT(content.unknown_fields, ElementsAre(Pair("$['x.y']", Counted(1, 1)), Pair("b", Counted(2, 1))));
}

TEST(UnknownFieldsTest, OfRejectedValuesCountAndOfBrokenJsonDoNot) {
  auto content = read({field("a", "integer")}, "{\"a\":\"x\",\"b\":1}\n{\"a\":1,\"c\":}\n{\"d\":\"\xFF\"}\n");
  EXPECT_THAT(content.unknown_fields, ElementsAre(Pair("b", Counted(1, 1))));
}

TEST(UnknownFieldsTest, AreOfTheCurrentContent) {
  Fields fields = {field("a", "integer")};
  RecordReader reader(fields);
  ColumnBatch batch(types_of(fields));
  EXPECT_THAT(read_all(reader, batch, R"({"b":1}{"b":1})").unknown_fields,
              ElementsAre(Pair("b", Counted(2, 1))));
  EXPECT_THAT(read_all(reader, batch, R"({"a":1}{"c":1})").unknown_fields,
              ElementsAre(Pair("c", Counted(1, 2))));
  EXPECT_THAT(read_all(reader, batch, "").unknown_fields, IsEmpty());
}

TEST(UnknownFieldsTest, AreToldApartUpToALimit) {
  Fields fields = {field("a", "integer")};
  RecordReader reader(fields);
  ColumnBatch batch(types_of(fields));
  for (int content = 0; content < 4; ++content) {
    std::string record = "{\"a\":1";
    for (int i = 0; i < 1500; ++i)
      record += ",\"f" + std::to_string(content) + "_" + std::to_string(i) + "\":1";
    record += "}";
    auto unknown = read_all(reader, batch, record + record).unknown_fields;
    EXPECT_EQ(unknown.size(), 1001u);
    EXPECT_THAT(unknown.at("f" + std::to_string(content) + "_999"), Counted(2, 1));
    EXPECT_THAT(unknown.at("..."), Counted(1000, 1));
  }
}

TEST(UnknownFieldsTest, WithEndlessNamesAreCountedTogether) {
  auto content = read({field("a", "integer")}, "{\"" + std::string(300, 'x') + "\":1}");
  EXPECT_THAT(content.unknown_fields, ElementsAre(Pair("...", Counted(1, 1))));
}

}  // namespace
}  // namespace starlift
