#include "columns/column_batch.h"

#include <algorithm>

namespace starlift {

namespace {
constexpr size_t kBlockBytes = 256 << 10;
}

void TextArena::clear() {
  block_ = 0;
  block_end_ = blocks_.empty() ? 0 : blocks_[0].size_bytes;
  position_ = 0;
  used_bytes_ = 0;
}

void TextArena::start_block(size_t size_bytes) {
  size_t next = block_end_ == 0 ? 0 : block_ + 1;
  while (next < blocks_.size() && blocks_[next].size_bytes < size_bytes)
    ++next;
  if (next >= blocks_.size()) {
    size_t allocated_bytes = std::max(size_bytes, kBlockBytes);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(allocated_bytes), allocated_bytes});
    next = blocks_.size() - 1;
  }
  block_ = next;
  block_end_ = blocks_[next].size_bytes;
  position_ = 0;
}

ColumnBatch::ColumnBatch(std::span<const ColumnType> types) {
  for (const auto& type : types) {
    ColumnValues values{.type = type,
                        .is_valid = std::vector<uint8_t>(kCapacity),
                        .integers = {},
                        .doubles = {},
                        .decimals = {},
                        .texts = {}};
    switch (type.kind) {
      case TypeKind::kVarchar:
        values.texts.resize(kCapacity);
        break;
      case TypeKind::kDouble:
        values.doubles.resize(kCapacity);
        break;
      case TypeKind::kDecimal:
        values.decimals.resize(kCapacity);
        break;
      default:
        values.integers.resize(kCapacity);
        break;
    }
    columns_.push_back(std::move(values));
  }
}

}  // namespace starlift
