// SPDX-License-Identifier: MPL-2.0
// spcs_image_repository: where images are pushed and services find them.
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct ImageRepository {
  tf::String database{}, schema{}, name{}, encryption{}, comment{}, repository_url{}, qualified_name{}, on_exists{};
  tf::Map<tf::String> tags{};
};

const tf::Model<ImageRepository>& ImageRepositoryModel() {
  using M = ImageRepository;
  static const tf::Model<M> model{
      "spcs_image_repository",
      "Holds the container images that services run.",
      {
          {"database", &M::database, PlainParentAttribute("Database of the repository.")},
          {"schema", &M::schema, PlainParentAttribute("Schema of the repository.")},
          {"name", &M::name, PlainNameAttribute("image repository")},
          {"encryption", &M::encryption,
           tf::Optional{.computed = true,
                        .replace = true,
                        .validators = {tf::OneOf({"SNOWFLAKE_FULL", "SNOWFLAKE_SSE"})},
                        .doc = "SNOWFLAKE_FULL or SNOWFLAKE_SSE; unset, as the service has it."}},
          {"comment", &M::comment, CommentAttribute("repository")},
          {"tags", &M::tags, TagsAttribute()},
          {"repository_url", &M::repository_url,
           tf::Computed{.doc = "Where images are pushed: registry host and path, without a scheme."}},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"on_exists", &M::on_exists, OnExistsAttribute()},
      }};
  return model;
}

}  // namespace

std::unique_ptr<tf::Resource> MakeImageRepository(Account& account) {
  return std::make_unique<SqlResource<ImageRepository>>(
      account,
      SqlKind{.keyword = "IMAGE REPOSITORY",
              .list = snowflake::ShowKind::kImageRepository,
              .quotable = false,
              .plural = "IMAGE REPOSITORIES",
              .rules = {{"comment", {.unset_by_empty = true}},
                        {"encryption", {.keyword = "TYPE", .group = "ENCRYPTION", .in_alter = false}}},
              .create_privilege = "CREATE IMAGE REPOSITORY on the schema",
              .peer = {.type = "snowflake_image_repository"}},
      ImageRepositoryModel());
}

}  // namespace spcs::resources
