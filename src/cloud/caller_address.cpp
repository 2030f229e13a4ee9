#include "cloud/caller_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "net/retry.h"

namespace starlift {

namespace {

constexpr RetryPolicy kPolicy{.max_attempts = 4};
constexpr int kShortestPrefix = 16;
constexpr int kWholeAddress = 32;
constexpr size_t kMaxAnswerBytes = 1024;

/// As a number in this machine's byte order.
std::optional<uint32_t> parse_ipv4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ? std::optional(ntohl(address.s_addr))
                                                         : std::nullopt;
}

std::string format_ipv4(uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

/// The length of a prefix: digits and nothing else, 0 to 32.
std::optional<int> parse_prefix_length(std::string_view text) {
  int length = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, length);
  bool is_one = error == std::errc() && stop == end && length >= 0 && length <= kWholeAddress;
  return is_one ? std::optional(length) : std::nullopt;
}

}  // namespace

std::string find_caller_address(const CloudAccess& access) {
  Endpoint endpoint = find_service_endpoint(access.variables, "CHECKIP", "checkip.amazonaws.com");
  HttpClient client(access.http());
  auto make = [endpoint] { return HttpRequest{.endpoint = endpoint, .max_answer_bytes = kMaxAnswerBytes}; };
  HttpResponse response = send_with_retries(client, kPolicy, make, {}, access.cancellation);
  std::string address(trim(response.body));
  if (response.is_success() && parse_ipv4(address)) return address;
  throw Error(
      ErrorKind::kSource,
      fmt::format("cannot find the address of this machine: {} answers {}; name it with --public-from",
                  endpoint.authority,
                  response.is_success() ? "something that is no IPv4 address" : describe_failure(response)));
}

std::string parse_cidr(std::string_view text) {
  size_t slash = text.find('/');
  auto address = parse_ipv4(std::string(text.substr(0, slash)));
  auto length =
      slash == text.npos ? std::optional(kWholeAddress) : parse_prefix_length(text.substr(slash + 1));
  if (!address || !length) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} is no range of IPv4 addresses; write for example 203.0.113.7/32", text));
  }
  if (*length < kShortestPrefix) {
    throw Error(ErrorKind::kUsage, fmt::format("{} would let too many in; name a range of /{} or longer",
                                               text, kShortestPrefix));
  }
  return fmt::format("{}/{}", format_ipv4(*address & ~uint32_t{0} << (kWholeAddress - *length)), *length);
}

}  // namespace starlift
