#include "pipeline/refused_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "storage/content_stream.h"

namespace starlift {

namespace {

/// A content that knows its lines as far as it was read.
class CountedLines : public ByteStream {
 public:
  explicit CountedLines(ByteStream& content) : content_(content) {}

  size_t read(std::span<char> buffer) override {
    size_t count = content_.read(buffer);
    for (size_t i = 0; i < count; ++i) {
      if (buffer[i] == '\n') ends_.push_back(offset_ + i);
    }
    offset_ += count;
    return count;
  }

  /// Returns the number, from 1, of the line in which the byte at `offset` is. Never goes back.
  uint64_t line_of(uint64_t offset) {
    for (; !ends_.empty() && ends_.front() < offset; ends_.pop_front())
      ++passed_;
    return passed_ + 1;
  }

 private:
  ByteStream& content_;
  std::deque<uint64_t> ends_;  ///< of the lines that were not passed
  uint64_t offset_ = 0;
  uint64_t passed_ = 0;
};

/// What the engine tells of one object, by line.
using BadLines = std::multimap<uint64_t, const CopiedObjects::BadRecord*>;

std::vector<ColumnType> types_of(std::span<const FieldSpec> fields) {
  std::vector<ColumnType> types;
  for (const auto& field : fields)
    types.push_back(field.column.type);
  return types;
}

}  // namespace

/// The search through the objects of one batch.
class RefusedRecords::Search {
 public:
  Search(RefusedRecords& owner, uint64_t unfit)
      : owner_(owner), unfit_(unfit), records_(owner.plan_.fields), batch_(types_of(owner.plan_.fields)) {}

  uint64_t unfit() const { return unfit_; }

  /// Reads an object until all that is known of is found.
  Count read(size_t index, BadLines&& bad_lines) {
    index_ = index;
    bad_lines_ = std::move(bad_lines);
    count_ = {};
    auto stored = owner_.plan_.store->open(object());
    if (!stored) {
      throw Error(ErrorKind::kSource,
                  fmt::format("{} changed or went while it was loaded; nothing was committed; run "
                              "it again",
                              object().key));
    }
    content_.start(*stored);
    CountedLines lines(content_);
    records_.start(lines);
    while (!is_all_found() && read_record(lines)) {
    }
    settle_candidate();
    if (!bad_lines_.empty()) {
      const auto& [line, bad] = *bad_lines_.begin();
      fail(fmt::format("the cluster could not read what ends in line {} ({}), and no record ends there", line,
                       bad->reason));
    }
    return count_;
  }

 private:
  const ObjectInfo& object() const { return owner_.plan_.objects[index_].info; }
  bool is_all_found() const { return bad_lines_.empty() && unfit_ == 0; }

  /// Returns false at the end of the object.
  bool read_record(CountedLines& lines) {
    owner_.cancellation_.check();
    batch_.clear();
    auto found = records_.next(batch_);
    if (found == RecordReader::Outcome::kEnd) return false;
    bool is_row = found == RecordReader::Outcome::kRow;
    uint64_t size_bytes = is_row ? records_.record_text().size() : records_.reject().size_bytes;
    uint64_t first_line = lines.line_of(records_.record_offset());
    uint64_t last_line = lines.line_of(records_.record_offset() + std::max<uint64_t>(size_bytes, 1) - 1);
    if (candidate_ && first_line > candidate_line_) settle_candidate();
    if (is_row) {
      if (!candidate_ && bad_lines_.contains(last_line)) keep_candidate(last_line);
    } else {
      keep_reject(first_line, last_line);
    }
    return true;
  }

  /// The engine could not read a record that ends in this line. If no other does that starlift cannot read,
  /// it is this one.
  void keep_candidate(uint64_t line) {
    std::string_view text = records_.record_text();
    candidate_ = Reject{.record = records_.record_number(),
                        .offset = records_.record_offset(),
                        .text = std::string(text.substr(0, kMaxRejectTextBytes)),
                        .size_bytes = text.size()};
    candidate_line_ = line;
  }

  void settle_candidate() {
    auto candidate = std::exchange(candidate_, std::nullopt);
    if (!candidate) return;
    auto bad = bad_lines_.find(candidate_line_);
    if (bad == bad_lines_.end()) return;
    candidate->column = bad->second->column;
    candidate->reason = "the cluster refused it: " + bad->second->reason;
    bad_lines_.erase(bad);
    add(*candidate);
  }

  void keep_reject(uint64_t first_line, uint64_t last_line) {
    bool is_told = take_lines(first_line, last_line);
    // Which line a broken record ends in is not documented: it may be that where reading goes on.
    if (!is_told) is_told = take_line(last_line + 1);
    if (!is_told) {
      if (unfit_ == 0) {
        fail(fmt::format("the cluster loaded record {}, which does not fit: {}", records_.record_number(),
                         records_.reject().reason));
      }
      --unfit_;
      ++count_.unfit;
    }
    add(records_.reject());
  }

  bool take_lines(uint64_t first, uint64_t last) {
    auto begin = bad_lines_.lower_bound(first);
    auto end = bad_lines_.upper_bound(last);
    bool is_any = begin != end;
    // Records may share a line; one that takes up several may be told of by each.
    if (first == last && is_any) end = std::next(begin);
    bad_lines_.erase(begin, end);
    return is_any;
  }
  bool take_line(uint64_t line) { return take_lines(line, line); }

  void add(const Reject& reject) {
    owner_.rejects_.add(owner_.first_object_id_ + static_cast<int64_t>(index_), reject);
    ++count_.rejects;
    ++owner_.counters_.rejects;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(
        ErrorKind::kMismatch,
        fmt::format(
            "{}: {}; the cluster and starlift read it differently, and nothing was committed; set {} = "
            "lift under [COPY]",
            object().key, what, to_upper(owner_.plan_.dataset->name)));
  }

  RefusedRecords& owner_;
  uint64_t unfit_;  ///< how many are still to be found
  RecordReader records_;
  ColumnBatch batch_;
  ContentStream content_;
  size_t index_ = 0;
  BadLines bad_lines_;
  std::optional<Reject> candidate_;
  uint64_t candidate_line_ = 0;
  Count count_;
};

RefusedRecords::RefusedRecords(const DatasetPlan& plan, int64_t first_object_id, RejectSpool& rejects,
                               StepCounters& counters, const Cancellation& cancellation)
    : plan_(plan),
      first_object_id_(first_object_id),
      rejects_(rejects),
      counters_(counters),
      cancellation_(cancellation) {}

std::map<size_t, RefusedRecords::Count> RefusedRecords::find(
    std::span<const size_t> objects, std::span<const CopiedObjects::BadRecord> bad_records, uint64_t unfit) {
  std::map<size_t, BadLines> bad_lines;
  for (const auto& bad : bad_records)
    bad_lines[objects[bad.object]].emplace(bad.line, &bad);
  Search search(*this, unfit);
  std::map<size_t, Count> counts;
  for (auto& [index, lines] : bad_lines)
    counts[index] = search.read(index, std::move(lines));
  for (size_t index : objects) {
    if (search.unfit() == 0) break;
    if (!bad_lines.contains(index)) counts[index] = search.read(index, {});
  }
  if (search.unfit() == 0) return counts;
  throw Error(
      ErrorKind::kMismatch,
      fmt::format(
          "{} of {} did not become typed values in the cluster, and starlift finds nothing wrong with "
          "{} of them; nothing was committed; set {} = lift under [COPY]",
          format_counted(unfit, "record"), plan_.dataset->name, search.unfit(),
          to_upper(plan_.dataset->name)));
}

}  // namespace starlift
