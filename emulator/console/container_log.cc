// SPDX-License-Identifier: MPL-2.0
#include "emulator/console/container_log.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/context.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::console {
namespace {

// The role that owns the service: it may read the log.
absl::StatusOr<std::string> OwnerOf(engine::Engine& engine, const std::string& service) {
  // Names of services, and of what holds them, are plain words.
  const std::vector<std::string> parts = absl::StrSplit(service, '.');
  if (parts.size() != 3) return absl::InvalidArgumentError("query parameter service must be DATABASE.SCHEMA.NAME");
  std::string owner;
  RETURN_IF_ERROR(engine.Run({}, [&](engine::ExecutionContext& context) {
    const std::optional<engine::Object> object =
        context.Find(engine::Kind::kService, {.database = parts[0], .schema = parts[1], .name = parts[2]});
    if (!object) return absl::NotFoundError("there is no such service");
    owner = object->owner;
    return absl::OkStatus();
  }));
  return owner;
}

}  // namespace

absl::StatusOr<std::string> ContainerLog(engine::Engine& engine, const ContainerName& container, int lines) {
  ASSIGN_OR_RETURN(const std::string owner, OwnerOf(engine, container.service));
  const std::vector<engine::Binding> bindings = {{"TEXT", container.service},
                                                 {"TEXT", absl::StrCat(container.instance)},
                                                 {"TEXT", container.container},
                                                 {"FIXED", absl::StrCat(lines)}};
  ASSIGN_OR_RETURN(const engine::ResultSet result,
                   engine.Execute({.role = owner}, "SELECT SYSTEM$GET_SERVICE_LOGS(?, ?, ?, ?)", bindings, NewUuid()));
  return result.rows.empty() ? "" : result.rows[0][0].value_or("");
}

}  // namespace spcs::console
