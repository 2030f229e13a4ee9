#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "pipeline/answer.h"
#include "warehouse/result_column.h"

namespace starlift {

/// A column as a result shows it.
struct ShownColumn {
  /// Numbers and booleans are not quoted in JSON. Where people read, numbers stand to the right, and counts,
  /// sizes and durations get separators and units; programs get them as they are.
  enum class Kind { kText, kBoolean, kNumber, kCount, kBytes, kSeconds };
  std::string name;
  Kind kind = Kind::kText;

  bool is_number() const { return kind >= Kind::kNumber; }
};

/// Returns a column of a query's answer as it is shown when no more is known of it.
ShownColumn shown_column(const ResultColumn& column);

/// A cell's text; nothing is null. Not null and empty is empty text.
using Cell = std::optional<std::string_view>;

enum class ResultFormat {
  kTable,     ///< aligned, for people
  kCsv,       ///< RFC 4180 with a header; null is an empty field, empty text is ""
  kJson,      ///< an array of objects
  kMarkdown,  ///< a pipe table
};

std::optional<ResultFormat> parse_result_format(std::string_view name);

/// Writes an answer row by row. CSV and JSON keep nothing; tables keep their rows until `finish`,
/// to find the widths.
class ResultWriter {
 public:
  virtual ~ResultWriter() = default;
  virtual void begin(std::span<const ShownColumn> columns) = 0;
  virtual void row(std::span<const Cell> cells) = 0;
  virtual void finish() = 0;
};

std::unique_ptr<ResultWriter> make_result_writer(ResultFormat format, std::FILE* out);

/// Rows held in memory, for the tables that commands print of themselves.
struct ShownTable {
  std::vector<ShownColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;

  /// Returns an answer as it is shown when no more is known of it.
  static ShownTable of(const Answer& answer);

  void write(ResultFormat format, std::FILE* out) const;
  /// Adds the rows to a JSON text, as an array of objects.
  void write(JsonWriter& json) const;
};

}  // namespace starlift
