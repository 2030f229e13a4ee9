#include "warehouse/redshift/part_set.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace starlift::redshift {

namespace {

/// AWS advises 1 MB to 1 GB. All open parts are in memory.
/// https://docs.aws.amazon.com/redshift/latest/dg/t_splitting-data-files.html
constexpr size_t kMaxPartBytes = 8 << 20;
constexpr size_t kOpenBytes = 128 << 20;
constexpr size_t kMaxOpenParts = 128;

/// Decoding is what a load waits for; more effort here would cost more time than the network saves.
constexpr int kCompressionLevel = 1;

}  // namespace

/// One part at a time; empty between them.
class PartSet::Part {
 public:
  Part() : context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  /// Returns how much the part grew.
  size_t append(std::string_view rows) { return compress(rows, ZSTD_e_continue); }

  /// Returns the whole part and begins the next.
  std::string take() {
    compress({}, ZSTD_e_end);
    taken_bytes = 0;
    return std::exchange(bytes_, {});
  }

  bool is_taken = false;   ///< by a thread
  size_t taken_bytes = 0;  ///< of rows
  size_t round = 0;

 private:
  size_t compress(std::string_view rows, ZSTD_EndDirective directive) {
    size_t size_before = bytes_.size();
    ZSTD_inBuffer in{rows.data(), rows.size(), 0};
    for (bool is_done = false; !is_done;) {
      size_t filled = bytes_.size();
      bytes_.resize(filled + ZSTD_CStreamOutSize());
      ZSTD_outBuffer out{bytes_.data() + filled, bytes_.size() - filled, 0};
      size_t left = ZSTD_compressStream2(context_.get(), &out, &in, directive);
      bytes_.resize(filled + out.pos);
      if (ZSTD_isError(left)) {
        throw Error(ErrorKind::kWarehouse,
                    fmt::format("cannot compress a part of the load: {}", ZSTD_getErrorName(left)));
      }
      is_done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
    taken_bytes += rows.size();
    return bytes_.size() - size_before;
  }

  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
  std::string bytes_;
};

PartSet::PartSet(StagingArea& area, std::string folder, size_t slices)
    : area_(area), folder_(std::move(folder)) {
  for (size_t i = 0; i < std::clamp<size_t>(slices, 1, kMaxOpenParts); ++i)
    parts_.push_back(std::make_unique<Part>());
}

PartSet::~PartSet() = default;

void PartSet::append(std::string_view rows) {
  Part& part = take_part();
  size_t grown_bytes = 0;
  try {
    grown_bytes = part.append(rows);
  } catch (...) {
    give_back(part, 0);
    throw;
  }
  give_back(part, grown_bytes);
}

const std::vector<std::string>& PartSet::finish() {
  for (auto& part : parts_) {
    if (part->taken_bytes > 0) close(*part);
  }
  return names_;
}

PartSet::Part& PartSet::take_part() {
  std::unique_lock lock(mutex_);
  Part* least = nullptr;
  auto holds_less = [&](const Part& part) {
    return !least || std::pair(part.round, part.taken_bytes) < std::pair(least->round, least->taken_bytes);
  };
  given_back_.wait(lock, [&] {
    for (auto& part : parts_) {
      if (!part->is_taken && holds_less(*part)) least = part.get();
    }
    return least != nullptr;
  });
  least->is_taken = true;
  bool is_of_past_round = least->round < round_;
  least->round = round_;
  lock.unlock();
  if (is_of_past_round && least->taken_bytes > 0) close(*least);
  return *least;
}

void PartSet::give_back(Part& part, size_t grown_bytes) {
  std::lock_guard lock(mutex_);
  part.is_taken = false;
  round_bytes_ += grown_bytes;
  if (round_bytes_ >= std::min(kOpenBytes, kMaxPartBytes * parts_.size())) {
    ++round_;
    round_bytes_ = 0;
  }
  given_back_.notify_one();
}

void PartSet::close(Part& part) {
  std::string name;
  {
    std::lock_guard lock(mutex_);
    name = fmt::format("{}/part-{:05}.json.zst", folder_, names_.size() + 1);
    names_.push_back(name);
  }
  area_.put(name, part.take());
}

}  // namespace starlift::redshift
