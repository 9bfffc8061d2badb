// SPDX-License-Identifier: MPL-2.0
// What a statement is and how it may be logged: Engine::Inspect without the engine.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "emulator/engine/engine.h"

namespace spcs::engine {

// Never fails. A statement that does not parse is "UNKNOWN"; one that cannot even be tokenized shows no text at all.
StatementInfo InspectStatement(absl::string_view sql);

// The text with the literals that may be secret replaced by '***': every literal of CREATE/ALTER SECRET and USER but
// those of known harmless properties, and any literal after a property whose name says it is secret.
std::string RedactStatement(absl::string_view sql);

}  // namespace spcs::engine
