#include "pipeline/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "pipeline/schema_version.h"
#include "pipeline/tables.h"
#include "warehouse/duckdb/duckdb_warehouse.h"

namespace starlift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Messages : public EventListener {
 public:
  void on_event(const Event& event) override { texts.push_back(event.text); }
  std::vector<std::string> texts;
};

class RunLog : public ::testing::Test {
 protected:
  RunLog() {
    auto transaction = warehouse_->begin();
    for (const auto& statement : create_statements({}, warehouse_->dialect()))
      transaction->execute(statement);
    transaction->commit();
  }

  void write(const RunRecord& run) {
    auto transaction = warehouse_->begin();
    write_run(*transaction, run);
    transaction->commit();
  }

  std::vector<std::string> settle() {
    Messages messages;
    auto transaction = warehouse_->begin();
    settle_runs(*transaction, messages);
    transaction->commit();
    return messages.texts;
  }

  std::vector<std::string> states() {
    std::vector<std::string> states;
    auto cursor = warehouse_->query("select state from starlift.runs order by run_id");
    while (cursor->next())
      states.emplace_back(*cursor->text(0));
    return states;
  }

  std::unique_ptr<Warehouse> warehouse_ = open_duckdb("");
};

TEST_F(RunLog, ARunHasOneRowThatFollowsItsState) {
  for (auto state : {RunRecord::State::kRunning, RunRecord::State::kCommitted, RunRecord::State::kDone}) {
    write({.run_id = 1, .state = state});
    EXPECT_EQ(was_committed(*warehouse_, 1), state != RunRecord::State::kRunning);
    EXPECT_EQ(has_unsettled_runs(*warehouse_), state != RunRecord::State::kDone);
  }
  EXPECT_THAT(states(), ElementsAre("done"));
  EXPECT_EQ(last_run(*warehouse_), 1);
}

TEST_F(RunLog, SettlesWhatWasLeftInDoubtOnceAndSaysWhatBecameOfIt) {
  write({.run_id = 1, .state = RunRecord::State::kDone});
  write({.run_id = 2, .state = RunRecord::State::kRunning});
  write({.run_id = 3, .state = RunRecord::State::kCommitted});
  EXPECT_TRUE(has_unsettled_runs(*warehouse_));
  EXPECT_THAT(settle(), ElementsAre(HasSubstr("run 2 was in doubt"), HasSubstr("run 3 was in doubt")));
  EXPECT_THAT(states(), ElementsAre("done", "failed", "done"));
  EXPECT_FALSE(has_unsettled_runs(*warehouse_));
  EXPECT_THAT(settle(), IsEmpty());
}

TEST_F(RunLog, SaysWhatTheLedgerShows) {
  write({.run_id = 1, .state = RunRecord::State::kRunning});
  EXPECT_THAT(settle(), ElementsAre(HasSubstr("nothing of it was committed")));
  write({.run_id = 2, .state = RunRecord::State::kCommitted});
  EXPECT_THAT(settle(), ElementsAre(HasSubstr("all of it was committed")));
}

TEST_F(RunLog, AWarehouseOfANewerStarliftIsLeftAlone) {
  check_schema_version(*warehouse_);
  warehouse_->execute("update starlift.schema_version set version = version + 1");
  EXPECT_THROW(check_schema_version(*warehouse_), Error);
}

}  // namespace
}  // namespace starlift
