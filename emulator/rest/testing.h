// SPDX-License-Identifier: MPL-2.0
// For the tests of this folder: the API over an account in memory, with the statements that it makes.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "emulator/engine/testing.h"
#include "emulator/rest/errors.h"
#include "emulator/rest/object_api.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"

namespace spcs::rest {

struct Reply {
  int status = 200;
  nlohmann::json body;        // of a success
  std::string code, message;  // of a refusal
};

class RestAccount : public engine::TestAccount {
 public:
  using engine::TestAccount::TestAccount;

  // `path` without /api/v2; `query` decoded.
  Reply Call(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr,
             const std::map<std::string, std::string>& query = {}) {
    emulator_http::HttpRequest request{.method = method, .path = "/api/v2" + path, .query = query};
    if (!body.is_null()) {
      request.headers["Content-Type"] = "application/json";
      request.body = DumpJson(body);
    }
    return Send(request);
  }
  Reply Send(const emulator_http::HttpRequest& request) {
    statements_.clear();
    const absl::StatusOr<nlohmann::json> body = Serve(request, [this](const std::string& statement) {
      statements_.push_back(statement);
      return Try(statement);
    });
    if (body.ok()) return {.body = *body};
    return {HttpStatusOf(body.status()), nullptr, CodeOf(body.status()), std::string(body.status().message())};
  }

  // What the last call executed.
  const std::vector<std::string>& statements() const { return statements_; }

 private:
  std::vector<std::string> statements_;
};

}  // namespace spcs::rest
