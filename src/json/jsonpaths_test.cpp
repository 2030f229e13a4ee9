#include "json/jsonpaths.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> read(std::string_view text) {
  std::vector<std::string> paths;
  for (const auto& path : parse_jsonpaths(text, "paths.json"))
    paths.push_back(to_string(path));
  return paths;
}

std::string refusal(std::string_view text) {
  try {
    parse_jsonpaths(text, "paths.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfiguration);
    EXPECT_EQ(error.place(), "paths.json");
    EXPECT_THAT(error.what(), HasSubstr("paths.json"));
    return error.what();
  }
  return "it was taken";
}

TEST(ParseJsonpathsTest, ReadsThePathsInOrder) {
  EXPECT_THAT(read(R"({"jsonpaths":["$['a']","$.b.c","$['l'][0]"]})"), ElementsAre("a", "b.c", "l[0]"));
  EXPECT_THAT(read("\xEF\xBB\xBF{\n  \"jsonpaths\": [\n    \"$['first name']\"\n  ]\n}\n"),
              ElementsAre("first name"));
  EXPECT_THAT(read(R"({"jsonpaths":["$['a']","$['a']"]})"), ElementsAre("a", "a"));
  EXPECT_THAT(read(R"({"jsonpaths":[]})"), IsEmpty());
}

TEST(ParseJsonpathsTest, RefusesWhatIsNotJson) {
  for (auto text : {"", "jsonpaths", R"({"jsonpaths":["$['a'])", R"({"jsonpaths":["$['a']"]}})"}) {
    EXPECT_THAT(refusal(text), HasSubstr("not valid JSON")) << text;
  }
  for (auto text : {"[]", "\"$['a']\"", R"(["$['a']"])"}) {
    EXPECT_THAT(refusal(text), HasSubstr("no JSON object")) << text;
  }
}

TEST(ParseJsonpathsTest, NamesTheWrongKey) {
  EXPECT_THAT(refusal(R"({"jsonpath":["$['a']"]})"), HasSubstr("\"jsonpath\""));
  EXPECT_THAT(refusal(R"({"JSONPaths":["$['a']"]})"), HasSubstr("\"JSONPaths\""));
  EXPECT_THAT(refusal(R"({"jsonpaths":["$['a']"],"more":1})"), HasSubstr("\"more\""));
  EXPECT_THAT(refusal("{}"), HasSubstr("no list"));
  EXPECT_THAT(refusal(R"({"jsonpaths":"$['a']"})"), HasSubstr("no list"));
}

TEST(ParseJsonpathsTest, NamesThePathThatIsNotSupported) {
  EXPECT_THAT(refusal(R"({"jsonpaths":["$['a']","$.b[*]"]})"), HasSubstr("path 2, \"$.b[*]\""));
  EXPECT_THAT(refusal(R"({"jsonpaths":["$..a"]})"), HasSubstr("path 1, \"$..a\""));
  EXPECT_THAT(refusal(R"({"jsonpaths":["$['a']","$['b']",3]})"), HasSubstr("path 3"));
}

}  // namespace
}  // namespace starlift
