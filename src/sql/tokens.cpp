#include "sql/tokens.h"

#include <algorithm>

#include "base/text.h"

namespace starlift {

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '$';
}

/// Reads tokens from front to back. Every `skip_...` starts at `position_` and moves it on.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) {}

  bool is_done() const { return position_ == sql_.size(); }

  Token next() {
    size_t start = position_;
    TokenKind kind = skip_token();
    return {kind, sql_.substr(start, position_ - start), start};
  }

 private:
  /// Returns the character `distance` ahead; past the end it is NUL, which starts no long token.
  char peek(size_t distance = 0) const {
    return position_ + distance < sql_.size() ? sql_[position_ + distance] : '\0';
  }
  bool starts_with(std::string_view text) const { return sql_.substr(position_).starts_with(text); }
  bool starts_space() const { return is_space(peek()) || starts_with("--") || starts_with("/*"); }

  TokenKind skip_token() {
    if (starts_space()) {
      while (starts_space())
        skip_space();
      return TokenKind::kSpace;
    }
    if (starts_name(peek())) {
      while (continues_name(peek()))
        ++position_;
      return TokenKind::kIdentifier;
    }
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
      skip_number();
      return TokenKind::kNumber;
    }
    if (peek() == '\'' || peek() == '"') {
      char quote = peek();
      skip_quoted(quote);
      return quote == '"' ? TokenKind::kQuotedIdentifier : TokenKind::kLiteral;
    }
    ++position_;
    return TokenKind::kSymbol;
  }

  void skip_space() {
    if (starts_with("--")) {
      position_ = std::min(sql_.find('\n', position_), sql_.size());
    } else if (starts_with("/*")) {
      skip_block_comment();
    } else {
      ++position_;
    }
  }

  void skip_block_comment() {
    int depth = 0;
    do {
      if (starts_with("/*")) {
        ++depth;
        position_ += 2;
      } else if (starts_with("*/")) {
        --depth;
        position_ += 2;
      } else {
        ++position_;
      }
    } while (depth > 0 && !is_done());
  }

  void skip_digits() {
    while (is_digit(peek()))
      ++position_;
  }

  void skip_number() {
    skip_digits();
    if (peek() == '.') {
      ++position_;
      skip_digits();
    }
    if (peek() != 'e' && peek() != 'E') return;
    size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (!is_digit(peek(1 + sign))) return;
    position_ += 1 + sign;
    skip_digits();
  }

  /// A doubled quote is two quoted pieces that touch; here they are one.
  void skip_quoted(char quote) {
    do {
      size_t end = sql_.find(quote, position_ + 1);
      position_ = end == sql_.npos ? sql_.size() : end + 1;
    } while (peek() == quote);
  }

  std::string_view sql_;
  size_t position_ = 0;
};

}  // namespace

bool Token::is_word(std::string_view word) const {
  return kind == TokenKind::kIdentifier && to_lower(text) == word;
}

std::vector<Token> tokenize(std::string_view sql) {
  std::vector<Token> tokens;
  for (Tokenizer tokenizer(sql); !tokenizer.is_done();)
    tokens.push_back(tokenizer.next());
  return tokens;
}

}  // namespace starlift
