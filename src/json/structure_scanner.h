#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace starlift {

/// How deep objects and arrays may be nested in a record.
inline constexpr size_t kMaxNesting = 1024;

/// Returns true for the bytes that JSON allows between tokens (RFC 8259, section 2).
inline bool is_json_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Finds where one JSON value ends, or the first byte that breaks the grammar of RFC 8259.
///
/// Takes the value in pieces, as they are read. Strict, except that it looks neither at UTF-8 nor
/// at the pairing of surrogates.
class StructureScanner {
 public:
  enum class Verdict {
    kIncomplete,  ///< every byte fits so far
    kComplete,    ///< the value ends here
    kViolation,   ///< no value can go on like this
  };
  struct Result {
    Verdict verdict;
    size_t position;  ///< kComplete: after the value's last byte; kViolation: of the offending byte
  };

  /// Begins a value, whose first byte comes next.
  void start();

  /// Reads on, as long as the verdict is kIncomplete. Positions count from the front of `bytes`.
  Result scan(std::string_view bytes);

  /// Returns true when what was read is a whole value if nothing follows. Only a number needs to ask.
  bool is_complete_at_end() const { return nesting_ == 0 && number_may_end(); }

  /// Says after a violation what the grammar wanted: "a colon is expected".
  std::string_view complaint() const;

 private:
  enum class State : uint8_t {
    // Between tokens, where blanks are skipped.
    kValue,
    kElementOrEnd,
    kKeyOrEnd,
    kKey,
    kColon,
    kCommaOrEnd,
    // Inside a token.
    kString,
    kEscape,
    kHexDigit,
    kLiteral,
    kNumberSign,
    kNumberZero,
    kNumberWhole,
    kNumberPoint,
    kNumberFraction,
    kNumberE,
    kNumberExponentSign,
    kNumberExponent,
    // At the end.
    kTooDeep,
    kDone,
  };

  size_t count_uneventful(std::string_view bytes) const;
  // Each takes one byte and returns false, with the state unchanged, when it does not fit.
  bool take(char c);
  bool take_value(char c);
  bool take_after_value(char c);
  bool take_in_string(char c);
  bool take_escape(char c);
  bool take_hex_digit(char c);
  bool take_literal(char c);
  bool take_in_number(char c);

  bool become(State state) {
    state_ = state;
    return true;
  }
  bool begin_string(bool is_key);
  bool begin_literal(const char* rest);
  bool open(bool is_object);
  bool close();
  bool end_value() { return become(nesting_ == 0 ? State::kDone : State::kCommaOrEnd); }
  bool number_may_end() const;

  State state_ = State::kValue;
  bool is_key_ = false;
  uint8_t hex_digits_left_ = 0;
  const char* literal_rest_ = "";
  size_t nesting_ = 0;
  std::array<bool, kMaxNesting + 1> is_object_{};  ///< by nesting, from 1
};

}  // namespace starlift
