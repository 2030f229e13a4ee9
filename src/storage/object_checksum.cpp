#include "storage/object_checksum.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "net/digest.h"

namespace starlift {

namespace {

/// A CRC whose bits run from low to high, as all of S3's do: start and end are all ones and inverted.
template <typename Word, Word kReversedPolynomial>
Word crc_of(std::string_view bytes) {
  static const auto kTable = [] {
    std::array<Word, 256> table;
    for (size_t i = 0; i < table.size(); ++i) {
      Word value = static_cast<Word>(i);
      for (int bit = 0; bit < 8; ++bit)
        value = value & 1 ? (value >> 1) ^ kReversedPolynomial : value >> 1;
      table[i] = value;
    }
    return table;
  }();
  Word crc = ~Word{0};
  for (char c : bytes)
    crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return ~crc;
}

template <typename Word>
std::string big_endian(Word value) {
  std::string bytes(sizeof(Word), '\0');
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(value >> (8 * (bytes.size() - 1 - i)));
  return bytes;
}

std::string crc32_bytes(std::string_view bytes) {
  return big_endian(
      static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())));
}

std::string crc32c_bytes(std::string_view bytes) {
  return big_endian(crc_of<uint32_t, 0x82f63b78>(bytes));
}

std::string crc64nvme_bytes(std::string_view bytes) {
  return big_endian(crc_of<uint64_t, 0x9a6c9329ac4bc9b5>(bytes));
}

std::string sha256_bytes(std::string_view bytes) {
  return std::string(bytes_of(sha256(bytes)));
}

struct Algorithm {
  const char* header;
  std::string (*digest)(std::string_view bytes);
};

constexpr std::array kAlgorithms = {
    Algorithm{"x-amz-checksum-crc64nvme", crc64nvme_bytes}, Algorithm{"x-amz-checksum-crc32", crc32_bytes},
    Algorithm{"x-amz-checksum-crc32c", crc32c_bytes},       Algorithm{"x-amz-checksum-sha1", sha1_bytes},
    Algorithm{"x-amz-checksum-sha256", sha256_bytes},
};

}  // namespace

ChecksumVerdict verify_checksum(const HttpResponse& response) {
  for (const auto& algorithm : kAlgorithms) {
    auto expected = response.header(algorithm.header);
    // "...-3" is a checksum of three parts' checksums.
    if (!expected || expected->find('-') != expected->npos) continue;
    return to_base64(algorithm.digest(response.body)) == *expected ? ChecksumVerdict::kRight
                                                                   : ChecksumVerdict::kWrong;
  }
  return ChecksumVerdict::kNone;
}

bool looks_like_md5(std::string_view etag) {
  auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return etag.size() == 32 && std::all_of(etag.begin(), etag.end(), is_hex);
}

}  // namespace starlift
