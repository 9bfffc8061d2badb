// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/service_spec.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/compute_pool.h"
#include "emulator/engine/kinds/service_plan.h"
#include "emulator/engine/spec/check.h"
#include "emulator/engine/spec/complete.h"
#include "emulator/engine/spec/read.h"
#include "emulator/engine/spec/write.h"
#include "emulator/runtime/settle.h"
#include "emulator/sql/parse_name.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr size_t kMaxIntegrations = 10;

absl::Status CheckStages(ExecutionContext& context, const FullName& service, const spec::Document& document) {
  for (const std::string& stage : spec::StagesOf(document)) {
    const std::string path = stage.substr(1, stage.find('/') == std::string::npos ? stage.size() : stage.find('/') - 1);
    ASSIGN_OR_RETURN(const FullName name, NameInSpec(path, service));
    ASSIGN_OR_RETURN(const Object object, context.Require(Kind::kStage, name));
    RETURN_IF_ERROR(context.RequireAnyPrivilege(object, {"READ", "WRITE"}));
  }
  return absl::OkStatus();
}

absl::Status CheckSecrets(ExecutionContext& context, const FullName& service, const spec::Document& document) {
  for (const std::string& secret : spec::SecretsOf(document)) {
    ASSIGN_OR_RETURN(const FullName name, NameInSpec(secret, service));
    ASSIGN_OR_RETURN(const Object object, context.Require(Kind::kSecret, name));
    RETURN_IF_ERROR(context.RequirePrivilege(object, "READ"));
  }
  return absl::OkStatus();
}

absl::StatusOr<spec::ResolvedImage> ResolveImage(ExecutionContext& context, const Fleet& fleet,
                                                 const spec::ImageReference& image, absl::string_view family) {
  const std::string host = RegistryHost(context);
  const std::string written_host = absl::AsciiStrToLower(image.host);
  if (!image.host.empty() && written_host != host && written_host != RegistryName(context)) {
    return spec::Invalid(absl::StrCat("image host '", image.host, "' is not the account's registry '", host, "'"));
  }
  const FullName name{.database = image.database, .schema = image.schema, .name = image.repository};
  const std::optional<Object> repository = context.Find(Kind::kImageRepository, name);
  // Without READ the service answers as if there were no such repository.
  const bool usable = repository && context.RequireContainers(name).ok() &&
                      (context.HasPrivilege(*repository, "READ") || context.HasPrivilege(*repository, "WRITE"));
  if (!usable) return DoesNotExist(Kind::kImageRepository, name.ToString());
  const std::string written =
      image.tag.empty() ? absl::StrCat(image.Path(), "@", image.digest) : absl::StrCat(image.Path(), ":", image.tag);
  const std::optional<std::string> digest = fleet.images().DigestOf(context, image, fleet.scenarios());
  if (!digest) {
    return Refused(
        "397012", "22000",
        absl::StrCat("Failed to retrieve image ", written, " from the image repository: manifest not found."));
  }
  const absl::string_view architecture = absl::StartsWith(family, "GEN_ARM_") ? "arm64" : "amd64";
  RETURN_IF_ERROR(CheckArchitecture(context, *repository, image, *digest, architecture));
  return spec::ResolvedImage{.full = host + written, .digest = *digest};
}

}  // namespace

absl::StatusOr<FullName> NameInSpec(absl::string_view text, const FullName& service) {
  const absl::StatusOr<sql::QualifiedName> name = sql::ParseWholeName(text);
  if (!name.ok()) return spec::Invalid(name.status().message());
  const size_t given = name->parts.size();
  FullName full{.database = service.database, .schema = service.schema, .name = name->name()};
  if (given > 1) full.schema = name->parts[given - 2].name;
  if (given > 2) full.database = name->parts[0].name;
  return full;
}

