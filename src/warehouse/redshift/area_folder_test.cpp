#include "warehouse/redshift/area_folder.h"

#include <gtest/gtest.h>

#include <set>

namespace starlift::redshift {
namespace {

TEST(AreaFolderTest, NamesOfPlainCharactersStayAsTheyAre) {
  EXPECT_EQ(area_folder("86b5169f-01dc-4a6f-9fbb-e2e24359e9a8", "sales_2"),
            "starlift-86b5169f-01dc-4a6f-9fbb-e2e24359e9a8-sales_2");
}

TEST(AreaFolderTest, LikeNamesHaveFoldersOfTheirOwn) {
  std::set<std::string> folders;
  for (const char* name : {"a_b", "a b", "a/b", "a!b", "a!20b", "a\u00e9b", "a__b", "a", "a_"})
    folders.insert(area_folder("c", name));
  EXPECT_EQ(folders.size(), 9U);
  EXPECT_EQ(folders.count("starlift-c-a!20b"), 1U);
}

}  // namespace
}  // namespace starlift::redshift
