#include "pipeline/copy_probe.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace starlift {

namespace {

/// A value as JSON has it, and the text that a column must have of it.
struct Probe {
  std::string_view json;
  std::optional<std::string_view> text;
};

// More digits than a double has, zeros that a number can do without, and what logs are full of.
constexpr Probe kProbes[] = {
    {"0.1", "0.1"},
    {"246.30812", "246.30812"},
    {"1541105830796.0", "1541105830796.0"},
    {"-9007199254740993", "-9007199254740993"},
    {"12345678901234567890", "12345678901234567890"},
    {"3.14159265358979323846", "3.14159265358979323846"},
    {"-1.50", "-1.50"},
    {"-7e-05", "-7e-05"},
    {"2E3", "2E3"},
    {"0", "0"},
    {"true", "true"},
    {"false", "false"},
    {"null", std::nullopt},
    {R"("")", ""},
    {R"(" \u00fc\ud83c\udfb5\n\t\"\\\/ ")", " \u00fc\U0001f3b5\n\t\"\\/ "},
};

/// Written as nobody would write them anew.
constexpr std::string_view kStructures[] = {
    R"({"b" : [1.50 ,{ }], "a":null , "\u0061b":1e2})",
    R"([ "\u00e9" ,-0.0,  []])",
};

TableName table() {
  return {"", "starlift_probe"};
}

/// A column per value, those of structures last.
std::vector<Column> columns() {
  std::vector<Column> columns;
  for (size_t i = 1; i <= std::size(kProbes) + std::size(kStructures); ++i)
    columns.push_back(
        {.name = fmt::format("c{}", i), .type = {.kind = TypeKind::kVarchar, .length_bytes = 128}});
  return columns;
}

std::string create_sql(const std::vector<Column>& columns) {
  std::string defined;
  for (const auto& column : columns) {
    defined += fmt::format("{}{} {}", defined.empty() ? "" : ", ", quote_identifier(column.name),
                           Dialect::of(Engine::kRedshift).type_name(column.type));
  }
  return fmt::format("create temporary table {} ({})", quote_table(table()), defined);
}

ObjectCopy copy_of(const std::vector<Column>& columns) {
  JsonWriter record;
  record.begin_object();
  ObjectCopy copy{.table = table(),
                  .target = table(),
                  .columns = columns,
                  .json_paths = {},
                  .urls = {},
                  .content = {},
                  .compression = {}};
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i].name;
    copy.json_paths.push_back(fmt::format("$['{}']", name));
    bool is_structure = i >= std::size(kProbes);
    record.key(name).raw(is_structure ? kStructures[i - std::size(kProbes)] : kProbes[i].json);
  }
  copy.content = record.end_object().text() + "\n";
  return copy;
}

std::string drop_sql() {
  return fmt::format("drop table {}", quote_table(table()));
}

std::string shown(std::optional<std::string_view> text) {
  return text ? fmt::format("the text {}", *text) : "a null";
}

CopyHabits compare(Cursor& cursor, const Dataset& dataset) {
  CopyHabits habits{.keeps_structures = true};
  auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::kMismatch,
                fmt::format("{}, so what it reads by itself would not be what the files have; nothing was "
                            "committed; set {} = lift under [COPY]",
                            what, to_upper(dataset.name)));
  };
  if (!cursor.next()) fail("the cluster's COPY made no row of a record that was made to try it");
  for (size_t i = 0; i < std::size(kProbes); ++i) {
    auto text = cursor.text(i);
    if (text != kProbes[i].text)
      fail(fmt::format("the cluster's COPY makes {} of {} in JSON", shown(text), kProbes[i].json));
  }
  for (size_t i = 0; i < std::size(kStructures); ++i) {
    auto text = cursor.text(std::size(kProbes) + i);
    // In any other form one that is loaded would not be known again.
    if (!text || text->empty() || text->front() != kStructures[i].front())
      fail(fmt::format("the cluster's COPY makes {} of {} in JSON", shown(text), kStructures[i]));
    if (text != kStructures[i]) habits.keeps_structures = false;
  }
  return habits;
}

}  // namespace

CopyHabits probe_copy(Transaction& transaction, const Dataset& dataset) {
  auto probed = columns();
  transaction.execute(create_sql(probed));
  transaction.copy_objects(copy_of(probed));
  CopyHabits habits;
  {
    auto cursor =
        transaction.query(fmt::format("select {} from {}", quote_columns(probed), quote_table(table())));
    habits = compare(*cursor, dataset);
  }
  transaction.execute(drop_sql());
  return habits;
}

void rehearse_copy_probe(StatementRecorder& recorder) {
  auto probed = columns();
  recorder.execute(create_sql(probed));
  recorder.remark("a record whose values are known, to see what the cluster makes of them");
  recorder.copy_objects(copy_of(probed));
  recorder.execute(drop_sql());
}

}  // namespace starlift
