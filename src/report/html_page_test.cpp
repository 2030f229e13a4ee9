#include "report/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace starlift {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlPage, EscapesItsTitleAndLeavesItsBodyAlone) {
  std::string html = render_page({"a < b", "<p>{{title}} {{unknown}}</p>", {}, {}});
  EXPECT_THAT(html, HasSubstr("<title>a &lt; b</title>"));
  EXPECT_THAT(html, HasSubstr("<p>{{title}} {{unknown}}</p>"));
}

TEST(HtmlPage, RunsNoScriptButItsOwn) {
  EXPECT_THAT(render_page({"t", "", {}, {}}), HasSubstr("script-src 'none'"));
  std::string html = render_page({"t", "", {}, {"tables.js"}});
  const std::string_view before_nonce = "script-src 'nonce-";
  size_t start = html.find(before_nonce);
  ASSERT_NE(start, html.npos);
  std::string nonce = html.substr(start + before_nonce.size(), 32);
  EXPECT_EQ(nonce.find_first_not_of("0123456789abcdef"), nonce.npos);
  EXPECT_THAT(html, HasSubstr("script-src 'nonce-" + nonce + "'"));
  EXPECT_THAT(html, HasSubstr("<script nonce=\"" + nonce + "\">"));
  EXPECT_THAT(render_page({"t", "", {}, {"tables.js"}}), Not(HasSubstr(nonce)));
}

}  // namespace
}  // namespace starlift
