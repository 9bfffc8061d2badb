// SPDX-License-Identifier: MPL-2.0
// State of the closest peer, Snowflake's own provider, as ours: behind a `moved` block. What a kind's SqlKind::peer
// does not say follows from the names of attributes; the read that comes next corrects what the account shows.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "provider/resources/spec_value.h"
#include "provider/resources/sql_kind.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs::resources {

// The state with every plain attribute that the peer's state (JSON text) has, the rest at its default or null. The
// peer's "true" | "false" | "default" are booleans or null, its -1 and "" are null, its exact names are spelled as SQL.
// Unimplemented for a type that is not the kind's; InvalidArgument for state without the object's name.
absl::StatusOr<tf::Value> FromPeer(const SqlKind& kind, const tf::Schema& schema, const std::string& our_type,
                                   const std::string& source_type, const std::string& source_json);

// Whether the peer's state has something at "encryption.0.snowflake_sse.0".
bool PeerHas(const std::string& source_json, const std::string& path);
// Whether it says true there.
bool PeerSaysYes(const std::string& source_json, const std::string& path);

// The specification in the peer's state of a service or job: from its text; null where it came from a template, or
// cannot be read: then the one that the account shows counts. FailedPrecondition with the text to paste where it came
// from a file on a stage.
absl::StatusOr<tf::Attr<SpecValue>> PeerSpec(const std::string& source_json, const std::string& our_type);

}  // namespace spcs::resources
