#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "warehouse/redshift/staging_area.h"

namespace starlift {

/// A staging area in memory. For tests.
class MemoryArea : public StagingArea {
 public:
  const std::map<std::string, std::string>& objects() const { return objects_; }

  std::string url(std::string_view name) const override { return "s3://bucket/area/" + std::string(name); }
  std::string region() override { return "eu-west-1"; }
  void put(std::string_view name, std::string_view bytes) override {
    std::lock_guard lock(mutex_);
    objects_[std::string(name)] = bytes;
  }
  void flush() override {}
  std::vector<std::string> list() override {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : objects_)
      names.push_back(name);
    return names;
  }
  void remove(const std::vector<std::string>& names) override {
    for (const auto& name : names)
      objects_.erase(name);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> objects_;
};

}  // namespace starlift
