// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/document.h"

#include <openssl/evp.h>

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"

namespace spcs::spec {

absl::Status Invalid(absl::string_view text) {
  return sql::SqlError(absl::StatusCode::kInvalidArgument, "395018", "22023",
                       absl::StrCat("Invalid spec: ", text, "."));
}

const Document& ListAt(const Document& document, std::initializer_list<const char*> path) {
  static const Document kNone = Document::array();
  const Document* value = &document;
  for (const char* member : path) {
    if (!value->is_object() || !value->contains(member)) return kNone;
    value = &value->at(member);
  }
  return value->is_array() ? *value : kNone;
}

std::string TextOf(const Document& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string Sha256(absl::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &length, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash.data()), length));
}

std::string DigestOf(const Document& document) {
  // nlohmann::json keeps members sorted, so the order in which they were written does not count.
  return Sha256(nlohmann::json(document).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::vector<std::string> StagesOf(const Document& document) {
  std::vector<std::string> stages;
  for (const Document& volume : ListAt(document, {"spec", "volumes"})) {
    if (volume.contains("stageConfig")) stages.push_back(TextOf(volume["stageConfig"], "name"));
  }
  return stages;
}

std::vector<std::string> SecretsOf(const Document& document) {
  std::vector<std::string> secrets;
  for (const Document& container : ListAt(document, {"spec", "containers"})) {
    for (const Document& secret : ListAt(container, {"secrets"})) {
      const Document& name = secret["snowflakeSecret"];
      secrets.push_back(name.is_string() ? name.get<std::string>() : TextOf(name, "objectName"));
    }
  }
  return secrets;
}

bool HasPublicEndpoint(const Document& document) {
  for (const Document& endpoint : ListAt(document, {"spec", "endpoints"})) {
    if (endpoint.value("public", false)) return true;
  }
  return false;
}

bool HasBlockVolume(const Document& document) {
  for (const Document& volume : ListAt(document, {"spec", "volumes"})) {
    if (TextOf(volume, "source") == "block") return true;
  }
  return false;
}

std::vector<std::string> ServiceRolesOf(const Document& document) {
  std::vector<std::string> roles;
  for (const Document& role : ListAt(document, {"serviceRoles"})) {
    roles.push_back(absl::AsciiStrToUpper(TextOf(role, "name")));
  }
  return roles;
}

}  // namespace spcs::spec
