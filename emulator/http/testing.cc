// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/testing.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "emulator/http/keys.h"
#include "provider/base/file.h"
#include "provider/base/json.h"

namespace spcs::emulator_http {

EmulatorTest::EmulatorTest() {
  std::string folder = ::testing::TempDir() + "spcs-emulator-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) std::abort();
  options_.data_dir = folder;
  // One key for all tests: making one takes longer than most tests. EmulatorServerTest.NewFolderGetsAKey has its own.
  static const std::string key = *NewRsaKey();
  if (!WriteFile(KeyFile(), key, 0600).ok()) std::abort();
  options_.speed = 0;
  options_.images = "any";
}

EmulatorTest::~EmulatorTest() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(options_.data_dir, ignored);
}

void EmulatorTest::Start() {
  Stop();
  server_ = std::make_unique<EmulatorServer>();
  const absl::StatusOr<int> port = server_->Start(options_);
  ASSERT_TRUE(port.ok()) << port.status();
  port_ = *port;
}

void EmulatorTest::Stop() {
  server_.reset();
}

std::string EmulatorTest::Token(const JwtParts& parts) const {
  JwtParts filled = parts;
  if (filled.issued == absl::UnixEpoch() || filled.issued == absl::Time()) {
    filled.issued = absl::Now() - absl::Seconds(30);
    filled.expires = filled.issued + absl::Minutes(59);
  }
  const absl::StatusOr<std::string> key = ReadFile(KeyFile());
  return key.ok() ? MakeJwt(filled, *key).value_or("") : "";
}

httplib::Headers EmulatorTest::Headers(const std::string& token, const std::string& type) const {
  return {{"Authorization", "Bearer " + token},
          {"X-Snowflake-Authorization-Token-Type", type},
          {"User-Agent", "spcs-test/1.0"},
          {"Accept", "application/json"}};
}

httplib::Client EmulatorTest::Client() const {
  httplib::Client client("127.0.0.1", port_);
  client.set_read_timeout(20);
  return client;
}

Answer EmulatorTest::ToAnswer(const httplib::Result& result) {
  if (!result) return {};
  Answer answer{.status = result->status, .headers = result->headers};
  absl::StatusOr<nlohmann::json> body = ParseJson(result->body);
  if (body.ok()) answer.body = *std::move(body);
  return answer;
}

Answer EmulatorTest::Statement(const std::string& sql, const Send& send) {
  return StatementAs(Headers(Token()), sql, send);
}

Answer EmulatorTest::StatementAs(const httplib::Headers& headers, const std::string& sql, const Send& send) {
  nlohmann::json body = {{"statement", sql}};
  if (!send.role.empty()) body["role"] = send.role;
  body.update(send.body);
  return ToAnswer(
      Client().Post("/api/v2/statements" + QueryText(send.query), headers, DumpJson(body), "application/json"));
}

Answer EmulatorTest::Poll(const std::string& handle, const std::string& query) {
  return ToAnswer(Client().Get("/api/v2/statements/" + handle + query, Headers(Token())));
}

Answer EmulatorTest::Cancel(const std::string& handle) {
  return ToAnswer(Client().Post("/api/v2/statements/" + handle + "/cancel", Headers(Token()), "", "application/json"));
}

Answer EmulatorTest::Admin(const std::string& method, const std::string& path, const nlohmann::json& body) {
  const std::string full = "/emulator/" + path;
  httplib::Client client = Client();
  if (method == "GET") return ToAnswer(client.Get(full));
  if (method == "PUT") return ToAnswer(client.Put(full, DumpJson(body), "application/json"));
  return ToAnswer(client.Post(full, DumpJson(body), "application/json"));
}

void EmulatorTest::SetFault(const nlohmann::json& rule) {
  const Answer answer = Admin("PUT", "faults", nlohmann::json::array({rule}));
  ASSERT_EQ(answer.status, 200) << answer.body;
}

std::vector<std::string> EmulatorTest::Databases() {
  const Answer answer = Statement("SHOW DATABASES");
  EXPECT_EQ(answer.status, 200) << answer.body;
  size_t column = 0;
  const nlohmann::json& types = answer.body["resultSetMetaData"]["rowType"];
  while (column < types.size() && types[column]["name"] != "name") ++column;
  std::vector<std::string> names;
  for (const nlohmann::json& row : answer.body["data"]) names.push_back(row[column].get<std::string>());
  return names;
}

nlohmann::json EmulatorTest::LastLogEntry() {
  const Answer answer = Admin("GET", "statements");
  EXPECT_EQ(answer.status, 200);
  return answer.body["statements"].empty() ? nlohmann::json() : answer.body["statements"].back();
}

std::string QueryText(const std::map<std::string, std::string>& query) {
  std::string text;
  for (const auto& [name, value] : query) absl::StrAppend(&text, text.empty() ? "?" : "&", name, "=", value);
  return text;
}

}  // namespace spcs::emulator_http
