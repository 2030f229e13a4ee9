#include "warehouse/libpq/effective_address.h"

#include <gtest/gtest.h>

#include <string>

#include "warehouse/postgres/server_kind.h"
#include "warehouse/redshift/server_kind.h"

namespace starlift::libpq {
namespace {

std::string ssl_mode(const ServerKind& kind, const ServerAddress& address) {
  auto parameters = connection_parameters(kind, address);
  return parameters.contains("sslmode") ? parameters["sslmode"] : "";
}

TEST(ConnectionParametersTest, AConnectionThatGoesSilentIsHeldOpenAndItsEndNoticed) {
  for (const auto* kind : {&redshift::kServerKind, &postgres::kServerKind}) {
    auto parameters = connection_parameters(*kind, {});
    EXPECT_FALSE(parameters.contains("keepalives")) << "they are on unless it says 0";
    EXPECT_EQ(parameters["keepalives_idle"], "60");
    EXPECT_EQ(parameters["keepalives_interval"], "10");
    EXPECT_EQ(parameters["keepalives_count"], "6");
    EXPECT_EQ(parameters["tcp_user_timeout"], "120000");
  }
}

TEST(ConnectionParametersTest, RedshiftTakesTlsAndVerifiesItWhereACertificateIsGiven) {
  EXPECT_EQ(ssl_mode(redshift::kServerKind, {}), "require");
  EXPECT_EQ(ssl_mode(redshift::kServerKind, {.ssl_root_certificate = "ca.pem"}), "verify-full");
  EXPECT_EQ(ssl_mode(redshift::kServerKind, {.ssl_mode = "disable"}), "disable");
  EXPECT_EQ(ssl_mode(redshift::kServerKind, {.ssl_mode = "verify-ca", .ssl_root_certificate = "ca.pem"}),
            "verify-ca");
  EXPECT_EQ(ssl_mode(postgres::kServerKind, {}), "") << "left to libpq";
}

TEST(ConnectionParametersTest, WhatIsGivenIsPassedOn) {
  auto parameters = connection_parameters(
      redshift::kServerKind,
      {.host = "c.example.com", .database = "dev", .user = "ada", .password = "it's = \\ here"});
  EXPECT_EQ(parameters["host"], "c.example.com");
  EXPECT_EQ(parameters["port"], "5439");
  EXPECT_EQ(parameters["dbname"], "dev");
  EXPECT_EQ(parameters["user"], "ada");
  EXPECT_EQ(parameters["password"], "it's = \\ here");
  EXPECT_FALSE(connection_parameters(redshift::kServerKind, {}).contains("host")) << "left to libpq";
}

}  // namespace
}  // namespace starlift::libpq
