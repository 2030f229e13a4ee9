#include "sql/table_substitution.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sql/tokens.h"

namespace starlift {

namespace {

/// The words that may follow a table in a FROM clause and are no alias.
constexpr std::string_view kNotAnAlias[] = {
    "cross", "except",  "fetch",  "full", "group", "having", "inner", "intersect", "join",  "left",
    "limit", "natural", "offset", "on",   "order", "right",  "union", "using",     "where",
};

/// The tokens that mean something, found from one that does.
class Neighbours {
 public:
  explicit Neighbours(const std::vector<Token>& tokens) : tokens_(tokens) {}

  /// Returns the index of the next token that is no space, or the end.
  size_t after(size_t index) const {
    do {
      ++index;
    } while (index < tokens_.size() && tokens_[index].kind == TokenKind::kSpace);
    return index;
  }

  bool is_symbol(size_t index, char c) const { return index < tokens_.size() && tokens_[index].is_symbol(c); }

  bool is_name(size_t index) const {
    return index < tokens_.size() && tokens_[index].kind == TokenKind::kIdentifier;
  }

  bool is_alias(size_t index) const {
    if (index >= tokens_.size()) return false;
    if (tokens_[index].kind == TokenKind::kQuotedIdentifier) return true;
    if (tokens_[index].kind != TokenKind::kIdentifier) return false;
    return std::none_of(std::begin(kNotAnAlias), std::end(kNotAnAlias),
                        [&](std::string_view word) { return tokens_[index].is_word(word); });
  }

 private:
  const std::vector<Token>& tokens_;
};

}  // namespace

std::string substitute_tables(
    std::string_view sql, std::string_view schema,
    const std::function<std::optional<std::string>(const std::string& name)>& relation) {
  auto tokens = tokenize(sql);
  Neighbours neighbours(tokens);
  std::string out;
  for (size_t i = 0; i < tokens.size(); ++i) {
    size_t dot = neighbours.after(i);
    size_t name = neighbours.after(dot);
    bool is_table = tokens[i].is_word(schema) && !(i > 0 && tokens[i - 1].is_symbol('.')) &&
                    neighbours.is_symbol(dot, '.') && neighbours.is_name(name) &&
                    !neighbours.is_symbol(neighbours.after(name), '.');
    auto replacement = is_table ? relation(to_lower(tokens[name].text)) : std::nullopt;
    if (!replacement) {
      out += tokens[i].text;
      continue;
    }
    out += *replacement;
    if (!neighbours.is_alias(neighbours.after(name))) out += fmt::format(" as {}", tokens[name].text);
    i = name;
  }
  return out;
}

}  // namespace starlift
