#include "storage/s3_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/iso_time.h"
#include "base/text.h"
#include "net/uri.h"
#include "net/xml.h"

namespace starlift {

namespace {

[[noreturn]] void fail(const std::string& place, const std::string& why) {
  throw Error(ErrorKind::kSource, fmt::format("cannot list {}: {}", place, why));
}

/// Decodes as S3 encodes: %XX, and a plus for a blank.
std::string decode(std::string_view text, bool is_encoded, const std::string& place) {
  if (!is_encoded) return std::string(text);
  std::string with_blanks(text);
  std::replace(with_blanks.begin(), with_blanks.end(), '+', ' ');
  auto decoded = uri_decode(with_blanks);
  if (!decoded)
    fail(place, fmt::format("the listing holds a key that makes no sense: {}", to_json_string(text)));
  return std::move(*decoded);
}

std::string decode_key(std::string_view text, bool is_encoded, const std::string& place) {
  std::string key = decode(text, is_encoded, place);
  if (!is_valid_utf8(key)) {
    fail(place, fmt::format("the key {} is not valid UTF-8 and no table can keep it; rename it",
                            to_json_string(key)));
  }
  return key;
}

uint64_t parse_size(std::string_view text, const std::string& place) {
  uint64_t size = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size())
    fail(place, "the listing holds a size that is none");
  return size;
}

}  // namespace

S3Page parse_s3_page(std::string_view xml, const std::string& place) {
  auto root = parse_xml(xml);
  if (!root || root->name != "ListBucketResult")
    fail(place, "the answer is no listing; does [S3] ENDPOINT name an S3 store?");
  bool is_encoded = root->text_of("EncodingType") == "url";
  S3Page page;
  page.objects.reserve(root->children.size());
  for (auto& element : root->children) {
    if (element.name == "Contents") {
      ObjectInfo object{.key = decode_key(element.text_of("Key"), is_encoded, place),
                        .size_bytes = parse_size(element.text_of("Size"), place),
                        .modified_us = parse_iso_timestamp(element.text_of("LastModified")).value_or(0),
                        .etag = std::string(element.text_of("ETag"))};
      if (!page.objects.empty() && object.key <= page.objects.back().key)
        fail(place, "the store does not list its keys in order (a directory bucket?), which starlift needs");
      page.objects.push_back(std::move(object));
    } else if (element.name == "CommonPrefixes") {
      page.common_prefixes.push_back(decode_key(element.text_of("Prefix"), is_encoded, place));
    }
  }
  page.is_truncated = root->text_of("IsTruncated") == "true";
  page.continuation_token = root->text_of("NextContinuationToken");
  if (page.is_truncated && page.continuation_token.empty())
    fail(place, "the listing breaks off without saying how to go on");
  return page;
}

}  // namespace starlift
