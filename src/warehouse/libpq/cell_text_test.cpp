#include "warehouse/libpq/cell_text.h"

#include <gtest/gtest.h>

namespace starlift::libpq {
namespace {

TEST(CellTextTest, CellsReadAsOnEveryEngine) {
  constexpr Oid kBoolean = 16, kDouble = 701, kTimestamp = 1114;
  std::string buffer;
  EXPECT_EQ(cell_text(kBoolean, "t", buffer), "true");
  EXPECT_EQ(cell_text(kBoolean, "f", buffer), "false");
  EXPECT_EQ(cell_text(kDouble, "1e+15", buffer), "1000000000000000");
  EXPECT_EQ(cell_text(kDouble, "-0.1", buffer), "-0.1");
  EXPECT_EQ(cell_text(kDouble, "NaN", buffer), "nan");
  EXPECT_EQ(cell_text(kDouble, "-Infinity", buffer), "-inf");
  EXPECT_EQ(cell_text(kTimestamp, "2018-11-01 21:01:46.796", buffer), "2018-11-01 21:01:46.796");
}

}  // namespace
}  // namespace starlift::libpq
