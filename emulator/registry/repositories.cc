// SPDX-License-Identifier: MPL-2.0
#include "emulator/registry/repositories.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "emulator/engine/context.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::registry {
namespace {

constexpr absl::string_view kBlobSpace = "registry-blob";
constexpr size_t kLongestName = 255;

// Lower-case letters and digits, with ".", "_", "__" or dashes between them.
bool IsComponent(absl::string_view part) {
  if (part.empty() || !absl::ascii_isalnum(part.front()) || !absl::ascii_isalnum(part.back())) return false;
  for (size_t i = 0; i < part.size(); ++i) {
    const char c = part[i];
    const bool plain = absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
    const bool single = c == '.' || c == '_';
    if (!plain && !single) return false;
    if (c == '.' && (part[i - 1] == '.' || part[i - 1] == '_')) return false;
    if (c == '_' && (part[i - 1] == '.' || (part[i - 1] == '_' && i >= 2 && part[i - 2] == '_'))) return false;
  }
  return true;
}

}  // namespace

std::optional<ImageName> ParseImageName(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (parts.size() < 4 || text.size() > kLongestName) return std::nullopt;
  for (const std::string& part : parts) {
    if (!IsComponent(part)) return std::nullopt;
  }
  return ImageName{.database = absl::AsciiStrToUpper(parts[0]),
                   .schema = absl::AsciiStrToUpper(parts[1]),
                   .repository = absl::AsciiStrToUpper(parts[2]),
                   .name = absl::StrJoin(parts.begin() + 3, parts.end(), "/")};
}

absl::StatusOr<Access> Repositories::Open(const engine::Session& session, const ImageName& image) {
  Access access;
  RETURN_IF_ERROR(engine_.Run(session, [&](engine::ExecutionContext& context) {
    const engine::FullName name{.database = image.database, .schema = image.schema, .name = image.repository};
    ASSIGN_OR_RETURN(const engine::Object repository, context.Require(engine::Kind::kImageRepository, name));
    access.repository = repository.id;
    access.push = context.HasPrivilege(repository, "WRITE");
    access.pull = access.push || context.HasPrivilege(repository, "READ");
    return absl::OkStatus();
  }));
  return access;
}

bool Repositories::HasBlob(const Access& access, const ImageName& image, absl::string_view digest) {
  return engine_.GetRecord(kBlobSpace, engine::ContentKey(access.repository, image.name, digest)).has_value();
}

absl::Status Repositories::LinkBlob(const Access& access, const ImageName& image, absl::string_view digest) {
  return engine_.PutRecord(kBlobSpace, engine::ContentKey(access.repository, image.name, digest), "1");
}

std::optional<engine::PushedManifest> Repositories::FindManifest(const Access& access, const ImageName& image,
                                                                 absl::string_view digest) {
  const auto record =
      engine_.GetRecord(engine::kManifestSpace, engine::ContentKey(access.repository, image.name, digest));
  return record ? engine::PushedManifest::Parse(*record) : std::nullopt;
}

absl::Status Repositories::RecordManifest(const Access& access, const ImageName& image, const std::string& digest,
                                          const engine::PushedManifest& manifest) {
  return engine_.PutRecord(engine::kManifestSpace, engine::ContentKey(access.repository, image.name, digest),
                           manifest.Serialize());
}

std::set<std::string> Repositories::Digests() {
  std::set<std::string> digests;
  for (const absl::string_view space : {kBlobSpace, absl::string_view(engine::kManifestSpace)}) {
    for (const auto& [key, value] : engine_.ListRecords(space)) digests.insert(key.substr(key.rfind('@') + 1));
  }
  return digests;
}

absl::Status Repositories::Tag(const engine::Session& session, const ImageName& image, const std::string& tag,
                               const std::string& digest) {
  return engine_.Run(session, [&](engine::ExecutionContext& context) {
    spec::ImageReference reference;
    reference.database = image.database;
    reference.schema = image.schema;
    reference.repository = image.repository;
    reference.name = image.name;
    reference.tag = tag;
    engine::RecordImage(context, reference, digest);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::map<std::string, std::string>> Repositories::Tags(const engine::Session& session,
                                                                      const ImageName& image) {
  std::map<std::string, std::string> tags;
  const std::string own = absl::StrCat(image.repository, "/");
  RETURN_IF_ERROR(engine_.Run(session, [&](engine::ExecutionContext& context) {
    for (const engine::Object& object : context.store().List(engine::Kind::kImage, image.database, image.schema)) {
      if (!absl::StartsWith(object.name, own) || JsonString(object.props, "name") != image.name) continue;
      tags[JsonString(object.props, "tag")] = JsonString(object.props, "digest");
    }
    return absl::OkStatus();
  }));
  return tags;
}

}  // namespace spcs::registry
