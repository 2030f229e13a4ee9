#pragma once

#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace starlift {

/// XXH3-128 of bytes that come piece by piece.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();

  void add(std::string_view bytes);
  /// Returns 32 hex digits.
  std::string to_string() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

}  // namespace starlift
