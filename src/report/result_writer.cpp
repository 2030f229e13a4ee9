#include "report/result_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "report/text_width.h"

namespace starlift {

namespace {

void put(std::FILE* out, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out);
}

class CsvWriter : public ResultWriter {
 public:
  explicit CsvWriter(std::FILE* out) : out_(out) {}

  void begin(std::span<const ShownColumn> columns) override {
    for (size_t i = 0; i < columns.size(); ++i)
      put(out_, (i ? "," : "") + field(columns[i].name));
    put(out_, "\n");
  }
  void row(std::span<const Cell> cells) override {
    line_.clear();
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i) line_ += ',';
      if (cells[i]) line_ += field(*cells[i]);
    }
    line_ += '\n';
    put(out_, line_);
  }
  void finish() override {}

 private:
  static std::string field(std::string_view text) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
    std::string quoted = "\"";
    for (char c : text)
      quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
  }

  std::FILE* out_;
  std::string line_;
};

void add_row(JsonWriter& json, std::span<const ShownColumn> columns, std::span<const Cell> cells) {
  using Kind = ShownColumn::Kind;
  json.begin_object();
  for (size_t i = 0; i < cells.size(); ++i) {
    json.key(columns[i].name);
    // JSON has no infinities and no NaN.
    bool is_bare =
        cells[i] && (columns[i].kind == Kind::kBoolean ||
                     (columns[i].is_number() && cells[i]->find_first_of("niNI") == cells[i]->npos));
    if (is_bare) {
      json.raw(*cells[i]);
    } else {
      json.value(cells[i]);
    }
  }
  json.end_object();
}

class JsonResultWriter : public ResultWriter {
 public:
  explicit JsonResultWriter(std::FILE* out) : out_(out) {}

  void begin(std::span<const ShownColumn> columns) override {
    columns_.assign(columns.begin(), columns.end());
    put(out_, "[");
  }
  void row(std::span<const Cell> cells) override {
    JsonWriter json;
    add_row(json, columns_, cells);
    put(out_, (is_first_ ? "\n  " : ",\n  ") + json.text());
    is_first_ = false;
  }
  void finish() override { put(out_, is_first_ ? "]\n" : "\n]\n"); }

 private:
  std::FILE* out_;
  std::vector<ShownColumn> columns_;
  bool is_first_ = true;
};

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Returns a cell as people read it.
std::string shown_value(std::string_view text, ShownColumn::Kind kind) {
  using Kind = ShownColumn::Kind;
  auto number = parse<double>(text);
  if (number && kind == Kind::kSeconds) return format_duration(*number);
  auto integer = parse<int64_t>(text);
  if (integer && kind == Kind::kCount) return format_count(*integer);
  if (integer && kind == Kind::kBytes) return format_bytes(static_cast<uint64_t>(*integer));
  return printable(text);
}

/// Returns a column's name without the unit that its cells carry.
std::string shown_name(const ShownColumn& column) {
  using Kind = ShownColumn::Kind;
  std::string_view unit = column.kind == Kind::kSeconds ? "_s" : column.kind == Kind::kBytes ? "_bytes" : "";
  bool has_unit = !unit.empty() && column.name.ends_with(unit);
  return printable(
      std::string_view(column.name).substr(0, column.name.size() - (has_unit ? unit.size() : 0)));
}

/// What the aligned table and the Markdown table share: all rows, and each column's width.
class AlignedWriter : public ResultWriter {
 public:
  explicit AlignedWriter(std::FILE* out) : out_(out) {}

