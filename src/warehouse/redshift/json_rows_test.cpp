#include "warehouse/redshift/json_rows.h"

#include <gtest/gtest.h>

#include <vector>

namespace starlift::redshift {
namespace {

const std::vector<Column> kColumns = {{"name", *parse_column_type("varchar(99)")},
                                      {"price", *parse_column_type("double")},
                                      {"_record", *parse_column_type("bigint")}};

ColumnBatch make_batch() {
  std::vector<ColumnType> types;
  for (const auto& column : kColumns)
    types.push_back(column.type);
  return ColumnBatch(types);
}

std::string line_of_name(std::string_view name) {
  ColumnBatch batch = make_batch();
  batch.set_text(0, name);
  batch.set_null(1);
  batch.set_integer(2, 1);
  batch.commit_row();
  std::string out;
  append_json_rows(kColumns, batch, out);
  return out;
}

TEST(JsonRowsTest, EveryValueIsATextAndANullIsNotThere) {
  ColumnBatch batch = make_batch();
  for (int64_t record : {1, 2}) {
    batch.set_text(0, "Ada");
    batch.set_double(1, 0.1);
    if (record == 2) batch.set_null(0);
    batch.set_integer(2, record);
    batch.commit_row();
  }
  std::string out;
  append_json_rows(kColumns, batch, out);
  EXPECT_EQ(out,
            "{\"name\":\"Ada\",\"price\":\"0.1\",\"_record\":\"1\"}\n"
            "{\"price\":\"0.1\",\"_record\":\"2\"}\n");
}

TEST(JsonRowsTest, AnEmptyTextIsOne) {
  EXPECT_EQ(line_of_name(""), "{\"name\":\"\",\"_record\":\"1\"}\n");
}

TEST(JsonRowsTest, ARowStaysOnItsLineWhateverItsTextHolds) {
  EXPECT_EQ(line_of_name("a\"b\\c\nd\re\tf\x01\x1f\x7f naïve \U0001F3B5"),
            "{\"name\":\"a\\\"b\\\\c\\nd\\re\\tf\\u0001\\u001f\x7f naïve \U0001F3B5\",\"_record\":\"1\"}\n");
  EXPECT_EQ(line_of_name("\\N"), "{\"name\":\"\\\\N\",\"_record\":\"1\"}\n");
  EXPECT_EQ(line_of_name("null"), "{\"name\":\"null\",\"_record\":\"1\"}\n");
}

}  // namespace
}  // namespace starlift::redshift
