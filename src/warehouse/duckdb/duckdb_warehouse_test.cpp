#include "warehouse/duckdb/duckdb_warehouse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "columns/row_source.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::vector<std::string> rows_of(Session& session, const std::string& sql) {
  std::vector<std::string> rows;
  auto cursor = session.query(sql);
  while (cursor->next()) {
    std::string row;
    for (size_t i = 0; i < cursor->columns().size(); ++i) {
      row += (i ? "|" : "") + std::string(cursor->text(i).value_or("<null>"));
    }
    rows.push_back(row);
  }
  return rows;
}

ColumnType type(const char* text) {
  return *parse_column_type(text);
}

/// Numbers 0 to rows-1 from as many readers as are asked for; throws at one of them when told to.
class CountingSource : public BatchSource {
 public:
  explicit CountingSource(int64_t rows, int64_t fails_at = -1) : rows_(rows), fails_at_(fails_at) {}

  std::span<const Column> columns() const override { return columns_; }
  size_t max_readers() const override { return 4; }
  std::unique_ptr<BatchReader> make_reader() override { return std::make_unique<Reader>(*this); }

 private:
  class Reader : public BatchReader {
   public:
    explicit Reader(CountingSource& source) : source_(source) {}
    bool next(ColumnBatch& batch) override {
      batch.clear();
      while (!batch.is_full()) {
        int64_t n = source_.next_++;
        if (n >= source_.rows_) break;
        if (n == source_.fails_at_) throw Error(ErrorKind::kSource, "object 7 cannot be read");
        batch.set_integer(0, n);
        batch.commit_row();
      }
      return batch.rows() > 0;
    }

   private:
    CountingSource& source_;
  };

  std::vector<Column> columns_ = {{"n", type("bigint"), false}};
  int64_t rows_;
  int64_t fails_at_;
  std::atomic<int64_t> next_ = 0;
};

TEST(DuckDbWarehouse, LoadsEveryTypeAsItIs) {
  auto warehouse = open_duckdb("");
  warehouse->execute(
      "create table t (a smallint, b integer, c bigint, d decimal(4,1), e decimal(38,10), f double, g "
      "boolean, h date, "
      "i timestamp, j varchar)");
  std::vector<Column> columns;
  const char* types[] = {"smallint", "integer", "bigint", "decimal(4,1)", "decimal(38,10)",
                         "double",   "boolean", "date",   "timestamp",    "varchar(100)"};
  for (size_t i = 0; i < std::size(types); ++i)
    columns.push_back({std::string(1, static_cast<char>('a' + i)), type(types[i])});
  RowSource source(columns, 3, [&](ColumnBatch& batch, size_t row) {
    if (row == 2) {
      for (size_t i = 0; i < columns.size(); ++i)
        batch.set_null(i);
      return;
    }
    int64_t sign = row == 0 ? 1 : -1;
    batch.set_integer(0, sign * 32767);
    batch.set_integer(1, sign * 2147483647);
    batch.set_integer(2, sign * 9223372036854775807);
    batch.set_decimal(3, sign * 1005);
    batch.set_decimal(4, static_cast<Int128>(sign * 1'000'000'000'000'000'001) * 1'000'000'000);
    batch.set_double(5, static_cast<double>(sign) * 0.1);
    batch.set_integer(6, row == 0);
    batch.set_integer(7, sign * 17836);
    batch.set_integer(8, sign * 1541105830796001);
    batch.set_text(9, row == 0 ? "twelve bytes" : "thirteen byte é");
  });
  auto transaction = warehouse->begin();
  EXPECT_EQ(transaction->load({"", "t"}, source), 3u);
  transaction->commit();
  EXPECT_THAT(
      rows_of(*warehouse, "select * from t order by a desc nulls last"),
      ElementsAre(
          "32767|2147483647|9223372036854775807|100.5|100000000000000000.1000000000|0.1|true|2018-11-01|"
          "2018-11-01 20:57:10.796001|twelve bytes",
          "-32767|-2147483647|-9223372036854775807|-100.5|-100000000000000000.1000000000|-0.1|false|"
          "1921-03-03|1921-03-02 03:02:49.203999|thirteen byte é",
          "<null>|<null>|<null>|<null>|<null>|<null>|<null>|<null>|<null>|<null>"));
}

TEST(DuckDbWarehouse, LoadsOnAllThreadsWithoutLossOrRepetition) {
  auto warehouse = open_duckdb("", {.threads = 4});
  warehouse->execute("create table t (n bigint)");
  auto transaction = warehouse->begin();
  CountingSource source(1'000'000);
  EXPECT_EQ(transaction->load({"", "t"}, source), 1'000'000u);
  transaction->commit();
  EXPECT_THAT(rows_of(*warehouse, "select count(*), count(distinct n), sum(n) from t"),
              ElementsAre("1000000|1000000|499999500000"));
}

TEST(DuckDbWarehouse, JoinsOfRowsThatTheTransactionBroughtAreBuiltOnTheSideWrittenSecond) {
  auto warehouse = open_duckdb("");
  warehouse->execute("create table numbers (n bigint); create table few as select 7::bigint as n");
  const std::string plan_of_join = "explain select few.n from numbers left join few on few.n = numbers.n";
  auto is_as_written = [&](Session& session) {
    return rows_of(session, plan_of_join).at(0).find("Join Type: LEFT") != std::string::npos;
  };
  EXPECT_FALSE(is_as_written(*warehouse));
  {
    CountingSource source(100'000);
    auto transaction = warehouse->begin();
    transaction->load({"", "numbers"}, source);
    EXPECT_TRUE(is_as_written(*transaction));
    transaction->commit();
  }
  EXPECT_THAT(rows_of(*warehouse, "select current_setting('disabled_optimizers')"), ElementsAre(""));
}

TEST(DuckDbWarehouse, RethrowsWhatTheSourceThrewAndKeepsNothing) {
  auto warehouse = open_duckdb("");
  warehouse->execute("create table t (n bigint)");
  {
    auto transaction = warehouse->begin();
    CountingSource source(100'000, 50'000);
    try {
      transaction->load({"", "t"}, source);
      FAIL() << "the load went through";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kSource);
      EXPECT_STREQ(error.what(), "object 7 cannot be read");
    }
  }
  EXPECT_EQ(warehouse->query_integer("select count(*) from t"), 0);
}

TEST(DuckDbWarehouse, RollsBackWhatIsNotCommittedTablesIncluded) {
  auto warehouse = open_duckdb("");
  {
    auto transaction = warehouse->begin();
    transaction->execute("create table t (n bigint)");
    EXPECT_TRUE(transaction->has_table({"", "t"}));
  }
  EXPECT_FALSE(warehouse->has_table({"", "t"}));
}

TEST(DuckDbWarehouse, StillLoadsAfterARollback) {
  auto warehouse = open_duckdb("");
  warehouse->execute("create table t (n bigint)");
  { auto transaction = warehouse->begin(); }
  auto transaction = warehouse->begin();
  CountingSource source(10);
  EXPECT_EQ(transaction->load({"", "t"}, source), 10u);
  transaction->commit();
}

TEST(DuckDbWarehouse, PrintsWhatOnlyDuckDbCanPrint) {
  auto warehouse = open_duckdb("");
  EXPECT_THAT(
      rows_of(*warehouse,
              "select [1, 2] as list, {'a': 1} as struct, interval 3 days as i, 1.50 as d, "
              "timestamp '2018-11-01 21:01:46' as t, 1e300 as big, 170141183460469231731687303715884105727 "
              "as h;"),
      ElementsAre(
          "[1, 2]|{'a': 1}|3 days|1.50|2018-11-01 21:01:46|1e+300|170141183460469231731687303715884105727"));
}

TEST(DuckDbWarehouse, AnErrorCarriesTheStatement) {
  auto warehouse = open_duckdb("");
  for (bool is_query : {true, false}) {
    try {
      if (is_query) {
        warehouse->query("select nothing from nowhere");
      } else {
        warehouse->execute("select nothing from nowhere");
      }
      FAIL() << "it ran";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kWarehouse);
      EXPECT_THAT(error.what(), HasSubstr("nowhere"));
      EXPECT_EQ(error.statement(), "select nothing from nowhere");
    }
  }
}

