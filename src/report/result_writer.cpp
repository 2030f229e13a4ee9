#include "report/result_writer.h"

#include <fmt/format.h>

#include <algorithm>

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

class JsonWriter : public ResultWriter {
 public:
  explicit JsonWriter(std::FILE* out) : out_(out) {}

  void begin(std::span<const ShownColumn> columns) override {
    columns_.assign(columns.begin(), columns.end());
    put(out_, "[");
  }
  void row(std::span<const Cell> cells) override {
    line_ = is_first_ ? "\n  {" : ",\n  {";
    is_first_ = false;
    for (size_t i = 0; i < cells.size(); ++i) {
      line_ += fmt::format("{}{}: {}", i ? ", " : "", to_json_string(columns_[i].name),
                           value(cells[i], columns_[i].kind));
    }
    put(out_, line_ + '}');
  }
  void finish() override { put(out_, is_first_ ? "]\n" : "\n]\n"); }

 private:
  static std::string value(const Cell& cell, ShownColumn::Kind kind) {
    if (!cell) return "null";
    // JSON has no infinities and no NaN.
    bool is_bare = kind == ShownColumn::Kind::kBoolean ||
                   (kind == ShownColumn::Kind::kNumber && cell->find_first_of("niNI") == cell->npos);
    return is_bare ? std::string(*cell) : to_json_string(*cell);
  }

  std::FILE* out_;
  std::vector<ShownColumn> columns_;
  std::string line_;
  bool is_first_ = true;
};

/// What the aligned table and the Markdown table share: all rows, and each column's width.
class AlignedWriter : public ResultWriter {
 public:
  explicit AlignedWriter(std::FILE* out) : out_(out) {}

  void begin(std::span<const ShownColumn> columns) override {
    columns_.assign(columns.begin(), columns.end());
    for (const auto& column : columns_)
      widths_.push_back(std::max<size_t>(text_width(column.name), 3));
  }
  void row(std::span<const Cell> cells) override {
    auto& kept = rows_.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) {
      kept.push_back(shown(cells[i]));
      widths_[i] = std::max(widths_[i], text_width(kept.back()));
    }
  }

 protected:
  virtual std::string shown(const Cell& cell) const = 0;

  bool is_right(size_t column) const { return columns_[column].kind == ShownColumn::Kind::kNumber; }

  std::string aligned(const std::string& text, size_t column) const {
    std::string padding(widths_[column] - text_width(text), ' ');
    return is_right(column) ? padding + text : text + padding;
  }

  std::FILE* out_;
  std::vector<ShownColumn> columns_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

class TableWriter : public AlignedWriter {
 public:
  using AlignedWriter::AlignedWriter;

  void finish() override {
    std::vector<std::string> names, rules;
    for (size_t i = 0; i < columns_.size(); ++i) {
      names.push_back(columns_[i].name);
      rules.push_back(std::string(widths_[i], '-'));
    }
    line(names);
    line(rules);
    for (const auto& row : rows_)
      line(row);
  }

 private:
  std::string shown(const Cell& cell) const override { return cell ? printable(*cell) : ""; }

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
    std::vector<std::string> names, rules;
    for (size_t i = 0; i < columns_.size(); ++i) {
      names.push_back(shown(columns_[i].name));
      rules.push_back(std::string(widths_[i] - is_right(i), '-') + (is_right(i) ? ":" : ""));
    }
    line(names);
    line(rules);
    for (const auto& row : rows_)
      line(row);
  }

 private:
  std::string shown(const Cell& cell) const override {
    std::string text;
    for (char c : cell ? printable(*cell) : "")
      text += c == '|' ? std::string("\\|") : std::string(1, c);
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
      return std::make_unique<JsonWriter>(out);
    case ResultFormat::kMarkdown:
      return std::make_unique<MarkdownWriter>(out);
    case ResultFormat::kTable:
      break;
  }
  return std::make_unique<TableWriter>(out);
}

void ShownTable::write(ResultFormat format, std::FILE* out) const {
  auto writer = make_result_writer(format, out);
  writer->begin(columns);
  for (const auto& row : rows)
    writer->row(std::vector<Cell>(row.begin(), row.end()));
  writer->finish();
}

}  // namespace starlift
