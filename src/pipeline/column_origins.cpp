#include "pipeline/column_origins.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "sql/tokens.h"

namespace starlift {

namespace {

using Tokens = std::span<const Token>;
using Relations = std::map<std::string, TracedRelation>;

bool is_any(const Token& token, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return token.is_word(word); });
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::kIdentifier || token.kind == TokenKind::kQuotedIdentifier;
}

/// The name as engines compare it.
std::string name_of(const Token& token) {
  if (token.kind == TokenKind::kIdentifier) return to_lower(token.text);
  return std::string(token.text.substr(1, token.text.size() - 2));
}

/// Returns where the parenthesis that opens at `open` is closed.
size_t closing(Tokens tokens, size_t open) {
  size_t depth = 0;
  for (size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(')') && --depth == 0) return i;
  }
  return tokens.size();
}

/// Returns the first token at or after `from`, outside of parentheses, that `is_wanted` takes; else the end.
template <typename Predicate>
size_t find_outside(Tokens tokens, size_t from, Predicate is_wanted) {
  for (size_t i = from; i < tokens.size(); ++i) {
    if (is_wanted(i)) return i;
    if (tokens[i].is_symbol('(')) i = closing(tokens, i);
  }
  return tokens.size();
}

bool begins_query(Tokens tokens) {
  return !tokens.empty() && (tokens[0].is_word("select") || tokens[0].is_word("with"));
}

/// A table of a FROM clause, by the name that columns call it.
struct Source {
  std::string alias;
  TracedRelation relation;
};

/// Follows the columns of one query; inner queries get tracers of their own.
class Tracer {
 public:
  explicit Tracer(Relations known) : known_(std::move(known)) {}

  TracedRelation query(Tokens tokens) {
    if (!tokens.empty() && tokens[0].is_word("with")) tokens = read_common_tables(tokens);
    static constexpr std::array<std::string_view, 3> kSetWords = {"union", "intersect", "except"};
    TracedRelation whole;
    for (size_t begin = 0; begin < tokens.size();) {
      size_t end = find_outside(tokens, begin, [&](size_t i) { return is_any(tokens[i], kSetWords); });
      merge(select(tokens.subspan(begin, end - begin)), whole);
      begin = end + 1;
      if (begin < tokens.size() && tokens[begin].is_word("all")) ++begin;
    }
    return whole;
  }

 private:
  /// Reads `name as (query), ...` and returns what follows.
  Tokens read_common_tables(Tokens tokens) {
    size_t at = 1;
    if (at < tokens.size() && tokens[at].is_word("recursive")) ++at;
    while (at < tokens.size() && is_name(tokens[at])) {
      std::string name = name_of(tokens[at]);
      size_t open = find_outside(tokens, at + 1, [&](size_t i) {
        return tokens[i].is_symbol('(') && begins_query(tokens.subspan(i + 1));
      });
      size_t close = closing(tokens, open);
      if (close >= tokens.size()) return {};
      known_[name] = Tracer(known_).query(tokens.subspan(open + 1, close - open - 1));
      at = close + 1;
      if (at >= tokens.size() || !tokens[at].is_symbol(',')) break;
      ++at;
    }
    return tokens.subspan(std::min(at, tokens.size()));
  }

  /// The parts of a set operation agree by position.
  static void merge(const TracedRelation& part, TracedRelation& whole) {
    if (whole.columns.empty()) whole = part;
    for (size_t i = 0; i < std::min(part.columns.size(), whole.columns.size()); ++i)
      whole.columns[i].origins.insert(part.columns[i].origins.begin(), part.columns[i].origins.end());
  }

  TracedRelation select(Tokens tokens) {
    if (!tokens.empty() && tokens[0].is_symbol('(')) return Tracer(known_).query(inside(tokens));
    size_t from = find_outside(tokens, 0, [&](size_t i) {
      return tokens[i].is_word("from") && !(i > 0 && tokens[i - 1].is_word("distinct"));
    });
    if (from < tokens.size()) read_sources(tokens.subspan(from));
    TracedRelation traced;
    size_t begin = tokens.size() > 1 && tokens[1].is_word("distinct") ? 2 : 1;
    while (begin < from) {
      size_t end =
          std::min(from, find_outside(tokens, begin, [&](size_t i) { return tokens[i].is_symbol(','); }));
      read_item(tokens.subspan(begin, end - begin), traced);
      begin = end + 1;
    }
    sources_.clear();
    return traced;
  }

  static Tokens inside(Tokens tokens) {
    size_t close = closing(tokens, 0);
    return tokens.subspan(1, close - 1);
  }

