// SPDX-License-Identifier: MPL-2.0
#include "emulator/rest/errors.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::rest {
namespace {

constexpr absl::string_view kHttpStatus = "spcs/rest-http-status";
constexpr absl::string_view kMalformed = "391900";  // inferred: no document names the code of a malformed request

absl::Status WithHttpStatus(const absl::Status& status, int http_status, absl::string_view code) {
  return WithFact(WithFact(status, kHttpStatus, absl::StrCat(http_status)), kVendorCode, code);
}

}  // namespace

absl::Status BadRequest(absl::string_view what) {
  return WithHttpStatus(absl::InvalidArgumentError(absl::StrCat("Bad request: ", what, ".")), 400, kMalformed);
}

absl::Status NoSuchEndpoint() {
  return WithHttpStatus(absl::NotFoundError("The requested endpoint does not exist."), 404, "404");
}

absl::Status NoSuchMethod() {
  return WithHttpStatus(absl::UnimplementedError("Method is not allowed."), 405, "405");
}

absl::Status NotJson() {
  return WithHttpStatus(absl::InvalidArgumentError("Content-Type must be application/json."), 415, "391901");
}

int HttpStatusOf(const absl::Status& error) {
  int known = 0;
  if (absl::SimpleAtoi(FactOf(error, kHttpStatus).value_or(""), &known)) return known;
  const std::optional<std::string> code = FactOf(error, kVendorCode);
  if (!code) return 500;
  if (*code == "002003" || *code == "002043") return 404;
  if (*code == "002002") return 409;
  if (*code == "003001") return 403;
  if (*code == "000630") return 408;
  return 400;
}

std::string CodeOf(const absl::Status& error) {
  return FactOf(error, kVendorCode).value_or(absl::StrCat(HttpStatusOf(error)));
}

}  // namespace spcs::rest
