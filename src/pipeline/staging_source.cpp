#include "pipeline/staging_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "pipeline/tables.h"
#include "storage/content_stream.h"

namespace starlift {

class StagingSource::Reader : public BatchReader {
 public:
  explicit Reader(StagingSource& source) : source_(source), records_(source.plan_.fields) {}

  bool next(ColumnBatch& batch) override {
    source_.cancellation_.check();
    batch.clear();
    while (!batch.is_full() && (stored_ || open_next()))
      read_record(batch);
    tell_bytes();
    source_.counters_.rows += batch.rows();
    source_.counters_.records += batch.rows();
    return batch.rows() > 0;
  }

 private:
  const ObjectInfo& object() const { return source_.plan_.objects[index_].info; }
  ObjectOutcome& outcome() { return source_.outcomes_[index_]; }
  int64_t object_id() const { return source_.first_object_id_ + static_cast<int64_t>(index_); }

  /// Opens the next object that is still there. Returns false when all are taken.
  bool open_next() {
    while ((index_ = source_.next_object_++) < source_.plan_.objects.size()) {
      stored_ = source_.plan_.store->open(object());
      if (stored_) {
        content_.start(*stored_);
        records_.start(content_);
        return true;
      }
      outcome().state = ObjectOutcome::State::kPostponed;
    }
    return false;
  }

  void read_record(ColumnBatch& batch) {
    try {
      switch (records_.next(batch)) {
        case RecordReader::Outcome::kRow:
          return keep_row(batch);
        case RecordReader::Outcome::kReject:
          return keep_reject(records_.reject());
        case RecordReader::Outcome::kEnd:
          return finish_object();
      }
    } catch (const DamagedContent& damage) {
      keep_reject({.record = outcome().records + 1,
                   .offset = records_.record_offset(),
                   .reason = fmt::format("{}; the rest of the object cannot be read", damage.what())});
      finish_object();
    }
  }

  void keep_row(ColumnBatch& batch) {
    size_t lineage = source_.plan_.fields.size();
    batch.set_integer(lineage, object_id());
    batch.set_integer(lineage + 1, static_cast<int64_t>(records_.record_number()));
    batch.commit_row();
    ++outcome().records;
    ++outcome().staged;
  }

  void keep_reject(const Reject& reject) {
    source_.rejects_.add(object_id(), reject);
    ++outcome().records;
    ++outcome().rejected;
    ++source_.counters_.rejects;
    ++source_.counters_.records;
  }

  void tell_bytes() {
    if (!stored_) return;
    source_.counters_.bytes += stored_->bytes_read() - bytes_told_;
    bytes_told_ = stored_->bytes_read();
  }

  void finish_object() {
    bool is_unchanged = stored_->check_integrity() == ObjectReader::Integrity::kUnchanged;
    outcome().state = is_unchanged ? ObjectOutcome::State::kLoaded : ObjectOutcome::State::kPostponed;
    outcome().content_hash = stored_->content_hash();
    tell_bytes();
    bytes_told_ = 0;
    stored_.reset();
    keep_unknown_fields();
    ++source_.counters_.objects;
  }

  void keep_unknown_fields() {
    if (records_.unknown_fields().empty()) return;
    std::lock_guard lock(source_.mutex_);
    for (const auto& [path, field] : records_.unknown_fields()) {
      auto& summary = source_.unknown_fields_[path];
      summary.count += field.count;
      std::string place = fmt::format("{}:{}", object().key, field.first_record);
      if (summary.first_place.empty() || place < summary.first_place) summary.first_place = place;
    }
  }

  StagingSource& source_;
  RecordReader records_;
  ContentStream content_;
  std::unique_ptr<ObjectReader> stored_;  ///< the object being read; null between objects
  uint64_t bytes_told_ = 0;               ///< of it, to the counters
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
      outcomes_(plan.objects.size()) {}

size_t StagingSource::max_readers() const {
  return std::clamp<size_t>(plan_.objects.size(), 1, std::max(1u, std::thread::hardware_concurrency()));
}

std::unique_ptr<BatchReader> StagingSource::make_reader() {
  return std::make_unique<Reader>(*this);
}

}  // namespace starlift
