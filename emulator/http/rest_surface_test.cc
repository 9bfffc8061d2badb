// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/rest_surface.h"

#include <gmock/gmock.h>

#include "emulator/http/testing.h"

namespace spcs::emulator_http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

const json kPool = {{"name", "p"}, {"min_nodes", 1}, {"max_nodes", 1}, {"instance_family", "CPU_X64_S"}};

class RestSurfaceTest : public EmulatorTest {
 protected:
  RestSurfaceTest() { Start(); }

  // With a signed token, as ACCOUNTADMIN.
  Answer Call(const std::string& method, const std::string& path, const json& body = nullptr) {
    httplib::Headers headers = Headers(Token());
    headers.emplace("X-Snowflake-Role", "accountadmin");
    return CallAs(std::move(headers), method, path, body);
  }
  Answer CallAs(httplib::Headers headers, const std::string& method, const std::string& path,
                const json& body = nullptr) {
    httplib::Request request;
    request.method = method;
    request.path = "/api/v2" + path;
    if (!body.is_null()) {
      headers.emplace("Content-Type", "application/json");
      request.body = body.dump();
    }
    request.headers = std::move(headers);
    const httplib::Result result = Client().send(request);
    if (!result) return {};
    return {.status = result->status,
            .body = json::parse(result->body, nullptr, /*allow_exceptions=*/false),
            .headers = result->headers};
  }
  // Asks as clients do, until the answer is there.
  Answer Follow(Answer answer) {
    Eventually([&] {
      if (answer.status == 202) answer = Call("GET", answer.header("Location").substr(strlen("/api/v2")));
      return answer.status != 202;
    });
    return answer;
  }
  std::vector<std::string> KindsOf(const json& log) {
    std::vector<std::string> kinds;
    for (const json& entry : log["statements"]) kinds.push_back(entry["kind"]);
    return kinds;
  }
};

TEST_F(RestSurfaceTest, TakesBearerTokensWithARole) {
  EXPECT_EQ(Call("POST", "/compute-pools", kPool).status, 200);
  EXPECT_EQ(LastLogEntry()["role"], "ACCOUNTADMIN");
  EXPECT_EQ(LastLogEntry()["object"], "P");
  const Answer default_role = CallAs(Headers(Token()), "GET", "/compute-pools/p");
  EXPECT_EQ(default_role.status, 404);  // SPCS_DEMO sees nothing yet
  httplib::Headers headers = Headers(Token());
  headers.emplace("X-Snowflake-Role", "NOPE");
  const Answer denied = CallAs(headers, "GET", "/compute-pools");
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.code(), "390189");
}

TEST_F(RestSurfaceTest, RefusesOtherTokens) {
  const Answer none = CallAs({{"User-Agent", "x"}}, "GET", "/compute-pools");
  EXPECT_EQ(none.status, 401);
  EXPECT_FALSE(none.code().empty());
  const Answer unknown = CallAs({{"Authorization", "Snowflake Token=\"made up\""}}, "GET", "/compute-pools");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.code(), "390111");
  EXPECT_EQ(unknown.body["error_code"], "390111");
}

TEST_F(RestSurfaceTest, ErrorsHaveCodesAndTheRequestsId) {
  const Answer absent = Call("GET", "/databases/nope");
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(absent.body["code"], "002003");
  EXPECT_EQ(absent.body["error_code"], "002003");
  EXPECT_EQ(absent.body["request_id"], absent.header("X-Snowflake-Request-ID"));
  EXPECT_THAT(absent.body["message"].get<std::string>(), HasSubstr("does not exist or not authorized"));
  EXPECT_EQ(Call("GET", "/no-such-things").status, 404);
  EXPECT_EQ(Call("GET", "/results/no-such-handle").status, 404);
}

