#include "pipeline/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/process.h"
#include "base/text.h"
#include "json/jsonpaths.h"
#include "pipeline/copy_choice.h"
#include "pipeline/moved_source.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

/// The ledger of one dataset in the order of the listing.
class LedgerWalk {
 public:
  /// Redshift takes keys that differ in trailing blanks for equal; the listing has the shorter first.
  LedgerWalk(Session& session, const std::string& dataset) {
    if (!session.has_table(objects_design().name)) return;
    bool may_be_copied = session.has_table(copied_objects_design().name);
    cursor_ = session.query(
        fmt::format("select o.object_id, o.\"key\", o.size_bytes, o.modified_us, o.content_hash, o.rejected, "
                    "o.etag{} from {} as o"
                    "{} where o.dataset = {} order by o.\"key\", length(o.\"key\")",
                    may_be_copied ? ", c.batch_id" : "", quote_table(objects_design().name),
                    may_be_copied ? fmt::format(" left join {} as c on c.object_id = o.object_id",
                                                quote_table(copied_objects_design().name))
                                  : "",
                    session.dialect().quote_literal(dataset)));
    may_be_copied_ = may_be_copied;
    step();
  }

  bool is_at_end() const { return is_at_end_; }
  const std::string& key() const { return key_; }
  int64_t object_id() { return *cursor_->integer(0); }
  int64_t size_bytes() { return *cursor_->integer(2); }
  int64_t modified_us() { return *cursor_->integer(3); }
  std::string content_hash() { return std::string(cursor_->text(4).value_or("")); }
  int64_t rejected() { return *cursor_->integer(5); }
  std::string etag() { return std::string(cursor_->text(6).value_or("")); }
  bool is_copied() { return may_be_copied_ && cursor_->integer(7).has_value(); }

  void step() {
    is_at_end_ = !cursor_ || !cursor_->next();
    if (!is_at_end_) key_ = *cursor_->text(1);
  }

 private:
  std::unique_ptr<Cursor> cursor_;
  std::string key_;
  bool may_be_copied_ = false;
  bool is_at_end_ = true;
};

std::string hash_of(ObjectStore& store, const ObjectInfo& object) {
  auto reader = store.open(object);
  if (!reader) return {};
  std::array<char, 64 << 10> buffer;
  while (reader->read(buffer) > 0) {
  }
  return reader->content_hash();
}

/// The walk through one dataset's listing, along the ledger.
class Comparison {
 public:
  Comparison(DatasetPlan& plan, Session& session, const PlanOptions& options)
      : plan_(plan), ledger_(session, plan.dataset->name), replays_rejects_(options.replays_rejects) {
    plan_.is_unloaded = ledger_.is_at_end();
  }

  /// Takes the next object of the listing.
  void take(ObjectInfo&& object) {
    pass_vanished(&object.key);
    if (ledger_.is_at_end() || ledger_.key() != object.key) {
      ++plan_.counts.objects_new;
      return read(std::move(object), 0);
    }
    compare(std::move(object));
    ledger_.step();
  }

  /// Ends the listing.
  void finish() {
    pass_vanished(nullptr);
    if (gone_.empty()) return;
    // Rows of all that was loaded direct can stay or go, those of a part cannot.
    if (has_listed_copied_ && !(plan_.is_reloaded && plan_.prunes))
      refuse_copied(first_gone_, "is no longer at the source", " --prune");
    auto& ids = plan_.prunes ? plan_.gone_ids : plan_.vanished_ids;
    ids.insert(ids.end(), gone_.begin(), gone_.end());
  }

  /// How many rejects are kept of objects that are gone.
  int64_t unreachable_rejects() const { return unreachable_rejects_; }
  /// How many are kept of objects that were loaded together with others.
  int64_t copied_rejects() const { return copied_rejects_; }

 private:
  /// Compares a listed object with the ledger's entry of the same key.
  void compare(ObjectInfo&& object) {
    bool has_same_size = static_cast<int64_t>(object.size_bytes) == ledger_.size_bytes();
    bool is_same =
        has_same_size && object.etag == ledger_.etag() && object.modified_us == ledger_.modified_us();
    bool is_bound = ledger_.is_copied() && !plan_.is_reloaded;
    has_listed_copied_ = has_listed_copied_ || ledger_.is_copied();
    if (is_same && is_bound) {
      copied_rejects_ += ledger_.rejected();
      return;
    }
    if (plan_.is_reloaded || (replays_rejects_ && ledger_.rejected() > 0)) {
      ++(is_same ? plan_.counts.objects_reread : plan_.counts.objects_changed);
    } else if (is_same) {
      return;
    } else if (has_same_size && has_same_content(object)) {
      plan_.touched.push_back({ledger_.object_id(), object.modified_us});
      return;
    } else {
      ++plan_.counts.objects_changed;
    }
    if (is_bound) refuse_copied(ledger_.key(), "changed", "");
    read(std::move(object), ledger_.object_id());
  }

