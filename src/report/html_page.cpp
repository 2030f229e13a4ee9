#include "report/html_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <random>

#include "report/markup_writer.h"
#include "report/page_files.h"

namespace starlift {

namespace {

std::string random_nonce() {
  std::random_device random;
  std::string digits;
  for (int i = 0; i < 4; ++i)
    digits += fmt::format("{:08x}", random());
  return digits;
}

/// Fills {{name}} in a template; what is filled in is not looked at again.
std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values) {
  std::string out;
  while (true) {
    size_t begin = text.find("{{");
    out += text.substr(0, begin);
    if (begin == text.npos) return out;
    size_t end = text.find("}}", begin);
    out += values.at(text.substr(begin + 2, end - begin - 2));
    text.remove_prefix(end + 2);
  }
}

}  // namespace

std::string_view page_file(std::string_view name) {
  auto files = page_files();
  auto found =
      std::find_if(files.begin(), files.end(), [&](const PageFile& file) { return file.name == name; });
  assert(found != files.end());
  return found->text;
}

std::string render_page(const HtmlPage& page) {
  std::string style(page_file("page.css"));
  for (auto name : page.styles)
    style += page_file(name);
  std::string nonce = random_nonce(), scripts;
  for (auto name : page.scripts)
    scripts += fmt::format("<script nonce=\"{}\">\n{}</script>\n", nonce, page_file(name));
  return fill(page_file("page.html"),
              {{"script_source", page.scripts.empty() ? "'none'" : fmt::format("'nonce-{}'", nonce)},
               {"title", escape_markup(page.title)},
               {"style", style},
               {"body", page.body},
               {"scripts", scripts}});
}

std::string made_by() {
  return fmt::format("Made by starlift {}.", STARLIFT_VERSION);
}

std::string page_footer() {
  MarkupWriter footer;
  footer.element("footer", made_by());
  return footer.markup();
}

}  // namespace starlift
