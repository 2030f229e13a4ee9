#include "pipeline/statement_recorder.h"

#include <utility>

namespace starlift {

void StatementRecorder::execute(std::string_view sql) {
  statements_.push_back(std::exchange(remark_, {}).append(sql));
}

uint64_t StatementRecorder::load(const TableName& table, BatchSource& source) {
  std::string sql = session_.load_sql(table, source, loads_ + 1);
  if (sql.empty()) return 0;
  ++loads_;
  execute(sql);
  return 0;
}

CopiedObjects StatementRecorder::copy_objects(const ObjectCopy& copy) {
  execute(session_.copy_objects_sql(copy, ++loads_));
  return {};
}

}  // namespace starlift
