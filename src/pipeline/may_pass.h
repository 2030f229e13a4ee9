#pragma once

#include "base/error.h"

namespace starlift {

/// Returns true when all of it may well pass if it is tried again: SQLSTATE's class 40 is a transaction that
/// gave way to others, 08 a connection that was lost.
/// https://www.postgresql.org/docs/15/errcodes-appendix.html
inline bool may_pass(const Error& error) {
  return error.sqlstate().starts_with("40") || error.sqlstate().starts_with("08");
}

}  // namespace starlift
