#include "report/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

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
  std::smatch nonce;
  ASSERT_TRUE(std::regex_search(html, nonce, std::regex("script-src 'nonce-([0-9a-f]{32})'")));
  EXPECT_THAT(html, HasSubstr("<script nonce=\"" + nonce[1].str() + "\">"));
  EXPECT_THAT(render_page({"t", "", {}, {"tables.js"}}), Not(HasSubstr(nonce[1].str())));
}

}  // namespace
}  // namespace starlift
