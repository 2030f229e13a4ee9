#include "columns/field_path.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

using testing::Optional;

std::string key(const char* text) {
  return text;
}
size_t at(size_t index) {
  return index;
}

struct PathCase {
  const char* text;
  FieldPath path;
  const char* canonical;
};

class ParseFieldPath : public testing::TestWithParam<PathCase> {};

TEST_P(ParseFieldPath, ReadsEachNotationAndWritesTheShortest) {
  const auto& [text, path, canonical] = GetParam();
  EXPECT_THAT(parse_field_path(text), Optional(path)) << text;
  EXPECT_EQ(to_string(path), canonical);
  EXPECT_THAT(parse_field_path(canonical), Optional(path)) << canonical;
}

INSTANTIATE_TEST_SUITE_P(
    Notations, ParseFieldPath,
    testing::Values(
        PathCase{"a", {key("a")}, "a"}, PathCase{"a.b", {key("a"), key("b")}, "a.b"},
        PathCase{"a[0].b", {key("a"), at(0), key("b")}, "a[0].b"},
        PathCase{"a[0][12]", {key("a"), at(0), at(12)}, "a[0][12]"}, PathCase{"$.a", {key("a")}, "a"},
        PathCase{"$.a.b[3]", {key("a"), key("b"), at(3)}, "a.b[3]"}, PathCase{"$['a']", {key("a")}, "a"},
        PathCase{"$['a']['b'][0]", {key("a"), key("b"), at(0)}, "a.b[0]"},
        PathCase{"first name", {key("first name")}, "first name"}, PathCase{"größe", {key("größe")}, "größe"},
        PathCase{"_id.$oid", {key("_id"), key("$oid")}, "_id.$oid"}, PathCase{"$ref", {key("$ref")}, "$ref"},
        PathCase{"$['$']['a']", {key("$"), key("a")}, "$['$']['a']"},
        PathCase{"$['a.b']", {key("a.b")}, "$['a.b']"},
        PathCase{"$['a[0]']['b']", {key("a[0]"), key("b")}, "$['a[0]']['b']"},
        PathCase{"$['']", {key("")}, "$['']"}, PathCase{"$['*']", {key("*")}, "$['*']"},
        PathCase{R"($['it\'s'])", {key("it's")}, "it's"},
        PathCase{R"($['a.\'\\'])", {key(R"(a.'\)")}, R"($['a.\'\\'])"}));

class RefuseFieldPath : public testing::TestWithParam<const char*> {};

TEST_P(RefuseFieldPath, IsNoPath) {
  EXPECT_EQ(parse_field_path(GetParam()), std::nullopt) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Wildcards, RefuseFieldPath,
                         testing::Values("*", "a.*", "$.*", "$.a[*]", "$['a'][*]", "$..a", "$.a..b",
                                         "$.a[?(@.b)]", "$['a','b']", "$.a[0:2]", "$.a[-1]"));

INSTANTIATE_TEST_SUITE_P(MixedNotations, RefuseFieldPath,
                         testing::Values("a['b']", "$.a['b']", "$['a'].b", "['a']", "$a['b']"));

INSTANTIATE_TEST_SUITE_P(Broken, RefuseFieldPath,
                         testing::Values("", "$", "$.", "$[", "$[]", ".", ".a", "a.", "a..b", "a[", "a[]",
                                         "a[0", "a[0]b", "a]", "a[x]", "a[ 0]", "a[99999999999999999999]",
                                         "$['a'", "$['a", "$['a\\", "$['a']x", "$[a]", "$[\"a\"]"));

INSTANTIATE_TEST_SUITE_P(RecordIsNoArray, RefuseFieldPath,
                         testing::Values("[0]", "$[0]", "$[0].a", "$[0]['a']"));

}  // namespace
}  // namespace starlift
