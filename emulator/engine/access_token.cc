// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/access_token.h"

#include <algorithm>

#include "emulator/engine/hash.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr int kTextLength = 64;

}  // namespace

std::string TokenKey(absl::string_view text) {
  return Sha256Hex(text);
}

std::string NewTokenText() {
  return RandomName(kTextLength);
}

std::string TokenToRecord(const AccessToken& token) {
  return DumpJson({{"type", token.type},
                   {"user", token.user},
                   {"name", token.name},
                   {"role_restriction", token.role_restriction},
                   {"comment", token.comment},
                   {"created_by", token.created_by},
                   {"created", absl::ToUnixMillis(token.created)},
                   {"expires", absl::ToUnixMillis(token.expires)},
                   {"ingress", token.ingress},
                   {"disabled", token.disabled},
                   {"rotated_to", token.rotated_to},
                   {"bypass_minutes", token.bypass_minutes}});
}

absl::StatusOr<AccessToken> TokenFromRecord(absl::string_view record) {
  ASSIGN_OR_RETURN(const nlohmann::json facts, ParseJson(record));
  return AccessToken{.type = JsonString(facts, "type"),
                     .user = JsonString(facts, "user"),
                     .name = JsonString(facts, "name"),
                     .role_restriction = JsonString(facts, "role_restriction"),
                     .ingress = JsonString(facts, "ingress"),
                     .comment = JsonString(facts, "comment"),
                     .created_by = JsonString(facts, "created_by"),
                     .created = absl::FromUnixMillis(JsonInt(facts, "created")),
                     .expires = absl::FromUnixMillis(JsonInt(facts, "expires")),
                     .disabled = facts.value("disabled", false),
                     .rotated_to = JsonString(facts, "rotated_to"),
                     .bypass_minutes = JsonInt(facts, "bypass_minutes")};
}

std::vector<std::pair<std::string, AccessToken>> TokensOfUser(Store& store, absl::string_view user) {
  std::vector<std::pair<std::string, AccessToken>> tokens;
  for (const auto& [key, record] : store.ListRecords(kTokenSpace)) {
    absl::StatusOr<AccessToken> token = TokenFromRecord(record);
    if (token.ok() && token->user == user && !token->name.empty()) tokens.emplace_back(key, *std::move(token));
  }
  std::sort(tokens.begin(), tokens.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.created, a.second.name) < std::pair(b.second.created, b.second.name);
  });
  return tokens;
}

void MoveTokens(Store& store, absl::string_view from, absl::string_view to) {
  for (const auto& [key, record] : store.ListRecords(kTokenSpace)) {
    absl::StatusOr<AccessToken> token = TokenFromRecord(record);
    if (!token.ok() || token->user != from) continue;
    if (to.empty()) {
      store.DeleteRecord(kTokenSpace, key);
    } else {
      token->user = std::string(to);
      store.PutRecord(kTokenSpace, key, TokenToRecord(*token));
    }
  }
}

}  // namespace spcs::engine