TEST_F(RestSurfaceTest, AnswersThatComeLater) {
  SetFault({{"match", {{"kind", "CREATE COMPUTE POOL"}}}, {"action", "async"}, {"delay_ms", 100}, {"count", 1}});
  const Answer accepted = Call("POST", "/compute-pools", kPool);
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.code(), "392604");
  EXPECT_THAT(accepted.header("Location"), StartsWith("/api/v2/results/"));
  const Answer done = Follow(accepted);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.body["status"], "Compute Pool P successfully created.");
  // Once more, and with what the call had been answered with.
  EXPECT_EQ(Follow(accepted).body, done.body);
  SetFault({{"match", {{"kind", "DESCRIBE COMPUTE POOL"}}}, {"action", "async"}, {"count", 1}});
  EXPECT_EQ(Follow(Call("GET", "/compute-pools/p")).body["name"], "P");
  SetFault({{"match", {{"kind", "DROP COMPUTE POOL"}}}, {"action", "async"}, {"count", 1}});
  EXPECT_EQ(Follow(Call("DELETE", "/compute-pools/nope")).status, 404);
}

// A request of several statements goes on where it was left, and repeats nothing.
TEST_F(RestSurfaceTest, SeveralStatementsOneOfThemLate) {
  Call("POST", "/compute-pools", kPool);
  const int64_t before = LastLogEntry()["number"];
  SetFault({{"match", {{"kind", "ALTER COMPUTE POOL"}}}, {"action", "async"}, {"delay_ms", 50}, {"count", 1}});
  json pool = kPool;
  pool["max_nodes"] = 4;
  EXPECT_EQ(Follow(Call("PUT", "/compute-pools/p", pool)).status, 200);
  const json log = Admin("GET", "statements?after=" + std::to_string(before)).body;
  EXPECT_THAT(KindsOf(log),
              ::testing::ElementsAre("DESCRIBE COMPUTE POOL", "ALTER COMPUTE POOL", "ALTER COMPUTE POOL"));
  for (const json& entry : log["statements"]) EXPECT_FALSE(entry["answered"].is_null()) << entry;
  EXPECT_EQ(Call("GET", "/compute-pools/p").body["max_nodes"], 4);
}

TEST_F(RestSurfaceTest, FaultsWorkByPathAndByStatement) {
  SetFault({{"match", {{"path", "/api/v2/databases*"}}}, {"action", "503"}, {"retry_after", 3}, {"count", 1}});
  const Answer refused = Call("GET", "/databases");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "3");
  EXPECT_EQ(Call("GET", "/databases").status, 200);
  SetFault({{"match", {{"kind", "CREATE DATABASE"}}}, {"action", "lose-response"}, {"count", 1}});
  EXPECT_EQ(Call("POST", "/databases", {{"name", "d"}}).status, 0);
  EXPECT_EQ(Call("POST", "/databases", {{"name", "d"}}).status, 409);
  SetFault({{"match", {{"kind", "SHOW DATABASES"}}}, {"action", "truncate"}, {"count", 1}});
  EXPECT_EQ(Call("GET", "/databases").status, 0);
  EXPECT_EQ(Call("GET", "/databases").body.size(), 1u);
}

TEST_F(RestSurfaceTest, SecretsAreRedactedInTheLog) {
  Statement("CREATE DATABASE d");
  const json secret = {{"name", "k"}, {"type", "GENERIC_STRING"}, {"secret_string", "hush"}};
  EXPECT_EQ(Call("POST", "/databases/d/schemas/public/secrets", secret).status, 200);
  EXPECT_EQ(Admin("GET", "statements").body.dump().find("hush"), std::string::npos);
}

// Addresses for a stage's files are not of this surface.
TEST_F(RestSurfaceTest, LeavesPresignedAddressesToTheirSurface) {
  Statement("CREATE DATABASE d");
  Statement("CREATE STAGE d.public.st ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')");
  const Answer url = Call("POST", "/databases/d/schemas/public/stages/st/files/a.txt:presigned-url", json::object());
  EXPECT_EQ(url.status, 200);
  EXPECT_TRUE(url.body.contains("presigned_url"));
  EXPECT_EQ(Call("GET", "/databases/d/schemas/public/stages/st/files").body, json::array());
}

}  // namespace
}  // namespace spcs::emulator_http
