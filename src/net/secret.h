#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace starlift {

/// A key, password or token. Formatting it writes "[secret]": only `reveal` gives the text, so every place
/// that does is easy to find.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool is_empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace starlift

template <>
struct fmt::formatter<starlift::Secret> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const starlift::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("[secret]", context);
  }
};
