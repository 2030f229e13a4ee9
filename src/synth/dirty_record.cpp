#include "synth/dirty_record.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "synth/record_fields.h"

namespace starlift::synth {

namespace {

using Fields = std::vector<RecordField>;
using Texts = std::span<const std::string_view>;

constexpr size_t kColumnBytes = 1024;
constexpr size_t kOversizedBytes = 5 << 20;

/// Which fields of a data set may get which dirt.
struct Targets {
  Texts texts;        ///< for dirt that is rejected
  Texts plain_texts;  ///< for dirt that is taken: nothing is matched by them
  Texts numbers;      ///< never null
  Texts integers;     ///< of 32 bits
  Texts nullable_numbers;
  Texts optional;  ///< may be absent and decide nothing
  RecordLayout layout;
};

constexpr std::string_view kSongTexts[] = {"artist_location", "artist_name", "title"};
constexpr std::string_view kSongPlainTexts[] = {"artist_location"};
constexpr std::string_view kSongNumbers[] = {"duration", "year", "num_songs"};
constexpr std::string_view kSongIntegers[] = {"year", "num_songs"};
constexpr std::string_view kSongNullableNumbers[] = {"duration", "year", "artist_latitude"};
constexpr std::string_view kSongOptional[] = {
    "artist_latitude", "artist_longitude", "artist_location", "duration", "year", "num_songs"};

constexpr std::string_view kEventTexts[] = {"artist", "location", "song", "userAgent"};
constexpr std::string_view kEventPlainTexts[] = {"lastName", "location", "userAgent"};
constexpr std::string_view kEventNumbers[] = {"itemInSession", "sessionId", "status", "ts"};
constexpr std::string_view kEventIntegers[] = {"itemInSession", "sessionId", "status"};
constexpr std::string_view kEventNullableNumbers[] = {"length", "registration", "status"};
constexpr std::string_view kEventOptional[] = {
    "firstName", "gender", "lastName", "length", "location", "method", "registration", "status", "userAgent"};
constexpr std::string_view kEventRequired[] = {"itemInSession", "sessionId", "ts"};

const Targets& targets_of(Dataset dataset) {
  static const Targets kSongs = {kSongTexts,           kSongPlainTexts, kSongNumbers, kSongIntegers,
                                 kSongNullableNumbers, kSongOptional,   kSpacedLayout};
  static const Targets kEvents = {kEventTexts,           kEventPlainTexts, kEventNumbers, kEventIntegers,
                                  kEventNullableNumbers, kEventOptional,   kCompactLayout};
  return dataset == Dataset::kSongs ? kSongs : kEvents;
}

Fields::iterator find_field(Fields& fields, std::string_view key) {
  return std::find_if(fields.begin(), fields.end(),
                      [&](const RecordField& field) { return field.key == key; });
}

std::string& value_of(Fields& fields, std::string_view key) {
  return find_field(fields, key)->value;
}

std::string quoted(std::string_view content) {
  std::string text = "\"";
  text += content;
  text += '"';
  return text;
}

std::string repeated(std::string_view piece, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i)
    text += piece;
  return text;
}

/// Values that no JSON parser takes. Some open what nothing closes.
constexpr std::string_view kBrokenValues[] = {
    "",    "nope", "'single'", "1 2", "\"a\" \"b\"",        "[1,",      "{\"a\":",      "\"open",
    "NaN", "+1",   "01",       "1.",  "\"bad \\x escape\"", "\"a\tb\"", "{1: \"one\"}", "[}"};
constexpr std::string_view kWrongTexts[] = {"yesterday", "12 apples", "0x1F", "1,000", "NaN", "-"};
constexpr std::string_view kOutOfRange[] = {"99999999999999999999", "2147483648", "-2147483649"};
constexpr std::string_view kInvalidUtf8[] = {"\xC3(",        "\xFF",     "caf\xE9", "\xE2\x82",
                                             "\xED\xA0\x80", "\xC0\xAF", "\x80",    "\xF5\x80\x80\x80"};
constexpr std::string_view kLoneSurrogates[] = {R"(\ud83c)", R"(\udfb5)", R"(\ud83c\ud83c)", R"(a\ud83cz)",
                                                R"(\ud83c\u0041)"};
constexpr std::string_view kOtherTypes[] = {"311", "-1.50e3", "true", "[\"a\",null]", "{\"city\":\"Ro}me\"}"};

/// Returns a JSON text that is `size_bytes` bytes long in UTF-8, a multiple of 4: half of it raw, half
/// escaped.
std::string accented_text(size_t size_bytes) {
  return quoted(repeated("é", size_bytes / 4) + repeated(R"(\u00e9)", size_bytes / 4));
}

void drop(Fields& fields, std::string_view key) {
  fields.erase(find_field(fields, key));
}

void make_bad(Dirt dirt, const Targets& targets, Fields& fields, Random& random) {
  std::string& text = value_of(fields, random.pick(targets.texts));
  std::string& number = value_of(fields, random.pick(targets.numbers));
  switch (dirt) {
    case Dirt::kBrokenJson:
      number = random.pick(Texts(kBrokenValues));
      break;
    case Dirt::kWrongText:
      number = quoted(random.pick(Texts(kWrongTexts)));
      break;
    case Dirt::kOutOfRange:
      value_of(fields, random.pick(targets.integers)) = random.pick(Texts(kOutOfRange));
      break;
    case Dirt::kNulEscape:
      text = quoted(R"(before\u0000after)");
      break;
    case Dirt::kInvalidUtf8:
      text = quoted(random.pick(Texts(kInvalidUtf8)));
      break;
    case Dirt::kLoneSurrogate:
      text = quoted(random.pick(Texts(kLoneSurrogates)));
      break;
    case Dirt::kTextTooLong:
      text = accented_text(kColumnBytes + 4 * random.between(1, 100));
      break;
    case Dirt::kOversizedRecord:
      text = quoted(std::string(kOversizedBytes, 'x'));
      break;
    case Dirt::kMissingRequired: {
      const std::string_view key = random.pick(Texts(kEventRequired));
      random.one_in(2) ? drop(fields, key) : void(value_of(fields, key) = "null");
      break;
    }
    default:
      break;
  }
}

void add_unknown_fields(Fields& fields, Random& random) {
  fields.insert(fields.begin() + random.below(static_cast<uint32_t>(fields.size())),
                {"device", R"({"os":{"name":"x","tags":["a","{",1.5e-3]}})"});
  fields.push_back({"schéma", R"("v\u0032")"});
}

void duplicate_keys(Fields& fields, Random& random) {
  const auto place = random.below(static_cast<uint32_t>(fields.size()));
  const RecordField last = fields[place];
  fields[place].value = random.one_in(2) ? "null" : "\"superseded\"";
  fields.push_back(last);
}

void quote_number(std::string& value) {
  if (value != "null" && !value.starts_with('"')) value = quoted(value);
}

void make_unusual(Dirt dirt, const Targets& targets, Fields& fields, Random& random) {
  switch (dirt) {
    case Dirt::kLongestText:
      value_of(fields, random.pick(targets.plain_texts)) = accented_text(kColumnBytes);
      break;
    case Dirt::kOtherTypeForText:
      value_of(fields, random.pick(targets.plain_texts)) = random.pick(Texts(kOtherTypes));
      break;
    case Dirt::kNumericText:
      for (std::string_view key : targets.numbers)
        quote_number(value_of(fields, key));
      break;
    case Dirt::kPointZero:
      value_of(fields, random.pick(targets.integers)) += ".0";
      break;
    case Dirt::kEmptyNumber:
      value_of(fields, random.pick(targets.nullable_numbers)) = "\"\"";
      break;
    case Dirt::kUnknownFields:
      add_unknown_fields(fields, random);
      break;
    case Dirt::kAbsentFields:
      drop(fields, random.pick(targets.optional));
      break;
    case Dirt::kDuplicateKeys:
      duplicate_keys(fields, random);
      break;
    default:
      break;
  }
}

/// Cuts the record short, not behind a colon: there the next line would become the field's value.
void truncate(std::string& record, Random& random) {
  record.resize(2 + random.below(static_cast<uint32_t>(record.size() - 2)));
  while (record.ends_with(':') || record.ends_with(' '))
    record.pop_back();
}

}  // namespace

void apply_dirt(Dirt dirt, Dataset dataset, std::string& record, Random& random) {
  if (dirt == Dirt::kTruncated) {
    truncate(record, random);
    return;
  }
  const Targets& targets = targets_of(dataset);
  Fields fields = split_record(record);
  if (traits(dirt).is_bad) {
    make_bad(dirt, targets, fields, random);
  } else {
    make_unusual(dirt, targets, fields, random);
  }
  record = join_record(fields, dirt == Dirt::kPrettyPrinted ? kPrettyLayout : targets.layout);
}

}  // namespace starlift::synth
