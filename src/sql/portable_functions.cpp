#include "sql/portable_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "base/error.h"
#include "sql/tokens.h"

namespace starlift {

namespace {

using Tokens = std::span<const Token>;

/// A function of one argument, which stands for {} in the renderings.
struct PortableFunction {
  std::string_view name;
  std::string_view renderings[3];  ///< in the order of Engine
};

constexpr PortableFunction kFunctions[] = {
    {"hash_bigint",
     {
         "('0x' || left(md5({}), 15))::bigint",
         "('x0' || left(md5({}), 15))::bit(64)::bigint",
         "strtol(left(md5({}), 15), 16)",
     }},
    {"to_epoch_us",
     {
         "epoch_us({})",
         "(extract(epoch from {}) * 1000000)::bigint",
         "datediff(microsecond, timestamp '1970-01-01 00:00:00', {})",
     }},
};

/// Returns the index of the first token from `start` that is not space, or tokens.size().
size_t skip_space(Tokens tokens, size_t start) {
  while (start < tokens.size() && tokens[start].kind == TokenKind::kSpace)
    ++start;
  return start;
}

/// Returns the function that the token calls, or null.
const PortableFunction* called_at(Tokens tokens, size_t index) {
  const auto* function = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                      [&](const auto& known) { return tokens[index].is_word(known.name); });
  if (function == std::end(kFunctions)) return nullptr;
  if (index > 0 && tokens[index - 1].is_symbol('.')) return nullptr;
  size_t next = skip_space(tokens, index + 1);
  return next < tokens.size() && tokens[next].is_symbol('(') ? function : nullptr;
}

/// Returns the tokens between the parenthesis at `open` and the one that closes it, and checks that
/// they are one argument.
Tokens argument_of(const PortableFunction& function, Tokens tokens, size_t open) {
  int depth = 0;
  int commas = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(',') && depth == 1) ++commas;
    if (!tokens[i].is_symbol(')') || --depth > 0) continue;

    Tokens argument = tokens.subspan(open + 1, i - open - 1);
    int count = skip_space(argument, 0) == argument.size() ? 0 : commas + 1;
    if (count == 1) return argument;
    throw Error(ErrorKind::kDefinition, fmt::format("{} takes one argument, not {}", function.name, count));
  }
  throw Error(ErrorKind::kDefinition, fmt::format("the parenthesis after {} is never closed", function.name));
}

std::string render_tokens(Tokens tokens, Engine engine) {
  std::string sql;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const PortableFunction* function = called_at(tokens, i);
    if (function == nullptr) {
      sql += tokens[i].text;
      continue;
    }
    size_t open = skip_space(tokens, i + 1);
    // The argument keeps its white space: the line end after a -- comment has to stay.
    Tokens argument = argument_of(*function, tokens, open);
    std::string_view rendering = function->renderings[static_cast<size_t>(engine)];
    sql += fmt::format(fmt::runtime(rendering), render_tokens(argument, engine));
    i = open + argument.size() + 1;
  }
  return sql;
}

}  // namespace

std::string render_portable_functions(std::string_view sql, Engine engine) {
  return render_tokens(tokenize(sql), engine);
}

}  // namespace starlift
