#include "json/record_parser.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "json/exact_number.h"
#include "json/string_escapes.h"

namespace starlift {

namespace {

/// Returns the offset of the first byte that is not part of a UTF-8 character.
size_t find_invalid_utf8(std::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    size_t length = 1;
    while (length <= 4 && !is_valid_utf8(text.substr(position, length)))
      ++length;
    if (length > 4) break;
    position += length;
  }
  return position;
}

/// Returns the front of `text` up to where probably no token is cut: a raw line break is never inside
/// a string, and a brace seldom.
std::string_view cut_between_tokens(std::string_view text) {
  auto* last = static_cast<const char*>(memrchr(text.data(), '\n', text.size()));
  if (!last) last = static_cast<const char*>(memrchr(text.data(), '}', text.size()));
  return last ? text.substr(0, static_cast<size_t>(last + 1 - text.data())) : std::string_view();
}

/// Returns true for numbers and the three words.
bool is_word_or_number(std::string_view token) {
  switch (token.front()) {
    case 't':
      return token == "true";
    case 'f':
      return token == "false";
    case 'n':
      return token == "null";
    default:
      return is_number(token);
  }
}

}  // namespace

RecordParser::RecordParser(std::span<const FieldSpec> fields)
    : fields_(fields), values_(fields_.slot_count()) {
  for (const auto& field : fields)
    slot_of_field_.push_back(fields_.slot_of(field.path));
}

void RecordParser::start() {
  fields_.start();
  forget_ahead();
  look_ahead_bytes_ = kMaxLookAheadBytes;
}

RecordParser::Fault RecordParser::parse(std::string_view record) {
  forget_ahead();
  auto fault = index_.build(record);
  if (fault == TokenIndex::Fault::kInvalidUtf8) return fail(Fault::kInvalidUtf8, find_invalid_utf8(record));
  if (fault != TokenIndex::Fault::kNone || !begin_text(record)) return fail(Fault::kBroken, 0);
  return walk_record(next_token_) == end_token_ ? Fault::kNone : fault_;
}

void RecordParser::look_ahead(std::string_view ahead, uint64_t offset) {
  bool is_all = ahead.size() < look_ahead_bytes_;
  auto text = is_all ? ahead : cut_between_tokens(ahead.substr(0, look_ahead_bytes_));
  bool is_indexed = index_.build(text) == TokenIndex::Fault::kNone && begin_text(text);
  text_offset_ = offset;
  end_offset_ = is_indexed ? offset + end_token_[-1] + 1 : 0;
  // Among broken records it would be in vain to look far.
  look_ahead_bytes_ = is_indexed ? std::min(look_ahead_bytes_ * 2, kMaxLookAheadBytes) : kMinLookAheadBytes;
}

size_t RecordParser::parse_at(uint64_t offset) {
  if (offset >= end_offset_) return 0;
  auto position = static_cast<uint32_t>(offset - text_offset_);
  while (*next_token_ < position)
    ++next_token_;  // the punctuation of an array
  auto token = *next_token_ == position ? walk_record(next_token_) : nullptr;
  if (!token) {
    forget_ahead();
    if (position == 0) look_ahead_bytes_ = kMinLookAheadBytes;
    return 0;
  }
  next_token_ = token;
  return token[-1] + 1 - position;
}

RecordParser::Fault RecordParser::fail(Fault fault, size_t position) {
  fault_ = fault;
  fault_position_ = position;
  return fault;
}

/// Makes the text that was indexed the one to parse records in. Returns false when none can end there.
bool RecordParser::begin_text(std::string_view text) {
  auto tokens = index_.starts();
  // When the last token is a closing brace, every other one has a successor, and a walk has to look
  // for the end only after a brace.
  while (!tokens.empty() && text[tokens.back()] != '}')
    tokens = tokens.first(tokens.size() - 1);
  text_ = text.data();
  end_ = text_ + text.size();
  next_token_ = tokens.data();
  end_token_ = next_token_ + tokens.size();
  find_backslash(text_);
  if (unescaped_.size() < text.size()) unescaped_.resize(text.size());
  return !tokens.empty();
}

RecordParser::Token RecordParser::walk_record(Token token) {
  fields_.drop_noted();
  unescaped_bytes_ = 0;
  for (auto& value : values_)
    value.source = {};
  fail(Fault::kBroken, 0);
  return char_at(token) == '{' ? walk_object(token, FieldTree::kRoot, 1) : nullptr;
}

void RecordParser::find_backslash(const char* from) {
  auto* found = std::memchr(from, '\\', static_cast<size_t>(end_ - from));
  next_backslash_ = found ? static_cast<const char*>(found) : end_;
}

