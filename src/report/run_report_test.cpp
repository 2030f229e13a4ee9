#include "report/run_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace starlift {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string printed(const RunSummary& summary, bool is_json = false) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  print_run(summary, is_json, out);
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}

RunSummary run_of(DatasetSummary dataset) {
  RunSummary summary{.run_id = 1};
  summary.datasets.push_back(std::move(dataset));
  return summary;
}

TEST(RunReport, NamesTheUnknownFieldsThatWereSeenMostAndCountsTheOthers) {
  DatasetSummary dataset{.name = "readings"};
  for (uint64_t i = 1; i <= 25; ++i)
    dataset.unknown_fields["field" + std::to_string(i)] = {.count = i, .first_place = "a.json:1"};
  std::string text = printed(run_of(dataset));
  EXPECT_LT(text.find("field25 "), text.find("field24 "));
  EXPECT_THAT(text, HasSubstr("field6 "));
  EXPECT_THAT(text, Not(HasSubstr("field5 ")));
  EXPECT_THAT(text, HasSubstr("and 5 more"));
  EXPECT_THAT(printed(run_of(dataset), true), HasSubstr(R"("field1": {"count": 1, "first": "a.json:1"})"));
}

TEST(RunReport, APathCannotCommandTheTerminal) {
  DatasetSummary dataset{.name = "readings"};
  dataset.unknown_fields["a\x1b[2J"] = {.count = 1, .first_place = "b\x1b[2J.json:1"};
  std::string text = printed(run_of(dataset));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("b\\x1b[2J.json:1"));
}

TEST(RunReport, SaysWhatBecomesOfTheRowsOfVanishedObjects) {
  DatasetSummary dataset{.name = "readings", .objects_vanished = 1};
  EXPECT_THAT(printed(run_of(dataset)), HasSubstr("readings: 1 object no longer at the source, rows kept"));
  dataset.objects_vanished = 2;
  dataset.prunes_vanished = true;
  EXPECT_THAT(printed(run_of(dataset)),
              HasSubstr("readings: 2 objects no longer at the source, rows taken out"));
}

}  // namespace
}  // namespace starlift
