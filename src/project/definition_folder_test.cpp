#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "project/definition.h"

namespace starlift {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class DefinitionFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "starlift_definition_XXXXXX";
    ASSERT_TRUE(mkdtemp(pattern.data()));
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(folder_ / path).rdbuf();
    return text.str();
  }
  std::string refusal_of(const std::string& folder) {
    try {
      read_definition_folder(folder);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kDefinition);
      return error.what();
    }
    return "accepted";
  }

  fs::path folder_;
};

auto is_file(const std::string& path, const std::string& text) {
  return testing::AllOf(testing::Field(&DefinitionFile::path, path),
                        testing::Field(&DefinitionFile::text, text));
}

TEST_F(DefinitionFolderTest, ReadsTheFilesOfTheFourFoldersInOrder) {
  write("warehouse.toml", "w");
  write("star/b.sql", "b");
  write("star/a.sql", "a");
  write("staging/s.toml", "s");
  write("checks/c.sql", "");
  write("analytics/q.sql", "q\n");
  EXPECT_THAT(read_definition_folder(folder_),
              ElementsAre(is_file("analytics/q.sql", "q\n"), is_file("checks/c.sql", ""),
                          is_file("staging/s.toml", "s"), is_file("star/a.sql", "a"),
                          is_file("star/b.sql", "b"), is_file("warehouse.toml", "w")));
}

TEST_F(DefinitionFolderTest, LeavesOtherFilesAlone) {
  write("warehouse.toml", "w");
  write("other.toml", "x");
  write("notes/a.sql", "x");
  write("star/.a.sql", "hidden");
  write("star/a.sql~", "an editor's copy");
  write("star/README.md", "x");
  write("star/folder.sql/a.sql", "x");
  EXPECT_THAT(read_definition_folder(folder_), ElementsAre(is_file("warehouse.toml", "w")));
}

TEST_F(DefinitionFolderTest, SaysWhatIsMissing) {
  auto missing = (folder_ / "nowhere").string();
  EXPECT_EQ(
      refusal_of(missing),
      "no warehouse definition in " + missing +
          ": the folder does not exist; \"starlift init DIR\" writes the built-in one to DIR as an example");
  EXPECT_THAT(refusal_of(folder_), HasSubstr(": it holds no warehouse.toml; \"starlift init DIR\""));
  write("file", "x");
  EXPECT_THAT(refusal_of(folder_ / "file"), HasSubstr(": it is no folder; \"starlift init DIR\""));
}

TEST_F(DefinitionFolderTest, SaysWhatCannotBeRead) {
  fs::create_directories(folder_ / "warehouse.toml");
  EXPECT_EQ(refusal_of(folder_), "cannot read " + (folder_ / "warehouse.toml").string() + ": Is a directory");
  fs::remove(folder_ / "warehouse.toml");
  write("warehouse.toml", "w");
  write("star", "a file where a folder is due");
  EXPECT_EQ(refusal_of(folder_), "cannot list " + (folder_ / "star").string() + ": Not a directory");
  if (geteuid() == 0) return;  // root reads everything
  fs::remove(folder_ / "star");
  write("star/a.sql", "a");
  fs::permissions(folder_ / "star/a.sql", fs::perms::none);
  EXPECT_EQ(refusal_of(folder_), "cannot read " + (folder_ / "star/a.sql").string() + ": Permission denied");
}

TEST_F(DefinitionFolderTest, WhatIsWrittenIsReadBack) {
  const DefinitionFile files[] = {{"star/a.sql", "a\r\n"}, {"staging/s.toml", ""}, {"warehouse.toml", "w"}};
  auto target = folder_ / "new/deep";
  write_definition_folder(files, target);
  EXPECT_THAT(read_definition_folder(target),
              ElementsAre(is_file("staging/s.toml", ""), is_file("star/a.sql", "a\r\n"),
                          is_file("warehouse.toml", "w")));
}

TEST_F(DefinitionFolderTest, WritesNothingOverAFileThatExists) {
  write("star/b.sql", "mine");
  const DefinitionFile files[] = {{"star/a.sql", "a"}, {"star/b.sql", "b"}};
  try {
    write_definition_folder(files, folder_);
    FAIL() << "was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kDefinition);
    EXPECT_EQ(error.place(), (folder_ / "star/b.sql").string());
    EXPECT_THAT(error.what(), HasSubstr("it exists already and is left as it is"));
  }
  EXPECT_EQ(text_of("star/b.sql"), "mine");
  EXPECT_FALSE(fs::exists(folder_ / "star/a.sql"));
}

TEST_F(DefinitionFolderTest, SaysWhatCannotBeWritten) {
  write("star", "a file where a folder is due");
  const DefinitionFile files[] = {{"star/a.sql", "a"}};
  try {
    write_definition_folder(files, folder_);
    FAIL() << "was written";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot create " + (folder_ / "star").string()));
  }
}

}  // namespace
}  // namespace starlift
