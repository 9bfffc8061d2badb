// SPDX-License-Identifier: MPL-2.0
// spcs_images: what is in an image repository.
#include "absl/strings/str_cat.h"
#include "provider/data_sources/all.h"
#include "provider/data_sources/show_source.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::data_sources {
namespace {

using resources::CheckPlainName;
using snowflake::ObjectName;

struct Image {
  tf::String name{};
  tf::List<tf::String> tags{};
  tf::String digest{}, path{}, created_on{};
  static const tf::Table<Image>& Fields() {
    using M = Image;
    using tf::Computed;
    static const tf::Table<M> table{
        {"name", &M::name, Computed{.doc = "Name inside the repository."}},
        {"tags", &M::tags, Computed{.doc = "Tags that point to it."}},
        {"digest", &M::digest, Computed{.doc = "Digest: `sha256:…`."}},
        {"path", &M::path,
         Computed{.doc = "Path with tag, in lower case. With a slash before it, a container's `image` takes it."}},
        {"created_on", &M::created_on, Computed{.doc = "When it was pushed."}},
    };
    return table;
  }
};

struct Images {
  tf::String database{}, schema{}, repository{}, like{};
  tf::Map<tf::Object<Image>> images{};
};

const tf::Model<Images>& ImagesModel() {
  using M = Images;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_images",
      "The images in a repository, with tags and digests.",
      {
          {"database", &M::database, Required{.validators = {CheckPlainName}, .doc = "Database of the repository."}},
          {"schema", &M::schema, Required{.validators = {CheckPlainName}, .doc = "Schema of the repository."}},
          {"repository", &M::repository, Required{.validators = {CheckPlainName}, .doc = "Name of the repository."}},
          {"like", &M::like,
           Optional{.validators = {tf::NonEmpty()},
                    .doc = "Pattern of image names as in SQL: `%` is any text, `_` any character."}},
          {"images", &M::images, Computed{.doc = "The images, by `name:tag`; by `name@digest` where there is no tag."}},
      }};
  return model;
}

std::string KeyOf(const resources::ObjectRow& row) {
  const std::vector<std::string> tags = NamesIn(row.Text("tags"));
  if (tags.empty()) return absl::StrCat(row.Text("image_name"), "@", row.Text("digest"));
  return absl::StrCat(row.Text("image_name"), ":", tags.front());
}

absl::StatusOr<Rows> Show(resources::Session& session, const Images& filter, std::stop_token stop) {
  ASSIGN_OR_RETURN(
      const ObjectName name,
      ObjectName::Parse(
          absl::StrCat(filter.database.value(), ".", filter.schema.value(), ".", filter.repository.value()), 3));
  snowflake::Statement statement("SHOW IMAGES");
  AddLike(filter.like, statement);
  statement.Raw("IN IMAGE REPOSITORY").Name(name);
  return QueryRows(session, statement, std::move(stop));
}

}  // namespace

std::unique_ptr<tf::DataSource> MakeImages(resources::Account& account) {
  return MakeShowSource<Images, Image>(account, ImagesModel(),
                                       {.noun = "images",
                                        .rows = &Images::images,
                                        .show = Show,
                                        .key = KeyOf,
                                        .columns = {{"name", "image_name"}, {"path", "image_path"}}});
}

}  // namespace spcs::data_sources
