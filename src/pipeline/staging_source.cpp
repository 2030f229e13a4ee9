#include "pipeline/staging_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>
#include <utility>

#include "pipeline/tables.h"
#include "storage/salvaged_content.h"

namespace starlift {

namespace {
/// How many paths of unknown fields a run remembers; the others are counted together.
constexpr size_t kMaxUnknownFields = 1000;
/// A store that failed for so many objects, with none read between them, fails for all: each took its time.
constexpr int kMaxStoreErrorsInARow = 100;
}  // namespace

class StagingSource::Reader : public BatchReader {
 public:
  explicit Reader(StagingSource& source)
      : source_(source), records_(source.plan_.fields), stored_bytes_(*this) {}

  bool next(ColumnBatch& batch) override {
    batch.clear();
    while (!batch.is_full() && advance(batch)) {
    }
    source_.counters_.rows += batch.rows();
    source_.counters_.records += batch.rows();
    return batch.rows() > 0;
  }

 private:
  /// The object's bytes on their way to be decoded. They come in blocks, so this is where a request to stop
  /// is seen and progress is told, however few records the bytes hold.
  class WatchedStream : public ByteStream {
   public:
    explicit WatchedStream(Reader& reader) : reader_(reader) {}
    size_t read(std::span<char> buffer) override {
      reader_.source_.cancellation_.check();
      size_t count = reader_.stored_->read(buffer);
      reader_.source_.counters_.bytes += count;
      return count;
    }

   private:
    Reader& reader_;
  };

  const ObjectInfo& object() const { return source_.plan_.objects[index_].info; }
  ObjectOutcome& outcome() { return source_.outcomes_[index_]; }
  int64_t object_id() const { return source_.first_object_id_ + static_cast<int64_t>(index_); }

  /// Reads one record, or passes to the next object. Returns false when all are read.
  bool advance(ColumnBatch& batch) {
    try {
      if (!stored_ && !open_next()) return false;
      read_record(batch);
    } catch (const Error& error) {
      if (!source_.plan_.keeps_going || error.kind() != ErrorKind::kSource) throw;
      count_failure(error);
      outcome().state = ObjectOutcome::State::kUnreadable;
      outcome().problem = error.what();
      stored_.reset();
      cut_off_.reset();
    }
    return true;
  }

  void count_failure(const Error& error) {
    if (!dynamic_cast<const StoreError*>(&error)) {
      source_.store_errors_in_a_row_ = 0;
    } else if (++source_.store_errors_in_a_row_ >= kMaxStoreErrorsInARow) {
      throw Error(
          ErrorKind::kSource,
          fmt::format("the store fails altogether: {} objects in a row could not be read. The last: {}",
                      kMaxStoreErrorsInARow, error.what()));
    }
  }

  /// Opens the next object that is still there. Returns false when all are taken.
  bool open_next() {
    while (auto index = source_.queue_->next()) {
      index_ = *index;
      stored_ = source_.queue_->open(index_);
      if (stored_) {
        content_.start(stored_bytes_);
        records_.start(content_);
        return true;
      }
      outcome().state = ObjectOutcome::State::kPostponed;
    }
    return false;
  }

  void read_record(ColumnBatch& batch) {
    auto found = records_.next(batch);
    if (found == RecordReader::Outcome::kEnd) {
      outcome().records = records_.record_number();
      if (!content_.damage().empty()) keep_damage();
      return finish_object();
    }
    if (cut_off_) keep_reject(*std::exchange(cut_off_, std::nullopt));
    if (found == RecordReader::Outcome::kRow) {
      keep_row(batch);
    } else if (content_.damage().empty()) {
      keep_reject(records_.reject());
    } else {
      cut_off_ = std::move(records_.reject());
    }
  }

  /// The damage is one reject, with what was still there of the record that it cut off. What follows it is
  /// read for the object's hash, and to see whether it changed meanwhile.
  void keep_damage() {
    if (!cut_off_) cut_off_ = Reject{.record = ++outcome().records, .offset = content_.size_bytes()};
    Reject reject = *std::exchange(cut_off_, std::nullopt);
    reject.reason = fmt::format("{}; the rest of the object cannot be read", content_.damage());
    keep_reject(reject);
    std::array<char, 16 << 10> buffer;
    while (stored_bytes_.read(buffer) > 0) {
    }
  }

  void keep_row(ColumnBatch& batch) {
    size_t lineage = source_.plan_.fields.size();
    batch.set_integer(lineage, object_id());
    batch.set_integer(lineage + 1, static_cast<int64_t>(records_.record_number()));
    batch.commit_row();
    ++outcome().staged;
  }

  void keep_reject(const Reject& reject) {
    source_.rejects_.add(object_id(), reject);
    ++outcome().rejected;
    ++source_.counters_.rejects;
    ++source_.counters_.records;
  }

  void finish_object() {
    source_.store_errors_in_a_row_ = 0;
    bool is_unchanged = stored_->check_integrity() == ObjectReader::Integrity::kUnchanged;
    outcome().state = is_unchanged ? ObjectOutcome::State::kLoaded : ObjectOutcome::State::kPostponed;
    outcome().content_hash = stored_->content_hash();
    stored_.reset();
    keep_unknown_fields();
    ++source_.counters_.objects;
  }

  void keep_unknown_fields() {
    if (records_.unknown_fields().empty()) return;
    std::lock_guard lock(source_.mutex_);
    for (const auto& [path, field] : records_.unknown_fields()) {
      bool has_room =
          source_.unknown_fields_.size() < kMaxUnknownFields || source_.unknown_fields_.contains(path);
      auto& summary = source_.unknown_fields_[has_room ? path : "..."];
      summary.count += field.count;
      std::string place = fmt::format("{}:{}", object().key, field.first_record);
      if (summary.first_place.empty() || place < summary.first_place) summary.first_place = place;
    }
  }

  StagingSource& source_;
  RecordReader records_;
  SalvagedContent content_;
  WatchedStream stored_bytes_;
  std::optional<Reject> cut_off_;         ///< met after damage; the last one was cut off by it
  std::unique_ptr<ObjectReader> stored_;  ///< the object being read; null between objects
  size_t index_ = 0;
};

StagingSource::StagingSource(const DatasetPlan& plan, int64_t first_object_id, RejectSpool& rejects,
                             StepCounters& counters, const Cancellation& cancellation)
    : plan_(plan),
      first_object_id_(first_object_id),
      rejects_(rejects),
      counters_(counters),
      cancellation_(cancellation),
      columns_(columns_of(staging_design(*plan.dataset))),
      outcomes_(plan.objects.size()),
      queue_(plan.store->open_all(
          {.count = plan.objects.size(),
           .at = [&plan](size_t index) -> const ObjectInfo& { return plan.objects[index].info; }})) {}

size_t StagingSource::max_readers() const {
  return std::clamp<size_t>(plan_.objects.size(), 1, std::max(1u, std::thread::hardware_concurrency()));
}

std::unique_ptr<BatchReader> StagingSource::make_reader() {
  return std::make_unique<Reader>(*this);
}

}  // namespace starlift
