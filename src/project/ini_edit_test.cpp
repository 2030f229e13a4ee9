#include "project/ini_edit.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.h"

namespace starlift {
namespace {

std::string set(const std::string& text, const std::vector<IniChange>& changes) {
  return set_ini_values(text, changes, "dwh.cfg");
}

TEST(IniEdit, SetsAValueAndNothingElse) {
  EXPECT_EQ(set("# mine\n[CLUSTER]\nHOST=''\nDB_NAME = \"dev\"\n\n[S3]\nHOST=x\n",
                {{"cluster", "host", "h.example"}}),
            "# mine\n[CLUSTER]\nHOST='h.example'\nDB_NAME = \"dev\"\n\n[S3]\nHOST=x\n");
}

TEST(IniEdit, KeepsQuotesBlanksAndWindowsLineEnds) {
  EXPECT_EQ(set("[A]\r\n  K :  \"old\"  \r\nL=1\r\n", {{"A", "K", "new"}}),
            "[A]\r\n  K :  \"new\"\r\nL=1\r\n");
  EXPECT_EQ(set("[A]\nK=old", {{"A", "K", "new"}}), "[A]\nK=new");
  EXPECT_EQ(set("[A]\nK = x\n", {{"A", "K", ""}}), "[A]\nK = \n");
}

TEST(IniEdit, AValueOfSeveralLinesBecomesOne) {
  EXPECT_EQ(set("[A]\nK = a\n    b\n\n# c\n    d\nL = 1\n", {{"A", "K", "new"}}), "[A]\nK = new\nL = 1\n");
}

TEST(IniEdit, ANewKeyLooksLikeItsNeighbour) {
  EXPECT_EQ(set("[A]\n  X='1'\n\n[B]\nY : 2\n", {{"A", "K", "v"}, {"B", "K", "w"}}),
            "[A]\n  X='1'\n  K='v'\n\n[B]\nY : 2\nK : w\n");
  EXPECT_EQ(set("[A]\nX=", {{"A", "K", "v"}}), "[A]\nX=\nK=v\n");
}

TEST(IniEdit, NewSectionsComeLast) {
  EXPECT_EQ(set("[A]\nX=1", {{"B", "K", "v"}, {"B", "L", "w"}}), "[A]\nX=1\n\n[B]\nK = v\nL = w\n");
  EXPECT_EQ(set("", {{"B", "K", "v"}}), "[B]\nK = v\n");
}

TEST(IniEdit, AnEmptySectionIsFilled) {
  EXPECT_EQ(set("[A]\n# none yet\n[B]\nX = [A]\n", {{"A", "K", "v"}}),
            "[A]\nK = v\n# none yet\n[B]\nX = [A]\n");
}

TEST(IniEdit, WhatIsNoIniStays) {
  EXPECT_THROW(set("nonsense\n", {{"A", "K", "v"}}), Error);
}

TEST(ReplaceFile, KeepsPermissionsAndLinks) {
  auto folder = std::filesystem::temp_directory_path() / ("ini_edit_test_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::string file = folder / "real.cfg", link = folder / "dwh.cfg";
  std::ofstream(file) << "old";
  chmod(file.c_str(), 0640);
  std::filesystem::create_symlink(file, link);
  replace_file(link, "new");
  struct stat seen {};
  ASSERT_EQ(stat(file.c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 07777, 0640u);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 2);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace starlift
