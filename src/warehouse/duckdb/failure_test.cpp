#include "warehouse/duckdb/failure.h"

#include <gtest/gtest.h>

namespace starlift::duckdb {
namespace {

TEST(StatementFailure, TakesTheMessageOutOfWhatDuckDbThrows) {
  auto error = statement_failure(
      R"({"exception_type":"IO","exception_message":"Could not write file \"a\\b.tmp\": Input/output error","errno":"5"})",
      "select 1");
  EXPECT_STREQ(error.what(), R"(Could not write file "a\b.tmp": Input/output error)");
  EXPECT_EQ(error.statement(), "select 1");
}

TEST(StatementFailure, SaysWhatToTryWhenTheDiskIsFull) {
  auto error = statement_failure("IO Error: Could not write file: No space left on device", "insert");
  EXPECT_STREQ(error.what(),
               "IO Error: Could not write file: No space left on device; free some space on the disk of the "
               "database file, nothing was committed");
}

TEST(OpenFailure, TellsAWrongPathFromAFailingDisk) {
  EXPECT_EQ(open_failure("IO Error: Cannot open file \"x\": No such file or directory", "x").kind(),
            ErrorKind::kConfiguration);
  EXPECT_EQ(open_failure("FATAL Error: fsync failed!", "x").kind(), ErrorKind::kWarehouse);
}

}  // namespace
}  // namespace starlift::duckdb
