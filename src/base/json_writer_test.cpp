#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <vector>

namespace starlift {
namespace {

TEST(JsonWriter, PlacesCommasAtEveryDepth) {
  JsonWriter json;
  json.begin_object().member("a", 1).key("b").begin_array();
  json.begin_object().end_object().begin_object().member("c", true).member("d", false).end_object();
  json.end_array().member("e", "f").end_object();
  EXPECT_EQ(json.text(), R"({"a": 1, "b": [{}, {"c": true, "d": false}], "e": "f"})");
}

TEST(JsonWriter, WritesEveryKindOfValue) {
  JsonWriter json;
  json.begin_array().value(std::optional<int64_t>(-7)).value(std::optional<std::string>()).fixed(0.12345, 3);
  json.value(UINT64_MAX).value(std::string("two\nlines \"quoted\"")).raw("1e5").end_array();
  EXPECT_EQ(json.text(), R"([-7, null, 0.123, 18446744073709551615, "two\nlines \"quoted\"", 1e5])");
}

TEST(JsonWriter, WritesAnArrayUnderAName) {
  JsonWriter json;
  json.begin_object().members("names", std::vector<std::string>{"a", "b"});
  json.members("none", std::vector<int>{}).end_object();
  EXPECT_EQ(json.text(), R"({"names": ["a", "b"], "none": []})");
}

}  // namespace
}  // namespace starlift
