// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/connection_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/base/status.h"
#include "provider/testing/fake_environment.h"

namespace spcs::snowflake {
namespace {

using ::spcs::testing::FakeEnvironment;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kFile[] = "/home/me/.snowflake/connections.toml";
constexpr char kConfigFile[] = "/home/me/.snowflake/config.toml";

class ConnectionConfigTest : public ::testing::Test {
 protected:
  // A block that is complete by itself.
  static ConnectionBlock Complete() {
    return {.settings = {{"account", "org-acct"}, {"user", "me"}, {"private_key_file", "/key.p8"}}};
  }
  ConnectionConfig Resolve(const ConnectionBlock& block = {}) {
    const absl::StatusOr<ConnectionConfig> config = ResolveConnection(block, environment_);
    EXPECT_TRUE(config.ok()) << config.status();
    return config.ok() ? *config : ConnectionConfig{};
  }
  absl::Status Failure(const ConnectionBlock& block = {}) { return ResolveConnection(block, environment_).status(); }
  static std::string Text(const absl::Status& status) {
    return absl::StrCat(std::string(status.message()), " | ", FactOf(status, kAdvice).value_or(""));
  }

  FakeEnvironment environment_;
};

TEST_F(ConnectionConfigTest, BlockAlone) {
  ConnectionBlock block = Complete();
  block.settings["role"] = "dev";
  block.settings["warehouse"] = "\"wh\"";
  const ConnectionConfig config = Resolve(block);
  EXPECT_EQ(config.base_url, "https://org-acct.snowflakecomputing.com");
  EXPECT_EQ(config.account, "org-acct");
  EXPECT_EQ(config.user, "me");
  EXPECT_EQ(config.role->value(), "DEV");
  EXPECT_EQ(config.warehouse->value(), "wh");
  EXPECT_EQ(config.authentication, Authentication::kKeyPair);
}

// One key, set at all four levels; then the strongest is taken away, one after the other.
TEST_F(ConnectionConfigTest, PrecedenceOfTheFourLevels) {
  ConnectionBlock block = Complete();
  block.connection = "dev";
  block.settings["role"] = "from_block";
  environment_.variables["SNOWFLAKE_CONNECTIONS_DEV_ROLE"] = "from_connection_variable";
  environment_.files[kFile].content = "[dev]\nrole = \"from_file\"\n[default]\nrole = \"of_another\"\n";
  environment_.variables["SNOWFLAKE_ROLE"] = "from_variable";
  EXPECT_EQ(Resolve(block).role->value(), "FROM_BLOCK");
  EXPECT_EQ(Resolve(block).sources.at("role").attribute, "role");
  block.settings.erase("role");
  EXPECT_EQ(Resolve(block).role->value(), "FROM_CONNECTION_VARIABLE");
  EXPECT_EQ(Resolve(block).sources.at("role").text, "SNOWFLAKE_CONNECTIONS_DEV_ROLE");
  environment_.variables.erase("SNOWFLAKE_CONNECTIONS_DEV_ROLE");
  EXPECT_EQ(Resolve(block).role->value(), "FROM_FILE");
  EXPECT_EQ(Resolve(block).sources.at("role").text, absl::StrCat("section [dev] of ", kFile));
  environment_.files[kFile].content = "[dev]\n";
  EXPECT_EQ(Resolve(block).role->value(), "FROM_VARIABLE");
  environment_.variables.erase("SNOWFLAKE_ROLE");
  EXPECT_EQ(Resolve(block).role, std::nullopt);
}

TEST_F(ConnectionConfigTest, EveryKeyFromEveryVariableSpelling) {
  environment_.variables["SNOWFLAKE_ORGANIZATION_NAME"] = "org";
  environment_.variables["SNOWFLAKE_ACCOUNT_NAME"] = "my_acct";
  environment_.variables["SNOWFLAKE_USER"] = "u";
  environment_.variables["SNOWFLAKE_PRIVATE_KEY"] = "pem";
  environment_.variables["PRIVATE_KEY_PASSPHRASE"] = "phrase";
  environment_.variables["SNOWFLAKE_HOST"] = "127.0.0.1";
  environment_.variables["SNOWFLAKE_PORT"] = "8080";
  environment_.variables["SNOWFLAKE_PROTOCOL"] = "HTTP";
  environment_.variables["SNOWFLAKE_AUTHENTICATOR"] = "snowflake_jwt";
  ConnectionConfig config = Resolve();
  EXPECT_EQ(config.account, "org-my_acct");
  EXPECT_EQ(config.base_url, "http://127.0.0.1:8080");
  EXPECT_EQ(config.Get("private_key_raw"), "pem");
  EXPECT_EQ(config.Get("private_key_file_pwd"), "phrase");
  environment_.variables["SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"] = "stronger";
  EXPECT_EQ(Resolve().Get("private_key_file_pwd"), "stronger");
}

TEST_F(ConnectionConfigTest, WhichConnection) {
  environment_.files[kFile].content =
      "[default]\naccount='a-default'\ntoken='t'\n[one]\naccount='a-one'\ntoken='t'\n[two]\naccount='a-two'\ntoken='t'"
      "\n";
  EXPECT_EQ(Resolve().account, "a-default");
  environment_.files[kConfigFile].content = "default_connection_name = 'one'\n[connections.one]\naccount='ignored'\n";
  EXPECT_EQ(Resolve().account, "a-one") << "connections.toml hides the connections of config.toml";
  environment_.variables["SNOWFLAKE_DEFAULT_CONNECTION_NAME"] = "two";
  EXPECT_EQ(Resolve().account, "a-two");
  EXPECT_EQ(Resolve({.connection = "one"}).account, "a-one");
}

TEST_F(ConnectionConfigTest, ConfigTomlAlone) {
  environment_.files[kConfigFile].content = "[connections.default]\naccount='a-b'\ntoken='t'\nport=8443\n[cli]\nx=1\n";
  EXPECT_EQ(Resolve().base_url, "https://a-b.snowflakecomputing.com:8443");
}

TEST_F(ConnectionConfigTest, WhereTheFilesAre) {
  const std::string text = "[default]\ntoken='t'\naccount=";
  environment_.files["/home/me/.config/snowflake/connections.toml"].content = text + "'a-config'";
  EXPECT_EQ(Resolve().account, "a-config");
  environment_.files["/xdg/snowflake/connections.toml"].content = text + "'a-xdg'";
  environment_.variables["XDG_CONFIG_HOME"] = "/xdg";
  EXPECT_EQ(Resolve().account, "a-xdg");
  environment_.files[kFile].content = text + "'a-home'";
  EXPECT_EQ(Resolve().account, "a-home");
  environment_.variables["SNOWFLAKE_HOME"] = "/not/there";
  EXPECT_EQ(Resolve().account, "a-home") << "a folder that does not exist is passed over";
  environment_.variables["SNOWFLAKE_HOME"] = "~/data";
  environment_.files["/home/me/data/connections.toml"].content = text + "'a-snowflake-home'";
  EXPECT_EQ(Resolve().account, "a-snowflake-home");
}

TEST_F(ConnectionConfigTest, UnknownConnectionListsTheKnown) {
  environment_.files[kFile].content = "[one]\n[two]\n";
  absl::Status status = Failure({.connection = "three"});
  EXPECT_THAT(Text(status), AllOf(HasSubstr("no connection \"three\""), HasSubstr("one, two"), HasSubstr(kFile)));
  EXPECT_EQ(FactOf(status, kAttributePath), "connection");
  environment_.variables["SNOWFLAKE_DEFAULT_CONNECTION_NAME"] = "four";
  status = Failure();
  EXPECT_THAT(Text(status), HasSubstr("SNOWFLAKE_DEFAULT_CONNECTION_NAME"));
  EXPECT_EQ(FactOf(status, kAttributePath), std::nullopt);
  environment_.files.clear();
  EXPECT_THAT(Text(Failure({.connection = "x"})), HasSubstr("no connections.toml"));
  environment_.variables["SNOWFLAKE_CONNECTIONS_X_ACCOUNT"] = "a-b";
  environment_.variables["SNOWFLAKE_CONNECTIONS_X_TOKEN"] = "t";
  EXPECT_EQ(Resolve({.connection = "x"}).account, "a-b") << "variables alone make a connection";
}

TEST_F(ConnectionConfigTest, FilesMustBeProtectedAndValid) {
  environment_.files[kFile] = {.content = "[default]\naccount='a-b'\ntoken='t'\n", .mode = 0640};
  EXPECT_THAT(Text(Failure()), AllOf(HasSubstr("may read it"), HasSubstr("chmod 600"), HasSubstr(kFile)));
  environment_.variables["SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION"] = "true";
  Resolve();
  environment_.files[kFile].mode = 0620;
  EXPECT_THAT(Text(Failure()), HasSubstr("may change it"));
  environment_.files[kFile] = {.content = "[default]\npassword = 'hunter2\n"};
  EXPECT_THAT(Text(Failure()), AllOf(HasSubstr("not valid TOML: line 2"), Not(HasSubstr("hunter2"))));
  environment_.files[kFile].readable = false;
  EXPECT_THAT(Text(Failure()), HasSubstr(kFile));
}

TEST_F(ConnectionConfigTest, AccountForms) {
  ConnectionBlock block = Complete();
  block.settings["account"] = "My_Org-My_Acct.snowflakecomputing.com";
  EXPECT_EQ(Resolve(block).account, "My_Org-My_Acct");
  EXPECT_EQ(Resolve(block).base_url, "https://my-org-my-acct.snowflakecomputing.com");
  block.settings["account"] = "https://org-acct.snowflakecomputing.com";
  EXPECT_EQ(FactOf(Failure(block), kAttributePath), "account");
  EXPECT_THAT(Text(Failure(block)), HasSubstr("without https://"));
  block.settings.erase("account");
  EXPECT_THAT(Text(Failure(block)), AllOf(HasSubstr("no account is set"), HasSubstr("SNOWFLAKE_ACCOUNT")));
  block.settings["account_name"] = "acct";
  EXPECT_EQ(FactOf(Failure(block), kAttributePath), "account_name");
  EXPECT_THAT(Text(Failure(block)), HasSubstr("set without organization_name"));
  environment_.variables["SNOWFLAKE_ACCOUNT"] = "weaker-one";
  block.settings["organization_name"] = "org";
  EXPECT_EQ(Resolve(block).account, "org-acct");
}

TEST_F(ConnectionConfigTest, HttpOnlyOnThisMachine) {
  ConnectionBlock block = Complete();
  block.settings["protocol"] = "http";
  EXPECT_THAT(Text(Failure(block)), AllOf(HasSubstr("http is refused"), HasSubstr("org-acct.snowflakecomputing.com")));
  EXPECT_EQ(FactOf(Failure(block), kAttributePath), "protocol");
  block.settings["host"] = "::1";
  block.settings["port"] = "80";
  EXPECT_EQ(Resolve(block).base_url, "http://[::1]:80");
  block.settings["host"] = "localhost.evil.example";
  EXPECT_FALSE(ResolveConnection(block, environment_).ok());
  block.settings["protocol"] = "ftp";
  EXPECT_THAT(Text(Failure(block)), HasSubstr("not a protocol"));
}

TEST_F(ConnectionConfigTest, BadHostPortRole) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"host", "https://h"},
                                                                                   {"port", "0"},
                                                                                   {"port", "65536"},
                                                                                   {"port", "http"},
                                                                                   {"role", "my-role"},
                                                                                   {"host", "user@h"},
                                                                                   {"warehouse", ""}}) {
    ConnectionBlock block = Complete();
    block.settings[key] = value;
    if (value.empty()) {
      Resolve(block);  // an empty text is the same as not set
      continue;
    }
    EXPECT_EQ(FactOf(Failure(block), kAttributePath), key) << value;
  }
}

