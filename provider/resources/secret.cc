// SPDX-License-Identifier: MPL-2.0
// spcs_secret: a value that containers get without its ever being in state, plan or log.
#include "absl/strings/str_cat.h"
#include "provider/resources/all.h"
#include "provider/resources/names.h"
#include "provider/resources/sql_resource.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

struct Secret {
  tf::String database{}, schema{}, name{}, type{}, username{}, value_wo{};
  tf::Int value_wo_version{};
  tf::String comment{}, qualified_name{};
  tf::Object<tf::Timeouts> timeouts{};
};

const tf::Model<Secret>& SecretModel() {
  using M = Secret;
  static const tf::Model<M> model{
      "spcs_secret",
      "A secret that services read. Its value is write-only: it is in no state and in no plan.",
      {
          {"database", &M::database, ParentAttribute("Database of the secret.")},
          {"schema", &M::schema, ParentAttribute("Schema of the secret.")},
          {"name", &M::name, NameAttribute("secret")},
          {"type", &M::type,
           tf::Optional{.default_value = "GENERIC_STRING",
                        .replace = true,
                        .same_meaning = SameWord,
                        .validators = {tf::OneOf({"GENERIC_STRING", "PASSWORD"})},
                        .doc = "GENERIC_STRING, or PASSWORD for a user name with a password."}},
          {"username", &M::username, tf::Optional{.doc = "User name; only with PASSWORD."}},
          {"value_wo", &M::value_wo,
           tf::Required{.sensitive = true,
                        .write_only = true,
                        .validators = {tf::NonEmpty()},
                        .doc = "The value, or the password. Write-only: raise `value_wo_version` to send a new one."}},
          {"value_wo_version", &M::value_wo_version,
           tf::Required{.doc = "Any number; a change of it sends `value_wo`."}},
          {"comment", &M::comment, CommentAttribute("secret")},
          {"qualified_name", &M::qualified_name, QualifiedNameAttribute()},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

class SecretResource : public SqlResource<Secret> {
 public:
  explicit SecretResource(Account& account)
      : SqlResource<Secret>(
            account,
            SqlKind{.keyword = "SECRET",
                    .list = snowflake::ShowKind::kSecret,
                    .describe = true,
                    .rules = {{"type", {.column = "secret_type", .in_alter = false, .word = true}},
                              {"username", {.in_create = false, .in_alter = false, .in_show = false}},
                              {"value_wo", {.in_create = false, .in_alter = false}},
                              {"value_wo_version", {.in_create = false, .in_alter = false, .in_show = false}}},
                    .create_privilege = "CREATE SECRET on the schema",
                    .peer = {.type = "snowflake_secret_with_generic_string"}},
            SecretModel()) {}

 protected:
  // The peer has sent the value that its configuration holds: version 1 asks for no other.
  absl::Status ExtendMove(const std::string&, Secret& state) const override {
    state.value_wo_version = 1;
    return absl::OkStatus();
  }

  void ValidateModel(const Secret& config, tf::Diagnostics& diagnostics) const override {
    if (config.type.IsUnknown() || config.username.IsUnknown()) return;
    const bool password = absl::EqualsIgnoreCase(config.type.value_or("GENERIC_STRING"), "PASSWORD");
    if (password && config.username.IsNull()) {
      diagnostics.AddError(tf::Path("username"), "Missing user name", "A secret of type PASSWORD needs `username`.");
    }
    if (!password && !config.username.IsNull()) {
      diagnostics.AddError(tf::Path("username"), "Unexpected user name",
                           "`username` goes with type PASSWORD only; remove it or set `type = \"PASSWORD\"`.");
    }
  }

  absl::Status ExtendCreate(const Secret& config, const Secret& planned,
                            snowflake::Statement& statement) const override {
    AppendValue(config, planned, statement);
    return absl::OkStatus();
  }

  absl::Status ExtendUpdate(const Secret& config, const Secret& prior, const Secret& planned,
                            std::vector<snowflake::Statement>& statements) const override {
    // After an import the version is null: the value is taken to be the one that is there.
    const bool imported = prior.value_wo_version.IsNull();
    const bool renewed = !imported && !(prior.value_wo_version == planned.value_wo_version);
    const bool renamed = !imported && !(prior.username == planned.username);
    if (!renewed && !renamed) return absl::OkStatus();
    ASSIGN_OR_RETURN(const snowflake::ObjectName name, NameOf(kind(), model().Encode(planned)));
    snowflake::Statement statement("ALTER SECRET");
    statement.Name(name).Raw("SET");
    AppendValue(config, planned, statement);
    statements.push_back(std::move(statement));
    return absl::OkStatus();
  }

 private:
  static void AppendValue(const Secret& config, const Secret& planned, snowflake::Statement& statement) {
    const snowflake::SecretText value{config.value_wo.value()};
    if (!absl::EqualsIgnoreCase(planned.type.value(), "PASSWORD")) {
      statement.Property("SECRET_STRING", value);
      return;
    }
    statement.Property("USERNAME", planned.username.value()).Property("PASSWORD", value);
  }
};

}  // namespace

std::unique_ptr<tf::Resource> MakeSecret(Account& account) {
  return std::make_unique<SecretResource>(account);
}

}  // namespace spcs::resources
