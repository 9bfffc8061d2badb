// SPDX-License-Identifier: MPL-2.0
// Users: login names, keys and defaults. Passwords are kept as hashes and never shown.
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/access_token.h"
#include "emulator/engine/account.h"
#include "emulator/engine/hash.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "emulator/sql/access_token_grammar.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr PropertyMap kMap = {{"DISPLAY_NAME", "display_name"},
                              {"EMAIL", "email"},
                              {"DISABLED", "disabled"},
                              {"MUST_CHANGE_PASSWORD", "must_change_password"},
                              {"TYPE", "type"},
                              {"COMMENT", "comment"}};

// A fingerprint as DESCRIBE USER shows it; "" without a key.
std::string Fingerprint(const Object& user, absl::string_view key) {
  std::string der;
  if (!absl::Base64Unescape(Member(user, key), &der) || der.empty()) return "";
  return absl::StrCat("SHA256:", absl::Base64Escape(Sha256(der)));
}

absl::Status SetKeys(const sql::Statement& statement, nlohmann::json& props) {
  const std::pair<absl::string_view, absl::string_view> kKeys[] = {{"RSA_PUBLIC_KEY", "rsa_public_key"},
                                                                   {"RSA_PUBLIC_KEY_2", "rsa_public_key_2"}};
  for (const auto& [property, member] : kKeys) {
    const sql::Value* value = statement.Find(property);
    if (value == nullptr) continue;
    std::string der;
    const std::string key = StripPublicKey(value->text);
    if (!absl::Base64Unescape(key, &der) || der.size() < 32 || der[0] != 0x30) {
      return SqlError(
          absl::StatusCode::kInvalidArgument, "394411", "22023",
          absl::StrCat("New public key rejected by current policy. Reason: '", property, " is no public key'"));
    }
    props[std::string(member)] = key;
  }
  return absl::OkStatus();
}

// Names of other objects are kept as stored names; they need not exist.
void SetDefaults(const sql::Statement& statement, nlohmann::json& props) {
  for (const absl::string_view property : {"DEFAULT_ROLE", "DEFAULT_WAREHOUSE", "DEFAULT_NAMESPACE"}) {
    const sql::Value* value = statement.Find(property);
    if (value == nullptr) continue;
    const bool namespaced = property == "DEFAULT_NAMESPACE";
    props[absl::AsciiStrToLower(property)] = namespaced ? value->name.ToString() : value->name.name();
  }
}

class UserHandler : public KindHandler {
 public:
  UserHandler() : KindHandler(Kind::kUser) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    if (start.replaced) Remove(context, *start.replaced);
    Object user = context.NewObject(kind(), start.name);
    user.props = {{"comment", ""}, {"login_name", user.name}, {"display_name", user.name}, {"disabled", false}};
    RETURN_IF_ERROR(Set(context, statement, user));
    context.store().Insert(user);
    return StatusResult(absl::StrCat("User ", user.name, " successfully created."));
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    if (sql::IsTokenAction(statement.action)) return AlterAccessToken(context, statement);
    ASSIGN_OR_RETURN(std::optional<Object> user, StartAlter(context, kind(), statement));
    if (!user) return Done();
    const std::string old_name = user->name;
    if (statement.action == "RENAME TO") RETURN_IF_ERROR(Rename(context, *user, statement));
    RETURN_IF_ERROR(Set(context, statement, *user));
    for (const std::string& name : statement.unset) {
      const std::string member = absl::AsciiStrToLower(name);
      if (member == "password") user->props.erase("password_sha256");
      if (member == "login_name" || member == "display_name") {
        user->props[member] = user->name;
      } else {
        user->props.erase(member);
      }
    }
    context.store().Update(*user);
    if (user->name != old_name) {
      context.store().RenameGrantee(kind(), old_name, user->name);
      MoveTokens(context.store(), old_name, user->name);
    }
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> user, StartDrop(context, kind(), statement));
    if (!user) return AlreadyDropped(statement);
    Remove(context, *user);
    return Dropped(user->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> users, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Text("name"), Timestamp("created_on"), Text("login_name"), Text("display_name"), Text("email"),
                        Text("comment"), Text("disabled"), Text("must_change_password"), Text("default_warehouse"),
                        Text("default_namespace"), Text("default_role"), Text("owner"), Text("has_password"),
                        Text("has_rsa_public_key"), Text("type")});
    for (const Object& user : users) {
      rows.Add({user.name, TimeText(user.created_on), Member(user, "login_name"), Member(user, "display_name"),
                Member(user, "email"), Member(user, "comment"), BoolText(user.props.value("disabled", false)),
                BoolText(user.props.value("must_change_password", false)), Member(user, "default_warehouse"),
                Member(user, "default_namespace"), Member(user, "default_role"), user.owner,
                BoolText(user.props.contains("password_sha256")), BoolText(!Member(user, "rsa_public_key").empty()),
                Member(user, "type")});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object user, context.Require(kind(), statement.name));
    ResultBuilder rows({Text("property"), Text("value"), Text("default"), Text("description")});
    const auto add = [&](absl::string_view property, const std::string& value) {
      rows.Add({std::string(property), value.empty() ? "null" : value, "null", ""});
    };
    add("NAME", user.name);
    for (const absl::string_view property : {"COMMENT", "DISPLAY_NAME", "LOGIN_NAME", "EMAIL", "DEFAULT_WAREHOUSE",
                                             "DEFAULT_NAMESPACE", "DEFAULT_ROLE", "TYPE"}) {
      add(property, Member(user, absl::AsciiStrToLower(property)));
    }
    add("DISABLED", BoolText(user.props.value("disabled", false)));
    add("RSA_PUBLIC_KEY_FP", Fingerprint(user, "rsa_public_key"));
    add("RSA_PUBLIC_KEY_2_FP", Fingerprint(user, "rsa_public_key_2"));
    return std::move(rows).Build();
  }

 private:
  absl::Status Set(ExecutionContext& context, const sql::Statement& statement, Object& user) {
    RETURN_IF_ERROR(CheckWord(statement, "TYPE", {"PERSON", "SERVICE", "LEGACY_SERVICE", "NULL"}));
    CopyProperties(statement, kMap, user.props);
    SetDefaults(statement, user.props);
    RETURN_IF_ERROR(SetKeys(statement, user.props));
    if (const sql::Value* password = statement.Find("PASSWORD")) {
      user.props["password_sha256"] = Sha256Hex(password->text);
    }
    if (const sql::Value* login = statement.Find("LOGIN_NAME")) {
      user.props["login_name"] = absl::AsciiStrToUpper(login->text);
    }
    for (const Object& other : context.store().List(kind())) {
      if (other.id != user.id && absl::EqualsIgnoreCase(Member(other, "login_name"), Member(user, "login_name"))) {
        return AlreadyExists(Member(user, "login_name"));
      }
    }
    return absl::OkStatus();
  }

  static void Remove(ExecutionContext& context, const Object& user) {
    context.store().DropGrantee(Kind::kUser, user.name);
    MoveTokens(context.store(), user.name, "");
    context.store().Delete(user.id);
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeUserHandler() {
  return std::make_unique<UserHandler>();
}

}  // namespace spcs::engine
