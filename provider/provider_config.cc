// SPDX-License-Identifier: MPL-2.0
#include "provider/provider_config.h"

#include "absl/strings/str_cat.h"
#include "provider/tf/model.h"
#include "provider/tf/validate.h"

namespace spcs {
namespace {

struct ProviderBlock {
  tf::String connection{}, account{}, organization_name{}, account_name{}, user{}, role{}, warehouse{}, host{};
  tf::Int port{};
  tf::String protocol{}, authenticator{}, private_key_file{}, private_key_raw{}, private_key_passphrase{}, token{},
      token_file_path{};
};

const tf::Model<ProviderBlock>& ProviderModel() {
  using M = ProviderBlock;
  using tf::Optional;
  static const tf::Model<M> model{
      "spcs",
      "Manages Snowpark Container Services and the Ray Serve models that run on them: compute pools, services, jobs, "
      "images, and what these need in the account. Needs OpenTofu or Terraform 1.11 or newer.\n\n"
      "Every setting below is optional. What is missing comes from the environment and from the files that Snowflake's "
      "own clients use, as the guide on authentication tells. A plan that reads nothing connects to nothing.",
      {
          {"connection", &M::connection,
           Optional{.doc = "Section of `connections.toml` to use. By default SNOWFLAKE_DEFAULT_CONNECTION_NAME, "
                           "`default_connection_name` of `config.toml`, or `default`."}},
          {"account", &M::account, Optional{.doc = "Account identifier, `ORGANIZATION-ACCOUNT`."}},
          {"organization_name", &M::organization_name,
           Optional{.doc = "Organization, with `account_name` in place of `account`."}},
          {"account_name", &M::account_name, Optional{.doc = "Name of the account in the organization."}},
          {"user", &M::user, Optional{.doc = "User to connect as."}},
          {"role", &M::role, Optional{.doc = "Role of every statement; the user's default role when unset."}},
          {"warehouse", &M::warehouse, Optional{.doc = "Warehouse for the few statements that need one."}},
          {"host", &M::host, Optional{.doc = "Host, when it does not follow from the account."}},
          {"port", &M::port, Optional{.validators = {tf::AtLeast(1)}, .doc = "Port; 443 by default."}},
          {"protocol", &M::protocol,
           Optional{.validators = {tf::OneOf({"https", "http"})},
                    .doc = "`https` (default); `http` only to a loopback host."}},
          {"authenticator", &M::authenticator,
           Optional{.doc = "SNOWFLAKE_JWT (key pair), PROGRAMMATIC_ACCESS_TOKEN or OAUTH. When unset: a "
                           "private key means SNOWFLAKE_JWT; with a token the service finds out which kind it is."}},
          {"private_key_file", &M::private_key_file,
           Optional{
               .doc =
                   "Path of the private key (PEM, PKCS#8); other users of the machine must not be able to read it."}},
          {"private_key_raw", &M::private_key_raw,
           Optional{.sensitive = true, .doc = "The private key itself (PEM), in place of a file."}},
          {"private_key_passphrase", &M::private_key_passphrase,
           Optional{.sensitive = true, .doc = "Passphrase of an encrypted private key."}},
          {"token", &M::token, Optional{.sensitive = true, .doc = "Programmatic access token or OAuth token."}},
          {"token_file_path", &M::token_file_path,
           Optional{.doc =
                        "File that holds the token; read again when what was read is older than a minute, and when the "
                        "token is refused."}},
      }};
  return model;
}

class BlockConfig : public tf::ProviderConfig {
 public:
  explicit BlockConfig(resources::Account& account) : account_(account) {}

  const tf::Schema& schema() const override { return ProviderModel().schema(); }

  void Validate(const tf::Value& config, tf::Diagnostics& diagnostics) const override {
    const auto given = [&](const char* name) { return config.Get(name).IsKnown(); };
    if (given("account") && (given("organization_name") || given("account_name"))) {
      diagnostics.AddError(
          tf::Path("account"), "Two accounts",
          "`account` is given together with `organization_name` or `account_name`. Give one of the two "
          "forms.");
    }
    if (given("private_key_file") && given("private_key_raw")) {
      diagnostics.AddError(tf::Path("private_key_raw"), "Two private keys",
                           "`private_key_file` and `private_key_raw` are both given. Give one of them.");
    }
  }

  void Configure(const tf::Value& config, const std::string& client_version, tf::Diagnostics& diagnostics) override {
    snowflake::ConnectionBlock block;
    bool whole = true;
    for (const tf::Attribute& attribute : schema().attributes) {
      const tf::Value& value = config.Get(attribute.name);
      if (value.IsUnknown()) {
        diagnostics.AddWarning(tf::Path(attribute.name), "Unknown connection setting",
                               "This value is known only after an apply of something else; it is taken as unset until "
                               "then. Objects of this account cannot be read before.");
        whole = false;
        continue;
      }
      if (value.IsNull()) continue;
      const std::string text = value.IsNumber() ? value.AsNumber().ToString() : value.AsString();
      if (attribute.name == "connection") {
        block.connection = text;
      } else {
        block.settings[attribute.name] = text;
      }
    }
    account_.Configure(std::move(block), client_version);
    // Files and settings are looked at now, so that a plan finds their faults; nothing is sent.
    if (whole) diagnostics.AddStatus("Cannot use these connection settings", account_.Connect().status());
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::ProviderConfig> MakeProviderConfig(resources::Account& account) {
  return std::make_unique<BlockConfig>(account);
}

}  // namespace spcs
