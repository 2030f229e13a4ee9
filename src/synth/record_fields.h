#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace starlift::synth {

/// A field of a record as it is written: `value` is JSON text.
struct RecordField {
  std::string key;
  std::string value;
};

/// What stands between the parts of a record.
struct RecordLayout {
  std::string_view open = "{";
  std::string_view comma = ",";
  std::string_view colon = ":";
  std::string_view close = "}";
};

inline constexpr RecordLayout kCompactLayout;                          ///< the logs
inline constexpr RecordLayout kSpacedLayout = {"{", ", ", ": ", "}"};  ///< the song files
inline constexpr RecordLayout kPrettyLayout = {"{\n    ", ",\n    ", ": ", "\n}"};
inline constexpr RecordLayout kWindowsLayout = {"{\r\n    ", ",\r\n    ", ": ", "\r\n}"};

/// Takes apart a record of ours: one flat, valid object of texts, numbers and nulls.
std::vector<RecordField> split_record(std::string_view record);

std::string join_record(const std::vector<RecordField>& fields, const RecordLayout& layout);

}  // namespace starlift::synth