/// Returns the token up to the next one, less blanks; not for the last token.
inline std::string_view RecordParser::source_at(Token token) const {
  size_t end = token[1];
  while (is_json_blank(text_[end - 1]))
    --end;
  return {text_ + *token, end - *token};
}

/// Sets `text` to what the string `source` stands for. Returns false when it is no string.
inline bool RecordParser::read_string(std::string_view source, std::string_view& text) {
  if (source.size() < 2 || source.front() != '"' || source.back() != '"') return false;
  text = {source.data() + 1, source.size() - 2};
  return next_backslash_ >= source.data() + source.size() || unescape_string(text, text);
}

bool RecordParser::unescape_string(std::string_view literal, std::string_view& text) {
  char* out = unescaped_.data() + unescaped_bytes_;
  auto [size_bytes, fault, position] = unescape(literal, out);
  if (fault == EscapeFault::kLoneSurrogate) {
    fail(Fault::kLoneSurrogate, static_cast<size_t>(literal.data() - text_) + position);
  }
  text = {out, size_bytes};
  unescaped_bytes_ += size_bytes;
  find_backslash(literal.data() + literal.size());
  return fault == EscapeFault::kNone;
}

/// Gets ready for a value at `id`.
inline void RecordParser::meet(NodeId id) {
  const auto& node = fields_.node(id);
  if (node.is_unknown) fields_.note(id);
  if (!node.is_inner) return;
  // Of duplicate keys the last wins, and wins whole.
  for (auto slot = node.first_slot; slot < node.end_slot; ++slot)
    values_[slot].source = {};
}

/// Puts a value at `id` into its slot.
inline void RecordParser::keep(NodeId id, std::string_view source, std::string_view text) {
  auto slot = fields_.node(id).slot;
  if (slot == FieldTree::kNoSlot) return;
  values_[slot].source = source;
  values_[slot].text = text;
}

inline RecordParser::Token RecordParser::walk_value(Token token, NodeId id, size_t nesting) {
  if (id != FieldTree::kNoNode) meet(id);
  char c = char_at(token);
  if (c == '{' || c == '[') return walk_container(token, id, nesting + 1);
  auto source = source_at(token);
  auto text = source;
  if (!(c == '"' ? read_string(source, text) : is_word_or_number(source))) return nullptr;
  if (id != FieldTree::kNoNode) keep(id, source, text);
  return token + 1;
}

RecordParser::Token RecordParser::walk_container(Token token, NodeId id, size_t nesting) {
  if (nesting > kMaxNesting) return nullptr;
  const char* begin = text_ + *token;
  bool has_fields = id != FieldTree::kNoNode && fields_.node(id).is_inner;
  NodeId inside = has_fields ? id : FieldTree::kNoNode;
  token = *begin == '{' ? walk_object(token, inside, nesting) : walk_array(token, inside, nesting);
  if (!token || id == FieldTree::kNoNode) return token;
  std::string_view source(begin, static_cast<size_t>(text_ + token[-1] + 1 - begin));
  keep(id, source, source);
  return token;
}

RecordParser::Token RecordParser::walk_object(Token token, NodeId node, size_t nesting) {
  NodeId previous = FieldTree::kNoNode;
  char c = char_at(++token);
  while (c != '}') {
    NodeId child = FieldTree::kNoNode;
    if (node != FieldTree::kNoNode) child = fields_.match_key(node, previous, text_ + *token, end_);
    if (child == FieldTree::kNoNode) {
      std::string_view key;
      if (!read_string(source_at(token), key)) return nullptr;
      if (node != FieldTree::kNoNode) child = fields_.find_key(node, previous, key);
    }
    previous = child;
    if (char_at(++token) != ':') return nullptr;
    token = walk_value(++token, child, nesting);
    if (!token) return nullptr;
    c = char_at(token);
    if (c == ',' && char_at(++token) == '"') continue;
    if (c != '}') return nullptr;
  }
  return ++token != end_token_ || nesting == 1 ? token : nullptr;
}

RecordParser::Token RecordParser::walk_array(Token token, NodeId node, size_t nesting) {
  if (char_at(++token) == ']') return token + 1;
  for (size_t index = 0;; ++index) {
    auto element = node == FieldTree::kNoNode ? node : fields_.find_element(node, index);
    token = walk_value(token, element, nesting);
    if (!token) return nullptr;
    char c = char_at(token++);
    if (c == ']') return token;
    if (c != ',') return nullptr;
  }
}

}  // namespace starlift
