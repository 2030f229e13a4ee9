#include "report/console_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace starlift {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string shown(ConsoleStyle style, std::initializer_list<Event> events) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  {
    ConsoleProgress console(out, style);
    for (const auto& event : events)
      console.on_event(event);
  }
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}

Event advanced(double elapsed_s) {
  return {.kind = Event::Kind::kStepAdvanced,
          .text = "stage readings",
          .progress = {.objects = 3,
                       .objects_total = 12,
                       .bytes = 1 << 20,
                       .bytes_total = 4 << 20,
                       .records = 6000,
                       .rejects = 2},
          .elapsed_s = elapsed_s};
}

TEST(ConsoleProgress, AStepShowsCountsBytesRateAndTimeLeft) {
  EXPECT_EQ(describe_step(advanced(2)),
            "stage readings          3 of 12 objects  1.0 MiB of 4.0 MiB  6,000 records  3,000/s  2 rejected "
            " 2.00 s  "
            "6.00 s left");
}

TEST(ConsoleProgress, InAPipeOneLineIsPrintedPerStep) {
  Event finished = advanced(2);
  finished.kind = Event::Kind::kStepFinished;
  std::string text = shown({}, {{.kind = Event::Kind::kStepStarted, .text = "stage readings"},
                                advanced(0.1),
                                advanced(0.2),
                                finished});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(ConsoleProgress, InAPipeALongStepReportsNowAndThen) {
  std::string text = shown({}, {advanced(9), advanced(11), advanced(12), advanced(22)});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(ConsoleProgress, ATerminalsLineIsRewritten) {
  std::string text = shown({.is_terminal = true}, {advanced(0.1), advanced(0.2)});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
  EXPECT_THAT(text, HasSubstr("\r\033[K"));
}

TEST(ConsoleProgress, QuietStillWarns) {
  std::string text =
      shown({.is_quiet = true}, {advanced(0.1), {.kind = Event::Kind::kWarning, .text = "a warning"}});
  EXPECT_EQ(text, "warning: a warning\n");
}

}  // namespace
}  // namespace starlift
