#pragma once

#include <cstdint>
#include <string_view>

namespace starlift::synth {

/// The two data sets.
enum class Dataset { kSongs, kEvents };

/// What can be unusual or wrong about a record or the place it stands in.
enum class Dirt : uint8_t {
  kNone,

  // A loader must reject these records, alone.
  kBrokenJson,
  kTruncated,
  kWrongText,        ///< text that is no number where a number is declared
  kOutOfRange,       ///< an integer beyond 32 or 64 bits
  kMissingRequired,  ///< ts, sessionId or itemInSession absent or null
  kNulEscape,
  kInvalidUtf8,
  kLoneSurrogate,
  kTextTooLong,      ///< more than 1,024 bytes, though fewer characters
  kOversizedRecord,  ///< more than 4 MiB; one per data set at most

  // A loader must take these.
  kLongestText,       ///< exactly 1,024 bytes
  kOtherTypeForText,  ///< a number, boolean, object or array where text is declared
  kNumericName,       ///< artist_name 311 instead of "311"; wherever an artist is so called
  kNumericText,       ///< "200" where a number is declared
  kPointZero,         ///< 200.0 where an integer is declared
  kEmptyNumber,       ///< "" where a number is declared: null
  kUnknownFields,
  kAbsentFields,
  kDuplicateKeys,
  kPrettyPrinted,
  kRepeatedRecord,     ///< the same record twice in one object
  kRepeatedElsewhere,  ///< the record once more at the start of the next day's object
  kEmptyLines,
  kWindowsNewlines,
  kNoNewline,       ///< nothing between this record and the one before
  kByteOrderMark,   ///< at the start of the object
  kTwoInOneObject,  ///< the next song in the same object
  kTopLevelArray,   ///< the same, as a JSON array
};

inline constexpr size_t kDirtKinds = static_cast<size_t>(Dirt::kTopLevelArray) + 1;

/// What is known of a kind of dirt.
struct DirtTraits {
  std::string_view name;  ///< "broken JSON"
  bool is_bad = false;    ///< a loader must reject the record
  bool in_songs = false;  ///< may be drawn for a song record
  bool in_events = false;
};

const DirtTraits& traits(Dirt dirt);

/// Decides which records get which dirt; the decision for one record never depends on another.
class DirtPlan {
 public:
  /// `fraction` of the records get some, from 0 to 1.
  DirtPlan(uint64_t seed, Dataset dataset, double fraction);

  bool is_clean() const { return threshold_ == 0; }
  Dirt draw(uint64_t number) const;

 private:
  uint64_t seed_;
  Dataset dataset_;
  uint64_t threshold_;  ///< of 2^32
};

}  // namespace starlift::synth
