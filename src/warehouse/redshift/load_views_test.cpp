#include "warehouse/redshift/load_views.h"

#include <gtest/gtest.h>

namespace starlift::redshift {
namespace {

uint64_t not_loaded(std::vector<std::string> notices) {
  return records_not_loaded(notices);
}

TEST(LoadViewsTest, CountsWhatTheNoticeOfACopySaysThatItCouldNotLoad) {
  EXPECT_EQ(
      not_loaded({"INFO:  Load into table 'customer' completed, 112497 record(s) loaded successfully.\n",
                  "INFO:  Load into table 'customer' completed, 7 record(s) could not be loaded.  Check "
                  "'stl_load_errors' system table for details.\n"}),
      7U);
}

TEST(LoadViewsTest, OtherNoticesSayNothingOfThat) {
  EXPECT_EQ(not_loaded({}), 0U);
  EXPECT_EQ(not_loaded({"INFO:  Load into table 'completed, 3' completed, 2 record(s) loaded successfully.\n",
                        " record(s) could not be loaded", "completed, many record(s) could not be loaded"}),
            0U);
}

}  // namespace
}  // namespace starlift::redshift
