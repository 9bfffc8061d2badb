// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/image_model.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/base/file.h"
#include "provider/base/status.h"
#include "provider/oci/local_source.h"
#include "provider/oci/reference.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

void CheckImageName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (oci::IsRepository(value.AsString())) return;
  diagnostics.AddError(path, "Invalid image name",
                       absl::StrCat("\"", value.AsString(),
                                    "\" must be lower-case letters and digits with single . _ - between them; slashes "
                                    "make parts."));
}

void CheckTag(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (oci::IsTag(value.AsString())) return;
  diagnostics.AddError(path, "Invalid tag",
                       absl::StrCat("\"", value.AsString(),
                                    "\" must be at most 128 letters, digits, . _ -, and not begin with . or -."));
}

void CheckRemote(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const absl::Status status = oci::ParseReference(value.AsString()).status();
  if (!status.ok()) diagnostics.AddError(path, "Invalid image reference", std::string(status.message()));
}

// "/db/schema/repository/name" in lower case, as specifications write it.
std::string PathOf(const ImageModel& image) {
  std::string path;
  for (const tf::String* part : {&image.database, &image.schema, &image.repository}) {
    const auto name = snowflake::Identifier::Parse(part->value_or(""));
    absl::StrAppend(&path, "/", absl::AsciiStrToLower(name.ok() ? name->value() : part->value_or("")));
  }
  return absl::StrCat(path, "/", image.name.value_or(""));
}

}  // namespace

const tf::Table<ImageSource>& ImageSource::Fields() {
  using M = ImageSource;
  using tf::Optional;
  static const tf::Table<M> table{
      {"oci_layout", &M::oci_layout,
       Optional{.validators = {tf::NonEmpty()}, .doc = "Folder with an OCI layout, as buildx and skopeo write it."}},
      {"docker_archive", &M::docker_archive,
       Optional{.validators = {tf::NonEmpty()},
                .doc = "File that `docker save` wrote, uncompressed. It is read in place; layers are pushed as they "
                       "are in it."}},
      {"registry", &M::registry,
       Optional{.validators = {CheckRemote},
                .doc = "Reference of an image in another registry that needs no login, or in the account's own, such "
                       "as `registry.example.com/team/app:1`. Write a digest to pin it: a moved tag is not noticed."}},
      {"image", &M::image,
       Optional{.validators = {tf::NonEmpty()}, .doc = "Name of the image where a layout or archive holds several."}},
  };
  return table;
}

const tf::Table<ImageTimeouts>& ImageTimeouts::Fields() {
  using M = ImageTimeouts;
  static const tf::Table<M> table{
      {"create", &M::create, tf::TimeoutAttribute("create", kPush)},
      {"update", &M::update, tf::TimeoutAttribute("update", kPush)},
  };
  return table;
}

