#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// An HTML page that stands alone: its style and scripts are in it, and it may load nothing.
struct HtmlPage {
  std::string title;
  std::string body;                       ///< markup
  std::vector<std::string_view> styles;   ///< names of page files, besides page.css
  std::vector<std::string_view> scripts;  ///< names of page files, in the order in which they run
};

/// Puts it into the skeleton page.html. Scripts carry a random nonce, and nothing else may run: a text of the
/// data would not, even if it became markup.
std::string render_page(const HtmlPage& page);

/// Says what made a page.
std::string made_by();

/// The foot of a page: what made it.
std::string page_footer();

}  // namespace starlift
