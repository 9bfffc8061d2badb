// SPDX-License-Identifier: MPL-2.0
// What a provider consists of, found by name. Made at first use: the client's first question, the schema, is answered
// from bytes made at build time (provider/plugin/ready_answer.h), and many a process is never asked anything else.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "provider/tf/registry.h"
#include "provider/tf/server.h"

namespace spcs::tf {

// Makes everything. Called at most once.
using MakeRegistry = std::function<Registry()>;

class Catalog {
 public:
  explicit Catalog(Registry registry);

  ProviderConfig& config() const { return *registry_.config; }
  const ProviderSchema& schema() const { return schema_; }
  const std::vector<std::unique_ptr<EphemeralResource>>& ephemerals() const { return registry_.ephemerals; }
  // Null when there is none of that name.
  Resource* FindResource(const std::string& type_name) const;
  DataSource* FindDataSource(const std::string& type_name) const;
  Function* FindFunction(const std::string& name) const;
  EphemeralResource* FindEphemeral(const std::string& type_name) const;
  ListResource* FindList(const std::string& type_name) const;
  Action* FindAction(const std::string& type_name) const;
  const IdentitySchema* FindIdentity(const std::string& type_name) const;

 private:
  Registry registry_;
  ProviderSchema schema_;
  std::map<std::string, Resource*> resources_;
  std::map<std::string, DataSource*> data_sources_;
  std::map<std::string, Function*> functions_;
  std::map<std::string, EphemeralResource*> ephemerals_;
  std::map<std::string, ListResource*> lists_;
  std::map<std::string, Action*> actions_;
};

// A Catalog that is made when it is first asked for. Thread-safe.
class LazyCatalog {
 public:
  explicit LazyCatalog(MakeRegistry make) : make_(std::move(make)) {}

  const Catalog& Get() const {
    std::call_once(once_, [this] { made_ = std::make_unique<Catalog>(make_()); });
    return *made_;
  }

 private:
  const MakeRegistry make_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<Catalog> made_;
};

}  // namespace spcs::tf
