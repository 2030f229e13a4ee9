#include "base/cancellation.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"

namespace starlift {
namespace {

TEST(Cancellation, ThrowsOnceItWasRequested) {
  Cancellation cancellation;
  EXPECT_NO_THROW(cancellation.check());
  cancellation.request();
  EXPECT_THROW(cancellation.check(), Error);
}

TEST(Cancellation, CallsTheHooksThatLive) {
  Cancellation cancellation;
  int first = 0, second = 0;
  Cancellation::Hook kept(cancellation, [&] { ++first; });
  {
    Cancellation::Hook gone(cancellation, [&] { ++second; });
  }
  std::thread([&] { cancellation.request(); }).join();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
}

TEST(Cancellation, AHookThatComesLateIsCalledAtOnce) {
  Cancellation cancellation;
  cancellation.request();
  int calls = 0;
  Cancellation::Hook hook(cancellation, [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace starlift
