#include "warehouse/libpq/failure.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace starlift::libpq {
namespace {

constexpr StatementAdvice kAdvice[] = {
    {.sqlstate = "23505", .text = "the SELECT gives more than one row for a key"},
    {.sign = "isolation violation", .standard_sqlstate = "40001"},
};
constexpr ServerKind kServer{.name = "Shop SQL", .advice = kAdvice, .lost_sqlstate = "08006"};

TEST(FailureTest, AStatementsErrorHasWhatTheServerSaysAndWhatToTry) {
  Error error = statement_failure(kServer,
                                  {.sqlstate = "23505",
                                   .text = "could not create unique index \"sales_pkey\"",
                                   .detail = "Key (order_id)=(7) is duplicated."},
                                  "alter table sales");
  EXPECT_EQ(error.kind(), ErrorKind::kWarehouse);
  EXPECT_EQ(error.sqlstate(), "23505");
  EXPECT_EQ(error.statement(), "alter table sales");
  EXPECT_STREQ(
      error.what(),
      "could not create unique index \"sales_pkey\": Key (order_id)=(7) is duplicated; the SELECT gives "
      "more than one row for a key");
}

TEST(FailureTest, ASignInTheTextTellsWhatPassesWhenItIsTriedAgain) {
  Error conflict = statement_failure(
      kServer,
      {.sqlstate = "XX000", .text = "1023", .detail = "Serializable isolation violation on table - 7"},
      "insert");
  EXPECT_EQ(conflict.sqlstate(), "40001");
  EXPECT_EQ(statement_failure(kServer, {.sqlstate = "XX000", .text = "no"}, "insert").sqlstate(), "XX000");
  EXPECT_EQ(lost_connection(kServer, "Shop SQL", "reset by peer", "insert").sqlstate(), "08006");
}

TEST(FailureTest, AServerThatSaysNothingIsNamed) {
  EXPECT_STREQ(statement_failure(kServer, {}, "insert").what(), "Shop SQL gave no reason");
}

TEST(FailureTest, AConnectionsErrorIsOneLine) {
  Error error = connect_failure("PostgreSQL database shop at db:5432",
                                "connection to server at \"db\", port 5432 failed: Connection refused\n"
                                "\tIs the server running on that host and accepting TCP/IP connections?\n");
  EXPECT_EQ(error.kind(), ErrorKind::kWarehouse);
  EXPECT_STREQ(
      error.what(),
      "cannot connect to PostgreSQL database shop at db:5432: connection to server at \"db\", port 5432 "
      "failed: Connection refused; Is the server running on that host and accepting TCP/IP connections?; "
      "is it up, and are HOST and DB_PORT under [CLUSTER] right?");
}

TEST(FailureTest, ALoginThatWasGivenHasItsOwnAdvice) {
  for (const char* message : {"FATAL:  password authentication failed for user \"IAM:ada\"",
                              "FATAL:  user \"IAM:ada\" does not exist"}) {
    Error error = connect_failure("Redshift", message, "make the user");
    EXPECT_EQ(error.kind(), ErrorKind::kConfiguration);
    EXPECT_EQ(error.what(), fmt::format("cannot connect to Redshift: {}; make the user", message));
  }
  std::string other = connect_failure("Redshift", "database \"shop\" does not exist", "make the user").what();
  EXPECT_EQ(other.find("make the user"), other.npos);
}

TEST(FailureTest, WhatOnlySettingsCanMendIsAMatterOfConfiguration) {
  for (const char* message :
       {"FATAL:  password authentication failed for user \"ada\"", "fe_sendauth: no password supplied",
        "FATAL:  database \"shop\" does not exist", "server does not support SSL, but SSL was required",
        "SSL error: certificate verify failed"}) {
    Error error = connect_failure("PostgreSQL", message);
    EXPECT_EQ(error.kind(), ErrorKind::kConfiguration) << message;
  }
  EXPECT_EQ(connect_failure("PostgreSQL", "timeout expired").kind(), ErrorKind::kWarehouse);
}

}  // namespace
}  // namespace starlift::libpq
