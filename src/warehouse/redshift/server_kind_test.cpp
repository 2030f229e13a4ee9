#include "warehouse/redshift/server_kind.h"

#include <gtest/gtest.h>

#include <string>

#include "warehouse/libpq/failure.h"

namespace starlift::redshift {
namespace {

Error failure(const std::string& text, const std::string& detail = {}) {
  return libpq::statement_failure(kServerKind, {.sqlstate = "XX000", .text = text, .detail = detail},
                                  "insert");
}

TEST(RedshiftErrorsTest, WhatMayPassStartsTheRunOver) {
  EXPECT_EQ(failure("1023", "Serializable isolation violation on table - 77914, transactions forming ...")
                .sqlstate(),
            "40001");
  EXPECT_EQ(failure("1018", "Relation does not exist").sqlstate(), "40001");
  EXPECT_EQ(failure("deadlock detected").sqlstate(), "40P01");
  EXPECT_EQ(failure("something else").sqlstate(), "XX000");
}

TEST(RedshiftErrorsTest, WhatStaysIsToldWithWhatToTry) {
  const std::pair<const char*, const char*> cases[] = {
      {"Disk Full", "more nodes"},
      {"The specified S3 prefix 'a/manifest' does not exist", "[S3] STAGING"},
      {"S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 0", "[IAM_ROLE] ARN"},
      {"User arn:aws:redshift:x:1:dbuser:dwh/ada is not authorized to assume IAM Role arn:aws:iam::1:role/r",
       "attached to the cluster"},
      {"S3ServiceException:The bucket you are attempting to access must be addressed using the specified "
       "endpoint.",
       "region of the bucket"},
      {"Cannot COPY into nonexistent table users", "run it again"},
      {"Invalid JSONPath format: Not an array or index out of range.", "lifted"},
      {"Value too long for character type", "counts bytes"},
      {"Cannot insert a NULL value into column user_id", "leave such rows out"},
      {"Specified types or functions (one per INFO message) not supported on Redshift tables.",
       "leader node"},
      {"This type of correlated subquery pattern is not supported due to internal error", "as a join"},
      {"permission denied for schema public", "ask the owner"},
  };
  for (auto [message, advice] : cases) {
    std::string told = failure(message).what();
    EXPECT_NE(told.find(message), told.npos) << told;
    EXPECT_NE(told.find(advice), told.npos) << told;
  }
}

}  // namespace
}  // namespace starlift::redshift
