#pragma once

#include <functional>

#include "base/cancellation.h"
#include "doctor/examination.h"
#include "pipeline/target.h"
#include "project/config.h"
#include "project/definition.h"
#include "storage/object_store.h"

namespace starlift {

/// What a first load works with. What is called may throw: then that is what the doctor finds.
struct Patient {
  std::function<const Config&()> config;
  std::function<const WarehouseDefinition&()> definition;
  std::function<Engine()> engine;
  std::function<StoreOpener()> open_store;
  std::function<Target()> target;
  Config::Environment environment;
  const Cancellation& cancellation;
};

/// Checks everything that a first load needs, in the order in which it needs it: configuration, credentials,
/// each source, staging, the cluster, its temporary login, the way to it, TLS, login, the cluster's role,
/// versions, the right to make tables. Nothing stays changed.
void examine(const Patient& patient, Examination& examination);

}  // namespace starlift
