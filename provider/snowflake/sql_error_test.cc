// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/sql_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/base/status.h"
#include "provider/testing/fake_account.h"

namespace spcs::snowflake {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Code = absl::StatusCode;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

absl::Status Fail(const std::string& code, const std::string& message, const Statement& statement) {
  return SqlError({statement, "DEV", "https://acct", kNow}, code, "42000", "01-q", message);
}
absl::Status Fail(const std::string& code, const std::string& message = "text") {
  return Fail(code, message, Statement("DROP DATABASE").Name(*ObjectName::Parse("d")));
}
std::string Text(const absl::Status& status) {
  return absl::StrCat(std::string(status.message()), " | ", FactOf(status, kAdvice).value_or(""));
}

TEST(SqlErrorTest, CodesThatCallersActOn) {
  const std::pair<const char*, Code> rows[] = {
      {"002003", Code::kNotFound},         {"002043", Code::kNotFound},           {"002002", Code::kAlreadyExists},
      {"003001", Code::kPermissionDenied}, {"001003", Code::kInvalidArgument},    {"000904", Code::kInvalidArgument},
      {"395018", Code::kInvalidArgument},  {"000606", Code::kFailedPrecondition}, {"999999", Code::kFailedPrecondition},
      {"390318", Code::kUnauthenticated},  {"390999", Code::kUnauthenticated},    {"394304", Code::kUnauthenticated},
      {"390189", Code::kPermissionDenied}, {"392507", Code::kResourceExhausted},  {"2003", Code::kNotFound},
      {"", Code::kFailedPrecondition},
  };
  for (const auto& [vendor_code, code] : rows) EXPECT_EQ(Fail(vendor_code).code(), code) << vendor_code;
}

TEST(SqlErrorTest, TextSaysWhatWithWhatAndWhatToDo) {
  const absl::Status status = Fail("002003", "SQL compilation error:\nDatabase 'D' does not exist or not authorized.");
  EXPECT_EQ(status.message(), "DROP DATABASE D: Database 'D' does not exist or not authorized. (role DEV)");
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), AllOf(HasSubstr("role DEV"), HasSubstr("grant")));
  EXPECT_EQ(FactOf(status, kVendorCode), "002003");
  EXPECT_EQ(FactOf(status, kSqlState), "42000");
  EXPECT_EQ(FactOf(status, kQueryId), "01-q");
}

TEST(SqlErrorTest, SecretsAreRemovedInEveryForm) {
  Statement statement("CREATE SECRET");
  statement.Name(*ObjectName::Parse("s")).Property("SECRET_STRING", SecretText{"hunter's"});
  const std::string message = "bad value hunter's in 'hunter''s' and \"hunter''s\"";
  EXPECT_THAT(Text(Fail("001003", message, statement)), AllOf(Not(HasSubstr("hunter")), HasSubstr("***")));
  Statement shorty("CREATE SECRET");
  shorty.Secret("a");
  EXPECT_EQ(Fail("001003", "a bad value 'a' at", shorty).message(), "CREATE SECRET: a bad value '***' at");
}

absl::Status Http(int status, const std::string& body = "", http::Headers headers = {}) {
  static const Statement* const kStatement = new Statement("SHOW DATABASES");
  return HttpError({*kStatement, "", "https://acct", kNow}, {status, std::move(headers), body});
}

TEST(HttpErrorTest, NeverSpeaksOfObjects) {
  for (int status = 300; status < 600; ++status) {
    for (const char* body : {"", "<html>", "{\"code\":\"002003\",\"message\":\"gone\"}"}) {
      const Code code = Http(status, body).code();
      EXPECT_NE(code, Code::kNotFound) << status;
      EXPECT_NE(code, Code::kAlreadyExists) << status;
      EXPECT_NE(code, Code::kOk) << status;
    }
  }
}

TEST(HttpErrorTest, LoginProblems) {
  const auto body = [](const char* code) {
    return absl::StrCat(R"({"message":"JWT token is invalid.","code":")", code, "\"}");
  };
  absl::Status status = Http(401, body("394304"));
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_THAT(Text(status), AllOf(HasSubstr("login refused: JWT token is invalid. (HTTP 401 from https://acct)"),
                                  HasSubstr("RSA_PUBLIC_KEY")));
  EXPECT_EQ(FactOf(status, kVendorCode), "394304");
  status =
      Http(401, body("394302"),
           {{"Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", kNow - absl::Minutes(5), absl::UTCTimeZone())}});
  EXPECT_THAT(Text(status), HasSubstr("clock is 5m ahead of the service's"));
  EXPECT_THAT(Text(Http(401, body("390318"))), HasSubstr("new token"));
  EXPECT_THAT(Text(Http(404, "<html>no such host</html>")),
              AllOf(HasSubstr("no such account"), HasSubstr("account_name")));
  EXPECT_EQ(Http(403).code(), Code::kPermissionDenied);
  EXPECT_THAT(Text(Http(403)), HasSubstr("network policy"));
  EXPECT_EQ(Http(429).code(), Code::kUnavailable);
  EXPECT_EQ(Http(503).code(), Code::kUnavailable);
  EXPECT_EQ(Http(408).code(), Code::kDeadlineExceeded);
}

}  // namespace
}  // namespace spcs::snowflake
