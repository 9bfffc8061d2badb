// SPDX-License-Identifier: MPL-2.0
// A small provider for the tests of the framework: a resource of every kind of attribute over a service in memory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "provider/tf/model.h"
#include "provider/tf/registry.h"

namespace spcs::tf::things {

// The service behind the resources, and how it is to misbehave. One thread.
struct Service {
  std::map<std::string, std::string> comments;  // of each thing that exists, by name
  std::vector<std::string> calls;               // what changed something: "create a"
  std::string secret;                           // the last one received
  std::string configured;

  absl::Status fail_before_create, fail_after_create, fail_update, fail_delete, fail_read;
  bool leave_unknown = false;   // create forgets to fill in the id
  std::string plan_id;          // what ModifyPlan sets the id to; "": nothing
  bool plan_replace = false;    // ModifyPlan asks for a replacement
  bool review = false;          // ReviewPlan adds a warning
  bool refuse_destroy = false;  // PlanDestroy adds an error
  absl::Status fail_open, fail_list, fail_invoke;
};

struct Thing {
  String name{}, comment{}, secret{};
  Bool force{};
  String id{}, digest{};
};
const Model<Thing>& ThingModel();

// A configuration of a thing; the rest is null.
Value ThingConfig(Value name, Value comment);

// An ephemeral resource: renewed twice, it counts in its private state.
struct Ticket {
  String name{}, value{};
};
const Model<Ticket>& TicketModel();

// The filter of the list of things, and the configuration of the action that pokes one.
struct ThingFilter {
  String like{};
};
const Model<ThingFilter>& ThingFilterModel();
struct Poke {
  String name{};
};
const Model<Poke>& PokeModel();

// Resources spcs_thing and spcs_plain (without an identity), the list of things, the action spcs_poke, the ephemeral
// resource spcs_ticket, the function join, a provider block with `account`. The service stays the caller's.
Registry MakeRegistry(Service& service);

}  // namespace spcs::tf::things
