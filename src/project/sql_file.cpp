#include "project/sql_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sql/tokens.h"

namespace starlift {

namespace {

/// A part of a file and where it begins.
struct Part {
  std::string_view text;
  Place place;
};

/// Returns `part` from `offset` on.
Part from(const Part& part, size_t offset) {
  return {part.text.substr(offset), place_in(part.text, offset, part.place)};
}

/// Returns what stands between the delimiters of the comment at the front, and sets `body` to what follows.
Part split_header(const Part& file, Part& body) {
  size_t open = file.text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");  // the last three are a byte order mark
  if (open == file.text.npos || !file.text.substr(open).starts_with("/*")) {
    throw refusal(file.place,
                  "the file must begin with a comment /* ... */ that holds its description in TOML");
  }
  size_t close = file.text.find("*/", open + 2);
  if (close == file.text.npos) {
    throw refusal(place_in(file.text, open, file.place),
                  "the comment that begins here is not closed; end it with */");
  }
  body = from(file, close + 2);
  Part header = from(file, open + 2);
  header.text = header.text.substr(0, close - open - 2);
  return header;
}

/// An unclosed literal or comment runs to the end of its text and would swallow a word put after it.
void refuse_unclosed(const Part& body) {
  auto probe = std::string(body.text) + "\nprobe";
  auto last = tokenize(probe).back();
  if (last.text == "probe") return;
  throw refusal(place_in(body.text, last.offset, body.place),
                "a quote or comment that begins here is not closed before the end of the file");
}

void refuse_other_statements(const Part& body, std::span<const Token> tokens) {
  auto is_semicolon = [](const Token& token) { return token.is_symbol(';'); };
  auto semicolon = std::find_if(tokens.begin(), tokens.end(), is_semicolon);
  if (semicolon == tokens.end() || semicolon + 1 == tokens.end()) return;
  throw refusal(place_in(body.text, semicolon[1].offset, body.place),
                "a second statement begins here; a file holds one SELECT");
}

Part trim_to_select(const Part& body) {
  refuse_unclosed(body);
  auto tokens = tokenize(body.text);
  std::erase_if(tokens, [](const Token& token) { return token.kind == TokenKind::kSpace; });
  refuse_other_statements(body, tokens);
  if (!tokens.empty() && tokens.back().is_symbol(';')) tokens.pop_back();
  if (tokens.empty()) throw refusal(body.place, "no SELECT follows the leading comment");

  Part select = from(body, tokens.front().offset);
  if (!tokens.front().is_word("select") && !tokens.front().is_word("with")) {
    throw refusal(select.place, fmt::format("the statement must begin with SELECT or WITH, not with {}",
                                            to_upper(tokens.front().text)));
  }
  size_t end = tokens.back().offset + tokens.back().text.size();
  select.text = select.text.substr(0, end - tokens.front().offset);
  return select;
}

}  // namespace

SqlFile read_sql_file(const DefinitionFile& file) {
  Part body;
  Part header = split_header({file.text, {file.path, 1}}, body);
  auto toml = TomlTable::parse(header.text, header.place);
  Part select = trim_to_select(body);
  return {toml, std::string(select.text), select.place};
}

}  // namespace starlift
