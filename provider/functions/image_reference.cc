// SPDX-License-Identifier: MPL-2.0
// image_reference: the reference of an image in a repository, as specifications take it.
#include <regex>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"
#include "provider/snowflake/identifier.h"

namespace spcs::functions {
namespace {

using snowflake::Identifier;
using snowflake::ObjectName;

constexpr size_t kPartsOfAPath = 3;  // database, schema, repository

bool Matches(const std::string& text, const char* pattern) {
  return text.size() <= 256 && std::regex_match(text, std::regex(pattern));
}

// "host/db/schema/repo" or "/db/schema/repo", in lower case.
absl::StatusOr<std::string> FromPath(const std::string& text) {
  absl::string_view rest = text;
  absl::ConsumePrefix(&rest, "https://");
  absl::ConsumeSuffix(&rest, "/");
  const bool has_host = !absl::StartsWith(rest, "/");
  absl::ConsumePrefix(&rest, "/");
  std::vector<std::string> parts = absl::StrSplit(rest, '/');
  if (parts.size() != kPartsOfAPath + (has_host ? 1 : 0)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text,
        "\" is no repository: write the repository_url, /database/schema/repository or DATABASE.SCHEMA.NAME"));
  }
  for (size_t i = has_host ? 1 : 0; i < parts.size(); ++i) {
    ASSIGN_OR_RETURN(const Identifier part, Identifier::Parse(parts[i]));
    RETURN_IF_ERROR(snowflake::RequireBareName(part, "repository"));
  }
  const std::string path = absl::AsciiStrToLower(rest);
  if (has_host && !Matches(path.substr(0, path.find('/')), "[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" begins with no host; take the repository_url as the service tells it"));
  }
  return has_host ? path : "/" + path;
}

absl::StatusOr<std::string> Repository(const std::string& text) {
  if (absl::StrContains(text, '/')) return FromPath(text);
  ASSIGN_OR_RETURN(const ObjectName name, ObjectName::Parse(text, kPartsOfAPath));
  std::string path;
  for (const Identifier& part : name.parts()) {
    RETURN_IF_ERROR(snowflake::RequireBareName(part, "repository"));
    absl::StrAppend(&path, "/", absl::AsciiStrToLower(part.value()));
  }
  return path;
}

absl::Status CheckImage(const std::string& name) {
  constexpr char kName[] = "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*";
  if (Matches(name, kName)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", name, "\" is no image name: lower-case letters and digits, joined by . _ - or /, without a tag"));
}

// ":tag" or "@sha256:…".
absl::StatusOr<std::string> Version(const std::string& text) {
  if (absl::StartsWith(text, "sha256:")) {
    if (Matches(text, "sha256:[0-9a-f]{64}")) return "@" + text;
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no digest: sha256: and 64 hexadecimal digits"));
  }
  if (Matches(text, "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")) return ":" + text;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no tag: up to 128 letters, digits, _ . and -, and the first is no . or -"));
}

class ImageReferenceFunction : public tf::Function {
 public:
  const std::string& name() const override {
    static const std::string kName = "image_reference";
    return kName;
  }

  const tf::FunctionSignature& signature() const override {
    static const tf::FunctionSignature kSignature{
        .summary = "Reference of an image in a repository",
        .doc =
            "Puts the reference of an image together as the service writes it: the path in lower case, then `:tag` or "
            "`@digest` (by digest: not verified on an account). From a name or path (`DB.SC.REPO`, `/db/sc/repo`) "
            "comes what a container's `image` "
            "takes; from a `repository_url` the reference with the registry's host, which tools that push take too.",
        .parameters = {{.name = "repository",
                        .type = tf::Type::String(),
                        .doc = "The repository: `DATABASE.SCHEMA.NAME`, `/database/schema/name`, or the attribute "
                               "`repository_url` of spcs_image_repository."},
                       {.name = "name", .type = tf::Type::String(), .doc = "Name of the image inside it."},
                       {.name = "version",
                        .type = tf::Type::String(),
                        .doc = "Tag, or digest (`sha256:…`). A digest never changes what it points to."}},
        .variadic = std::nullopt,
        .result = tf::Type::String()};
    return kSignature;
  }

  absl::StatusOr<tf::Value> Call(const std::vector<tf::Value>& arguments) const override {
    const auto repository = Repository(arguments[0].AsString());
    if (!repository.ok()) return WithFact(repository.status(), tf::kFunctionArgument, "0");
    const absl::Status image = CheckImage(arguments[1].AsString());
    if (!image.ok()) return WithFact(image, tf::kFunctionArgument, "1");
    const auto version = Version(arguments[2].AsString());
    if (!version.ok()) return WithFact(version.status(), tf::kFunctionArgument, "2");
    return tf::Value(absl::StrCat(*repository, "/", arguments[1].AsString(), *version));
  }
};

}  // namespace

std::unique_ptr<tf::Function> MakeImageReference() {
  return std::make_unique<ImageReferenceFunction>();
}

}  // namespace spcs::functions
