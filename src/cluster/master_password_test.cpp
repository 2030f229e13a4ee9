#include "cluster/master_password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace starlift {
namespace {

TEST(MasterPassword, KeepsRedshiftsRules) {
  EXPECT_EQ(broken_password_rule("Passw0rd"), std::nullopt);
  EXPECT_EQ(broken_password_rule("Aa1" + std::string(61, '~')), std::nullopt);
  for (const char* refused :
       {"", "Passw0r", "passw0rd", "PASSW0RD", "Password", "Passw0rd'", "Passw0rd\"", "Passw0rd\\",
        "Passw0rd/", "Passw0rd@", "Passw0rd x", "Passw0rd\xc3\xa4", "Passw0rd\n"})
    EXPECT_NE(broken_password_rule(refused), std::nullopt) << refused;
  EXPECT_NE(broken_password_rule("Aa1" + std::string(62, '~')), std::nullopt);
}

TEST(MasterPassword, IsMadeByTheRulesAndNeverTwice) {
  std::string first = make_password().reveal();
  EXPECT_EQ(broken_password_rule(first), std::nullopt);
  EXPECT_EQ(first.size(), 32);
  EXPECT_NE(make_password().reveal(), first);
}

}  // namespace
}  // namespace starlift
