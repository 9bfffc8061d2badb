// SPDX-License-Identifier: MPL-2.0
#include "emulator/console/state.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "emulator/engine/kinds/compute_pool_families.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::console {
namespace {

using nlohmann::json;

// A number that the admin view has as a number or, from a column, as text.
int64_t Number(const json& row, absl::string_view key) {
  int64_t number = 0;
  return absl::SimpleAtoi(JsonString(row, key), &number) ? number : JsonInt(row, key);
}

// Flags likewise.
bool Flag(const json& row, absl::string_view key) {
  const auto flag = row.find(std::string(key));
  return flag != row.end() && (*flag == json(true) || *flag == json("true"));
}

std::string FullName(const json& row) {
  std::string name;
  for (const char* part : {"database_name", "schema_name", "name"}) {
    const std::string text = JsonString(row, part);
    if (!text.empty()) absl::StrAppend(&name, name.empty() ? "" : ".", text);
  }
  return name;
}

// RFC 3339 of a column's "1700000000.123000000" or of an RFC 3339 text; null for anything else.
json Time(const json& row, absl::string_view key) {
  const std::string text = JsonString(row, key);
  if (absl::StrContains(text, 'T')) return text;
  double seconds = 0;
  if (!absl::SimpleAtod(text, &seconds)) return nullptr;
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMicros(static_cast<int64_t>(seconds * 1e6)),
                          absl::UTCTimeZone());
}

// The newest of what is known to have changed the object's state. RFC 3339 texts sort by time.
json Since(const json& row, std::initializer_list<absl::string_view> keys) {
  json newest;
  for (const absl::string_view key : keys) {
    const json time = Time(row, key);
    if (time.is_string() && (newest.is_null() || time > newest)) newest = time;
  }
  return newest;
}

json PoolState(const json& row) {
  const std::string family = JsonString(row, "instance_family");
  const int64_t nodes = Number(row, "active_nodes") + Number(row, "idle_nodes");
  const engine::InstanceFamily* found = engine::FindFamily(family, /*legacy_families=*/true);
  const bool priced = found != nullptr && found->credits > 0;
  return {{"name", FullName(row)},
          {"state", JsonString(row, "state")},
          {"since", Since(row, {"created_on", "resumed_on"})},
          {"family", family},
          {"nodes", nodes},
          {"wanted_nodes", Number(row, "target_nodes")},
          {"min_nodes", Number(row, "min_nodes")},
          {"max_nodes", Number(row, "max_nodes")},
          {"services", Number(row, "num_services")},
          {"jobs", Number(row, "num_jobs")},
          {"credits_per_hour", priced ? json(found->credits * static_cast<double>(nodes)) : json()},
          {"message", JsonString(row, "status_message")},
          {"comment", JsonString(row, "comment")}};
}

json ContainerStates(const json& row) {
  json list = json::array();
  for (const json& instance : row.value("instances", json::array())) {
    for (const json& container : instance.value("containers", json::array())) {
      list.push_back({{"instance", JsonInt(instance, "id")},
                      {"name", JsonString(container, "name")},
                      {"status", JsonString(container, "status")},
                      {"since", Time(container, "start_time")},
                      {"message", JsonString(container, "message")},
                      {"restarts", JsonInt(container, "restart_count")},
                      {"image", JsonString(container, "image")}});
    }
  }
  return list;
}

// Where a browser finds the endpoint: hosts of this machine have no TLS. A text with spaces says that there is no
// address yet.
json UrlOf(const std::string& ingress) {
  if (ingress.empty() || absl::StrContains(ingress, ' ')) return nullptr;
  return absl::StrCat(absl::StrContains(ingress, ".localhost") ? "http://" : "https://", ingress);
}

json EndpointStates(const json& row) {
  json list = json::array();
  for (const json& endpoint : row.value("endpoints", json::array())) {
    const std::string range = JsonString(endpoint, "port_range");
    list.push_back({{"name", JsonString(endpoint, "name")},
                    {"port", range.empty() ? JsonString(endpoint, "port") : range},
                    {"protocol", JsonString(endpoint, "protocol")},
                    {"public", Flag(endpoint, "is_public")},
                    {"url", UrlOf(JsonString(endpoint, "ingress_url"))}});
  }
  return list;
}

json ServiceState(const json& row) {
  return {{"name", FullName(row)},
          {"status", JsonString(row, "status")},
          {"since", Since(row, {"created_on", "resumed_on", "suspended_on"})},
          {"pool", JsonString(row, "compute_pool")},
          {"instances", Number(row, "current_instances")},
          {"wanted_instances", Number(row, "target_instances")},
          {"upgrading", Flag(row, "is_upgrading")},
          {"comment", JsonString(row, "comment")},
          {"containers", ContainerStates(row)},
          {"endpoints", EndpointStates(row)}};
}

bool HasEnded(const std::string& status) {
  return status == "DONE" || status == "FAILED" || status == "CANCELLED" || status == "INTERNAL_ERROR";
}

std::string Progress(const json& job, const LastLine& last_line) {
  if (HasEnded(JsonString(job, "status"))) return "";
  for (const json& container : job["containers"]) {
    const std::string line = last_line({.service = JsonString(job, "name"),
                                        .instance = static_cast<int>(JsonInt(container, "instance")),
                                        .container = JsonString(container, "name")});
    if (!line.empty()) return line;
  }
  return "";
}

// What the page lists only by name. Users and secrets have more members: none of those is passed on.
json OtherState(const std::string& kind, const json& row) {
  return {{"kind", kind},
          {"name", FullName(row)},
          {"owner", JsonString(row, "owner")},
          {"since", Time(row, "created_on")},
          {"comment", JsonString(row, "comment")}};
}

}  // namespace

json StateOf(const json& objects, const LastLine& last_line) {
  json state = {
      {"pools", json::array()}, {"services", json::array()}, {"jobs", json::array()}, {"others", json::array()}};
  double credits = 0;
  for (const auto& [kind, rows] : objects.items()) {
    for (const json& row : rows) {
      if (kind == "COMPUTE POOL") {
        const json& pool = state["pools"].emplace_back(PoolState(row));
        if (pool["credits_per_hour"].is_number()) credits += pool["credits_per_hour"].get<double>();
      } else if (kind == "SERVICE" && Flag(row, "is_job")) {
        json& job = state["jobs"].emplace_back(ServiceState(row));
        job["progress"] = Progress(job, last_line);
      } else if (kind == "SERVICE") {
        state["services"].push_back(ServiceState(row));
      } else if (kind != "GRANT") {
        state["others"].push_back(OtherState(kind, row));
      }
    }
  }
  state["credits_per_hour"] = credits;
  return state;
}

}  // namespace spcs::console
