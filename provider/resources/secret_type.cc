// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/secret_type.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/resources/names.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

enum class Need { kRequired, kAllowed };

// How a type uses its attributes; what is not listed it does not have. Source: the service's reference of CREATE
// SECRET.
struct SecretType {
  const char* type;
  std::vector<std::pair<const char*, Need>> attributes;
};

const std::vector<SecretType>& SecretTypes() {
  using enum Need;
  static const auto* const types = new std::vector<SecretType>{
      {"GENERIC_STRING", {{"value_wo", kRequired}, {"value_wo_version", kRequired}}},
      {"PASSWORD", {{"username", kRequired}, {"value_wo", kRequired}, {"value_wo_version", kRequired}}},
      {"OAUTH2",
       {{"api_authentication", kRequired},
        {"oauth_scopes", kAllowed},
        {"value_wo", kAllowed},
        {"value_wo_version", kAllowed},
        {"oauth_refresh_token_expiry_time", kAllowed}}},
      {"CLOUD_PROVIDER_TOKEN", {{"api_authentication", kRequired}}},
      {"SYMMETRIC_KEY", {}},
  };
  return *types;
}

std::vector<std::string> TypeNames() {
  std::vector<std::string> names;
  for (const SecretType& type : SecretTypes()) names.emplace_back(type.type);
  return names;
}

enum class Given { kNo, kMaybe, kYes };

template <class T>
Given IsGiven(const tf::Attr<T>& attribute) {
  return attribute.IsUnknown() ? Given::kMaybe : attribute.IsNull() ? Given::kNo : Given::kYes;
}

std::vector<std::pair<const char*, Given>> GivenOf(const Secret& config) {
  return {{"username", IsGiven(config.username)},
          {"value_wo", IsGiven(config.value_wo)},
          {"value_wo_version", IsGiven(config.value_wo_version)},
          {"api_authentication", IsGiven(config.api_authentication)},
          {"oauth_scopes", IsGiven(config.oauth_scopes)},
          {"oauth_refresh_token_expiry_time", IsGiven(config.oauth_refresh_token_expiry_time)}};
}

// The types that have the attribute: "OAUTH2 or CLOUD_PROVIDER_TOKEN".
std::string TypesWith(absl::string_view name) {
  std::vector<std::string> types;
  for (const SecretType& type : SecretTypes()) {
    for (const auto& [attribute, need] : type.attributes) {
      if (attribute == name) types.emplace_back(type.type);
    }
  }
  return absl::StrJoin(types, " or ");
}

void CheckPresence(const SecretType& type, const Secret& config, tf::Diagnostics& diagnostics) {
  for (const auto& [name, given] : GivenOf(config)) {
    bool has = false, required = false;
    for (const auto& [attribute, need] : type.attributes) {
      if (absl::string_view(attribute) != name) continue;
      has = true;
      required = need == Need::kRequired;
    }
    if (required && given == Given::kNo) {
      diagnostics.AddError(tf::Path(name), "Missing attribute",
                           absl::StrCat("A secret of type ", type.type, " needs `", name, "`."));
    }
    if (!has && given == Given::kYes) {
      diagnostics.AddError(
          tf::Path(name), "Attribute of another type",
          absl::StrCat("`", name, "` goes with type ", TypesWith(name), " only, and this secret is of type ", type.type,
                       "; remove it or change `type`."));
    }
  }
}

