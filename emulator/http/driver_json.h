// SPDX-License-Identifier: MPL-2.0
// The bodies of the drivers' session protocol: {success, code, message, data}, with the JSON rowset. Called by
// SessionProtocol. Facts: the wire as the drivers read it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "emulator/engine/engine.h"
#include "emulator/http/driver_sessions.h"
#include "emulator/http/message.h"
#include "emulator/http/statement_table.h"
#include "nlohmann/json_fwd.hpp"

namespace spcs::emulator_http {

inline constexpr absl::string_view kCodeInProgress = "333333";       // ask again under getResultUrl
inline constexpr absl::string_view kCodeInProgressAsync = "333334";  // likewise, and asyncExec was asked for

// 200 with success = true.
HttpReply DriverSuccess(const nlohmann::json& data);

// 200 with success = false, the status's code and message; 500 for a fault of the emulator itself.
HttpReply DriverFailure(const absl::Status& error);

// The statement has not ended; where its result will be.
HttpReply DriverRunning(const ExecutedStatement& statement);

// The statement as it stands: its rows (`rows` false: only what columns they have), its error, or that it still runs.
// `session` is what the driver is told of its session; nullptr: nothing.
HttpReply DriverAnswer(const ExecutedStatement& statement, const DriverSession* session, bool rows = true);

// One entry of /monitoring/queries/<id>.
nlohmann::json MonitoredQuery(const ExecutedStatement& statement);

// The parameters as a login and a query answer them: [{name, value}].
nlohmann::json DriverParameters(const std::map<std::string, std::string>& parameters);

}  // namespace spcs::emulator_http
