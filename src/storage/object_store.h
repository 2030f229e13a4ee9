#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_stream.h"
#include "base/error.h"
#include "storage/location.h"

namespace starlift {

/// Thrown when it is the store that fails, however often it is asked, and not the object that is refused.
class StoreError : public Error {
 public:
  explicit StoreError(const std::string& message) : Error(ErrorKind::kSource, message) {}
};

/// An object as a listing shows it.
struct ObjectInfo {
  /// Its whole name: an absolute local path, or s3://bucket/key. Identifies it in the ledger.
  std::string key;
  uint64_t size_bytes = 0;
  int64_t modified_us = 0;  ///< microseconds since 1970-01-01 UTC
  std::string etag;         ///< opaque; empty where the store has none
};

/// An object being read: its bytes as stored, not decompressed.
class ObjectReader : public ByteStream {
 public:
  /// What became of the object between the listing and its last byte.
  enum class Integrity {
    kUnchanged,
    kReplaced,  ///< it changed, so what was read may be a mixture: leave it for the next run
  };

  /// Call at the end of the stream.
  virtual Integrity check_integrity() = 0;

  /// The hash of all bytes read, 32 hex digits (XXH3-128). Call at the end of the stream. It finds
  /// changes; it is no protection against somebody who wants a collision.
  virtual std::string content_hash() const = 0;
};

/// Objects that are read one after another, each handed out as soon as it can be read. Thread-safe.
class ObjectQueue {
 public:
  virtual ~ObjectQueue() = default;

  /// Returns the index of an object that nobody has taken, and waits until there is one; nothing when all
  /// are taken. Throws Error{kInterrupted}.
  virtual std::optional<size_t> next() = 0;

  /// Opens the object whose index `next` gave, as ObjectStore::open does. Once per index.
  virtual std::unique_ptr<ObjectReader> open(size_t index) = 0;
};

/// Objects to read, by index. Each must stay where it is until its reader is gone.
struct ObjectSelection {
  size_t count = 0;
  std::function<const ObjectInfo&(size_t index)> at;
};

/// Objects below one location. Thread-safe except where noted.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Tells that `list` comes next, once: distant stores begin with it. By default that changes nothing.
  virtual void list_ahead() {}

  using ListVisitor = std::function<void(ObjectInfo&&)>;

  /// Visits every object below the location in ascending byte order of the keys. Hidden files
  /// (names that begin with a dot) and zero-byte "folders" are not objects.
  /// Throws Error{kSource} that names what cannot be listed.
  virtual void list(const ListVisitor& visit) = 0;

  /// Opens an object that `list` gave. Returns null when it is gone. Throws Error{kSource} when it
  /// cannot be read.
  virtual std::unique_ptr<ObjectReader> open(const ObjectInfo& object) = 0;

  /// Reads many: distant stores fetch ahead, so that threads wait for none in particular. By default each
  /// is opened when it is taken, in order. The store must outlive the queue.
  virtual std::unique_ptr<ObjectQueue> open_all(const ObjectSelection& objects);

  /// Writes an object below the location; `name` is relative to it. Whole or not at all. Distant stores may
  /// still be busy with it on return, and throw what failed from a later call.
  virtual void put(std::string_view name, std::string_view bytes) = 0;

  /// Waits until all that was put is kept. Throws Error{kSource} when something is not.
  virtual void flush() {}

  /// Removes an object below the location. One that is not there is fine.
  virtual void remove(std::string_view name) = 0;

  /// Returns the region that the objects are in, and asks for it where that is not known yet; empty where
  /// there are no regions, and when nobody says.
  virtual std::string find_region() { return {}; }

  /// Writes an object piece by piece.
  class Writer {
   public:
    /// Gives up what was written when `finish` was not called.
    virtual ~Writer() = default;
    virtual void append(std::string_view bytes) = 0;
    /// Makes the object visible.
    virtual void finish() = 0;
  };
  virtual std::unique_ptr<Writer> create(std::string_view name) = 0;
};

/// Opens the store that holds a location, whatever its scheme needs for that.
using StoreOpener = std::function<std::unique_ptr<ObjectStore>(const Location& location)>;

/// Opens local folders, which need nothing.
std::unique_ptr<ObjectStore> open_store(const Location& location);

/// Returns the whole content of the one object that `location` names, decompressed; for small files
/// such as a jsonpaths file. Throws Error{kSource} when there is none or it exceeds 16 MiB.
std::string read_small_object(const StoreOpener& open, const Location& location);

}  // namespace starlift