// A refresh token, its version and its end come together, and exclude scopes.
void CheckFlow(const Secret& config, tf::Diagnostics& diagnostics) {
  const Given token = IsGiven(config.value_wo);
  if (token == Given::kMaybe) return;
  const std::vector<std::pair<const char*, Given>> together = {
      {"value_wo_version", IsGiven(config.value_wo_version)},
      {"oauth_refresh_token_expiry_time", IsGiven(config.oauth_refresh_token_expiry_time)}};
  for (const auto& [name, given] : together) {
    if (token == Given::kYes && given == Given::kNo) {
      diagnostics.AddError(tf::Path(name), "Missing attribute",
                           absl::StrCat("A refresh token in `value_wo` needs `", name, "`."));
    }
    if (token == Given::kNo && given == Given::kYes) {
      diagnostics.AddError(tf::Path(name), "Attribute without a token",
                           absl::StrCat("`", name,
                                        "` goes with a refresh token in `value_wo` (authorization code flow); "
                                        "without one the secret is of the client credentials flow."));
    }
  }
  if (token == Given::kYes && IsGiven(config.oauth_scopes) == Given::kYes) {
    diagnostics.AddError(tf::Path("oauth_scopes"), "Scopes of another flow",
                         "`oauth_scopes` belong to the client credentials flow, a refresh token in `value_wo` to the "
                         "authorization code flow; remove one of the two.");
  }
}

}  // namespace

void CheckSecretType(const Secret& config, tf::Diagnostics& diagnostics) {
  if (config.type.IsUnknown()) return;
  const std::string type = absl::AsciiStrToUpper(config.type.value_or("GENERIC_STRING"));
  for (const SecretType& rules : SecretTypes()) {
    if (type == rules.type) CheckPresence(rules, config, diagnostics);
  }
  if (type == "OAUTH2") CheckFlow(config, diagnostics);
}

const tf::Model<Secret>& SecretModel() {
  using M = Secret;
  using tf::Optional;
  static const tf::Model<M> model{
      "spcs_secret",
      "A secret that services read. Its value is write-only: it is in no state and in no plan.",
      {
          {"database", &M::database, ParentAttribute("Database of the secret.")},
          {"schema", &M::schema, ParentAttribute("Schema of the secret.")},
          {"name", &M::name, NameAttribute("secret")},
          {"type", &M::type,
           Optional{.default_value = "GENERIC_STRING",
                    .replace = true,
                    .same_meaning = SameWord,
                    .validators = {tf::OneOfWords(TypeNames())},
                    .doc = "GENERIC_STRING; PASSWORD for a user name with a password; OAUTH2 for tokens by a security "
                           "integration; CLOUD_PROVIDER_TOKEN for a role of AWS; SYMMETRIC_KEY for a key that the "
                           "service makes (by its only algorithm, GENERIC)."}},
          {"username", &M::username, Optional{.doc = "User name; with PASSWORD."}},
          {"value_wo", &M::value_wo,
           Optional{.sensitive = true,
                    .write_only = true,
                    .validators = {tf::NonEmpty()},
                    .doc = "The value; with PASSWORD the password; with OAUTH2 the refresh token of the authorization "
                           "code flow, and none for the client credentials flow. Write-only: raise `value_wo_version` "
                           "to send a new one."}},
          {"value_wo_version", &M::value_wo_version,
           Optional{.doc = "Any number, needed with `value_wo`; a change of it sends `value_wo`."}},
          {"api_authentication", &M::api_authentication,
           Optional{.same_meaning = SameNameValue,
                    .validators = {CheckName},
                    .doc = "Security integration of type API_AUTHENTICATION; needed with OAUTH2, where another one "
                           "replaces the secret, and with CLOUD_PROVIDER_TOKEN."}},
          {"oauth_scopes", &M::oauth_scopes,
           Optional{
               .validators = {tf::NonEmpty()},
               .doc = "Scopes to ask for in the client credentials flow; unset, all that the integration allows."}},
          {"oauth_refresh_token_expiry_time", &M::oauth_refresh_token_expiry_time,
           Optional{.same_meaning = SameMoment,
                    .validators = {CheckMoment},
                    .doc = "When the refresh token ends, in RFC 3339; needed with a refresh token."}},
          {"comment", &M::comment, CommentAttribute("secret")},
          {"tags", &M::tags, TagsAttribute()},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
      }};
  return model;
}

}  // namespace spcs::resources
