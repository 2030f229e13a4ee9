#include "json/content_window.h"

#include <algorithm>
#include <cstring>

namespace starlift {

ContentWindow::ContentWindow() : buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

void ContentWindow::start(ByteStream& content) {
  content_ = &content;
  begin_ = 0;
  end_ = 0;
  offset_ = 0;
  is_at_end_ = false;
}

bool ContentWindow::read_more() {
  if (is_at_end_) return false;
  make_room();
  size_t size_bytes = content_->read({buffer_.get() + end_, std::min(capacity_ - end_, kBlockBytes)});
  end_ += size_bytes;
  is_at_end_ = size_bytes == 0;
  return !is_at_end_;
}

void ContentWindow::make_room() {
  size_t unread_bytes = end_ - begin_;
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, unread_bytes);
  } else if (end_ == capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2);
    std::memcpy(larger.get(), buffer_.get(), unread_bytes);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  }
  begin_ = 0;
  end_ = unread_bytes;
}

}  // namespace starlift
