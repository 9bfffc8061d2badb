// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/image.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/pattern.h"
#include "emulator/engine/spec/document.h"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

// Where the registry would have no content, the reference stands for it: stable, and another for each tag.
std::string InventedDigest(const spec::ImageReference& image) {
  return absl::StrCat("sha256:", spec::Sha256(absl::StrCat(image.Path(), ":", image.tag)));
}

std::optional<PushedManifest> FindPushed(ExecutionContext& context, const Object& repository,
                                         const spec::ImageReference& image, absl::string_view digest) {
  const auto record = context.store().GetRecord(kManifestSpace, ContentKey(repository.id, image.name, digest));
  return record ? PushedManifest::Parse(*record) : std::nullopt;
}

// The name of the IMAGE object: "REPO/app:1".
std::string ObjectName(const spec::ImageReference& image) {
  return absl::StrCat(image.repository, "/", image.name, ":", image.tag);
}

std::string RepositoryPrefix(const Object& repository) {
  return absl::AsciiStrToLower(
      absl::StrCat("/", repository.database, "/", repository.schema, "/", repository.name, "/"));
}

absl::StatusOr<ResultSet> ShowImages(ExecutionContext& context, const sql::Statement& statement,
                                     const ImageCatalog& catalog) {
  ASSIGN_OR_RETURN(const Object repository, context.Require(Kind::kImageRepository, statement.name));
  RETURN_IF_ERROR(context.RequireAnyPrivilege(repository, {"READ", "WRITE", "OWNERSHIP"}));
  ResultBuilder rows({Timestamp("created_on"), Text("image_name"), Text("tags"), Text("digest"), Text("image_path")});
  for (const ImageCatalog::Listed& image : catalog.List(context, repository)) {
    if (statement.show.like && !LikeMatches(*statement.show.like, image.name)) continue;
    const std::string path = RepositoryPrefix(repository).substr(1) + image.name;
    rows.Add({TimeText(image.created_on), image.name, image.tag, image.digest, absl::StrCat(path, ":", image.tag)});
  }
  return std::move(rows).Build();
}

}  // namespace

absl::StatusOr<ImageCatalog> ImageCatalog::Load(const std::string& images) {
  ImageCatalog catalog;
  catalog.any_ = images == "any";
  if (images.empty() || catalog.any_) return catalog;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(images));
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    const bool digest_fits = words.size() == 1 || (words.size() == 2 && absl::StartsWith(words[1], "sha256:"));
    const bool path_fits =
        !absl::StartsWith(words[0], "/") || spec::ParseImage(words[0], absl::StrCat("line ", number)).ok();
    if (!digest_fits || !path_fits) {
      return absl::InvalidArgumentError(absl::StrCat(
          images, ":", number, ": not an image reference with an optional digest (/db/schema/repository/name:tag)"));
    }
    catalog.listed_[words[0]] = words.size() == 2 ? words[1] : "";
  }
  return catalog;
}

std::optional<std::string> ImageCatalog::DigestOf(ExecutionContext& context, const spec::ImageReference& image,
                                                  const runtime::Scenarios& scenarios) const {
  runtime::ContainerFacts facts;
  facts.image = image.BaseName();
  facts.tag = image.tag;
  if (scenarios.For(facts).missing) return std::nullopt;
  if (!image.digest.empty()) {
    const FullName name{.database = image.database, .schema = image.schema, .name = image.repository};
    const std::optional<Object> repository = context.Find(Kind::kImageRepository, name);
    if (repository && FindPushed(context, *repository, image, image.digest)) return image.digest;
    for (const Object& pushed : context.store().List(Kind::kImage, image.database, image.schema)) {
      if (JsonString(pushed.props, "digest") == image.digest) return image.digest;
    }
    return any_ ? std::optional(image.digest) : std::nullopt;
  }
  if (const auto pushed = context.store().Find(Kind::kImage, image.database, image.schema, ObjectName(image))) {
    return JsonString(pushed->props, "digest");
  }
  const std::string full = absl::StrCat(image.Path(), ":", image.tag);
  for (const std::string& spelling :
       {full, absl::StrCat(image.name, ":", image.tag), absl::StrCat(image.BaseName(), ":", image.tag), image.name}) {
    const auto found = listed_.find(spelling);
    if (found != listed_.end()) return found->second.empty() ? InventedDigest(image) : found->second;
  }
  return any_ ? std::optional(InventedDigest(image)) : std::nullopt;
}

