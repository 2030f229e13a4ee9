#include "json/field_tree.h"

namespace starlift {

namespace {

/// Longer keys are data, not names.
constexpr size_t kMaxUnknownKeyBytes = 256;

/// Stands for a key with a backslash, which records can only write as an escape.
constexpr const char* kNeverMatches = "?";

void add_one(UnknownField& field, uint64_t record_number) {
  if (field.count++ == 0) field.first_record = record_number;
}

}  // namespace

FieldTree::FieldTree(std::span<const FieldSpec> fields) : nodes_(1), insides_(1) {
  for (const auto& field : fields)
    slot_of_path_.try_emplace(field.path);
  // In this order a path stands right before those inside it.
  uint32_t slot = 0;
  for (auto& [path, path_slot] : slot_of_path_) {
    path_slot = slot;
    add_path(path, slot++);
  }
}

void FieldTree::add_path(const FieldPath& path, uint32_t slot) {
  NodeId id = kRoot;
  for (const auto& step : path) {
    nodes_[id].is_inner = true;
    nodes_[id].end_slot = slot + 1;
    id = child(id, step);
    if (nodes_[id].end_slot == 0) nodes_[id].first_slot = slot;
  }
  nodes_[id].slot = slot;
  nodes_[id].end_slot = slot + 1;
  insides_[id].is_loaded_whole = true;
}

/// Returns the node one step inside `parent`; makes it when it is not there.
FieldTree::NodeId FieldTree::child(NodeId parent, const PathStep& step) {
  auto* key = std::get_if<std::string>(&step);
  NodeId& known = key ? insides_[parent].keys.try_emplace(*key, kNoNode).first->second
                      : insides_[parent].elements.try_emplace(std::get<size_t>(step), kNoNode).first->second;
  if (known != kNoNode) return known;
  NodeId id = known = add_node(key ? *key : std::string());
  Inside inside;
  inside.path = insides_[parent].path;
  inside.path.push_back(step);
  inside.is_loaded_whole = insides_[parent].is_loaded_whole;
  insides_.push_back(std::move(inside));
  return id;
}

FieldTree::NodeId FieldTree::add_node(std::string_view key) {
  bool is_plain = key.find('\\') == key.npos;
  nodes_.emplace_back().quoted_key = is_plain ? '"' + std::string(key) + '"' : kNeverMatches;
  return static_cast<NodeId>(nodes_.size() - 1);
}

FieldTree::NodeId FieldTree::find_element(NodeId parent, size_t index) const {
  const auto& elements = insides_[parent].elements;
  auto position = elements.find(index);
  return position == elements.end() ? kNoNode : position->second;
}

FieldTree::NodeId FieldTree::find_key(NodeId parent, NodeId previous, std::string_view key) {
  const auto& inside = insides_[parent];
  auto position = inside.keys.find(key);
  NodeId found = position == inside.keys.end() ? kNoNode : position->second;
  (previous == kNoNode ? nodes_[parent].expected_first : nodes_[previous].expected_next) = found;
  if (found == kNoNode && !inside.is_loaded_whole) {
    if (key.size() <= kMaxUnknownKeyBytes) {
      noted_new_.push_back({parent, std::string(key)});
    } else {
      ++noted_others_;
    }
  }
  return found;
}

void FieldTree::start() {
  drop_noted();
  if (learned_.size() > kMaxUnknownFields) forget_learned();
  for (auto& learned : learned_)
    learned.seen = {};
  others_ = {};
  distinct_ = 0;
}

void FieldTree::count_noted(uint64_t record_number) {
  for (NodeId id : noted_)
    count(id, record_number);
  for (const auto& key : noted_new_)
    count_new(key, record_number);
  for (; noted_others_ > 0; --noted_others_)
    add_one(others_, record_number);
  drop_noted();
}

void FieldTree::drop_noted() {
  noted_.clear();
  noted_new_.clear();
  noted_others_ = 0;
}

void FieldTree::count(NodeId id, uint64_t record_number) {
  auto& seen = learned_[id - insides_.size()].seen;
  if (seen.count == 0 && distinct_ == kMaxUnknownFields) return add_one(others_, record_number);
  if (seen.count == 0) ++distinct_;
  add_one(seen, record_number);
}

void FieldTree::count_new(const NewKey& key, uint64_t record_number) {
  const auto& keys = insides_[key.parent].keys;
  auto known = keys.find(key.key);  // the record may hold it twice
  if (known == keys.end() && distinct_ == kMaxUnknownFields) return add_one(others_, record_number);
  count(known == keys.end() ? learn(key) : known->second, record_number);
}

FieldTree::NodeId FieldTree::learn(const NewKey& key) {
  NodeId id = add_node(key.key);
  nodes_[id].is_unknown = true;
  insides_[key.parent].keys.emplace(key.key, id);
  learned_.push_back({key.parent, key.key, {}});
  return id;
}

void FieldTree::forget_learned() {
  for (const auto& learned : learned_)
    insides_[learned.parent].keys.erase(learned.key);
  learned_.clear();
  nodes_.resize(insides_.size());
  for (auto& node : nodes_)
    node.expected_first = node.expected_next = kNoNode;
}

const std::map<std::string, UnknownField>& FieldTree::unknown_fields() {
  unknown_fields_.clear();
  for (const auto& learned : learned_) {
    if (learned.seen.count == 0) continue;
    auto path = insides_[learned.parent].path;
    path.emplace_back(learned.key);
    unknown_fields_.emplace(to_string(path), learned.seen);
  }
  if (others_.count > 0) unknown_fields_.emplace("...", others_);
  return unknown_fields_;
}

}  // namespace starlift