TEST_F(ConnectionConfigTest, Authenticators) {
  ConnectionBlock block{.settings = {{"account", "a-b"}, {"token", "t"}}};
  EXPECT_EQ(Resolve(block).authentication, Authentication::kTokenOfUnknownKind);
  block.settings["authenticator"] = "oauth";
  EXPECT_EQ(Resolve(block).authentication, Authentication::kOauth);
  block.settings["authenticator"] = "Programmatic_Access_Token";
  EXPECT_EQ(Resolve(block).authentication, Authentication::kProgrammaticToken);
  block.settings["authenticator"] = "kerberos";
  EXPECT_THAT(Text(Failure(block)), AllOf(HasSubstr("unknown authenticator kerberos"), HasSubstr("SNOWFLAKE_JWT")));
  EXPECT_EQ(FactOf(Failure(block), kAttributePath), "authenticator");
  block.settings["authenticator"] = "externalbrowser";
  EXPECT_THAT(Text(Failure(block)), HasSubstr("EXTERNALBROWSER is not supported"));
  block.settings["authenticator"] = "SNOWFLAKE_JWT";
  EXPECT_THAT(Text(Failure(block)), HasSubstr("no private key is set"));
  block.settings = {{"account", "a-b"}, {"authenticator", "OAUTH"}};
  EXPECT_THAT(Text(Failure(block)), HasSubstr("no token is set"));
}