std::vector<ImageCatalog::Listed> ImageCatalog::List(ExecutionContext& context, const Object& repository) const {
  std::vector<Listed> images;
  const std::string own = absl::StrCat(repository.name, "/");
  for (const Object& pushed : context.store().List(Kind::kImage, repository.database, repository.schema)) {
    if (!absl::StartsWith(pushed.name, own)) continue;
    images.push_back({pushed.created_on, JsonString(pushed.props, "name"), JsonString(pushed.props, "tag"),
                      JsonString(pushed.props, "digest")});
  }
  for (const auto& [line, digest] : listed_) {
    if (!absl::StartsWith(line, RepositoryPrefix(repository))) continue;
    const absl::StatusOr<spec::ImageReference> image = spec::ParseImage(line, "images");
    if (!image.ok()) continue;
    images.push_back(
        {repository.created_on, image->name, image->tag, digest.empty() ? InventedDigest(*image) : digest});
  }
  std::sort(images.begin(), images.end(),
            [](const Listed& a, const Listed& b) { return std::tie(a.name, a.tag) < std::tie(b.name, b.tag); });
  return images;
}

void RecordImage(ExecutionContext& context, const spec::ImageReference& image, const std::string& digest) {
  const FullName name{.database = image.database, .schema = image.schema, .name = ObjectName(image)};
  std::optional<Object> known = context.Find(Kind::kImage, name);
  Object object = known ? *known : context.NewObject(Kind::kImage, name);
  object.props = {{"name", image.name}, {"tag", image.tag}, {"digest", digest}};
  if (known) {
    context.store().Update(object);
  } else {
    context.store().Insert(object);
  }
}

void RegisterImages(Registry& registry, std::shared_ptr<const ImageCatalog> catalog) {
  registry.AddStatement("SHOW IMAGES",
                        [catalog = std::move(catalog)](ExecutionContext& context, const sql::Statement& statement) {
                          return ShowImages(context, statement, *catalog);
                        });
}

std::string PushedManifest::Serialize() const {
  return DumpJson({{"media_type", media_type}, {"architectures", architectures}});
}

std::optional<PushedManifest> PushedManifest::Parse(const std::string& text) {
  const absl::StatusOr<nlohmann::json> json = ParseJson(text);
  if (!json.ok()) return std::nullopt;
  PushedManifest manifest{.media_type = JsonString(*json, "media_type"), .architectures = {}};
  for (const nlohmann::json& architecture : json->value("architectures", nlohmann::json::array())) {
    if (architecture.is_string()) manifest.architectures.push_back(architecture.get<std::string>());
  }
  return manifest;
}

bool PushedManifest::RunsOn(absl::string_view architecture) const {
  return architectures.empty() ||
         std::find(architectures.begin(), architectures.end(), architecture) != architectures.end();
}

std::string ContentKey(int64_t repository, absl::string_view image, absl::string_view digest) {
  return absl::StrCat(repository, "/", image, "@", digest);
}

void ForgetContent(ExecutionContext& context, int64_t repository) {
  const std::string own = absl::StrCat(repository, "/");
  for (const char* space : {kManifestSpace, "registry-blob"}) {
    for (const auto& [key, value] : context.store().ListRecords(space)) {
      if (absl::StartsWith(key, own)) context.store().DeleteRecord(space, key);
    }
  }
}

absl::Status CheckArchitecture(ExecutionContext& context, const Object& repository, const spec::ImageReference& image,
                               absl::string_view digest, absl::string_view architecture) {
  const std::optional<PushedManifest> pushed = FindPushed(context, repository, image, digest);
  if (!pushed || pushed->RunsOn(architecture)) return absl::OkStatus();
  // The text was seen by users; code and state are inferred.
  return Refused(
      "397013", "22000",
      absl::StrCat("Failed to retrieve image: SPCS only supports image for ", architecture, " architecture."));
}

std::string RegistryHost(ExecutionContext& context) {
  return context.options().registry_host.empty() ? RegistryName(context) : context.options().registry_host;
}

std::string RegistryName(ExecutionContext& context) {
  const AccountInfo account = context.account();
  return absl::StrReplaceAll(absl::AsciiStrToLower(absl::StrCat(account.organization, "-", account.account_name,
                                                                ".registry.snowflakecomputing.com")),
                             {{"_", "-"}});
}

}  // namespace spcs::engine
