#pragma once

// The only header that shows libpq. Include it only below the engines that speak its protocol.
#include <libpq-fe.h>

#include <memory>

namespace starlift::libpq {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

using ConnectionHandle = std::unique_ptr<PGconn, Freed<PQfinish>>;
using CancelHandle = std::unique_ptr<PGcancel, Freed<PQfreeCancel>>;
using Result = std::unique_ptr<PGresult, Freed<PQclear>>;
using Options = std::unique_ptr<PQconninfoOption, Freed<PQconninfoFree>>;

}  // namespace starlift::libpq
