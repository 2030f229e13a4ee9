#include "project/builtin.h"

#include <gtest/gtest.h>

namespace starlift {
namespace {

TEST(BuiltinTest, TheBuiltInDefinitionIsWhole) {
  auto definition = read_definition(builtin_files());
  EXPECT_FALSE(definition.datasets.empty());
  EXPECT_FALSE(definition.models.empty());
  EXPECT_FALSE(definition.analytics.empty());
  EXPECT_FALSE(definition.checks.empty());
}

}  // namespace
}  // namespace starlift