  /// The rows of one object alone can neither be found nor be taken out.
  [[noreturn]] void refuse_copied(const std::string& key, const char* what, const char* flag) {
    throw Error(
        ErrorKind::kSource,
        fmt::format("{} {}, and it was loaded direct, together with others: its rows cannot be told from "
                    "theirs; nothing was committed; starlift etl --reload {}{} loads all objects of {} anew",
                    key, what, plan_.dataset->name, flag, plan_.dataset->name));
  }

  /// A store's own tag says it; without one the content is read.
  bool has_same_content(const ObjectInfo& object) {
    if (!object.etag.empty()) return object.etag == ledger_.etag();
    return hash_of(*plan_.store, object) == ledger_.content_hash();
  }

  void read(ObjectInfo&& object, int64_t replaces_id) {
    plan_.counts.bytes += object.size_bytes;
    plan_.objects.push_back({std::move(object), replaces_id, replaces_id != 0 && ledger_.is_copied()});
  }

  void pass_vanished(const std::string* up_to) {
    for (; !ledger_.is_at_end() && (!up_to || ledger_.key() < *up_to); ledger_.step()) {
      ++plan_.counts.objects_vanished;
      unreachable_rejects_ += ledger_.rejected();
      if (ledger_.is_copied()) {
        if (gone_.empty()) first_gone_ = ledger_.key();
        gone_.push_back(ledger_.object_id());
      } else {
        plan_.vanished_ids.push_back(ledger_.object_id());
      }
    }
  }

  DatasetPlan& plan_;
  LedgerWalk ledger_;
  bool replays_rejects_;
  std::vector<int64_t> gone_;  ///< those of the vanished that were copied direct
  std::string first_gone_;
  bool has_listed_copied_ = false;  ///< another one that was is still at the source
  int64_t unreachable_rejects_ = 0;
  int64_t copied_rejects_ = 0;
};

void warn_of_rejects(const DatasetPlan& plan, int64_t rejects, std::string_view why,
                     EventListener& listener) {
  if (rejects == 0) return;
  listener.on_event(
      {.kind = Event::Kind::kWarning,
       .text = fmt::format("{}: {} {}", plan.dataset->name, format_counted(rejects, "reject"), why)});
}

void list_and_compare(DatasetPlan& plan, Session& session, const PlanOptions& options,
                      EventListener& listener, const Cancellation& cancellation) {
  Step step(listener, fmt::format("list {}", plan.dataset->name));
  plan.prunes = plan.counts.prunes_vanished = options.prunes;
  plan.keeps_going = options.keeps_going;
  plan.is_reloaded = std::count(options.reloads.begin(), options.reloads.end(), plan.dataset->name) > 0;
  Comparison comparison(plan, session, options);
  plan.store->list([&](ObjectInfo&& object) {
    cancellation.check();
    step.counters().objects = ++plan.counts.objects_listed;
    comparison.take(std::move(object));
  });
  comparison.finish();
  step.finish();
  if (!options.replays_rejects) return;
  warn_of_rejects(plan, comparison.unreachable_rejects(),
                  "of objects no longer at the source cannot be tried again", listener);
  warn_of_rejects(plan, comparison.copied_rejects(),
                  fmt::format("of objects that were loaded direct cannot be tried again alone; starlift etl "
                              "--reload {} loads all of them anew",
                              plan.dataset->name),
                  listener);
}

}  // namespace

std::vector<FieldSpec> read_fields(const Dataset& dataset, const Config& config,
                                   const StoreOpener& open_store) {
  std::vector<FieldSpec> fields;
  for (const auto& column : dataset.columns)
    fields.push_back({column.column, column.field, column.unit});
  if (!dataset.jsonpaths) return fields;

  const auto& [section, key] = *dataset.jsonpaths;
  auto location = config.get(section, key);
  if (!location) return fields;
  auto content = read_small_object(open_store, parse_location(config.resolve_path(*location)));
  auto paths = parse_jsonpaths(content, *location);
  if (paths.size() != fields.size()) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{} ({}) holds {} paths, and {} has {} columns; a jsonpaths file maps by position, so "
                    "give one path per column, in the order of {}",
                    *location, config.place(section, key), paths.size(), to_string(staging_table(dataset)),
                    fields.size(), dataset.file));
  }
  for (size_t i = 0; i < fields.size(); ++i)
    fields[i].path = std::move(paths[i]);
  return fields;
}

