#pragma once

// The only header that shows libpq. Include it in .cpp files of the engines that speak its protocol only.
#include <libpq-fe.h>

#include <memory>

namespace starlift::postgres {

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

}  // namespace starlift::postgres
