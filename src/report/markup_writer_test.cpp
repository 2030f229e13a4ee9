#include "report/markup_writer.h"

#include <gtest/gtest.h>

namespace starlift {
namespace {

TEST(MarkupWriter, KeepsTextAndAttributesText) {
  MarkupWriter page;
  page.open("p", {{"title", "\"a\" & 'b'"}, {"x", 1.25}, {"n", 3}}).text("</p><script>x</script>").close();
  EXPECT_EQ(page.markup(),
            "<p title=\"&quot;a&quot; &amp; &#39;b&#39;\" x=\"1.2\" n=\"3\">"
            "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</p>\n");
}

TEST(MarkupWriter, ReplacesWhatMarkupCannotHold) {
  EXPECT_EQ(escape_markup(std::string_view("a\0b\x1b", 4)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(escape_markup("a\xFF<"), "a\xEF\xBF\xBD&lt;");
  EXPECT_EQ(escape_markup("é\n日本"), "é\n日本");
}

TEST(MarkupWriter, ClosesTheElementThatWasBegunLast) {
  MarkupWriter page;
  page.open("g").leaf("path", {{"d", "M0 0"}}).element("td", "c").close();
  EXPECT_EQ(page.markup(), "<g><path d=\"M0 0\"/>\n<td>c</td>\n</g>\n");
}

TEST(MarkupWriter, PutsNoBlankAfterAnElementInText) {
  MarkupWriter page;
  page.open("p").element("a", {{"href", "users.html"}}, "users").text(".").close();
  EXPECT_EQ(page.markup(), "<p><a href=\"users.html\">users</a>.</p>\n");
}

}  // namespace
}  // namespace starlift
