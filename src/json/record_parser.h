#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "json/content_window.h"
#include "json/field_tree.h"
#include "json/json_value.h"
#include "json/record_reader.h"
#include "json/structure_scanner.h"
#include "json/token_index.h"

namespace starlift {

/// Parses one record at a time and finds the values of the fields that a dataset names.
///
/// All of the record is checked, whether it is loaded or not. Finding the tokens of many records at
/// a time is quick, so records are parsed where they lie one after another (`look_ahead`, `parse_at`);
/// what does not parse like that is cut out by other means and parsed alone, for an exact answer.
class RecordParser {
 public:
  enum class Fault {
    kNone,
    kBroken,  ///< not one JSON object and nothing else
    kInvalidUtf8,
    kLoneSurrogate,
  };

  explicit RecordParser(std::span<const FieldSpec> fields);

  /// Parses `record`, an object by JSON's grammar without blanks around it.
  Fault parse(std::string_view record);
  /// Where in that record the fault is.
  size_t fault_position() const { return fault_position_; }

  /// Begins a content.
  void start();
  /// Gets ready to parse the records that begin at `ahead`, whose first byte is at `offset` of the
  /// content; as many of them as end in it. `ahead` must stay where it is until the next call.
  void look_ahead(std::string_view ahead, uint64_t offset);
  /// How long `ahead` should be, unless the content ends before.
  size_t look_ahead_bytes() const { return look_ahead_bytes_; }
  /// Parses the record at `offset`, where a brace is, and returns its size. Returns 0 when no whole
  /// object is there, or it is not in what was looked ahead to; then calls for `look_ahead` again.
  size_t parse_at(uint64_t offset);
  /// To be called when bytes have moved.
  void forget_ahead() { end_offset_ = 0; }

  /// The value of a field of the record that was parsed last.
  const JsonValue& value(size_t field) const { return values_[slot_of_field_[field]]; }

  /// The fields; parsing notes the unknown ones.
  FieldTree& fields() { return fields_; }

 private:
  static constexpr size_t kMinLookAheadBytes = 2 << 10;
  static constexpr size_t kMaxLookAheadBytes = ContentWindow::kBlockBytes;

  using Token = const uint32_t*;  ///< points into the index at where a token starts
  using NodeId = FieldTree::NodeId;

  bool begin_text(std::string_view text);
  Token walk_record(Token token);
  // Each walks what begins at `token`, whose fields are at or inside the node, and returns the token
  // after it; or null when it is not JSON.
  Token walk_object(Token token, NodeId node, size_t nesting);
  Token walk_array(Token token, NodeId node, size_t nesting);
  Token walk_container(Token token, NodeId node, size_t nesting);
  Token walk_value(Token token, NodeId node, size_t nesting);

  char char_at(Token token) const { return text_[*token]; }
  std::string_view source_at(Token token) const;
  bool read_string(std::string_view source, std::string_view& text);
  bool unescape_string(std::string_view literal, std::string_view& text);
  void meet(NodeId id);
  void keep(NodeId id, std::string_view source, std::string_view text);
  void find_backslash(const char* from);
  Fault fail(Fault fault, size_t position);

  FieldTree fields_;
  std::vector<uint32_t> slot_of_field_;
  std::vector<JsonValue> values_;  ///< by slot
  TokenIndex index_;

  // The text in which records are parsed, and its tokens: the last is a closing brace.
  const char* text_ = nullptr;
  const char* end_ = nullptr;
  Token next_token_ = nullptr;
  Token end_token_ = nullptr;
  const char* next_backslash_ = nullptr;  ///< the first one not yet passed, or the end
  uint64_t text_offset_ = 0;              ///< in the content
  uint64_t end_offset_ = 0;  ///< of the last closing brace's end; 0 when nothing was looked ahead to
  size_t look_ahead_bytes_ = kMaxLookAheadBytes;

  std::vector<char> unescaped_;  ///< texts of the record; as large as the text, so that they do not move
  size_t unescaped_bytes_ = 0;
  Fault fault_ = Fault::kNone;
  size_t fault_position_ = 0;
};

}  // namespace starlift