  void begin(std::span<const ShownColumn> columns) override {
    columns_.assign(columns.begin(), columns.end());
    for (const auto& column : columns_) {
      names_.push_back(escaped(shown_name(column)));
      widths_.push_back(std::max<size_t>(text_width(names_.back()), 3));
    }
  }
  void row(std::span<const Cell> cells) override {
    auto& kept = rows_.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) {
      kept.push_back(cells[i] ? escaped(shown_value(*cells[i], columns_[i].kind)) : "");
      widths_[i] = std::max(widths_[i], text_width(kept.back()));
    }
  }

 protected:
  /// Returns a text without the signs that mean something in this form of table.
  virtual std::string escaped(std::string text) const { return text; }

  bool is_right(size_t column) const { return columns_[column].is_number(); }

  std::string aligned(const std::string& text, size_t column) const {
    std::string padding(widths_[column] - text_width(text), ' ');
    return is_right(column) ? padding + text : text + padding;
  }

  std::FILE* out_;
  std::vector<ShownColumn> columns_;
  std::vector<std::string> names_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

class TableWriter : public AlignedWriter {
 public:
  using AlignedWriter::AlignedWriter;

  void finish() override {
    std::vector<std::string> rules;
    for (size_t width : widths_)
      rules.push_back(std::string(width, '-'));
    line(names_);
    line(rules);
    for (const auto& row : rows_)
      line(row);
  }

 private:
  void line(const std::vector<std::string>& cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i)
      text += (i ? "  " : "") + aligned(cells[i], i);
    text.resize(text.find_last_not_of(' ') + 1);
    put(out_, text + '\n');
  }
};

class MarkdownWriter : public AlignedWriter {
 public:
  using AlignedWriter::AlignedWriter;

  void finish() override {
    std::vector<std::string> rules;
    for (size_t i = 0; i < columns_.size(); ++i)
      rules.push_back(std::string(widths_[i] - is_right(i), '-') + (is_right(i) ? ":" : ""));
    line(names_);
    line(rules);
    for (const auto& row : rows_)
      line(row);
  }

 private:
  std::string escaped(std::string text) const override {
    for (size_t bar = 0; (bar = text.find('|', bar)) != text.npos; bar += 2)
      text.insert(bar, 1, '\\');
    return text;
  }

  void line(const std::vector<std::string>& cells) {
    std::string text = "|";
    for (size_t i = 0; i < cells.size(); ++i)
      text += " " + aligned(cells[i], i) + " |";
    put(out_, text + '\n');
  }
};

}  // namespace

ShownColumn shown_column(const ResultColumn& column) {
  switch (column.kind) {
    case ResultColumn::Kind::kNumber:
      return {column.name, ShownColumn::Kind::kNumber};
    case ResultColumn::Kind::kBoolean:
      return {column.name, ShownColumn::Kind::kBoolean};
    case ResultColumn::Kind::kText:
      break;
  }
  return {column.name, ShownColumn::Kind::kText};
}

std::optional<ResultFormat> parse_result_format(std::string_view name) {
  if (name == "table") return ResultFormat::kTable;
  if (name == "csv") return ResultFormat::kCsv;
  if (name == "json") return ResultFormat::kJson;
  if (name == "markdown") return ResultFormat::kMarkdown;
  return std::nullopt;
}

std::unique_ptr<ResultWriter> make_result_writer(ResultFormat format, std::FILE* out) {
  switch (format) {
    case ResultFormat::kCsv:
      return std::make_unique<CsvWriter>(out);
    case ResultFormat::kJson:
      return std::make_unique<JsonResultWriter>(out);
    case ResultFormat::kMarkdown:
      return std::make_unique<MarkdownWriter>(out);
    case ResultFormat::kTable:
      break;
  }
  return std::make_unique<TableWriter>(out);
}

ShownTable ShownTable::of(const Answer& answer) {
  ShownTable table{{}, answer.rows};
  for (const auto& column : answer.columns)
    table.columns.push_back(shown_column(column));
  return table;
}

void ShownTable::write(ResultFormat format, std::FILE* out) const {
  auto writer = make_result_writer(format, out);
  writer->begin(columns);
  for (const auto& row : rows)
    writer->row(std::vector<Cell>(row.begin(), row.end()));
  writer->finish();
}

void ShownTable::write(JsonWriter& json) const {
  json.begin_array();
  for (const auto& row : rows)
    add_row(json, columns, std::vector<Cell>(row.begin(), row.end()));
  json.end_array();
}

}  // namespace starlift
