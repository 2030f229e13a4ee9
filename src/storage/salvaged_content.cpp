#include "storage/salvaged_content.h"

namespace starlift {

void SalvagedContent::start(ByteStream& stored) {
  damage_.clear();
  size_bytes_ = 0;
  content_.start(stored);
}

size_t SalvagedContent::read(std::span<char> buffer) {
  if (!damage_.empty()) return 0;
  try {
    size_t count = content_.read(buffer);
    size_bytes_ += count;
    return count;
  } catch (const DamagedContent& damage) {
    damage_ = damage.what();
    return 0;
  }
}

}  // namespace starlift
