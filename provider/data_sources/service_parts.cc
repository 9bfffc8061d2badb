// SPDX-License-Identifier: MPL-2.0
#include "provider/data_sources/service_parts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace spcs::data_sources {

using resources::ObjectRow;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

const tf::Table<ContainerStatus>& ContainerStatus::Fields() {
  using M = ContainerStatus;
  using tf::Computed;
  static const tf::Table<M> table{
      {"status", &M::status, Computed{.doc = "PENDING, READY, DONE, FAILED, TERMINATING or UNKNOWN."}},
      {"message", &M::message, Computed{.doc = "What the service says about it."}},
      {"image", &M::image, Computed{.doc = "Image it runs."}},
      {"image_digest", &M::image_digest, Computed{.doc = "Digest of that image."}},
      {"restart_count", &M::restart_count, Computed{.doc = "How often it was started again."}},
      {"last_exit_code", &M::last_exit_code, Computed{.doc = "Code of its last exit; null if it never ended."}},
      {"started_at", &M::started_at, Computed{.doc = "When it was started."}},
      {"last_restart_at", &M::last_restart_at, Computed{.doc = "When it was last started again."}},
  };
  return table;
}

const tf::Table<InstanceStatus>& InstanceStatus::Fields() {
  using M = InstanceStatus;
  using tf::Computed;
  static const tf::Table<M> table{
      {"status", &M::status, Computed{.doc = "PENDING, READY, FAILED, TERMINATING; of a job also SUCCEEDED."}},
      {"spec_digest", &M::spec_digest, Computed{.doc = "Digest of the specification it runs."}},
      {"ip_address", &M::ip_address, Computed{.doc = "Address for other services."}},
      {"created_at", &M::created_at, Computed{.doc = "When it was created."}},
      {"started_at", &M::started_at, Computed{.doc = "When it was started."}},
      {"containers", &M::containers, Computed{.doc = "Its containers, by name."}},
  };
  return table;
}

absl::StatusOr<ObjectName> ServiceName(const tf::String& database, const tf::String& schema, const tf::String& name) {
  ASSIGN_OR_RETURN(const Identifier first, Identifier::Parse(database.value()));
  ASSIGN_OR_RETURN(const Identifier second, Identifier::Parse(schema.value()));
  ASSIGN_OR_RETURN(const Identifier third, Identifier::Parse(name.value()));
  return ObjectName(first, second, third);
}

absl::StatusOr<ServiceParts> ShowParts(resources::Session& session, const ObjectName& service, std::stop_token stop) {
  ServiceParts parts;
  ASSIGN_OR_RETURN(parts.containers,
                   QueryRows(session, Statement("SHOW SERVICE CONTAINERS IN SERVICE").Name(service), stop));
  ASSIGN_OR_RETURN(parts.instances,
                   QueryRows(session, Statement("SHOW SERVICE INSTANCES IN SERVICE").Name(service), stop));
  return parts;
}

absl::StatusOr<Instances> ReadInstances(const ServiceParts& parts) {
  static const ColumnNames kInstance{{"created_at", "creation_time"}, {"started_at", "start_time"}};
  static const ColumnNames kContainer{
      {"image", "image_name"}, {"started_at", "start_time"}, {"last_restart_at", "last_restart_time"}};
  std::map<std::string, std::map<std::string, tf::Object<ContainerStatus>>> containers;
  std::map<std::string, InstanceStatus> instances;
  for (const ObjectRow& row : parts.containers) {
    // A service without instances has one row of nulls.
    if (row.Text("container_name").empty()) continue;
    const std::string id = row.Text("instance_id");
    instances[id].status = row.Text("instance_status");
    ASSIGN_OR_RETURN(containers[id][row.Text("container_name")], ReadRow<ContainerStatus>(row, kContainer));
  }
  for (const ObjectRow& row : parts.instances) {
    if (row.Text("instance_id").empty()) continue;
    tf::Value value = RowValue(InstanceStatus::Fields().attributes(), row, kInstance);
    value.AsMap()["containers"] = tf::Value::Null();
    RETURN_IF_ERROR(InstanceStatus::Fields().Decode(value, instances[row.Text("instance_id")]));
  }
  Instances result;
  for (auto& [id, instance] : instances) {
    instance.containers = std::move(containers[id]);
    result[id] = std::move(instance);
  }
  return result;
}

std::vector<tf::String> MessagesOf(const Rows& containers, const std::vector<std::string>& settled) {
  std::vector<tf::String> messages;
  for (const ObjectRow& row : containers) {
    const std::string status = row.Text("status");
    if (row.Text("container_name").empty()) continue;
    if (std::find(settled.begin(), settled.end(), status) != settled.end()) continue;
    const std::string message = row.Text("message");
    messages.push_back(absl::StrCat("container ", row.Text("container_name"), " of instance ", row.Text("instance_id"),
                                    " is ", status, message.empty() ? "" : ": ", message));
  }
  return messages;
}

}  // namespace spcs::data_sources
