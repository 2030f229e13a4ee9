#pragma once

#include <string>

#include "storage/object_store.h"

namespace starlift {

/// The files below a local folder; a location may also be one file.
class LocalStore : public ObjectStore {
 public:
  explicit LocalStore(const std::string& path);

  void list(const ListVisitor& visit) override;
  std::unique_ptr<ObjectReader> open(const ObjectInfo& object) override;
  void put(std::string_view name, std::string_view bytes) override;
  void remove(std::string_view name) override;
  std::unique_ptr<Writer> create(std::string_view name) override;

 private:
  /// Makes the folders above a new file; remembers the last one, since files come folder by folder.
  std::string prepare_path(std::string_view name);

  std::string root_;
  std::string last_folder_;
};

}  // namespace starlift
