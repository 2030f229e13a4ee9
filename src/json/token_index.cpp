#include "json/token_index.h"

#include <simdjson.h>

#include <bit>
#include <new>

namespace starlift {

namespace {
constexpr size_t kMinCapacityBytes = 64 << 10;
constexpr size_t kUnusedDepth = 1;
}  // namespace

TokenIndex::TokenIndex() {
  auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(kMinCapacityBytes,
                                                                                       kUnusedDepth, stage_);
  if (error) throw std::bad_alloc();
}

TokenIndex::~TokenIndex() = default;

TokenIndex::Fault TokenIndex::build(std::string_view text) {
  if (text.size() > stage_->capacity()) reserve(text.size());
  auto error = stage_->stage1(reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                              simdjson::stage1_mode::regular);
  starts_ = {};
  if (error == simdjson::UTF8_ERROR) return Fault::kInvalidUtf8;
  if (error) return Fault::kBroken;
  starts_ = {stage_->structural_indexes.get(), stage_->n_structural_indexes};
  return Fault::kNone;
}

void TokenIndex::reserve(size_t size_bytes) {
  if (stage_->set_capacity(std::bit_ceil(size_bytes))) throw std::bad_alloc();
}

}  // namespace starlift
