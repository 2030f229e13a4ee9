// Records per second and bytes per second of one thread: cutting a content into records, and decoding them.

#include <benchmark/benchmark.h>

#include <cstring>
#include <string>

#include "json/record_reader.h"
#include "json/record_splitter.h"

namespace starlift {
namespace {

/// A content in memory.
class TextStream : public ByteStream {
 public:
  explicit TextStream(std::string_view text) : text_(text) {}
  size_t read(std::span<char> buffer) override {
    size_t count = std::min(buffer.size(), text_.size());
    std::memcpy(buffer.data(), text_.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

/// Lines of the shape of an activity log: half text, half numbers.
std::string make_content() {
  std::string content;
  for (int i = 0; i < 20'000; ++i) {
    content +=
        R"({"device":"Mozilla\/5.0 (Windows NT 6.1; WOW64; rv:31.0) \"Gecko\"","city":"San Jos\u00e9-Sunnyvale",)"
        R"("kind":"reading","at":)" +
        std::to_string(1541016707796 + i) + R"(,"sensor":)" + std::to_string(i % 100) + R"(,"value":)" +
        std::to_string(i * 0.37) + R"(,"note":null,"unit":"kPa"})" + "\n";
  }
  return content;
}

std::vector<FieldSpec> make_fields() {
  auto field = [](const char* name, const char* type) {
    return FieldSpec{{name, *parse_column_type(type), true}, *parse_field_path(name)};
  };
  return {field("device", "varchar(1024)"), field("city", "varchar(1024)"), field("kind", "varchar(64)"),
          field("at", "timestamp"),         field("sensor", "integer"),     field("value", "double"),
          field("note", "varchar(64)"),     field("unit", "varchar(64)")};
}

void decode(benchmark::State& state) {
  std::string content = make_content();
  auto fields = make_fields();
  std::vector<ColumnType> types;
  for (const auto& field : fields)
    types.push_back(field.column.type);
  RecordReader reader(fields);
  ColumnBatch batch(types);
  int64_t records = 0;
  for (auto _ : state) {
    TextStream stream(content);
    reader.start(stream);
    while (reader.next(batch) == RecordReader::Outcome::kRow) {
      batch.commit_row();
      if (batch.is_full()) batch.clear();
      ++records;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * content.size()));
  state.SetItemsProcessed(records);
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

void split(benchmark::State& state) {
  std::string content = make_content();
  int64_t records = 0;
  RecordSplitter splitter;
  for (auto _ : state) {
    TextStream stream(content);
    splitter.start(stream);
    for (;;) {
      auto found = splitter.next();
      if (found == RecordSplitter::Found::kBrace) found = splitter.scan();
      if (found != RecordSplitter::Found::kRecord) break;
      ++records;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * content.size()));
  state.SetItemsProcessed(records);
}
BENCHMARK(split)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace starlift

BENCHMARK_MAIN();
