#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "columns/field_path.h"
#include "json/record_reader.h"

namespace starlift {

/// How many unknown fields of one content are told apart; the others are counted together as "...".
inline constexpr size_t kMaxUnknownFields = 1000;

/// Returns true when `size` bytes are equal; without a call for as few as keys have.
inline bool equal_bytes(const char* a, const char* b, size_t size) {
  auto equal_at = [&]<typename Word>(size_t offset, Word of_a) {
    Word of_b;
    std::memcpy(&of_a, a + offset, sizeof(Word));
    std::memcpy(&of_b, b + offset, sizeof(Word));
    return of_a == of_b;
  };
  if (size >= 8 && size <= 16) return equal_at(0, uint64_t{}) && equal_at(size - 8, uint64_t{});
  if (size >= 4 && size < 8) return equal_at(0, uint32_t{}) && equal_at(size - 4, uint32_t{});
  return std::memcmp(a, b, size) == 0;
}

/// The fields that a dataset names, as a tree of keys and array indexes, and those that records
/// turn out to hold besides.
///
/// Each distinct path has a slot for its value, and the slots below a node are adjacent. Records
/// tend to repeat their keys in the same order, so each node remembers which one came next last time.
class FieldTree {
 public:
  using NodeId = uint32_t;
  static constexpr NodeId kRoot = 0;
  static constexpr NodeId kNoNode = UINT32_MAX;  ///< a value of which nothing is loaded
  static constexpr uint32_t kNoSlot = UINT32_MAX;

  /// What the parser needs of a field; one cache line.
  struct alignas(64) Node {
    std::string quoted_key;   ///< as records write it, or what none begins with
    uint32_t slot = kNoSlot;  ///< of the value itself
    uint32_t first_slot = 0;  ///< the slots of the value and what is inside it are
    uint32_t end_slot = 0;    ///< first_slot up to, not including, end_slot
    bool is_inner = false;    ///< a field inside the value is named
    bool is_unknown = false;
    NodeId expected_first = kNoNode;  ///< the child whose key came first in the last such object
    NodeId expected_next = kNoNode;   ///< the sibling whose key came after this one
  };

  explicit FieldTree(std::span<const FieldSpec> fields);

  size_t slot_count() const { return slot_of_path_.size(); }
  uint32_t slot_of(const FieldPath& path) const { return slot_of_path_.at(path); }
  const Node& node(NodeId id) const { return nodes_[id]; }

  /// Guesses the node for the next key of an object at the inner node `parent`, whose last key was at
  /// `previous` (or kNoNode). Returns it when `text` begins with that very key, quotes included.
  NodeId match_key(NodeId parent, NodeId previous, const char* text, const char* end) const {
    NodeId expected = previous == kNoNode ? nodes_[parent].expected_first : nodes_[previous].expected_next;
    if (expected == kNoNode) return kNoNode;
    const auto& key = nodes_[expected].quoted_key;
    bool matches = key.size() <= static_cast<size_t>(end - text) && equal_bytes(text, key.data(), key.size());
    return matches ? expected : kNoNode;
  }

  /// Finds the node for a key, notes the key when it is unknown, and expects it the next time.
  NodeId find_key(NodeId parent, NodeId previous, std::string_view key);

  /// Notes that a record holds the unknown field at `node`.
  void note(NodeId node) { noted_.push_back(node); }

  /// Returns the node for an element of an array at the inner node `parent`.
  NodeId find_element(NodeId parent, size_t index) const;

  /// Begins a content: no unknown field was seen in it.
  void start();
  /// Counts the unknown fields noted since the last call for this record.
  void count_noted(uint64_t record_number);
  /// Forgets what was noted since.
  void drop_noted();
  /// The unknown fields of this content by path. Valid until the next call.
  const std::map<std::string, UnknownField>& unknown_fields();

 private:
  struct KeyHash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  using Keys = std::unordered_map<std::string, NodeId, KeyHash, std::equal_to<>>;
  /// What only the slow ways need of a declared node.
  struct Inside {
    FieldPath path;  ///< empty for the root
    Keys keys;       ///< declared and learned
    std::map<size_t, NodeId> elements;
    bool is_loaded_whole = false;  ///< it or something around it has a slot, so nothing inside is unknown
  };
  /// An unknown field; its node follows the declared ones.
  struct Learned {
    NodeId parent;
    std::string key;
    UnknownField seen;  ///< in this content; a count of 0 when it was not
  };
  struct NewKey {
    NodeId parent;
    std::string key;
  };

  void add_path(const FieldPath& path, uint32_t slot);
  NodeId child(NodeId parent, const PathStep& step);
  NodeId add_node(std::string_view key);
  NodeId learn(const NewKey& key);
  void forget_learned();
  void count(NodeId id, uint64_t record_number);
  void count_new(const NewKey& key, uint64_t record_number);

  std::map<FieldPath, uint32_t> slot_of_path_;
  std::vector<Node> nodes_;      ///< declared, then learned
  std::vector<Inside> insides_;  ///< of the declared
  std::vector<Learned> learned_;
  std::vector<NodeId> noted_;
  std::vector<NewKey> noted_new_;
  size_t noted_others_ = 0;
  size_t distinct_ = 0;  ///< unknown fields of this content
  UnknownField others_;
  std::map<std::string, UnknownField> unknown_fields_;
};

}  // namespace starlift
