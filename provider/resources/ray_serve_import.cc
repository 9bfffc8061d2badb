// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/ray_serve_import.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/resources/workload.h"

namespace spcs::resources {
namespace {

using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

// The name that the deployer's image has by default (modules/ray-serve-cluster).
constexpr char kDeployer[] = "spcs-ray-deploy";

absl::Status WithHint(const absl::Status& status, const std::string& id) {
  return WithFact(status, kAdvice,
                  absl::StrCat("Append the deployer's image to the id: ", id, "@/database/schema/repository/",
                               kDeployer, ":tag, or the dashboard's URL: ", id, "@https://host. Nothing was changed."));
}

// "host/db/schema/repository/name:tag" -> db.schema.repository.
absl::StatusOr<ObjectName> RepositoryOf(const std::string& image) {
  const std::vector<std::string> parts = absl::StrSplit(image, '/');
  if (parts.size() < 4) return absl::NotFoundError(absl::StrCat("the head's image \"", image, "\" has another form"));
  ASSIGN_OR_RETURN(Identifier database, Identifier::Parse(parts[parts.size() - 4]));
  ASSIGN_OR_RETURN(Identifier schema, Identifier::Parse(parts[parts.size() - 3]));
  ASSIGN_OR_RETURN(Identifier repository, Identifier::Parse(parts[parts.size() - 2]));
  return ObjectName(std::move(database), std::move(schema), std::move(repository));
}

absl::StatusOr<std::string> HeadImage(Session& session, const ObjectName& head, const std::string& container,
                                      std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto containers,
                   session.Query(Statement("SHOW SERVICE CONTAINERS IN SERVICE").Name(head), std::move(stop)));
  for (const ObjectRow& row : AllRows(containers)) {
    if (row.Text("container_name") == container && !row.Text("image_name").empty()) return row.Text("image_name");
  }
  return absl::NotFoundError(absl::StrCat("service ", head.Sql(), " shows no container \"", container, "\""));
}

// The newest image of the usual name.
absl::StatusOr<std::string> NewestDeployer(Session& session, const ObjectName& repository, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto images,
                   session.Query(Statement("SHOW IMAGES IN IMAGE REPOSITORY").Name(repository), std::move(stop)));
  std::string newest, path;
  for (const ObjectRow& row : AllRows(images)) {
    if (row.Text("image_name") != kDeployer) continue;
    const std::string created = row.Time("created_on");
    if (!path.empty() && created < newest) continue;
    newest = created;
    path = row.Text("image_path");
  }
  if (path.empty()) {
    return absl::NotFoundError(absl::StrCat("image repository ", repository.Sql(), " has no image ", kDeployer));
  }
  return absl::StrCat("/", absl::StripPrefix(path, "/"));
}

absl::StatusOr<std::string> FindImage(Session& session, const ObjectName& head, const std::string& container,
                                      std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::string image, HeadImage(session, head, container, stop));
  ASSIGN_OR_RETURN(const ObjectName repository, RepositoryOf(image));
  return NewestDeployer(session, repository, stop);
}

// Where the "@" is behind which an image or a URL stands; npos without.
size_t BehindApplication(const std::string& id) {
  size_t at = std::string::npos;
  for (const char* sign : {"@/", "@https://", "@http://"}) at = std::min(at, id.find(sign));
  return at;
}

}  // namespace

absl::StatusOr<RayServeModel> ParseModelId(const std::string& id) {
  const size_t slash = id.find('/');
  const size_t at = BehindApplication(id);
  const auto head = ObjectName::Parse(id.substr(0, slash), 3);
  const bool empty = slash == std::string::npos || slash + 1 == id.size() || slash + 1 == at;
  if (empty || !head.ok() || at < slash) {
    return WithFact(absl::InvalidArgumentError(absl::StrCat("the import id \"", id, "\" has another form")), kAdvice,
                    "Write DATABASE.SCHEMA.HEAD_SERVICE/APPLICATION, and behind it @ and the dashboard's URL, or @ and "
                    "the deployer's image when it is not in the repository of the head's image.");
  }
  RayServeModel model{};
  model.database = head->database().Sql();
  model.schema = head->schema().Sql();
  model.head_service = head->name().Sql();
  model.name = id.substr(slash + 1, at == std::string::npos ? at : at - slash - 1);
  model.transport = tf::String("job");
  if (at == std::string::npos) return model;
  const bool image = id[at + 1] == '/';
  (image ? model.image : model.endpoint_url) = id.substr(at + 1);
  if (!image) model.transport = tf::String("endpoint");
  return model;
}

absl::Status FindDeployer(Session& session, const std::string& id, std::stop_token stop, RayServeModel& model) {
  ASSIGN_OR_RETURN(const ObjectName head, HeadName(model));
  ASSIGN_OR_RETURN(const auto service, DescribeService(session, head, stop));
  if (!service)
    return absl::NotFoundError(absl::StrCat("there is no service ", head.Sql(), ", or this role may not see it"));
  const std::string status = service->Text("status");
  if (status != "RUNNING") {
    return WithFact(absl::FailedPreconditionError(absl::StrCat("the head's service ", head.Sql(), " is ", status)),
                    kAdvice, "Only a head that runs can tell what is deployed on it. Resume it and import again.");
  }
  if (model.endpoint_url.IsKnown()) return absl::OkStatus();
  model.compute_pool = Identifier::Stored(service->Text("compute_pool")).Sql();
  if (model.image.IsKnown()) return absl::OkStatus();
  absl::StatusOr<std::string> image = FindImage(session, head, model.head_container.value_or("head"), std::move(stop));
  if (!image.ok()) {
    return WithHint(Annotate(image.status(), "the deployer's image for the status job was not found"), id);
  }
  model.image = *std::move(image);
  return absl::OkStatus();
}

}  // namespace spcs::resources
