#include "report/result_writer.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cstdlib>

#include "report/text_width.h"

namespace starlift {
namespace {

using Kind = ShownColumn::Kind;

std::string written(ResultFormat format, const ShownTable& table) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  table.write(format, out);
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}

ShownTable sensors() {
  return {{{"name"}, {"reading", Kind::kNumber}, {"is_on", Kind::kBoolean}},
          {{"north, \"upper\"", "12.5", "true"},
           {"", "-3", std::nullopt},
           {std::nullopt, std::nullopt, "false"}}};
}

TEST(ResultWriter, CsvKeepsNullAndEmptyTextApart) {
  EXPECT_EQ(written(ResultFormat::kCsv, sensors()),
            "name,reading,is_on\n"
            "\"north, \"\"upper\"\"\",12.5,true\n"
            "\"\",-3,\n"
            ",,false\n");
}

TEST(ResultWriter, JsonKeepsTypesAndEscapesText) {
  EXPECT_EQ(written(ResultFormat::kJson, sensors()),
            "[\n"
            "  {\"name\": \"north, \\\"upper\\\"\", \"reading\": 12.5, \"is_on\": true},\n"
            "  {\"name\": \"\", \"reading\": -3, \"is_on\": null},\n"
            "  {\"name\": null, \"reading\": null, \"is_on\": false}\n"
            "]\n");
  EXPECT_EQ(written(ResultFormat::kJson, {{{"n", Kind::kNumber}}, {}}), "[]\n");
  EXPECT_EQ(written(ResultFormat::kJson, {{{"n", Kind::kNumber}}, {{"inf"}, {"nan"}}}),
            "[\n  {\"n\": \"inf\"},\n  {\"n\": \"nan\"}\n]\n");
}

TEST(ResultWriter, TheTableIsAlignedByWhatTheEyeSees) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  EXPECT_EQ(written(ResultFormat::kTable,
                    {{{"name"}, {"n", Kind::kNumber}}, {{"Björk", "1"}, {"宇多田", "10,000"}}}),
            "name         n\n"
            "------  ------\n"
            "Björk        1\n"
            "宇多田  10,000\n");
}

TEST(ResultWriter, MarkdownEscapesItsOwnSigns) {
  EXPECT_EQ(written(ResultFormat::kMarkdown, {{{"name"}, {"n", Kind::kNumber}}, {{"a|b", "1"}}}),
            "| name |   n |\n"
            "| ---- | --: |\n"
            "| a\\|b |   1 |\n");
}

TEST(ResultWriter, PeopleReadUnitsAndProgramsReadNumbers) {
  ShownTable table{
      {{"rows", Kind::kCount},
       {"read_bytes", Kind::kBytes},
       {"elapsed_s", Kind::kSeconds},
       {"year", Kind::kNumber}},
      {{"12345", "1536", "75.25", "2018"}, {std::nullopt, std::nullopt, std::nullopt, std::nullopt}}};
  EXPECT_EQ(written(ResultFormat::kTable, table),
            "  rows     read     elapsed  year\n"
            "------  -------  ----------  ----\n"
            "12,345  1.5 KiB  1 min 15 s  2018\n"
            "\n");
  EXPECT_EQ(written(ResultFormat::kCsv, table),
            "rows,read_bytes,elapsed_s,year\n12345,1536,75.25,2018\n,,,\n");
  EXPECT_EQ(written(ResultFormat::kJson, {table.columns, {table.rows[0]}}),
            "[\n  {\"rows\": 12345, \"read_bytes\": 1536, \"elapsed_s\": 75.25, \"year\": 2018}\n]\n");
}

TEST(ResultWriter, RowsCanBePartOfALargerText) {
  JsonWriter json;
  json.begin_object().key("sensors");
  ShownTable{{{"name"}, {"reading", Kind::kNumber}}, {{"north", "1.5"}}}.write(json);
  json.end_object();
  EXPECT_EQ(json.text(), R"({"sensors": [{"name": "north", "reading": 1.5}]})");
}

TEST(ResultWriter, ACellCannotCommandTheTerminal) {
  EXPECT_EQ(printable("two\nlines\tand \x1b[31mred"), "two\\nlines\\tand \\x1b[31mred");
}

}  // namespace
}  // namespace starlift
