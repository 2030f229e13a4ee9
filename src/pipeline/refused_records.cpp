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

  /// Forgets the lines that end before the byte at `offset`.
  void pass(uint64_t offset) {
    for (; !ends_.empty() && ends_.front() < offset; ends_.pop_front())
      ++passed_;
  }

  /// Returns the number, from 1, of the line in which the byte at `offset` is. Never goes back.
  uint64_t line_of(uint64_t offset) {
    pass(offset);
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
  Search(RefusedRecords& owner, Wanted wanted)
      : owner_(owner), wanted_(wanted), records_(owner.plan_.fields), batch_(types_of(owner.plan_.fields)) {}

  /// What is still to be found.
  const Wanted& wanted() const { return wanted_; }
  bool is_done() const { return wanted_.unfit == 0 && wanted_.empty == 0; }

  /// Reads an object: to its end when the engine left something out of it, else until nothing is missing.
  /// `lines` are those that the engine read of it.
  Count read(size_t index, BadLines&& bad_lines, std::optional<uint64_t> lines) {
    index_ = index;
    bad_lines_ = std::move(bad_lines);
    count_ = {};
    bool reads_all = !bad_lines_.empty();
    auto stored = owner_.plan_.store->open(object());
    if (!stored) fail_changed();
    content_.start(*stored);
    CountedLines counted(content_);
    records_.start(counted);
    while ((reads_all || !is_done()) && read_record(counted)) {
    }
    if (stored->check_integrity() != ObjectReader::Integrity::kUnchanged) fail_changed();
    if (reads_all) reconcile(lines);
    return count_;
  }

 private:
  const ObjectInfo& object() const { return owner_.plan_.objects[index_].info; }

  /// Reads one record. Returns false at the end of the object.
  bool read_record(CountedLines& lines) {
    owner_.cancellation_.check();
    batch_.clear();
    auto found = records_.next(batch_);
    if (found == RecordReader::Outcome::kEnd) return false;
    if (records_.is_element()) {
      fail(fmt::format("record {} is in a top-level array, of which the cluster does not see the elements",
                       records_.record_number()));
    }
    lines.pass(records_.record_offset());
    if (found == RecordReader::Outcome::kReject) keep_reject(lines);
    if (found == RecordReader::Outcome::kRow && is_empty()) take_empty();
    return true;
  }

  bool is_empty() {
    batch_.commit_row();
    for (size_t i = 0; i < batch_.column_count(); ++i) {
      if (batch_.column(i).is_valid[0]) return false;
    }
    return true;
  }

  void take_empty() {
    if (wanted_.empty == 0) {
      fail(fmt::format("record {} has no field that has a column, and the cluster has no such row",
                       records_.record_number()));
    }
    --wanted_.empty;
  }

  void keep_reject(CountedLines& lines) {
    const Reject& reject = records_.reject();
    uint64_t first_line = lines.line_of(reject.offset);
    uint64_t last_line = lines.line_of(reject.offset + std::max<uint64_t>(reject.size_bytes, 1) - 1);
    // Which line a broken record ends in is not documented: it may be that where reading goes on.
    if (!take_line(first_line, last_line) && !take_line(last_line + 1, last_line + 1)) {
      if (wanted_.unfit == 0)
        fail(fmt::format("the cluster loaded record {}, which does not fit: {}", reject.record,
                         reject.reason));
      --wanted_.unfit;
      ++count_.unfit;
    }
    owner_.rejects_.add(owner_.first_object_id_ + static_cast<int64_t>(index_), reject);
    ++count_.rejects;
    ++owner_.counters_.rejects;
    ++owner_.counters_.records;
  }

  bool take_line(uint64_t first, uint64_t last) {
    auto bad = bad_lines_.lower_bound(first);
    if (bad == bad_lines_.end() || bad->first > last) return false;
    bad_lines_.erase(bad);
    return true;
  }

  /// What the engine left out it may have left out with what follows: only the count tells.
  void reconcile(std::optional<uint64_t> lines) const {
    if (!bad_lines_.empty()) {
      const auto& [line, bad] = *bad_lines_.begin();
      fail(fmt::format("the cluster refused what ends in line {} ({}), and starlift does not", line,
                       bad->reason));
    }
    if (!lines) fail("the cluster left records out, and does not tell how many lines it read");
    if (*lines != records_.record_number()) {
      fail(fmt::format("the cluster read {} and left some out, and starlift finds {}",
                       format_counted(*lines, "line"), format_counted(records_.record_number(), "record")));
    }
  }

  [[noreturn]] void fail_changed() const {
    throw Error(ErrorKind::kSource,
                fmt::format("{} changed or went while it was loaded; nothing was committed; run it again",
                            object().key));
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::kMismatch, fmt::format("{}: {}; nothing was committed; set {} = lift under [COPY]",
                                                  object().key, what, to_upper(owner_.plan_.dataset->name)));
  }

  RefusedRecords& owner_;
  Wanted wanted_;
  RecordReader records_;
  ColumnBatch batch_;
  ContentStream content_;
  size_t index_ = 0;
  BadLines bad_lines_;
  Count count_;
};

RefusedRecords::RefusedRecords(const DatasetPlan& plan, int64_t first_object_id, RejectSpool& rejects,
                               StepCounters& counters, const Cancellation& cancellation)
    : plan_(plan),
      first_object_id_(first_object_id),
      rejects_(rejects),
      counters_(counters),
      cancellation_(cancellation) {}

std::map<size_t, RefusedRecords::Count> RefusedRecords::find(std::span<const size_t> objects,
                                                             const CopiedObjects& copied, Wanted wanted) {
  std::map<size_t, BadLines> bad_lines;
  for (const auto& bad : copied.bad_records)
    bad_lines[bad.object].emplace(bad.line, &bad);
  Search search(*this, wanted);
  std::map<size_t, Count> counts;
  for (auto& [i, lines] : bad_lines) {
    auto told = copied.lines.find(i);
    counts[objects[i]] = search.read(objects[i], std::move(lines),
                                     told == copied.lines.end() ? std::nullopt : std::optional(told->second));
  }
  for (size_t i = 0; i < objects.size() && !search.is_done(); ++i) {
    if (!bad_lines.contains(i)) counts[objects[i]] = search.read(objects[i], {}, std::nullopt);
  }
  if (search.is_done()) return counts;
  const auto& missing = search.wanted();
  std::string what =
      missing.unfit > 0
          ? fmt::format(
                "{} of {} did not become typed values in the cluster, and starlift finds nothing "
                "wrong with {} of them",
                format_counted(wanted.unfit, "record"), plan_.dataset->name, missing.unfit)
          : fmt::format("the cluster made {} of nulls of {}, and starlift finds no record for {} of them",
                        format_counted(wanted.empty, "row"), plan_.dataset->name, missing.empty);
  throw Error(ErrorKind::kMismatch, fmt::format("{}; nothing was committed; set {} = lift under [COPY]", what,
                                                to_upper(plan_.dataset->name)));
}

}  // namespace starlift
