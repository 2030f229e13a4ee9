#include "synth/log_writer.h"

#include <limits>

#include "synth/calendar.h"
#include "synth/dirty_record.h"

namespace starlift::synth {

namespace {

constexpr uint64_t kNoEvent = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kEventsForOversized = 50'000;
constexpr int64_t kDaysPerByteOrderMark = 4;
constexpr size_t kMaxForNextDay = 100;

}  // namespace

LogWriter::LogWriter(const GeneratorOptions& options, const std::vector<Listener>& listeners,
                     ObjectSink& sink, GeneratorSummary& summary)
    : seed_(options.seed),
      oversized_(options.dirty > 0 && options.events >= kEventsForOversized ? options.events / 2 : kNoEvent),
      listeners_(listeners),
      objects_(sink, summary.events),
      summary_(summary),
      plan_(options.seed, Dataset::kEvents, options.dirty) {}

void LogWriter::add(const Event& event) {
  ++number_;
  if (objects_.turn_to(event.timestamp) && !plan_.is_clean()) begin_day(event.timestamp);
  const Dirt dirt = draw_dirt();
  if (dirt == Dirt::kNone) {
    text_.append(objects_.next_record(), event, listeners_[event.listener]);
    is_after_bad_ = false;
  } else {
    add_dirty(dirt, event);
  }
  const bool is_bad = traits(dirt).is_bad;
  count_record(is_bad);
  if (is_bad || event.page != Page::kNextSong) return;
  ++summary_.plays;
  if (event.play.is_listed) ++summary_.matching_plays;
}

void LogWriter::begin_day(int64_t timestamp) {
  const int64_t day = (timestamp - kFirstTimestamp) / kDayMs;
  if (day % kDaysPerByteOrderMark == 0) {
    objects_.mark_byte_order();
    count_dirt(Dirt::kByteOrderMark);
  }
  for (const std::string& record : for_next_day_) {
    objects_.next_record() += record;
    count_record(false);
    count_dirt(Dirt::kRepeatedElsewhere);
  }
  for_next_day_.clear();
  is_after_bad_ = false;
}

Dirt LogWriter::draw_dirt() {
  if (number_ == oversized_) return Dirt::kOversizedRecord;
  const Dirt dirt = plan_.draw(number_);
  const bool needs_newline = is_after_bad_ || objects_.is_empty();
  return dirt == Dirt::kNoNewline && needs_newline ? Dirt::kNone : dirt;
}

void LogWriter::add_dirty(Dirt dirt, const Event& event) {
  std::string record;
  text_.append(record, event, listeners_[event.listener]);
  std::string_view separator = "\n";
  switch (dirt) {
    case Dirt::kRepeatedElsewhere:
      if (for_next_day_.size() < kMaxForNextDay) for_next_day_.push_back(record);
      break;
    case Dirt::kRepeatedRecord:
      record += '\n' + record;
      count_record(false);
      break;
    case Dirt::kEmptyLines:
      separator = "\n\n  \n\t\n";
      break;
    case Dirt::kWindowsNewlines:
      separator = "\r\n";
      break;
    case Dirt::kNoNewline:
      separator = "";
      break;
    default:
      Random random(seed_, Random::Purpose::kEventDirtText, number_);
      apply_dirt(dirt, Dataset::kEvents, record, random);
  }
  objects_.next_record(separator) += record;
  is_after_bad_ = traits(dirt).is_bad;
  // The others count when the next day begins.
  if (dirt != Dirt::kRepeatedElsewhere) count_dirt(dirt);
}

}  // namespace starlift::synth
