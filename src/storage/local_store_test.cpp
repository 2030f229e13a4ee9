#include "storage/local_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "storage/location.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class LocalStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "starlift-store-XXXXXX").string();
    root_ = mkdtemp(path.data());
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }

  std::vector<std::string> listed(const std::string& below = "") {
    std::vector<std::string> names;
    LocalStore store((root_ / below).string());
    store.list([&](ObjectInfo&& object) { names.push_back(object.key.substr(root_.string().size() + 1)); });
    return names;
  }

  std::string listing_error(const std::string& below) {
    try {
      listed(below);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kSource);
      return error.what();
    }
    return "no error";
  }

  ObjectInfo info(LocalStore& store) {
    ObjectInfo found;
    store.list([&](ObjectInfo&& object) { found = std::move(object); });
    return found;
  }

  static std::string read_all(ObjectReader& reader) {
    std::string text, buffer(16, '\0');
    while (size_t count = reader.read(buffer))
      text.append(buffer, 0, count);
    return text;
  }

  fs::path root_;
};

TEST_F(LocalStoreTest, ListsFilesInByteOrderOfTheirWholePaths) {
  for (const char* name : {"a/b.json", "a-b.json", "a.json", "a/B.json", "b/c/d e+é.json", "a/é.json"})
    write(name, "x");
  EXPECT_THAT(listed(),
              ElementsAre("a-b.json", "a.json", "a/B.json", "a/b.json", "a/é.json", "b/c/d e+é.json"));
}

TEST_F(LocalStoreTest, LeavesHiddenFilesOut) {
  for (const char* name : {".DS_Store", ".hidden/a.json", "a.json", "._a.json"})
    write(name, "x");
  EXPECT_THAT(listed(), ElementsAre("a.json"));
}

TEST_F(LocalStoreTest, FollowsLinksButNotInCircles) {
  write("data/a.json", "x");
  fs::create_directory_symlink(root_ / "data", root_ / "link");
  EXPECT_THAT(listed(), ElementsAre("data/a.json", "link/a.json"));
  fs::create_symlink("nothing", root_ / "dangling.json");
  fs::create_symlink("looping.json", root_ / "looping.json");
  EXPECT_THAT(listed(), ElementsAre("dangling.json", "data/a.json", "link/a.json", "looping.json"));
  fs::create_directory_symlink(root_ / "data", root_ / "data" / "self");
  EXPECT_THAT(listing_error(""), HasSubstr("leads back to a folder above it"));
}

TEST_F(LocalStoreTest, ListsManyFoldersInOrder) {
  std::vector<std::string> written;
  for (char top = 'a'; top < 'e'; ++top) {
    for (int folder = 0; folder < 100; ++folder)
      written.push_back(std::string{top} + "/" + std::to_string(100 + folder) + "/x/1.json");
    written.push_back(std::string{top} + "/z.json");
  }
  for (const auto& name : written)
    write(name, "x");
  EXPECT_EQ(listed(), written);

  fs::create_directory_symlink(root_ / "b", root_ / "b" / "150" / "circle");
  std::vector<std::string> before_the_circle;
  EXPECT_THROW(LocalStore(root_.string()).list([&](ObjectInfo&& object) {
    before_the_circle.push_back(object.key.substr(root_.string().size() + 1));
  }),
               Error);
  auto circle = std::find(written.begin(), written.end(), "b/150/x/1.json");
  EXPECT_EQ(before_the_circle, std::vector<std::string>(written.begin(), circle));

  size_t visits = 0;
  auto stop_at_the_tenth = [&](ObjectInfo&&) {
    if (++visits == 10) throw Error(ErrorKind::kInterrupted, "stopped");
  };
  EXPECT_THROW(LocalStore((root_ / "a").string()).list(stop_at_the_tenth), Error);
  EXPECT_EQ(visits, 10u);
}

TEST_F(LocalStoreTest, ALocationMayBeOneFile) {
  write("a.json", "x");
  EXPECT_THAT(listed("a.json"), ElementsAre("a.json"));
}

TEST_F(LocalStoreTest, SaysWhichFolderIsMissing) {
  EXPECT_THAT(listing_error("nowhere"), HasSubstr("nowhere does not exist"));
}

TEST_F(LocalStoreTest, AnEmptyFolderHoldsNothing) {
  EXPECT_THAT(listed(), ElementsAre());
}

TEST_F(LocalStoreTest, ReadsAndHashesWhatItListed) {
  write("a.json", "some content that is longer than the buffer");
  LocalStore store(root_.string());
  ObjectInfo object = info(store);
  auto reader = store.open(object);
  EXPECT_EQ(read_all(*reader), "some content that is longer than the buffer");
  EXPECT_EQ(reader->check_integrity(), ObjectReader::Integrity::kUnchanged);
  EXPECT_EQ(reader->content_hash().size(), 32u);
}

TEST_F(LocalStoreTest, TheHashFollowsTheContentAlone) {
  auto hash_of = [&](const std::string& text) {
    write("a.json", text);
    LocalStore store(root_.string());
    ObjectInfo object = info(store);
    auto reader = store.open(object);
    read_all(*reader);
    return reader->content_hash();
  };
  std::string first = hash_of("one");
  EXPECT_NE(hash_of("two"), first);
  EXPECT_EQ(hash_of("one"), first);
}

TEST_F(LocalStoreTest, NoticesAFileThatChangedSinceTheListing) {
  write("a.json", "short");
  LocalStore store(root_.string());
  ObjectInfo object = info(store);
  write("a.json", "longer than before");
  auto reader = store.open(object);
  read_all(*reader);
  EXPECT_EQ(reader->check_integrity(), ObjectReader::Integrity::kReplaced);
}

TEST_F(LocalStoreTest, AFileThatIsGoneIsNothing) {
  write("a.json", "x");
  LocalStore store(root_.string());
  ObjectInfo object = info(store);
  fs::remove(root_ / "a.json");
  EXPECT_EQ(store.open(object), nullptr);
}

TEST_F(LocalStoreTest, WritesWholeFilesOrNone) {
  LocalStore store((root_ / "out").string());
  store.put("a/b.json", "x");
  {
    auto writer = store.create("a/c.json");
    writer->append("never finished");
  }
  auto writer = store.create("a/d.json");
  writer->append("in ");
  writer->append("pieces");
  writer->finish();
  EXPECT_THAT(listed(), ElementsAre("out/a/b.json", "out/a/d.json"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "out/a"), fs::directory_iterator()), 2);
}

}  // namespace
}  // namespace starlift
