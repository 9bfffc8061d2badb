// SPDX-License-Identifier: MPL-2.0
// What a list resource is to the framework: it finds existing objects of a managed resource type, so that clients that
// can query (Terraform 1.14 and later) write their import blocks. Written on a struct with TypedListResource
// (typed_list_resource.h).
#pragma once

#include <functional>
#include <string>

#include "provider/tf/resource.h"

namespace spcs::tf {

// One object that was found.
struct ListItem {
  std::string import_id;     // as Resource::Import of the managed resource takes it
  std::string display_name;  // for people
  Value identity;            // the members of the managed resource's identity; the account too
};

// Takes the next item. False: the client wants no more.
using ListSink = std::function<bool(const ListItem& item)>;

class ListResource {
 public:
  virtual ~ListResource() = default;
  // The name of the managed resource that is listed.
  virtual const std::string& type_name() const = 0;
  // Several of them: "compute pools".
  virtual std::string noun() const = 0;
  // Of the filters.
  virtual const Schema& schema() const = 0;

  virtual void Validate(const Value& config, Diagnostics& diagnostics) const;
  // Hands each object to `sink` as soon as it is known. `config` is wholly known.
  virtual absl::Status List(Context& context, const Value& config, const ListSink& sink) = 0;
};

}  // namespace spcs::tf