  void read_sources(Tokens tokens) {
    static constexpr std::array<std::string_view, 9> kEnds = {"where",  "group", "having", "order",  "limit",
                                                              "offset", "fetch", "window", "qualify"};
    size_t end = find_outside(tokens, 0, [&](size_t i) { return is_any(tokens[i], kEnds); });
    tokens = tokens.first(end);
    for (size_t i = 0; i < tokens.size();) {
      if (tokens[i].is_word("from") || tokens[i].is_word("join") || tokens[i].is_symbol(','))
        read_source(tokens.subspan(i + 1));
      i = tokens[i].is_symbol('(') ? closing(tokens, i) + 1 : i + 1;
    }
  }

  /// A table, a query in parentheses, or joined tables in parentheses; and its alias.
  void read_source(Tokens tokens) {
    if (tokens.empty()) return;
    Source source;
    size_t at = 0;
    if (tokens[0].is_symbol('(')) {
      at = closing(tokens, 0) + 1;
      Tokens inner = inside(tokens);
      if (!begins_query(inner)) {
        read_source(inner);
        return read_sources(inner);
      }
      source.relation = Tracer(known_).query(inner);
    } else {
      std::string name = name_of(tokens[at++]);
      source.alias = name;
      while (at + 1 < tokens.size() && tokens[at].is_symbol('.')) {
        source.alias = name_of(tokens[at + 1]);
        name += '.' + source.alias;
        at += 2;
      }
      if (auto found = known_.find(name); found != known_.end()) source.relation = found->second;
    }
    if (at < tokens.size() && tokens[at].is_word("as")) ++at;
    static constexpr std::array<std::string_view, 8> kNoAlias = {"join",  "left",  "right", "full",
                                                                 "inner", "cross", "on",    "using"};
    if (at < tokens.size() && is_name(tokens[at]) && !is_any(tokens[at], kNoAlias))
      source.alias = name_of(tokens[at]);
    sources_.push_back(std::move(source));
  }

  /// One expression of a SELECT list, or a star.
  void read_item(Tokens item, TracedRelation& traced) {
    if (item.empty()) return;
    if (item.back().is_symbol('*') && (item.size() == 1 || item[item.size() - 2].is_symbol('.'))) {
      for (const auto& source : sources_) {
        if (item.size() > 1 && source.alias != name_of(item[0])) continue;
        traced.columns.insert(traced.columns.end(), source.relation.columns.begin(),
                              source.relation.columns.end());
      }
      return;
    }
    auto& column = traced.columns.emplace_back();
    if (is_name(item.back())) column.name = name_of(item.back());
    bool has_alias = item.size() > 2 && item[item.size() - 2].is_word("as");
    collect(has_alias ? item.first(item.size() - 2) : item, column.origins);
  }

  /// Finds the columns that an expression names.
  void collect(Tokens tokens, std::set<ColumnOrigin>& origins) const {
    for (size_t i = 0; i < tokens.size(); ++i) {
      bool is_call = i + 1 < tokens.size() && tokens[i + 1].is_symbol('(');
      if (tokens[i].is_symbol('(') && begins_query(tokens.subspan(i + 1))) {
        size_t close = closing(tokens, i);
        for (const auto& column : Tracer(known_).query(tokens.subspan(i + 1, close - i - 1)).columns)
          origins.insert(column.origins.begin(), column.origins.end());
        i = close;
      } else if ((tokens[i].is_word("extract") || tokens[i].is_word("date_field")) && is_call) {
        i += 2;  // the field, as in extract(year from ...)
      } else if (tokens[i].is_word("as")) {
        ++i;  // the type of a cast
      } else if (is_name(tokens[i]) && !is_call) {
        bool is_qualified = i + 2 < tokens.size() && tokens[i + 1].is_symbol('.') && is_name(tokens[i + 2]);
        add(is_qualified ? name_of(tokens[i]) : "", name_of(tokens[is_qualified ? i + 2 : i]), origins);
        if (is_qualified) i += 2;
      }
    }
  }

  void add(const std::string& alias, const std::string& name, std::set<ColumnOrigin>& origins) const {
    for (const auto& source : sources_) {
      if (!alias.empty() && source.alias != alias) continue;
      for (const auto& column : source.relation.columns) {
        if (column.name != name) continue;
        origins.insert(column.origins.begin(), column.origins.end());
        return;
      }
    }
  }

  Relations known_;
  std::vector<Source> sources_;
};

}  // namespace

TracedRelation trace_columns(std::string_view select, const std::map<std::string, TracedRelation>& tables) {
  std::vector<Token> tokens = tokenize(select);
  std::erase_if(tokens, [](const Token& token) { return token.kind == TokenKind::kSpace; });
  return Tracer(tables).query(tokens);
}

}  // namespace starlift
