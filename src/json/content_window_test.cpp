#include "json/content_window.h"

#include <gtest/gtest.h>

#include <string>

#include "json/testing/read_all.h"

namespace starlift {
namespace {

TEST(ContentWindowTest, ShowsWhatWasReadAndNotConsumed) {
  ChoppedStream stream("abcdef", 2);
  ContentWindow window;
  window.start(stream);
  EXPECT_EQ(window.unread(), "");
  EXPECT_TRUE(window.read_more());
  EXPECT_TRUE(window.read_more());
  EXPECT_EQ(window.unread(), "abcd");
  window.consume(3);
  EXPECT_EQ(window.unread(), "d");
  EXPECT_EQ(window.offset(), 3u);
  EXPECT_TRUE(window.read_more());
  EXPECT_EQ(window.unread(), "def");
  EXPECT_FALSE(window.read_more());
  EXPECT_FALSE(window.read_more());
  EXPECT_EQ(window.unread(), "def");
  EXPECT_EQ(window.offset(), 3u);
}

TEST(ContentWindowTest, GrowsAsFarAsWhatIsUnreadNeeds) {
  std::string content(300 << 10, 'x');
  for (size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<char>('a' + i % 23);
  ChoppedStream stream(content, 10'000);
  ContentWindow window;
  window.start(stream);
  window.read_more();
  window.consume(7);
  while (window.read_more()) {
  }
  EXPECT_EQ(window.unread(), std::string_view(content).substr(7));
}

TEST(ContentWindowTest, NeverAsksForMoreThanABlock) {
  class Greedy : public ByteStream {
   public:
    size_t read(std::span<char> buffer) override {
      largest = std::max(largest, buffer.size());
      EXPECT_GT(buffer.size(), 0u);
      std::fill(buffer.begin(), buffer.end(), 'x');
      return ++reads > 40 ? 0 : buffer.size();
    }
    size_t largest = 0;
    int reads = 0;
  };
  Greedy stream;
  ContentWindow window;
  window.start(stream);
  while (window.read_more()) {
  }
  EXPECT_EQ(stream.largest, ContentWindow::kBlockBytes);
}

TEST(ContentWindowTest, StartsAfreshWithTheNextContent) {
  ChoppedStream first("first");
  ChoppedStream second("second");
  ContentWindow window;
  window.start(first);
  window.read_more();
  window.consume(2);
  window.start(second);
  EXPECT_EQ(window.offset(), 0u);
  EXPECT_EQ(window.unread(), "");
  window.read_more();
  EXPECT_EQ(window.unread(), "second");
}

}  // namespace
}  // namespace starlift
