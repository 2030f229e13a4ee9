#include "net/xml.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

TEST(Xml, ReadsElementsTextAndTheFiveEntities) {
  auto root =
      parse_xml("<?xml version='1.0'?><a x='1'> <b>1 &lt;&gt;&amp;&quot;&apos; &#xf6;</b><b/><c>2</c></a>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "a");
  ASSERT_EQ(root->children.size(), 3u);
  EXPECT_EQ(root->text_of("b"), "1 <>&\"' ö");
  EXPECT_EQ(root->text_of("c"), "2");
  EXPECT_EQ(root->text_of("d"), "");
  EXPECT_EQ(root->find("d"), nullptr);
}

TEST(Xml, PassesOverBlanksBeforeTheDeclaration) {
  EXPECT_TRUE(parse_xml("\n  <?xml version='1.0'?><a/>\n"));
}

TEST(Xml, RefusesWhatIsNotWellFormed) {
  for (const char* text : {"", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a>\xff</a>", "{}"})
    EXPECT_FALSE(parse_xml(text)) << text;
}

TEST(Xml, RefusesEveryDocumentType) {
  EXPECT_FALSE(parse_xml("<!DOCTYPE a><a/>"));
  EXPECT_FALSE(parse_xml("<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>"));
  EXPECT_FALSE(parse_xml("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"));
}

TEST(Xml, RefusesDepthAndHugeNames) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i)
    deep += "<a>";
  EXPECT_FALSE(parse_xml(deep));
  EXPECT_FALSE(parse_xml("<" + std::string(300, 'a') + "/>"));
  EXPECT_TRUE(parse_xml("<" + std::string(200, 'a') + "/>"));
}

TEST(Xml, RefusesTooManyElements) {
  std::string many = "<a>";
  for (int i = 0; i < 100'001; ++i)
    many += "<b/>";
  EXPECT_FALSE(parse_xml(many + "</a>"));
}

}  // namespace
}  // namespace starlift
