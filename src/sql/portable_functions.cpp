#include "sql/portable_functions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "base/error.h"
#include "sql/tokens.h"

namespace starlift {

namespace {

using Tokens = std::span<const Token>;

constexpr std::string_view kDateField = "date_field";
/// The fields that are the same whole number on the three engines.
constexpr std::string_view kFields[] = {"year", "quarter", "month", "week",  "day",
                                        "dow",  "doy",     "hour",  "minute"};

/// A function whose arguments stand for {0} and {1} in the renderings.
struct PortableFunction {
  std::string_view name;
  size_t arguments;                ///< 1 or 2
  std::string_view renderings[3];  ///< in the order of Engine
};

constexpr PortableFunction kFunctions[] = {
    {"hash_bigint",
     1,
     {
         "('0x' || left(md5({0}), 15))::bigint",
         "('x0' || left(md5({0}), 15))::bit(64)::bigint",
         "strtol(left(md5({0}), 15), 16)",
     }},
    {"to_epoch_us",
     1,
     {
         "epoch_us({0})",
         "(extract(epoch from {0}) * 1000000)::bigint",
         "datediff(microsecond, timestamp '1970-01-01 00:00:00', {0})",
     }},
    // PostgreSQL's extract makes a numeric, which takes longer than to find the field.
    {kDateField,
     2,
     {
         "extract({0} from {1})",
         "date_part('{0}', {1})",
         "extract({0} from {1})",
     }},
    // Redshift compares without trailing blanks, and counts them in the length of a varchar (r_LEN).
    {"same_text",
     2,
     {
         "({0} = {1})",
         "({0} = {1})",
         "({0} = {1} and length({0}) = length({1}))",
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

/// The arguments of a call, and the index of the parenthesis that closes it.
struct Arguments {
  std::vector<Tokens> each;
  size_t close = 0;
};

bool is_space(Tokens tokens) {
  return skip_space(tokens, 0) == tokens.size();
}

/// Returns what is between the parenthesis at `open` and the one that closes it.
Arguments arguments_of(const PortableFunction& function, Tokens tokens, size_t open) {
  Arguments arguments;
  int depth = 0;
  size_t start = open + 1;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(')')) --depth;
    bool is_end = depth == 0;
    if (!is_end && !(tokens[i].is_symbol(',') && depth == 1)) continue;
    arguments.each.push_back(tokens.subspan(start, i - start));
    start = i + 1;
    if (!is_end) continue;
    arguments.close = i;
    if (arguments.each.size() == 1 && is_space(arguments.each[0])) arguments.each.clear();
    return arguments;
  }
  throw Error(ErrorKind::kDefinition, fmt::format("the parenthesis after {} is never closed", function.name));
}

void check_count(const PortableFunction& function, const Arguments& arguments) {
  size_t count = arguments.each.size();
  bool has_empty = std::any_of(arguments.each.begin(), arguments.each.end(), is_space);
  if (count == function.arguments && !has_empty) return;
  if (has_empty)
    throw Error(ErrorKind::kDefinition, fmt::format("an argument of {} is empty", function.name));
  throw Error(ErrorKind::kDefinition,
              fmt::format("{} takes {}, not {}", function.name,
                          function.arguments == 1 ? "one argument" : "two arguments", count));
}

/// Returns the field that the argument is. Throws Error{kDefinition} when it is anything else.
std::string field_of(Tokens argument) {
  size_t at = skip_space(argument, 0);
  bool is_alone = skip_space(argument, at + 1) == argument.size();
  const auto* field = std::find_if(std::begin(kFields), std::end(kFields),
                                   [&](auto name) { return argument[at].is_word(name); });
  if (is_alone && field != std::end(kFields)) return std::string(*field);
  throw Error(ErrorKind::kDefinition,
              fmt::format("{} takes one of the words {} first", kDateField, fmt::join(kFields, ", ")));
}

std::string render_tokens(Tokens tokens, Engine engine) {
  std::string sql;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const PortableFunction* function = called_at(tokens, i);
    if (function == nullptr) {
      sql += tokens[i].text;
      continue;
    }
    Arguments arguments = arguments_of(*function, tokens, skip_space(tokens, i + 1));
    check_count(*function, arguments);
    // An argument keeps its white space: the line end after a -- comment has to stay.
    bool has_field = function->name == kDateField;
    std::string first =
        has_field ? field_of(arguments.each.front()) : render_tokens(arguments.each.front(), engine);
    std::string last = render_tokens(arguments.each.back(), engine);
    if (function->arguments == 2 && last.starts_with(' ')) last.erase(0, 1);  // the one after the comma
    std::string_view rendering = function->renderings[static_cast<size_t>(engine)];
    sql += fmt::format(fmt::runtime(rendering), first, last);
    i = arguments.close;
  }
  return sql;
}

}  // namespace

std::string render_portable_functions(std::string_view sql, Engine engine) {
  return render_tokens(tokenize(sql), engine);
}

}  // namespace starlift
