// SPDX-License-Identifier: MPL-2.0
// `corsSettings` of an endpoint: the ingress answers preflights and marks answers, whatever the container says of it.
#pragma once

#include <optional>

#include "emulator/engine/ingress.h"
#include "emulator/http/message.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {

// The answer to a preflight, which carries no credentials and so is answered before anything is checked; nullopt when
// the request is none. An origin that is not listed gets no permission (403).
std::optional<HttpReply> AnswerPreflight(const WireHead& request, const engine::CorsSettings& cors);

// Lets the page of a listed origin read the answer. Without settings the answer stays as it is.
void AllowOrigin(const WireHead& request, const engine::CorsSettings& cors, WireHead& answer);

}  // namespace spcs::emulator_http
