#include "json/structure_scanner.h"

#include <cstring>

namespace starlift {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_plain_in_string(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

/// Returns true when `is_plain_in_string` holds for eight bytes at once: in `word` none is zero after
/// xor with a quote or a backslash, and none borrows when 0x20 is taken from it.
bool are_plain_in_string(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighBits = 0x8080808080808080;
  auto has_byte_below = [](uint64_t bytes, uint64_t limit) {
    return (bytes - kOnes * limit) & ~bytes & kHighBits;
  };
  return (has_byte_below(word ^ kOnes * '"', 1) | has_byte_below(word ^ kOnes * '\\', 1) |
          has_byte_below(word, 0x20)) == 0;
}

template <typename Fits>
size_t count_while(std::string_view bytes, Fits fits) {
  size_t count = 0;
  while (count < bytes.size() && fits(bytes[count]))
    ++count;
  return count;
}

size_t count_plain_in_string(std::string_view bytes) {
  size_t count = 0;
  for (uint64_t word = 0; bytes.size() - count >= sizeof(word); count += sizeof(word)) {
    std::memcpy(&word, bytes.data() + count, sizeof(word));
    if (!are_plain_in_string(word)) break;
  }
  return count + count_while(bytes.substr(count), is_plain_in_string);
}

}  // namespace

void StructureScanner::start() {
  state_ = State::kValue;
  nesting_ = 0;
}

StructureScanner::Result StructureScanner::scan(std::string_view bytes) {
  size_t position = 0;
  while (state_ != State::kDone) {
    position += count_uneventful(bytes.substr(position));
    if (position == bytes.size()) return {Verdict::kIncomplete, position};
    if (take(bytes[position])) {
      ++position;
    } else if (number_may_end()) {
      end_value();
    } else {
      return {Verdict::kViolation, position};
    }
  }
  return {Verdict::kComplete, position};
}

/// Returns how many of the next bytes leave the state as it is.
size_t StructureScanner::count_uneventful(std::string_view bytes) const {
  switch (state_) {
    case State::kString:
      return count_plain_in_string(bytes);
    case State::kNumberWhole:
    case State::kNumberFraction:
    case State::kNumberExponent:
      return count_while(bytes, is_digit);
    default:
      return state_ < State::kString ? count_while(bytes, is_json_blank) : 0;
  }
}

bool StructureScanner::take(char c) {
  switch (state_) {
    case State::kValue:
      return take_value(c);
    case State::kElementOrEnd:
      return c == ']' ? close() : take_value(c);
    case State::kKeyOrEnd:
      return c == '}' ? close() : c == '"' && begin_string(true);
    case State::kKey:
      return c == '"' && begin_string(true);
    case State::kColon:
      return c == ':' && become(State::kValue);
    case State::kCommaOrEnd:
      return take_after_value(c);
    case State::kString:
      return take_in_string(c);
    case State::kEscape:
      return take_escape(c);
    case State::kHexDigit:
      return take_hex_digit(c);
    case State::kLiteral:
      return take_literal(c);
    default:
      return take_in_number(c);
  }
}

bool StructureScanner::take_value(char c) {
  switch (c) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      return begin_string(false);
    case 't':
      return begin_literal("rue");
    case 'f':
      return begin_literal("alse");
    case 'n':
      return begin_literal("ull");
    case '-':
      return become(State::kNumberSign);
    case '0':
      return become(State::kNumberZero);
    default:
      return is_digit(c) && become(State::kNumberWhole);
  }
}

bool StructureScanner::take_after_value(char c) {
  bool is_object = is_object_[nesting_];
  if (c == ',') return become(is_object ? State::kKey : State::kValue);
  return c == (is_object ? '}' : ']') && close();
}

bool StructureScanner::take_in_string(char c) {
  if (c == '\\') return become(State::kEscape);
  if (c != '"') return false;
  return is_key_ ? become(State::kColon) : end_value();
}

bool StructureScanner::take_escape(char c) {
  if (c == 'u') {
    hex_digits_left_ = 4;
    return become(State::kHexDigit);
  }
  return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos &&
         become(State::kString);
}

bool StructureScanner::take_hex_digit(char c) {
  return is_hex_digit(c) && become(--hex_digits_left_ == 0 ? State::kString : State::kHexDigit);
}

bool StructureScanner::take_literal(char c) {
  if (c != *literal_rest_) return false;
  return *++literal_rest_ != '\0' || end_value();
}

bool StructureScanner::take_in_number(char c) {
  bool may_have_exponent = number_may_end() && state_ != State::kNumberExponent;
  if (may_have_exponent && (c == 'e' || c == 'E')) return become(State::kNumberE);
  switch (state_) {
    case State::kNumberSign:
      return c == '0' ? become(State::kNumberZero) : is_digit(c) && become(State::kNumberWhole);
    case State::kNumberZero:
      return c == '.' && become(State::kNumberPoint);
    case State::kNumberWhole:
      return is_digit(c) || (c == '.' && become(State::kNumberPoint));
    case State::kNumberPoint:
    case State::kNumberFraction:
      return is_digit(c) && become(State::kNumberFraction);
    case State::kNumberE:
      if (c == '+' || c == '-') return become(State::kNumberExponentSign);
      [[fallthrough]];
    default:
      return is_digit(c) && become(State::kNumberExponent);
  }
}

bool StructureScanner::number_may_end() const {
  return state_ == State::kNumberZero || state_ == State::kNumberWhole || state_ == State::kNumberFraction ||
         state_ == State::kNumberExponent;
}

bool StructureScanner::begin_string(bool is_key) {
  is_key_ = is_key;
  return become(State::kString);
}

bool StructureScanner::begin_literal(const char* rest) {
  literal_rest_ = rest;
  return become(State::kLiteral);
}

bool StructureScanner::open(bool is_object) {
  if (nesting_ == kMaxNesting) {
    state_ = State::kTooDeep;
    return false;
  }
  is_object_[++nesting_] = is_object;
  return become(is_object ? State::kKeyOrEnd : State::kElementOrEnd);
}

bool StructureScanner::close() {
  --nesting_;
  return end_value();
}

std::string_view StructureScanner::complaint() const {
  switch (state_) {
    case State::kValue:
      return "a value is expected";
    case State::kElementOrEnd:
      return "a value or ] is expected";
    case State::kKeyOrEnd:
      return "a key or } is expected";
    case State::kKey:
      return "a key is expected";
    case State::kColon:
      return "a colon is expected";
    case State::kCommaOrEnd:
      return is_object_[nesting_] ? "a comma or } is expected" : "a comma or ] is expected";
    case State::kString:
      return "a control character stands in a string";
    case State::kEscape:
      return "JSON knows no such escape";
    case State::kHexDigit:
      return "\\u needs four hexadecimal digits";
    case State::kLiteral:
      return "JSON knows no such word";
    case State::kTooDeep:
      return "it is nested deeper than 1,024 levels";
    default:
      return "a digit is expected";
  }
}

}  // namespace starlift
