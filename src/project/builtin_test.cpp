#include "project/builtin.h"

#include <gtest/gtest.h>

namespace starlift {
namespace {

TEST(BuiltinTest, TheBuiltInDefinitionIsWhole) {
  auto definition = read_definition(builtin_files());
  EXPECT_FALSE(definition.datasets.empty());
  EXPECT_FALSE(definition.models.empty());
  EXPECT_FALSE(definition.analytics.empty());
  for (const auto& query : definition.analytics)
    EXPECT_FALSE(query.question.empty()) << query.file;
  for (const auto& model : definition.models)
    EXPECT_TRUE(model.rows) << model.file;
}

}  // namespace
}  // namespace starlift
