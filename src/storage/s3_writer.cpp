#include "storage/s3_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "net/aws_error.h"
#include "net/xml.h"
#include "storage/s3_listing.h"

namespace starlift {

namespace {

constexpr auto kAbortWait = std::chrono::seconds(3);
constexpr size_t kFirstPartBytes = 8 << 20;
/// There may be 10,000 parts at most, so parts double in size after every thousand: 80 GB and far more fit.
constexpr size_t kPartsOfOneSize = 1000;

/// S3 may begin to answer with 200 before it knows: then the error is in the body (Amazon S3 API Reference,
/// "CompleteMultipartUpload").
bool is_failure_in_disguise(const HttpResponse& response) {
  std::string code = response.is_success() ? parse_aws_error(response).code : "";
  return code == "InternalError" || code == "ServiceUnavailable" || code == "SlowDown";
}

}  // namespace

S3Writer::S3Writer(std::shared_ptr<S3Access> access, std::shared_ptr<S3Bucket> bucket, std::string key)
    : access_(std::move(access)), bucket_(std::move(bucket)), key_(std::move(key)) {}

S3Writer::~S3Writer() {
  if (upload_id_.empty()) return;
  // Also when the user wants to stop, if not for long. Whatever becomes of it, what brought us here is what
  // the user has to hear of; docs/s3.md names the rule that sweeps such parts.
  auto done = std::make_shared<std::promise<void>>();
  bucket_->start({.method = "DELETE", .key = key_, .query = {{"uploadId", upload_id_}}}, {},
                 [done](HttpResponse&&) { done->set_value(); });
  done->get_future().wait_for(kAbortWait);
}

size_t S3Writer::part_bytes() const {
  return kFirstPartBytes << std::min<size_t>(etags_.size() / kPartsOfOneSize, 6);
}

void S3Writer::append(std::string_view bytes) {
  while (!bytes.empty()) {
    size_t count = std::min(bytes.size(), part_bytes() - buffer_.size());
    buffer_ += bytes.substr(0, count);
    bytes.remove_prefix(count);
    if (buffer_.size() == part_bytes()) send_part();
  }
}

void S3Writer::finish() {
  if (!upload_id_.empty()) {
    if (!buffer_.empty()) send_part();
    return complete();
  }
  HttpResponse response = bucket_->send({.method = "PUT", .key = key_, .body = std::move(buffer_)});
  if (!response.is_success()) bucket_->fail("write", key_, response);
}

void S3Writer::begin_parts() {
  HttpResponse response = bucket_->send({.method = "POST", .key = key_, .query = {{"uploads", ""}}});
  auto root = response.is_success() ? parse_xml(response.body) : std::nullopt;
  if (root) upload_id_ = root->text_of("UploadId");
  if (upload_id_.empty()) bucket_->fail("write", key_, response);
}

void S3Writer::send_part() {
  if (upload_id_.empty()) begin_parts();
  sent_bytes_ += buffer_.size();
  QueryParameters query = {{"partNumber", std::to_string(etags_.size() + 1)}, {"uploadId", upload_id_}};
  HttpResponse response =
      bucket_->send({.method = "PUT", .key = key_, .query = std::move(query), .body = std::move(buffer_)});
  auto etag = response.header("etag");
  if (!response.is_success() || !etag) bucket_->fail("write", key_, response);
  etags_.emplace_back(*etag);
  buffer_.clear();
}

void S3Writer::complete() {
  std::string body = "<CompleteMultipartUpload>";
  for (size_t i = 0; i < etags_.size(); ++i) {
    body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1, etags_[i]);
  }
  body += "</CompleteMultipartUpload>";
  HttpResponse response = bucket_->send(
      {.method = "POST", .key = key_, .query = {{"uploadId", upload_id_}}, .body = std::move(body)},
      is_failure_in_disguise);
  auto root = response.is_success() ? parse_xml(response.body) : std::nullopt;
  bool is_done = root && root->name == "CompleteMultipartUploadResult";
  if (!is_done && !(response.status == 404 && is_complete_already())) bucket_->fail("write", key_, response);
  upload_id_.clear();
}

/// When the answer to a first try was lost, a store may know nothing of the upload any more.
bool S3Writer::is_complete_already() {
  auto object = find_s3_object(*bucket_, key_);
  return object && object->size_bytes == sent_bytes_ &&
         object->etag.find(fmt::format("-{}", etags_.size())) != std::string::npos;
}

}  // namespace starlift
