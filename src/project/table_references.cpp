#include "project/table_references.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "sql/tokens.h"

namespace starlift {

namespace {

/// Returns the name as the engines compare it: bare ones in lower case, quoted ones as written.
std::string folded_name(const Token& token) {
  if (token.kind == TokenKind::kIdentifier) return to_lower(token.text);
  std::string name;
  auto inner = token.text.substr(1, token.text.size() - 2);
  for (size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == '"') ++i;
  }
  return name;
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::kIdentifier || token.kind == TokenKind::kQuotedIdentifier;
}

/// Words that end a FROM clause; a comma after them separates no tables.
bool ends_from_clause(const Token& token) {
  static constexpr std::array kWords = {"where",  "group",   "having", "order",     "limit",
                                        "offset", "fetch",   "window", "intersect", "except",
                                        "union",  "qualify", "select"};
  return std::any_of(kWords.begin(), kWords.end(), [&](const char* word) { return token.is_word(word); });
}

/// The text between a pair of parentheses (or the whole), as far as it was read.
struct Scope {
  /// A query or a group of joined tables; elsewhere FROM is part of a function's call: extract(dow from x).
  bool reads_tables = false;
  bool in_from_clause = false;
  bool expects_table = false;
  /// WITH a (columns) as (select ...), b as ...: what comes next in it.
  enum class With { kNone, kName, kBody, kInBody, kComma } with = With::kNone;
  bool is_recursive = false;
  std::string pending_cte;        ///< named, its body not yet closed
  std::vector<std::string> ctes;  ///< what FROM may name here and further inside
};

/// Walks over a SELECT once, with a stack of scopes.
class ReferenceFinder {
 public:
  ReferenceFinder(std::string_view select, const Place& start)
      : select_(select), start_(start), tokens_(tokenize(select)) {
    std::erase_if(tokens_, [](const Token& token) { return token.kind == TokenKind::kSpace; });
  }

  std::vector<TableReference> run() {
    open_scope(false);
    while (position_ < tokens_.size())
      read_token();
    if (scope().expects_table) throw no_table();
    return std::move(references_);
  }

 private:
  Scope& scope() { return scopes_.back(); }
  const Token& token() const { return tokens_[position_]; }
  bool is_at_word(std::string_view word, size_t at) const {
    return at < tokens_.size() && tokens_[at].is_word(word);
  }
  bool was_word(std::string_view word, size_t back) const {
    return position_ >= back && tokens_[position_ - back].is_word(word);
  }

  void read_token() {
    if (token().is_symbol('(')) {
      read_open();
    } else if (token().is_symbol(')')) {
      read_close();
    } else if (scope().expects_table) {
      read_table();
    } else if (scope().with != Scope::With::kNone) {
      read_with();
    } else {
      read_other();
    }
  }

  /// Pushes the scope that begins at `position_`. A parenthesis where a table is due, that holds no
  /// query at once, groups joins or set operations.
  void open_scope(bool is_group) {
    bool is_query = is_at_word("select", position_) || is_at_word("with", position_);
    Scope opened;
    opened.reads_tables = is_query || is_group;
    opened.in_from_clause = opened.expects_table = is_group && !is_query;
    if (is_at_word("with", position_)) {
      opened.with = Scope::With::kName;
      ++position_;
      opened.is_recursive = is_at_word("recursive", position_);
      if (opened.is_recursive) ++position_;
    }
    scopes_.push_back(std::move(opened));
  }

  void read_open() {
    bool is_group = std::exchange(scope().expects_table, false);
    bool is_body = scope().with == Scope::With::kBody && (was_word("as", 1) || was_word("materialized", 1));
    if (is_body) scope().with = Scope::With::kInBody;
    ++position_;
    open_scope(is_group);
  }

  void read_close() {
    if (scope().expects_table) throw no_table();
    ++position_;
    if (scopes_.size() == 1) return;  // one too many; the engine will say so better
    scopes_.pop_back();
    if (scope().with == Scope::With::kInBody) {
      scope().ctes.push_back(scope().pending_cte);
      scope().with = Scope::With::kComma;
    }
  }

  void read_table() {
    if (!is_name(token())) throw no_table();
    TableReference reference{{folded_name(token())}, place()};
    ++position_;
    while (position_ + 1 < tokens_.size() && token().is_symbol('.') && is_name(tokens_[position_ + 1])) {
      reference.parts.push_back(folded_name(tokens_[position_ + 1]));
      position_ += 2;
    }
    scope().expects_table = false;
    bool is_table = reference.parts.size() > 1 || !is_cte(reference.parts[0]);
    if (is_table) references_.push_back(std::move(reference));
  }

  void read_with() {
    Scope& current = scope();
    if (current.with == Scope::With::kName) {
      current.pending_cte = folded_name(token());
      if (current.is_recursive) current.ctes.push_back(current.pending_cte);
      current.with = Scope::With::kBody;
    } else if (current.with == Scope::With::kComma) {
      bool goes_on = token().is_symbol(',');
      current.with = goes_on ? Scope::With::kName : Scope::With::kNone;
      if (!goes_on) return;
    }
    ++position_;
  }

  void read_other() {
    Scope& current = scope();
    bool is_distinct_from = was_word("distinct", 1) && (was_word("is", 2) || was_word("not", 2));
    if (current.reads_tables && token().is_word("from") && !is_distinct_from) {
      current.in_from_clause = current.expects_table = true;
    } else if (current.reads_tables && token().is_word("join")) {
      current.expects_table = true;
    } else if (ends_from_clause(token())) {
      current.in_from_clause = false;
    } else if (current.in_from_clause && token().is_symbol(',')) {
      current.expects_table = true;
    }
    ++position_;
  }

  bool is_cte(const std::string& name) const {
    return std::any_of(scopes_.begin(), scopes_.end(), [&](const Scope& outer) {
      return std::find(outer.ctes.begin(), outer.ctes.end(), name) != outer.ctes.end();
    });
  }

  Place place() const {
    return place_in(select_, position_ < tokens_.size() ? token().offset : select_.size(), start_);
  }
  Error no_table() const {
    return refusal(place(), "a table's name or a parenthesis is missing here, after FROM, JOIN or a comma");
  }

  std::string_view select_;
  Place start_;
  std::vector<Token> tokens_;
  size_t position_ = 0;
  std::vector<Scope> scopes_;
  std::vector<TableReference> references_;
};

}  // namespace

std::vector<TableReference> find_table_references(std::string_view select, const Place& start) {
  return ReferenceFinder(select, start).run();
}

}  // namespace starlift
