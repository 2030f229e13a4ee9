#include "pipeline/reject_spool.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

/// The raw text's column holds 65,535 bytes on every engine; base64 makes four of three.
constexpr size_t kMaxTextBytes = 65'000;
constexpr size_t kMaxBinaryBytes = 48'000;
constexpr size_t kMaxReasonBytes = 1'000;

/// A reject as the file holds it, followed by its column, reason and text.
struct Header {
  int64_t object_id;
  uint64_t record;
  uint64_t offset;
  uint64_t size_bytes;
  uint64_t error_position;
  uint32_t column_bytes;
  uint32_t reason_bytes;
  uint32_t text_bytes;
};

[[noreturn]] void fail_spool() {
  throw Error(ErrorKind::kSource,
              fmt::format("cannot keep rejects in a temporary file: {}; free some space in the "
                          "temporary folder or name another with TMPDIR",
                          std::strerror(errno)));
}

/// Opens a file that no folder shows, in TMPDIR or /tmp.
std::FILE* open_unnamed_file() {
  std::error_code error;
  auto folder = std::filesystem::temp_directory_path(error);
  if (error) {
    errno = error.value();
    fail_spool();
  }
  std::string path = (folder / "starlift-rejects-XXXXXX").string();
  int descriptor = mkstemp(path.data());
  if (descriptor < 0) fail_spool();
  unlink(path.c_str());
  std::FILE* file = fdopen(descriptor, "w+b");
  if (!file) fail_spool();
  return file;
}

class SpoolReader : public BatchReader {
 public:
  SpoolReader(std::FILE* file, RejectSpool::Labels labels) : file_(file), labels_(std::move(labels)) {
    if (file_) std::rewind(file_);
  }

  bool next(ColumnBatch& batch) override {
    batch.clear();
    Header header;
    while (file_ && !batch.is_full() && std::fread(&header, sizeof header, 1, file_) == 1) {
      std::string column = read_text(header.column_bytes);
      std::string reason = read_text(header.reason_bytes);
      std::string text = read_text(header.text_bytes);
      if (labels_.is_wanted(header.object_id)) write_row(batch, header, column, reason, text);
    }
    return batch.rows() > 0;
  }

 private:
  std::string read_text(size_t size_bytes) {
    std::string text(size_bytes, '\0');
    if (std::fread(text.data(), 1, size_bytes, file_) != size_bytes) fail_spool();
    return text;
  }

  void write_row(ColumnBatch& batch, const Header& header, const std::string& column,
                 const std::string& reason, std::string_view text) {
    bool is_text = is_valid_utf8(text) && text.find('\0') == text.npos;
    text = is_text ? utf8_prefix(text, kMaxTextBytes) : text.substr(0, kMaxBinaryBytes);
    size_t index = 0;
    auto add_integer = [&](uint64_t value) { batch.set_integer(index++, static_cast<int64_t>(value)); };
    auto add_text = [&](std::string_view value) { batch.set_text(index++, value); };
    add_integer(static_cast<uint64_t>(labels_.first_reject_id++));
    add_integer(static_cast<uint64_t>(labels_.run_id));
    add_text(labels_.dataset);
    add_integer(static_cast<uint64_t>(header.object_id));
    add_integer(header.record);
    add_integer(header.offset);
    if (column.empty()) {
      batch.set_null(index++);
    } else {
      add_text(column);
    }
    add_text(utf8_prefix(reason, kMaxReasonBytes));
    add_text(is_text ? std::string(text) : to_base64(text));
    add_text(is_text ? "text" : "base64");
    add_integer(header.size_bytes);
    add_integer(header.error_position);
    batch.commit_row();
  }

  std::FILE* file_;
  RejectSpool::Labels labels_;
};

class SpoolSource : public BatchSource {
 public:
  SpoolSource(std::FILE* file, uint64_t size, RejectSpool::Labels labels)
      : file_(file), size_(size), labels_(std::move(labels)), columns_(columns_of(rejects_design())) {}

  std::span<const Column> columns() const override { return columns_; }
  std::optional<uint64_t> max_rows() const override { return size_; }
  std::unique_ptr<BatchReader> make_reader() override {
    return std::make_unique<SpoolReader>(file_, labels_);
  }

 private:
  std::FILE* file_;
  uint64_t size_;
  RejectSpool::Labels labels_;
  std::vector<Column> columns_;
};

}  // namespace

void RejectSpool::add(int64_t object_id, const Reject& reject) {
  std::string reason = is_valid_utf8(reject.reason) ? reject.reason : to_json_string(reject.reason);
  Header header{.object_id = object_id,
                .record = reject.record,
                .offset = reject.offset,
                .size_bytes = reject.size_bytes,
                .error_position = reject.error_position,
                .column_bytes = static_cast<uint32_t>(reject.column.size()),
                .reason_bytes = static_cast<uint32_t>(reason.size()),
                .text_bytes = static_cast<uint32_t>(reject.text.size())};
  std::lock_guard lock(mutex_);
  if (!file_) file_.reset(open_unnamed_file());
  auto write = [&](const void* data, size_t size) {
    if (std::fwrite(data, 1, size, file_.get()) != size) fail_spool();
  };
  write(&header, sizeof header);
  write(reject.column.data(), reject.column.size());
  write(reason.data(), reason.size());
  write(reject.text.data(), reject.text.size());
  ++size_;
}

std::unique_ptr<BatchSource> RejectSpool::rows(Labels labels) {
  if (file_ && std::fflush(file_.get()) != 0) fail_spool();
  return std::make_unique<SpoolSource>(file_.get(), size_, std::move(labels));
}

}  // namespace starlift