const tf::Model<ImageModel>& ImageTable() {
  using M = ImageModel;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_image",
      "Pushes an image into a repository, without Docker. Blobs that the registry has are not sent. The service cannot "
      "delete single images: destroying this resource only forgets the image. The role needs WRITE on the image "
      "repository. The registry wants a programmatic access token: the connection's own, or, where it signs in "
      "otherwise, one that is made for the push and removed behind it, for which the role needs MODIFY PROGRAMMATIC "
      "AUTHENTICATION METHODS on the user.",
      {
          {"database", &M::database, PlainParentAttribute("Database of the image repository.")},
          {"schema", &M::schema, PlainParentAttribute("Schema of the image repository.")},
          {"repository", &M::repository, PlainParentAttribute("Name of the image repository.")},
          {"name", &M::name,
           Required{.replace = true,
                    .identity = true,
                    .validators = {CheckImageName},
                    .doc = "Name of the image inside the repository."}},
          {"tag", &M::tag,
           Required{.replace = true,
                    .identity = true,
                    .validators = {CheckTag},
                    .doc = "Tag that the image gets. One that is there already is moved; the plan warns where it leads "
                           "to another image."}},
          {"source", &M::source,
           Required{.doc =
                        "Where the image comes from: exactly one of `oci_layout`, `docker_archive` and `registry`. A "
                        "change that leads to another image pushes it under the same tag, in place."}},
          {"platform", &M::platform,
           Optional{.default_value = "linux/amd64",
                    .client_only = true,
                    .validators = {tf::OneOf({"linux/amd64", "linux/arm64"})},
                    .doc =
                        "Platform to choose where the source has several. The service runs linux/amd64, and "
                        "linux/arm64 on pools of the families GEN_ARM. A change pushes the other image under the same "
                        "tag, in place."}},
          {"digest", &M::digest,
           Computed{.doc = "Digest of the manifest that the tag leads to. With a local source it is known in the plan, "
                           "so a service that refers to it is upgraded when the image was built anew."}},
          {"reference", &M::reference,
           Computed{.doc = "Path for a specification's `image`, with the digest: `/db/schema/repository/"
                           "name@sha256:…`. That the service takes digests there is not verified."}},
          {"tagged_reference", &M::tagged_reference,
           Computed{.doc = "Path for a specification's `image`, with the tag."}},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

bool IsLocal(const ImageModel& image) {
  if (!image.source.IsKnown() || !image.platform.IsKnown()) return false;
  const ImageSource& source = image.source.value();
  return (source.oci_layout.IsKnown() || source.docker_archive.IsKnown()) && !source.image.IsUnknown();
}

absl::StatusOr<oci::Image> OpenLocalSource(const ImageModel& image) {
  const ImageSource& source = image.source.value();
  const bool layout = source.oci_layout.IsKnown();
  const std::string path = ExpandHome((layout ? source.oci_layout : source.docker_archive).value());
  const oci::Choice choice{.platform = image.platform.value_or("linux/amd64"), .name = source.image.value_or("")};
  absl::StatusOr<oci::Image> opened = layout ? oci::OpenLayout(path, choice) : oci::OpenArchive(path, choice);
  if (opened.ok()) return opened;
  return WithFact(opened.status(), kAttributePath, layout ? "source.oci_layout" : "source.docker_archive");
}

absl::StatusOr<snowflake::ObjectName> RepositoryOf(const ImageModel& image) {
  using snowflake::Identifier;
  ASSIGN_OR_RETURN(Identifier database, Identifier::Parse(image.database.value_or("")));
  ASSIGN_OR_RETURN(Identifier schema, Identifier::Parse(image.schema.value_or("")));
  ASSIGN_OR_RETURN(Identifier repository, Identifier::Parse(image.repository.value_or("")));
  return snowflake::ObjectName(std::move(database), std::move(schema), std::move(repository));
}

void SetReferences(ImageModel& image) {
  bool known = true;
  for (const tf::String* part : {&image.database, &image.schema, &image.repository, &image.name, &image.tag}) {
    known = known && part->IsKnown();
  }
  image.tagged_reference =
      known ? tf::String(absl::StrCat(PathOf(image), ":", image.tag.value())) : tf::String::Unknown();
  image.reference = known && image.digest.IsKnown() ? tf::String(absl::StrCat(PathOf(image), "@", image.digest.value()))
                                                    : tf::String::Unknown();
}

absl::StatusOr<ImageModel> ImageFromId(const std::string& id) {
  const absl::string_view text = absl::StripPrefix(id, "/");
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  const size_t colon = text.rfind(':');
  const size_t slash = text.rfind('/');
  if (parts.size() < 4 || colon == absl::string_view::npos || colon < slash) {
    return WithFact(absl::InvalidArgumentError(absl::StrCat("the import id \"", id, "\" is no path of an image")),
                    kAdvice, "Write database/schema/repository/name:tag.");
  }
  ImageModel image;
  image.database = parts[0];
  image.schema = parts[1];
  image.repository = parts[2];
  const std::string rest = absl::StrJoin(parts.begin() + 3, parts.end(), "/");
  image.name = rest.substr(0, rest.rfind(':'));
  image.tag = rest.substr(rest.rfind(':') + 1);
  return image;
}

}  // namespace spcs::resources