absl::StatusOr<PreparedSpec> PrepareSpec(ExecutionContext& context, const Fleet& fleet, const FullName& name,
                                         const LoadedPool& pool, absl::string_view text) {
  ASSIGN_OR_RETURN(const spec::Document read, spec::Read(text));
  const runtime::Resources& node = pool.world.rules.node;
  RETURN_IF_ERROR(spec::Check(read, {.node = node, .family = pool.world.pool.family}));
  RETURN_IF_ERROR(CheckStages(context, name, read));
  RETURN_IF_ERROR(CheckSecrets(context, name, read));
  if (spec::HasPublicEndpoint(read)) RETURN_IF_ERROR(context.RequireAccountPrivilege("BIND SERVICE ENDPOINT"));
  PreparedSpec prepared;
  ASSIGN_OR_RETURN(prepared.document, spec::Complete(read, node, [&](const spec::ImageReference& image) {
                     return ResolveImage(context, fleet, image, pool.world.pool.family);
                   }));
  prepared.text = spec::Write(prepared.document);
  prepared.digest = spec::DigestOf(prepared.document);
  return prepared;
}

absl::Status ApplySharedProperties(ExecutionContext& context, const sql::Statement& statement, nlohmann::json& props) {
  if (const sql::Value* list = statement.Find("EXTERNAL_ACCESS_INTEGRATIONS")) {
    if (list->type != sql::Value::Type::kList) return InvalidValue(list->text, "EXTERNAL_ACCESS_INTEGRATIONS");
    if (list->list.size() > kMaxIntegrations) {
      return CompilationError(absl::StrCat("At most ", kMaxIntegrations, " external access integrations are allowed."));
    }
    nlohmann::json names = nlohmann::json::array();
    for (const sql::Value& item : list->list) {
      ASSIGN_OR_RETURN(const Object integration, context.RequireFor(Kind::kIntegration, item.name, "USAGE"));
      if (!IsExternalAccess(integration)) return DoesNotExist(Kind::kIntegration, integration.name);
      names.push_back(integration.name);
    }
    props["external_access_integrations"] = std::move(names);
  }
  if (const sql::Value* warehouse = statement.Find("QUERY_WAREHOUSE")) {
    ASSIGN_OR_RETURN(const Object object, context.RequireFor(Kind::kWarehouse, warehouse->name, "USAGE"));
    props["query_warehouse"] = object.name;
  }
  if (const sql::Value* comment = statement.Find("COMMENT")) props["comment"] = comment->text;
  return absl::OkStatus();
}

absl::StatusOr<LoadedPool> UsePool(ExecutionContext& context, const Fleet& fleet, const sql::QualifiedName& name) {
  ASSIGN_OR_RETURN(const Object record, context.RequireFor(Kind::kComputePool, name, "USAGE"));
  LoadedPool pool = *fleet.Load(context, record.name);
  if (const std::string application = JsonString(record.props, "application"); !application.empty()) {
    // The words are inferred.
    return Refused("395060", "42501",
                   absl::StrCat("Compute pool ", record.name, " can be used by application ", application, " only."));
  }
  RETURN_IF_ERROR(WakePool(context, pool));
  return pool;
}

absl::Status WakePool(ExecutionContext& context, LoadedPool& pool) {
  if (!pool.world.pool.suspended) return absl::OkStatus();
  if (!pool.record.props.value("auto_resume", true)) {
    return Refused("395031", "55000",
                   absl::StrCat("Compute pool ", pool.record.name,
                                " is suspended and AUTO_RESUME is FALSE. Resume it with ALTER COMPUTE POOL ",
                                pool.record.name, " RESUME and try again."));
  }
  runtime::ResumePool(pool.world, context.now());
  return absl::OkStatus();
}

absl::Status CheckServiceName(const FullName& name) {
  RETURN_IF_ERROR(CheckPlainName("Service", name));
  const bool valid = absl::ascii_isalpha(name.name[0]) && name.name.back() != '_' && name.name.size() <= 63 &&
                     name.name.find('$') == std::string::npos;
  if (valid) return absl::OkStatus();
  return SqlError(absl::StatusCode::kInvalidArgument, "395010", "22023",
                  absl::StrCat("Invalid service name ", name.name,
                               ": with '_' replaced by '-' it must be a valid DNS "
                               "label of up to 63 characters."));
}

}  // namespace spcs::engine
