#include "columns/column_batch.h"

#include <algorithm>

namespace starlift {

namespace {
constexpr size_t kBlockBytes = 256 << 10;
}

void TextArena::clear() {
  next_block_ = 0;
  room_bytes_ = 0;
  used_bytes_ = 0;
}

void TextArena::start_block(size_t size_bytes) {
  while (next_block_ < blocks_.size() && blocks_[next_block_].size_bytes < size_bytes)
    ++next_block_;
  if (next_block_ == blocks_.size()) {
    size_t allocated_bytes = std::max(size_bytes, kBlockBytes);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(allocated_bytes), allocated_bytes});
  }
  next_ = blocks_[next_block_].data.get();
  room_bytes_ = blocks_[next_block_].size_bytes;
  ++next_block_;
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
