#include "net/http_client.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/curl_transfer.h"

namespace starlift {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLongestSleep{1000};
/// More connections than any caller has requests under way, so that none is closed to keep the cache small.
constexpr long kMaxIdleConnections = 2048;

void initialise_curl() {
  static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kInitialised != CURLE_OK) throw std::bad_alloc();
}

}  // namespace

/// The thread, and all that only it touches.
class HttpClient::Loop {
 public:
  explicit Loop(const Options& options)
      : options_(options),
        share_(make_share(), curl_share_cleanup),
        multi_(curl_multi_init(), curl_multi_cleanup) {
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
    thread_ = std::thread([this] { run(); });
  }

  ~Loop() {
    is_stopping_ = true;
    curl_multi_wakeup(multi_.get());
    thread_.join();
    for (const auto& [handle, transfer] : active_)
      curl_multi_remove_handle(multi_.get(), handle);
  }

  void start(PreparedRequest request, Done done) {
    {
      std::lock_guard lock(mutex_);
      arrived_.push_back({std::move(request), std::move(done)});
    }
    wake();
  }

  void start_after(std::chrono::milliseconds delay, std::function<void()> task) {
    {
      std::lock_guard lock(mutex_);
      timers_.emplace(Clock::now() + delay, std::move(task));
    }
    wake();
  }

 private:
  struct Order {
    PreparedRequest request;
    Done done;
  };

  static CURLSH* make_share() {
    initialise_curl();
    CURLSH* share = curl_share_init();
    if (!share) throw std::bad_alloc();
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return share;
  }

  void wake() {
    if (std::this_thread::get_id() != thread_.get_id()) curl_multi_wakeup(multi_.get());
  }

  void run() {
    while (!is_stopping_) {
      run_due_tasks();
      begin_arrived();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_done();
      auto sleep = time_to_sleep();
      if (sleep.count() > 0)
        curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(sleep.count()), nullptr);
    }
  }

  void begin_arrived() {
    {
      std::lock_guard lock(mutex_);
      beginning_.swap(arrived_);
    }
    for (auto& order : beginning_) {
      auto transfer = take_transfer();
      transfer->begin(std::move(order.request), std::move(order.done));
      CURL* handle = transfer->handle();
      curl_multi_add_handle(multi_.get(), handle);
      active_.emplace(handle, std::move(transfer));
    }
    beginning_.clear();
  }

  void run_due_tasks() {
    for (;;) {
      std::function<void()> task;
      {
        std::lock_guard lock(mutex_);
        if (timers_.empty() || timers_.begin()->first > Clock::now()) return;
        task = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
      }
      task();
    }
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* handle = message->easy_handle;
      CURLcode code = message->data.result;
      auto found = active_.find(handle);
      HttpResponse response = found->second->finish(code);
      Done done = found->second->take_done();
      curl_multi_remove_handle(multi_.get(), handle);
      idle_.push_back(std::move(found->second));
      active_.erase(found);
      done(std::move(response));
    }
  }

  std::chrono::milliseconds time_to_sleep() {
    std::lock_guard lock(mutex_);
    if (!arrived_.empty()) return std::chrono::milliseconds(0);
    if (timers_.empty()) return kLongestSleep;
    auto until_timer = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
    return std::clamp(until_timer, std::chrono::milliseconds(0), kLongestSleep);
  }

  std::unique_ptr<CurlTransfer> take_transfer() {
    if (idle_.empty()) return std::make_unique<CurlTransfer>(options_, share_.get());
    auto transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }

  const Options options_;
  std::unique_ptr<CURLSH, decltype(&curl_share_cleanup)> share_;
  std::vector<std::unique_ptr<CurlTransfer>> idle_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  std::unordered_map<CURL*, std::unique_ptr<CurlTransfer>> active_;
  std::vector<Order> beginning_;

  std::mutex mutex_;  ///< guards what follows, up to the thread
  std::vector<Order> arrived_;
  std::multimap<Clock::time_point, std::function<void()>> timers_;

  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

HttpClient::HttpClient(const Options& options) : loop_(std::make_unique<Loop>(options)) {}

HttpClient::~HttpClient() = default;

void HttpClient::start(PreparedRequest request, Done done) {
  loop_->start(std::move(request), std::move(done));
}

void HttpClient::start_after(std::chrono::milliseconds delay, std::function<void()> task) {
  loop_->start_after(delay, std::move(task));
}

}  // namespace starlift
