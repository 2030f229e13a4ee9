#include "pipeline/reject_limit.h"

#include <gtest/gtest.h>

namespace starlift {
namespace {

TEST(RejectLimit, IsACountOrAShare) {
  EXPECT_EQ(parse_reject_limit("100")->count, 100u);
  EXPECT_EQ(parse_reject_limit("0")->count, 0u);
  EXPECT_EQ(parse_reject_limit("0.5%")->percent, 0.5);
  for (const char* bad : {"", "%", "few", "-1", "1.5", "101%", "-1%", "5 %", "nan%", "-nan%", "inf%"}) {
    EXPECT_FALSE(parse_reject_limit(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace starlift
