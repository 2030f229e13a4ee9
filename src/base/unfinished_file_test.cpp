#include "base/unfinished_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace starlift {
namespace {

namespace fs = std::filesystem;

class UnfinishedFiles : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  static void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  std::string folder_ = testing::TempDir() + "unfinished" + std::to_string(getpid());
  std::string path_ = folder_ + "/a";
};

TEST_F(UnfinishedFiles, AppearWhenTheyAreFinishedInPlaceOfWhatWasThere) {
  write(path_, "old");
  UnfinishedFile file(path_);
  write(file.path(), "new");
  EXPECT_EQ(read(path_), "old");
  EXPECT_FALSE(file.finish());
  EXPECT_EQ(read(path_), "new");
  EXPECT_EQ(files(), 1u);
}

TEST_F(UnfinishedFiles, AreGoneUnlessTheyAreFinished) {
  {
    UnfinishedFile file(path_);
    write(file.path(), "half");
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(UnfinishedFiles, SayWhyTheyCannotBeInTheirPlace) {
  fs::create_directory(path_);
  UnfinishedFile file(path_);
  write(file.path(), "text");
  EXPECT_EQ(file.finish(), std::errc::is_a_directory);
}

}  // namespace
}  // namespace starlift
