#include "net/xml.h"

#include <expat.h>

#include <limits>
#include <memory>

#include "base/text.h"

namespace starlift {

namespace {

constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxElements = 100'000;
constexpr size_t kMaxNameBytes = 256;

/// Builds the tree from expat's calls. Expat's C frames must not see an exception: what can throw here is
/// only a failed allocation, which ends the process anyway.
class TreeBuilder {
 public:
  explicit TreeBuilder(XML_Parser parser) : parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetStartElementHandler(parser, [](void* self, const char* name, const char**) {
      static_cast<TreeBuilder*>(self)->begin(name);
    });
    XML_SetEndElementHandler(parser, [](void* self, const char*) { static_cast<TreeBuilder*>(self)->end(); });
    XML_SetCharacterDataHandler(parser, [](void* self, const char* text, int size) {
      static_cast<TreeBuilder*>(self)->add({text, static_cast<size_t>(size)});
    });
    XML_SetStartDoctypeDeclHandler(parser, [](void* self, const char*, const char*, const char*, int) {
      static_cast<TreeBuilder*>(self)->refuse();
    });
  }

  XmlElement take_root() { return std::move(root_.children.front()); }

 private:
  void begin(std::string_view name) {
    if (open_.size() > kMaxDepth || ++elements_ > kMaxElements || name.size() > kMaxNameBytes)
      return refuse();
    auto& siblings = open_.back()->children;
    siblings.push_back({.name = std::string(name), .text = {}, .children = {}});
    open_.push_back(&siblings.back());
  }

  void end() {
    if (open_.size() > 1) open_.pop_back();
  }

  void add(std::string_view text) { open_.back()->text += text; }

  void refuse() { XML_StopParser(parser_, XML_FALSE); }

  XML_Parser parser_;
  XmlElement root_;  ///< above the document's own root
  /// The elements that are not closed yet. A parent gets no further child while one of them is open, so
  /// the addresses hold.
  std::vector<XmlElement*> open_ = {&root_};
  size_t elements_ = 0;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
  for (const auto& candidate : children) {
    if (candidate.name == child) return &candidate;
  }
  return nullptr;
}

std::string_view XmlElement::text_of(std::string_view child) const {
  const auto* found = find(child);
  return found ? std::string_view(found->text) : std::string_view();
}

std::optional<XmlElement> parse_xml(std::string_view text) {
  if (text.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return std::nullopt;
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                      XML_ParserFree);
  if (!parser) return std::nullopt;
  // Services send blanks to keep a connection alive, some before the declaration.
  text = trim(text);
  TreeBuilder builder(parser.get());
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK)
    return std::nullopt;
  return builder.take_root();
}

}  // namespace starlift
