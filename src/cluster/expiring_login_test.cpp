#include "cluster/expiring_login.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace starlift {
namespace {

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kNoon = 1'796'040'000'000'000;  // 2026-11-30T12:00:00Z

/// A login whose time a test sets.
class ExpiringLoginTest : public testing::Test {
 protected:
  TemporaryLogin fetch() {
    ++fetched_;
    if (is_denied_) throw Error(ErrorKind::kConfiguration, "denied");
    return {.user = "IAM:ann", .password = Secret("word-" + std::to_string(fetched_)), .expires = expires_};
  }
  std::string password() { return login_.get().password.reveal(); }

  std::string expires_ = "2026-11-30T12:15:00Z";
  int fetched_ = 0;
  bool is_denied_ = false;
  int64_t now_us_ = kNoon;
  ExpiringLogin login_{[this] { return fetch(); }, [this] { return now_us_; }};
};

TEST_F(ExpiringLoginTest, IsAskedForWhenItIsFirstNeeded) {
  EXPECT_EQ(fetched_, 0);
  EXPECT_EQ(login_.get().user, "IAM:ann");
  EXPECT_EQ(fetched_, 1);
}

TEST_F(ExpiringLoginTest, IsKeptWhileItHolds) {
  EXPECT_EQ(password(), "word-1");
  now_us_ += 9 * kMinute;
  EXPECT_EQ(password(), "word-1");
  EXPECT_EQ(fetched_, 1);
}

TEST_F(ExpiringLoginTest, IsRenewedBeforeItExpires) {
  EXPECT_EQ(password(), "word-1");
  now_us_ += 10 * kMinute;
  expires_ = "2026-11-30T12:25:00Z";
  EXPECT_EQ(password(), "word-2");
  EXPECT_EQ(password(), "word-2");
  now_us_ += 60 * kMinute;
  EXPECT_EQ(password(), "word-3");
}

TEST_F(ExpiringLoginTest, IsAskedForAgainEveryTimeWhenItDoesNotSayHowLongItHolds) {
  expires_ = "soon";
  EXPECT_EQ(password(), "word-1");
  EXPECT_EQ(password(), "word-2");
}

TEST_F(ExpiringLoginTest, ADeniedOneIsAskedForAgain) {
  is_denied_ = true;
  EXPECT_THROW(login_.get(), Error);
  is_denied_ = false;
  EXPECT_EQ(password(), "word-2");
}

}  // namespace
}  // namespace starlift
