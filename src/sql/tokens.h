#pragma once

#include <string_view>
#include <vector>

namespace starlift {

enum class TokenKind {
  kSpace,       ///< white space and comments
  kIdentifier,  ///< bare, keywords included
  kQuotedIdentifier,
  kLiteral,  ///< a string literal with its quotes
  kNumber,
  kSymbol,  ///< one character: ( ) , . ; + ...
};

/// A piece of SQL text. The tokens of a text, joined, are the text.
struct Token {
  TokenKind kind;
  std::string_view text;
  size_t offset;

  /// Returns true for a bare identifier equal to `word` (given in lower case), case ignored.
  bool is_word(std::string_view word) const;
  bool is_symbol(char c) const { return kind == TokenKind::kSymbol && text[0] == c; }
};

/// Splits the SQL that definitions may use (the common part of the three engines: '' inside
/// literals, -- and nested /* */ comments, no dollar quotes). An unterminated literal or comment
/// runs to the end.
std::vector<Token> tokenize(std::string_view sql);

}  // namespace starlift