namespace {

/// The definition's own fingerprint, unless a jsonpaths file gives other paths.
std::string fingerprint_of(const Dataset& dataset, std::span<const FieldSpec> fields) {
  Fingerprint fingerprint;
  fingerprint.add(dataset.fingerprint);
  bool is_as_defined = true;
  for (size_t i = 0; i < fields.size(); ++i) {
    is_as_defined = is_as_defined && fields[i].path == dataset.columns[i].field;
    fingerprint.add(to_string(fields[i].path));
  }
  return is_as_defined ? dataset.fingerprint : fingerprint.to_string();
}

DatasetPlan open_source(const Dataset& dataset, const Config& config, const StoreOpener& open_store) {
  const auto& [section, key] = dataset.source;
  auto source = config.get(section, key);
  if (!source) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("no source for {}: set {} to a folder, or STARLIFT_{}_{} in the environment",
                            dataset.name, config.place(section, key), section, key));
  }
  DatasetPlan plan;
  plan.dataset = &dataset;
  plan.source = *source;
  plan.counts.name = dataset.name;
  try {
    plan.store = open_store(parse_location(config.resolve_path(*source)));
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", config.place(section, key), error.what()));
  }
  plan.listed_at_us = now_us();
  plan.store->list_ahead();
  plan.fields = read_fields(dataset, config, open_store);
  plan.fingerprint = fingerprint_of(dataset, plan.fields);
  return plan;
}

/// Throws Error{kSource} when no source holds an object and none ever did: a wrong path, most likely.
void refuse_nothing_at_all(const std::vector<DatasetPlan>& plans, const Config& config) {
  std::string places;
  for (const auto& plan : plans) {
    if (plan.counts.objects_listed + plan.counts.objects_vanished > 0) return;
    const auto& [section, key] = plan.dataset->source;
    places +=
        fmt::format("{}{} (from {})", places.empty() ? "" : ", ", plan.source, config.place(section, key));
  }
  throw Error(ErrorKind::kSource,
              fmt::format("none of the sources holds an object: {}; are the paths right?", places));
}

}  // namespace

std::vector<DatasetPlan> plan_run(const WarehouseDefinition& definition, const Config& config,
                                  Session& session, const PlanOptions& options, EventListener& listener,
                                  const Cancellation& cancellation) {
  std::vector<DatasetPlan> plans;
  for (const auto& dataset : definition.datasets)
    plans.push_back(open_source(dataset, config, options.open_store));
  for (auto& plan : plans) {
    try {
      list_and_compare(plan, session, options, listener, cancellation);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kSource) throw;
      const auto& [section, key] = plan.dataset->source;
      throw Error(ErrorKind::kSource, fmt::format("{} (from {})", error.what(), config.place(section, key)));
    }
    if (auto warning = warn_of_moved_source(plan, session))
      listener.on_event({.kind = Event::Kind::kWarning, .text = *warning});
    if (plan.counts.objects_listed == 0) {
      const auto& [section, key] = plan.dataset->source;
      listener.on_event({.kind = Event::Kind::kWarning,
                         .text = fmt::format("{}: {} (from {}) holds no objects", plan.dataset->name,
                                             plan.source, config.place(section, key))});
    }
  }
  refuse_nothing_at_all(plans, config);
  for (auto& plan : plans)
    choose_copy(plan, config, session);
  return plans;
}

std::vector<int64_t> outgoing_ids(const DatasetPlan& plan,
                                  const std::function<bool(size_t index)>& is_loaded) {
  std::vector<int64_t> ids = plan.gone_ids;
  if (plan.prunes) ids.insert(ids.end(), plan.vanished_ids.begin(), plan.vanished_ids.end());
  for (size_t i = 0; i < plan.objects.size(); ++i) {
    if (plan.objects[i].replaces_id != 0 && is_loaded(i)) ids.push_back(plan.objects[i].replaces_id);
  }
  return ids;
}

std::vector<int64_t> outgoing_copied_ids(const DatasetPlan& plan) {
  std::vector<int64_t> ids = plan.gone_ids;
  for (const auto& object : plan.objects) {
    if (object.replaces_copied) ids.push_back(object.replaces_id);
  }
  return ids;
}

bool is_nothing_to_do(const std::vector<DatasetPlan>& plans) {
  return std::all_of(plans.begin(), plans.end(), [](const DatasetPlan& plan) {
    return plan.objects.empty() && plan.touched.empty() && plan.gone_ids.empty() &&
           !(plan.prunes && !plan.vanished_ids.empty());
  });
}

}  // namespace starlift