TEST_F(ConnectionConfigTest, NoCredentialsOrOnlyAPassword) {
  ConnectionBlock block{.settings = {{"account", "a-b"}}};
  EXPECT_THAT(Text(Failure(block)), AllOf(HasSubstr("no credentials are set"), HasSubstr("private_key_file")));
  block.settings["password"] = "hunter2";
  EXPECT_THAT(Text(Failure(block)), AllOf(HasSubstr("a password alone"), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(FactOf(Failure(block), kAttributePath), "password");
}

TEST_F(ConnectionConfigTest, KeyPairNeedsUserAndAccount) {
  ConnectionBlock block = Complete();
  block.settings.erase("user");
  EXPECT_THAT(Text(Failure(block)), HasSubstr("set without user"));
  EXPECT_EQ(FactOf(Failure(block), kAttributePath), "private_key_file");
  block.settings["user"] = "u";
  block.settings.erase("account");
  block.settings["host"] = "h.example.com";
  EXPECT_THAT(Text(Failure(block)), HasSubstr("set without account"));
}

// What belongs together comes from one level.
TEST_F(ConnectionConfigTest, CredentialsAreNotMixed) {
  environment_.files[kFile].content =
      "[default]\naccount='a-b'\nuser='u'\nauthenticator='SNOWFLAKE_JWT'\nprivate_key_file='/k'\n";
  ConnectionConfig config = Resolve({.settings = {{"token", "t"}}});
  EXPECT_EQ(config.authentication, Authentication::kTokenOfUnknownKind);
  EXPECT_EQ(config.Get("private_key_file"), "");
  config = Resolve({.settings = {{"private_key_raw", "pem"}}});
  EXPECT_EQ(config.authentication, Authentication::kKeyPair);
  EXPECT_EQ(config.Get("private_key_file"), "");
  EXPECT_EQ(config.Get("private_key_raw"), "pem");
  environment_.variables["SNOWFLAKE_TOKEN"] = "t";
  environment_.variables["SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"] = "phrase";
  config = Resolve();
  EXPECT_EQ(config.authentication, Authentication::kKeyPair);
  EXPECT_EQ(config.Get("token"), "");
  EXPECT_EQ(config.Get("private_key_file_pwd"), "phrase");
  environment_.files[kFile].content = "[default]\naccount='a-b'\nauthenticator='oauth'\ntoken_file_path='/f'\n";
  environment_.variables["SNOWFLAKE_CONNECTIONS_DEFAULT_TOKEN"] = "stronger";
  config = Resolve();
  EXPECT_EQ(config.authentication, Authentication::kOauth);
  EXPECT_EQ(config.Get("token"), "stronger");
  EXPECT_EQ(config.Get("token_file_path"), "");
}

TEST_F(ConnectionConfigTest, InAContainer) {
  environment_.variables["SNOWFLAKE_HOST"] = "snowflake.internal";
  environment_.variables["SNOWFLAKE_ACCOUNT"] = "ab12345";
  EXPECT_FALSE(ResolveConnection({}, environment_).ok());
  environment_.files["/snowflake/session/token"].content = "t";
  const ConnectionConfig config = Resolve();
  EXPECT_EQ(config.authentication, Authentication::kOauth);
  EXPECT_EQ(config.Get("token_file_path"), "/snowflake/session/token");
  EXPECT_EQ(config.base_url, "https://snowflake.internal");
}

TEST_F(ConnectionConfigTest, OtherSpellingsOfKeysCountToo) {
  environment_.files["/home/me/.snowflake/connections.toml"].content =
      "[default]\naccount='a-b'\nUser='u'\nprivate_key_path='/k'\nprivate_key_passphrase='p'\nport=443\n";
  const ConnectionConfig config = Resolve();
  EXPECT_EQ(config.Get("private_key_file"), "/k");
  EXPECT_EQ(config.Get("private_key_file_pwd"), "p");
  EXPECT_EQ(config.user, "u");
  EXPECT_EQ(config.Get("port"), "443");
}

}  // namespace
}  // namespace spcs::snowflake
