// SPDX-License-Identifier: MPL-2.0
// spcs_registry_credentials: user name and password for the image registry.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/ephemeral/all.h"
#include "provider/ephemeral/token.h"
#include "provider/resources/object_row.h"
#include "provider/tf/validate.h"

namespace spcs::ephemeral {
namespace {

struct RegistryCredentials {
  tf::String repository_url{}, role{}, registry{}, username{}, password{}, expires_at{};
};

// "host" or "host:port" of a repository's URL.
std::string HostOf(absl::string_view url) {
  absl::ConsumePrefix(&url, "https://");
  absl::ConsumePrefix(&url, "http://");
  return std::string(url.substr(0, url.find('/')));
}

void CheckUrl(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const std::string host = HostOf(value.AsString());
  if (host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:") == std::string::npos && !host.empty()) return;
  diagnostics.AddError(path, "Invalid repository URL",
                       absl::StrCat("\"", value.AsString(),
                                    "\" does not begin with a host. Take the attribute "
                                    "`repository_url` of spcs_image_repository."));
}

const tf::Model<RegistryCredentials>& RegistryCredentialsModel() {
  using M = RegistryCredentials;
  using tf::Computed, tf::Optional;
  static const tf::Model<M> model{
      "spcs_registry_credentials",
      "User name and password for the account's image registry, for tools that push or pull. The password is the "
      "connection's own token or, when it signs in with a key pair, a programmatic access token that is made for this "
      "run: it is removed at the end, and expires within a day should the run be killed. Neither reaches plan or "
      "state.",
      {
          {"repository_url", &M::repository_url,
           Optional{.validators = {CheckUrl},
                    .doc = "`repository_url` of the repository that is meant, which names the registry. When left out, "
                           "that of any repository the role sees."}},
          {"role", &M::role, RoleAttribute()},
          {"registry", &M::registry, Computed{.doc = "Host of the registry, with a port where it has one."}},
          {"username", &M::username, Computed{.doc = "User name."}},
          {"password", &M::password, Computed{.sensitive = true, .doc = "Password."}},
          {"expires_at", &M::expires_at,
           Computed{.doc = "When the password expires at the latest; null for the connection's own token."}},
      }};
  return model;
}

// One registry serves the account: any repository tells its host.
absl::StatusOr<std::string> AnyRegistry(resources::Session& session, std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto listing, session.inventory().List(snowflake::ShowKind::kImageRepository,
                                                                snowflake::Scope::Account(), std::move(stop)));
  for (size_t i = 0; i < listing->size(); ++i) {
    const std::string host = HostOf(listing->row(i).Text("repository_url"));
    if (!host.empty()) return host;
  }
  return WithFact(
      absl::NotFoundError("the role sees no image repository that would tell the registry's host"), kAdvice,
      "Create an spcs_image_repository first and pass its `repository_url`, or grant the role READ or WRITE "
      "on one.");
}

class RegistryCredentialsEphemeral : public TokenEphemeral<RegistryCredentials> {
 public:
  explicit RegistryCredentialsEphemeral(resources::Account& account)
      : TokenEphemeral(account, RegistryCredentialsModel()) {}
  std::string noun() const override { return "registry credentials"; }

 protected:
  // The host first: without one no token is needed.
  absl::Status Prepare(tf::Context& context, resources::Session& session, RegistryCredentials& model) override {
    std::string registry = HostOf(model.repository_url.value_or(""));
    if (registry.empty()) {
      ASSIGN_OR_RETURN(registry, AnyRegistry(session, context.stop));
    }
    model.registry = registry;
    return absl::OkStatus();
  }
  void Fill(const Token& token, RegistryCredentials& model) override {
    model.username = token.user;
    model.password = token.secret;
    model.expires_at = TimeText(token.expires_at);
  }
};

}  // namespace

std::unique_ptr<tf::EphemeralResource> MakeRegistryCredentials(resources::Account& account) {
  return std::make_unique<RegistryCredentialsEphemeral>(account);
}

}  // namespace spcs::ephemeral
