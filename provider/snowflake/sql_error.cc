// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/sql_error.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/snowflake/literal.h"

namespace spcs::snowflake {
namespace {

// Shorter secrets are removed only where they stand as a literal: "a" is part of every message.
constexpr size_t kShortSecret = 4;

struct Known {
  absl::string_view vendor_code;
  absl::StatusCode code;
  absl::string_view advice;  // "" when there is nothing more to say
};

constexpr absl::string_view kNewKey =
    "Check account and user, and that the public half of this key is set on the user (ALTER USER ... SET "
    "RSA_PUBLIC_KEY).";
constexpr absl::string_view kNewToken =
    "Make a new token and set it, or let token_file_path name the file that holds it.";
constexpr absl::string_view kClock = "Check this machine's clock: a key pair token lives less than an hour.";
constexpr absl::string_view kRole = "Grant the role to the user, or set another role for the connection.";

constexpr Known kKnown[] = {
    {"002002", absl::StatusCode::kAlreadyExists, ""},
    {"002003", absl::StatusCode::kNotFound, ""},
    {"002043", absl::StatusCode::kNotFound, ""},
    {"003001", absl::StatusCode::kPermissionDenied, "Grant the privilege to the role, or use a role that has it."},
    {"000606", absl::StatusCode::kFailedPrecondition, "Set warehouse for the connection to one the role may use."},
    {"000904", absl::StatusCode::kInvalidArgument, ""},
    {"001003", absl::StatusCode::kInvalidArgument, ""},
    {"100037", absl::StatusCode::kInvalidArgument, ""},
    {"395018", absl::StatusCode::kInvalidArgument, "Correct the specification at the place that the message names."},
    {"395069", absl::StatusCode::kInvalidArgument, "Correct the specification."},
    {"395085", absl::StatusCode::kFailedPrecondition, "Set force_destroy = true to drop its block volumes as well."},
    {"392507", absl::StatusCode::kResourceExhausted, "Try again later, or use another instance family."},
    {"390186", absl::StatusCode::kPermissionDenied, kRole},
    {"390189", absl::StatusCode::kPermissionDenied, kRole},
    {"390144", absl::StatusCode::kUnauthenticated, kNewKey},
    {"390303", absl::StatusCode::kUnauthenticated, kNewToken},
    {"390318", absl::StatusCode::kUnauthenticated, kNewToken},
    {"394300", absl::StatusCode::kUnauthenticated, kNewKey},
    {"394301", absl::StatusCode::kUnauthenticated, kClock},
    {"394302", absl::StatusCode::kUnauthenticated, kClock},
    {"394303", absl::StatusCode::kUnauthenticated, kClock},
    {"394304", absl::StatusCode::kUnauthenticated, kNewKey},
    {"394305", absl::StatusCode::kUnauthenticated, kNewKey},
    {"394306", absl::StatusCode::kUnauthenticated, kNewKey},
};

const Known* FindKnown(absl::string_view vendor_code) {
  for (const Known& known : kKnown) {
    if (known.vendor_code == vendor_code) return &known;
  }
  return nullptr;
}

std::string RoleText(const ErrorContext& context) {
  return context.role.empty() ? "the user's default role" : absl::StrCat("role ", context.role);
}

std::string AdviceFor(absl::string_view vendor_code, absl::StatusCode code, const ErrorContext& context) {
  if (const Known* known = FindKnown(vendor_code); known != nullptr && !known->advice.empty()) {
    return std::string(known->advice);
  }
  if (code == absl::StatusCode::kNotFound) {
    return absl::StrCat("Check the name. The service says the same when ", RoleText(context),
                        " lacks a privilege: then grant it, on the object and on the database and schema around it.");
  }
  if (code == absl::StatusCode::kUnauthenticated) return "Check account, user and credentials of the connection.";
  return "";
}

// The service's words on one line, without what says nothing.
std::string Tidy(absl::string_view message, const std::vector<std::string>& secrets) {
  absl::ConsumePrefix(&message, "SQL compilation error:");
  absl::ConsumePrefix(&message, "SQL access control error:");
  std::string text = RemoveSecrets(absl::StripAsciiWhitespace(message), secrets);
  return text.empty() ? "the service gives no reason" : text;
}

// A clock that is off explains a refused token better than any code.
std::string ClockAdvice(const http::Response& response, absl::Time now) {
  const auto date = http::FindHeader(response.headers, "Date");
  absl::Time server;
  if (!date || !absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", *date, &server, nullptr)) return "";
  const absl::Duration off = now - server;
  if (absl::AbsDuration(off) < absl::Seconds(45)) return "";
  return absl::StrCat("This machine's clock is ",
                      absl::FormatDuration(absl::Trunc(absl::AbsDuration(off), absl::Seconds(1))),
                      off > absl::ZeroDuration() ? " ahead of" : " behind", " the service's: set it.");
}

absl::Status Answered(const ErrorContext& context, absl::StatusCode code, absl::string_view what,
                      absl::string_view advice) {
  absl::Status status(code, absl::StrCat(context.statement.Summary(), ": ", what));
  return advice.empty() ? status : WithFact(status, kAdvice, advice);
}

}  // namespace

std::string RemoveSecrets(absl::string_view text, const std::vector<std::string>& secrets) {
  std::string clean(text);
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    const std::string literal = TextLiteral(secret);
    clean = absl::StrReplaceAll(clean, {{literal, "'***'"}});
    if (secret.size() < kShortSecret) continue;
    clean = absl::StrReplaceAll(clean, {{literal.substr(1, literal.size() - 2), "***"}});
    clean = absl::StrReplaceAll(clean, {{secret, "***"}});
  }
  return clean;
}

absl::StatusCode CodeOf(absl::string_view vendor_code) {
  if (const Known* known = FindKnown(vendor_code)) return known->code;
  if (absl::StartsWith(vendor_code, "390") || absl::StartsWith(vendor_code, "394")) {
    return absl::StatusCode::kUnauthenticated;
  }
  return absl::StatusCode::kFailedPrecondition;
}

absl::Status SqlError(const ErrorContext& context, absl::string_view vendor_code, absl::string_view sql_state,
                      absl::string_view query_id, absl::string_view message) {
  // Some layers of the service write the number without its zeros.
  std::string code_text(vendor_code);
  if (code_text.size() < 6) code_text.insert(0, 6 - code_text.size(), '0');
  const absl::StatusCode code = CodeOf(code_text);
  std::string what = Tidy(message, context.statement.secrets());
  if (code == absl::StatusCode::kNotFound || code == absl::StatusCode::kPermissionDenied) {
    absl::StrAppend(&what, " (", RoleText(context), ")");
  }
  absl::Status status = Answered(context, code, what, AdviceFor(code_text, code, context));
  status = WithFact(status, kVendorCode, code_text);
  if (!sql_state.empty()) status = WithFact(status, kSqlState, sql_state);
  if (!query_id.empty()) status = WithFact(status, kQueryId, query_id);
  return status;
}

absl::Status HttpError(const ErrorContext& context, const http::Response& response) {
  const absl::StatusOr<nlohmann::json> parsed = ParseJson(response.body);
  const nlohmann::json body = parsed.ok() ? *parsed : nlohmann::json();
  const std::string vendor_code = JsonString(body, "code");
  const std::string message = JsonString(body, "message");
  const std::string what =
      absl::StrCat(message.empty() ? "" : absl::StrCat(Tidy(message, context.statement.secrets()), " "), "(HTTP ",
                   response.status, " from ", context.server, ")");
  absl::Status status;
  switch (response.status) {
    case 401: {
      std::string advice = ClockAdvice(response, context.now);
      if (advice.empty()) advice = AdviceFor(vendor_code, absl::StatusCode::kUnauthenticated, context);
      status = Answered(context, absl::StatusCode::kUnauthenticated, absl::StrCat("login refused: ", what), advice);
      break;
    }
    case 403: {
      const Known* known = FindKnown(vendor_code);
      status = Answered(context, absl::StatusCode::kPermissionDenied, absl::StrCat("access refused: ", what),
                        known != nullptr && !known->advice.empty()
                            ? known->advice
                            : "Check the account name, the role, and whether a network policy lets this machine in.");
      break;
    }
    case 404:
      status = Answered(context, absl::StatusCode::kFailedPrecondition, absl::StrCat("no such account: ", what),
                        "Check account, organization_name and account_name, or host.");
      break;
    case 408:
      status = Answered(context, absl::StatusCode::kDeadlineExceeded, absl::StrCat("took too long: ", what), "");
      break;
    case 429:
      status = Answered(context, absl::StatusCode::kUnavailable, absl::StrCat("the service is busy: ", what),
                        "Try again later, or with a lower -parallelism.");
      break;
    default:
      status = Answered(context,
                        response.status >= 500 ? absl::StatusCode::kUnavailable : absl::StatusCode::kFailedPrecondition,
                        absl::StrCat("unexpected answer: ", what),
                        response.status >= 500 ? "The service has a problem: try again later." : "Check the host.");
  }
  return vendor_code.empty() ? status : WithFact(status, kVendorCode, vendor_code);
}

}  // namespace spcs::snowflake
