#include "warehouse/libpq/session.h"

#include "base/error.h"

namespace starlift::libpq {

ConnectedTransaction::~ConnectedTransaction() {
  roll_back();
}

void ConnectedTransaction::roll_back() noexcept {
  if (is_finished_) return;
  is_finished_ = true;
  connection_.try_to_execute("rollback");  // a connection that was lost has rolled back
}

void ConnectedTransaction::commit() {
  is_finished_ = true;
  // A transaction in which a statement failed is rolled back, and that is no error to the server.
  if (connection_.execute("commit") == "COMMIT") return;
  throw Error(ErrorKind::kWarehouse, "the transaction could not be committed, a statement of it had failed");
}

}  // namespace starlift::libpq
