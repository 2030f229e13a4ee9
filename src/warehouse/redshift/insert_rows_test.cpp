#include "warehouse/redshift/insert_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "columns/row_source.h"

namespace starlift::redshift {
namespace {

const std::vector<Column> kColumns = {{"id", *parse_column_type("integer")},
                                      {"name", *parse_column_type("varchar(99)")},
                                      {"at", *parse_column_type("timestamp")}};

std::vector<std::string> statements_of(size_t rows, const std::string& name) {
  RowSource source(kColumns, rows, [&](ColumnBatch& batch, size_t row) {
    batch.set_integer(0, static_cast<int64_t>(row));
    batch.set_text(1, name);
    if (row % 2 == 0) {
      batch.set_integer(2, 1);
    } else {
      batch.set_null(2);
    }
  });
  std::vector<std::string> statements;
  EXPECT_EQ(
      insert_rows({"shop", "sales"}, source, [&](const std::string& sql) { statements.push_back(sql); }),
      rows);
  return statements;
}

TEST(InsertRowsTest, IntegersAreBareAndAllElseIsQuoted) {
  EXPECT_EQ(statements_of(2, "O'Neil \\N"),
            std::vector<std::string>{"insert into \"shop\".\"sales\" (\"id\", \"name\", \"at\") values\n"
                                     "    (0, 'O''Neil \\\\N', '1970-01-01 00:00:00.000001'),\n"
                                     "    (1, 'O''Neil \\\\N', null)"});
}

TEST(InsertRowsTest, NoRowsAreNoStatement) {
  EXPECT_TRUE(statements_of(0, "").empty());
}

TEST(InsertRowsTest, AStatementHoldsAThousandRowsAndFarLessThan16Megabytes) {
  auto many = statements_of(2'500, "x");
  ASSERT_EQ(many.size(), 4U) << "1,000, 1,000, 48 that end a batch, 452";
  EXPECT_EQ(std::count(many[0].begin(), many[0].end(), '\n'), 1'000);
  for (const auto& statement : statements_of(400, std::string(65'000, '\'')))
    EXPECT_LT(statement.size(), 5U << 20);
}

}  // namespace
}  // namespace starlift::redshift
