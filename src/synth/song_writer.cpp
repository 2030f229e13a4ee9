#include "synth/song_writer.h"

#include "synth/dirty_record.h"
#include "synth/json_text.h"
#include "synth/record_fields.h"

namespace starlift::synth {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

uint64_t SongWriter::write_object(uint64_t number) {
  content_.clear();
  append_record(content_, number);
  const uint64_t songs = dirt_.holds_next(number) ? 2 : 1;
  const Dirt dirt = dirt_.of(number);
  if (dirt != Dirt::kNone) add_dirt(dirt, number);
  sink_.put(catalogue_.key(number), content_);
  count(dirt, songs);
  return songs;
}

void SongWriter::append_record(std::string& out, uint64_t number) {
  catalogue_.describe(number, song_);
  const SongDetails details = catalogue_.details(number);
  // Most of them as Python's json.dumps writes, every fourth in plain UTF-8.
  const JsonStyle style = {.escape_slash = false, .escape_non_ascii = number % 4 != 3};
  auto append_coordinate = [&](int32_t value) {
    details.has_coordinates ? append_hundred_thousandths(out, value) : void(out += "null");
  };
  out += R"({"num_songs": 1, "artist_id": ")";
  out += details.artist_id;
  out += R"(", "artist_latitude": )";
  append_coordinate(details.latitude);
  out += R"(, "artist_longitude": )";
  append_coordinate(details.longitude);
  out += R"(, "artist_location": )";
  append_json_string(out, details.artist_location, style);
  out += R"(, "artist_name": )";
  if (!dirt_.plan().is_clean() && is_number(song_.artist_name)) {
    out += song_.artist_name;
    count_dirt(Dirt::kNumericName);
  } else {
    append_json_string(out, song_.artist_name, style);
  }
  out += R"(, "song_id": ")";
  out += details.song_id;
  out += R"(", "title": )";
  append_json_string(out, song_.title, style);
  out += R"(, "duration": )";
  append_hundred_thousandths(out, song_.duration);
  out += R"(, "year": )";
  append_integer(out, details.year);
  out += '}';
}

void SongWriter::add_dirt(Dirt dirt, uint64_t number) {
  Random random(seed_, Random::Purpose::kSongDirtText, number);
  switch (dirt) {
    case Dirt::kRepeatedRecord:
      content_ += '\n' + content_;
      break;
    case Dirt::kEmptyLines:
      content_ = "\n \n" + content_ + "\n\t\n";
      break;
    case Dirt::kWindowsNewlines:
      content_ = join_record(split_record(content_), kWindowsLayout) + "\r\n";
      break;
    case Dirt::kByteOrderMark:
      content_.insert(0, kByteOrderMark);
      break;
    case Dirt::kTwoInOneObject:
      content_ += '\n';
      append_record(content_, number + 1);
      break;
    case Dirt::kTopLevelArray:
      content_.insert(0, "[\n");
      if (dirt_.holds_next(number)) {
        content_ += ",\n";
        append_record(content_, number + 1);
      }
      content_ += "\n]\n";
      break;
    default:
      apply_dirt(dirt, Dataset::kSongs, content_, random);
  }
}

void SongWriter::count(Dirt dirt, uint64_t songs) {
  const uint64_t records = dirt == Dirt::kRepeatedRecord ? 2 : songs;
  (traits(dirt).is_bad ? summary_.records_bad : summary_.records_good) += records;
  ++summary_.objects;
  summary_.bytes += content_.size();
  if (dirt != Dirt::kNone) count_dirt(dirt);
}

}  // namespace starlift::synth