TEST(DuckDbWarehouse, AnInterruptEndsTheStatementInItsOwnWay) {
  auto warehouse = open_duckdb("");
  std::thread interrupter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    warehouse->interrupt();
  });
  try {
    warehouse->query_integer("select sum(a.range * b.range) from range(10000000) a, range(10000000) b");
    ADD_FAILURE() << "it was not interrupted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  interrupter.join();
}

class DuckDbFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "starlift-duckdb-XXXXXX").string();
    folder_ = mkdtemp(path.data());
    path_ = (folder_ / "test.duckdb").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  Error open_error(const OpenOptions& options = {}) {
    try {
      open_duckdb(path_, options);
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::kUsage, "it opened");
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(DuckDbFileTest, AForeignFileIsRefusedAndLeftAlone) {
  std::ofstream(path_) << "a letter to somebody, long enough to be taken for a database file's first block";
  Error error = open_error();
  EXPECT_EQ(error.kind(), ErrorKind::kConfiguration);
  EXPECT_THAT(error.what(), HasSubstr("is not a DuckDB database"));
  std::string text;
  std::getline(std::ifstream(path_), text);
  EXPECT_THAT(text, HasSubstr("a letter to somebody"));
}

TEST_F(DuckDbFileTest, AMissingFolderIsNamed) {
  path_ = (folder_ / "nowhere" / "test.duckdb").string();
  EXPECT_THAT(open_error().what(), HasSubstr("nowhere"));
}

TEST_F(DuckDbFileTest, AFileInUseNamesTheProcessThatHoldsIt) {
  int ready[2], done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  pid_t holder = fork();
  if (holder == 0) {
    char byte = 0;
    auto warehouse = open_duckdb(path_);
    (void)!write(ready[1], &byte, 1);
    (void)!read(done[0], &byte, 1);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  Error error = open_error();
  EXPECT_EQ(error.kind(), ErrorKind::kBusy);
  EXPECT_THAT(error.what(), HasSubstr(std::to_string(holder)));
  EXPECT_EQ(open_error({.is_read_only = true}).kind(), ErrorKind::kBusy);
  ASSERT_EQ(write(done[1], &byte, 1), 1);
  waitpid(holder, nullptr, 0);
}

TEST_F(DuckDbFileTest, ReadOnlyTakesNoWrites) {
  open_duckdb(path_)->execute("create table t (n bigint)");
  auto warehouse = open_duckdb(path_, {.is_read_only = true});
  EXPECT_EQ(warehouse->query_integer("select count(*) from t"), 0);
  EXPECT_THROW(warehouse->execute("insert into t values (1)"), Error);
}

}  // namespace
}  // namespace starlift
