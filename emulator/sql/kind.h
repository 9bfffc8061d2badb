// SPDX-License-Identifier: MPL-2.0
// The kinds of object that an account holds, with the words that SQL and the service's messages use for them.
// The grammar, the engine and every kind handler name kinds through this table only.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace spcs::sql {

enum class Kind {
  kAccount,  // the account itself; only grants name it
  kDatabase,
  kSchema,
  kTable,
  kStage,
  kImageRepository,
  kImage,  // an image in a repository; SQL can list but not create it
  kSecret,
  kNetworkRule,
  kIntegration,  // external access and security integrations, in one name space
  kUser,
  kRole,
  kWarehouse,
  kComputePool,
  kService,  // job services too
  kTag,
  kFileFormat,
  kApplication,  // an installed native application; only compute pools name it
};

// What a name of the kind is qualified with.
enum class Scope { kAccount, kDatabase, kSchema };

struct KindInfo {
  Kind kind;
  absl::string_view keyword;  // "IMAGE REPOSITORY", as in CREATE IMAGE REPOSITORY and GRANT … ON IMAGE REPOSITORY
  absl::string_view plural;   // "IMAGE REPOSITORIES", as in SHOW IMAGE REPOSITORIES
  absl::string_view noun;     // "Image repository", as messages begin: Image repository 'X' does not exist …
  Scope scope;
};

// All kinds, in the order of the enum.
absl::Span<const KindInfo> AllKinds();

const KindInfo& InfoOf(Kind kind);

// The kind whose keyword this is (upper case); nullopt when there is none.
std::optional<Kind> KindOfKeyword(absl::string_view keyword);

}  // namespace spcs::sql
