// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/catalog.h"

#include <utility>

namespace spcs::tf {
namespace {

template <class T>
T* Find(const std::map<std::string, T*>& all, const std::string& name) {
  const auto found = all.find(name);
  return found == all.end() ? nullptr : found->second;
}

template <class T>
void Index(const std::vector<std::unique_ptr<T>>& all, std::map<std::string, T*>& by_name,
           std::map<std::string, Schema>& schemas) {
  for (const auto& thing : all) {
    by_name[thing->type_name()] = thing.get();
    schemas[thing->type_name()] = thing->schema();
  }
}

}  // namespace

Catalog::Catalog(Registry registry) : registry_(std::move(registry)) {
  schema_.provider = registry_.config->schema();
  for (const auto& resource : registry_.resources) {
    resources_[resource->type_name()] = resource.get();
    schema_.resources[resource->type_name()] = resource->schema();
    IdentitySchema identity = IdentityOf(resource->schema());
    if (!identity.attributes.empty()) schema_.identities[resource->type_name()] = std::move(identity);
  }
  Index(registry_.data_sources, data_sources_, schema_.data_sources);
  for (const auto& function : registry_.functions) {
    functions_[function->name()] = function.get();
    schema_.functions[function->name()] = function->signature();
  }
  Index(registry_.ephemerals, ephemerals_, schema_.ephemeral_resources);
  Index(registry_.lists, lists_, schema_.lists);
  Index(registry_.actions, actions_, schema_.actions);
}

Resource* Catalog::FindResource(const std::string& type_name) const {
  return Find(resources_, type_name);
}
DataSource* Catalog::FindDataSource(const std::string& type_name) const {
  return Find(data_sources_, type_name);
}
Function* Catalog::FindFunction(const std::string& name) const {
  return Find(functions_, name);
}
EphemeralResource* Catalog::FindEphemeral(const std::string& type_name) const {
  return Find(ephemerals_, type_name);
}
ListResource* Catalog::FindList(const std::string& type_name) const {
  return Find(lists_, type_name);
}
Action* Catalog::FindAction(const std::string& type_name) const {
  return Find(actions_, type_name);
}

const IdentitySchema* Catalog::FindIdentity(const std::string& type_name) const {
  const auto found = schema_.identities.find(type_name);
  return found == schema_.identities.end() ? nullptr : &found->second;
}

}  // namespace spcs::tf
