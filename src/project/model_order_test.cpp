#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/shop_definition_test.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

/// A model that reads the given SELECT and has one bigint column per name.
DefinitionFile model(const std::string& name, const std::string& select, std::string references = "") {
  if (!references.empty()) references = ", references = \"" + references + "\"";
  return {"star/" + name + ".sql",
          "/*\ndescription = \"x\"\nkind = \"dimension\"\nkey = [\"id\"]\ncolumns = [\n  { name = \"id\", "
          "type = \"bigint\", "
          "required = true },\n  { name = \"other\", type = \"bigint\"" +
              references + " },\n]\n*/\n" + select};
}

std::vector<std::string> order_of(Files models) {
  models.push_back(kShop[0]);
  models.push_back(kShop[1]);
  std::vector<std::string> names;
  for (const auto& model : read_definition(models).models)
    names.push_back(model.name);
  return names;
}

std::string circle_of(Files models) {
  models.push_back(kShop[0]);
  models.push_back(kShop[1]);
  return refusal_of(models);
}

TEST(ModelOrderTest, ModelsComeAfterThoseTheyReadOrReference) {
  EXPECT_THAT(
      order_of({model("a", "select 1 from b"), model("b", "select 1 from c"), model("c", "select 1")}),
      ElementsAre("c", "b", "a"));
  EXPECT_THAT(order_of({model("a", "select 1", "b.id"), model("b", "select 1")}), ElementsAre("b", "a"));
  EXPECT_THAT(
      order_of({model("a", "select 1 from z, y"), model("y", "select 1"), model("z", "select 1 from y")}),
      ElementsAre("y", "z", "a"));
}

TEST(ModelOrderTest, FreeChoicesGoByName) {
  EXPECT_THAT(order_of({model("c", "select 1"), model("a", "select 1"), model("b", "select 1")}),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(order_of({model("a", "select 1 from d"), model("b", "select 1"), model("d", "select 1")}),
              ElementsAre("b", "d", "a"));
}

TEST(ModelOrderTest, AModelMayReferenceItself) {
  EXPECT_THAT(order_of({model("staff", "select 1", "staff.id")}), ElementsAre("staff"));
}

TEST(ModelOrderTest, RefusesCirclesAndNamesThem) {
  EXPECT_EQ(
      circle_of({model("a", "select 1 from b"), model("b", "select 1\nfrom a")}),
      "star/a.sql:10: the models need each other in a circle: a -> b -> a; one of them must do without");
  EXPECT_THAT(circle_of({model("a", "select 1\n from a")}),
              StartsWith("star/a.sql:11: the models need each other in a circle: a -> a;"));
  EXPECT_THAT(circle_of({model("a", "select 1", "b.id"), model("b", "select 1", "a.id")}),
              StartsWith("star/a.sql:7: the models need each other in a circle: a -> b -> a;"));
  EXPECT_THAT(
      circle_of({model("a", "select 1", "b.id"), model("b", "select 1 from c"), model("c", "select 1 from d"),
                 model("d", "select 1 from b"), model("e", "select 1")}),
      StartsWith("star/b.sql:10: the models need each other in a circle: b -> c -> d -> b;"));
}

}  // namespace
}  // namespace starlift
