// SPDX-License-Identifier: MPL-2.0
// spcs_account: where and as whom the provider works.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "provider/data_sources/all.h"
#include "provider/data_sources/show_source.h"

namespace spcs::data_sources {
namespace {

struct AccountModel {
  tf::String locator{}, organization{}, name{}, identifier{}, region{}, user{}, role{};
  tf::List<tf::String> available_roles{};
  tf::String warehouse{};
};

const tf::Model<AccountModel>& Model() {
  using M = AccountModel;
  using tf::Computed;
  static const tf::Model<M> model{
      "spcs_account",
      "Where and as whom the provider works: the account, its region, and the user, role and warehouse of the "
      "connection.",
      {
          {"locator", &M::locator, Computed{.doc = "Locator of the account, such as AB12345."}},
          {"organization", &M::organization, Computed{.doc = "Name of the organization."}},
          {"name", &M::name, Computed{.doc = "Name of the account in its organization."}},
          {"identifier", &M::identifier, Computed{.doc = "`ORGANIZATION-NAME`, as connections name the account."}},
          {"region", &M::region, Computed{.doc = "Cloud and region, such as AWS_US_WEST_2."}},
          {"user", &M::user, Computed{.doc = "User that the connection logs in as."}},
          {"role", &M::role, Computed{.doc = "Role that statements run with."}},
          {"available_roles", &M::available_roles,
           Computed{.doc = "Roles that the user may take, granted directly or through others, sorted."}},
          {"warehouse", &M::warehouse, Computed{.doc = "Warehouse of the connection; null without one."}},
      }};
  return model;
}

class AccountSource : public tf::TypedDataSource<AccountModel> {
 public:
  explicit AccountSource(resources::Account& account) : TypedDataSource(Model()), account_(account) {}
  std::string noun() const override { return "account"; }

 protected:
  absl::Status ReadModel(tf::Context& context, AccountModel& model) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const auto facts, session->client().Account(context.stop));
    ASSIGN_OR_RETURN(
        const auto result,
        session->Query(snowflake::Statement("SELECT CURRENT_REGION() AS REGION, CURRENT_WAREHOUSE() AS WAREHOUSE"),
                       context.stop));
    model.locator = facts->account_locator;
    model.organization = facts->organization;
    model.name = facts->account_name;
    model.identifier = absl::StrCat(facts->organization, "-", facts->account_name);
    model.user = facts->user;
    model.role = facts->role;
    std::vector<std::string> roles = facts->available_roles;
    std::sort(roles.begin(), roles.end());
    model.available_roles = std::vector<tf::String>(roles.begin(), roles.end());
    if (result.size() != 1) return absl::InternalError("the service does not say which region this is");
    model.region = tf::String::Of(result.row(0).Get("REGION"));
    model.warehouse = tf::String::Of(result.row(0).Get("WAREHOUSE"));
    return absl::OkStatus();
  }

 private:
  resources::Account& account_;
};

}  // namespace

std::unique_ptr<tf::DataSource> MakeAccount(resources::Account& account) {
  return std::make_unique<AccountSource>(account);
}

}  // namespace spcs::data_sources
