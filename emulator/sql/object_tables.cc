// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/object_tables.h"

namespace spcs::sql {
namespace {

using enum PropertyType;
using Words = absl::string_view;

constexpr PropertySpec kComment[] = {{"COMMENT", kString}};
constexpr PropertySpec kContainer[] = {
    {"DATA_RETENTION_TIME_IN_DAYS", kInt},
    {"MAX_DATA_EXTENSION_TIME_IN_DAYS", kInt},
    {"COMMENT", kString},
};
constexpr PropertySpec kStageCreate[] = {
    {"ENCRYPTION", kProperties},
    {"DIRECTORY", kProperties},
    {"FILE_FORMAT", kProperties},
    {"COMMENT", kString},
};
constexpr PropertySpec kStageSet[] = {{"DIRECTORY", kProperties}, {"FILE_FORMAT", kProperties}, {"COMMENT", kString}};
// The options of formats that have a name of their own are not modelled.
constexpr PropertySpec kFileFormat[] = {{"TYPE", kWord}, {"COMMENT", kString}};
constexpr PropertySpec kRepositoryCreate[] = {{"ENCRYPTION", kProperties}, {"COMMENT", kString}};
constexpr PropertySpec kTableSet[] = {
    {"DATA_RETENTION_TIME_IN_DAYS", kInt},
    {"CHANGE_TRACKING", kBool},
    {"ENABLE_SCHEMA_EVOLUTION", kBool},
    {"COMMENT", kString},
};
constexpr PropertySpec kSecretCreate[] = {
    {"TYPE", kWord},
    {"SECRET_STRING", kString},
    {"USERNAME", kString},
    {"PASSWORD", kString},
    {"API_AUTHENTICATION", kName},
    {"OAUTH_SCOPES", kStringList},
    {"OAUTH_REFRESH_TOKEN", kString},
    {"OAUTH_REFRESH_TOKEN_EXPIRY_TIME", kString},
    {"ENABLED", kBool},
    {"ALGORITHM", kBareWord},
    {"COMMENT", kString},
};
constexpr PropertySpec kSecretSet[] = {
    {"SECRET_STRING", kString},
    {"USERNAME", kString},
    {"PASSWORD", kString},
    {"API_AUTHENTICATION", kName},
    {"OAUTH_SCOPES", kStringList},
    {"OAUTH_REFRESH_TOKEN", kString},
    {"OAUTH_REFRESH_TOKEN_EXPIRY_TIME", kString},
    {"COMMENT", kString},
};
constexpr PropertySpec kRuleCreate[] = {
    {"TYPE", kWord},
    {"VALUE_LIST", kStringList},
    {"MODE", kWord},
    {"COMMENT", kString},
};
constexpr PropertySpec kRuleSet[] = {{"VALUE_LIST", kStringList}, {"COMMENT", kString}};
constexpr PropertySpec kIntegration[] = {
    {"ALLOWED_NETWORK_RULES", kNameList},
    {"ALLOWED_API_AUTHENTICATION_INTEGRATIONS", kNameList},
    {"ALLOWED_AUTHENTICATION_SECRETS", kNameList},
    {"ENABLED", kBool},
    {"COMMENT", kString},
};
constexpr PropertySpec kIntegrationUnset[] = {
    {"ALLOWED_NETWORK_RULES", kNameList},
    {"ALLOWED_API_AUTHENTICATION_INTEGRATIONS", kNameList},
    {"ALLOWED_AUTHENTICATION_SECRETS", kNameList},
    {"COMMENT", kString},
};
// Of type API_AUTHENTICATION, with client credentials, an authorization code or a role of AWS.
constexpr PropertySpec kSecurityIntegration[] = {
    {"TYPE", kWord},
    {"AUTH_TYPE", kWord},
    {"ENABLED", kBool},
    {"OAUTH_TOKEN_ENDPOINT", kString},
    {"OAUTH_AUTHORIZATION_ENDPOINT", kString},
    {"OAUTH_CLIENT_AUTH_METHOD", kWord},
    {"OAUTH_CLIENT_ID", kString},
    {"OAUTH_CLIENT_SECRET", kString},
    {"OAUTH_GRANT", kWord},
    {"OAUTH_ACCESS_TOKEN_VALIDITY", kInt},
    {"OAUTH_REFRESH_TOKEN_VALIDITY", kInt},
    {"OAUTH_ALLOWED_SCOPES", kStringList},
    {"AWS_ROLE_ARN", kString},
    {"COMMENT", kString},
};
constexpr PropertySpec kWarehouse[] = {
    {"WAREHOUSE_TYPE", kWord},   {"WAREHOUSE_SIZE", kWord},      {"MAX_CLUSTER_COUNT", kInt},
    {"MIN_CLUSTER_COUNT", kInt}, {"SCALING_POLICY", kWord},      {"AUTO_SUSPEND", kInt},
    {"AUTO_RESUME", kBool},      {"INITIALLY_SUSPENDED", kBool}, {"COMMENT", kString},
};
constexpr PropertySpec kWarehouseSet[] = {
    {"WAREHOUSE_TYPE", kWord}, {"WAREHOUSE_SIZE", kWord}, {"MAX_CLUSTER_COUNT", kInt}, {"MIN_CLUSTER_COUNT", kInt},
    {"SCALING_POLICY", kWord}, {"AUTO_SUSPEND", kInt},    {"AUTO_RESUME", kBool},      {"COMMENT", kString},
};
constexpr PropertySpec kUser[] = {
    {"PASSWORD", kString},
    {"LOGIN_NAME", kString},
    {"DISPLAY_NAME", kString},
    {"EMAIL", kString},
    {"DISABLED", kBool},
    {"DEFAULT_WAREHOUSE", kName},
    {"DEFAULT_NAMESPACE", kName},
    {"DEFAULT_ROLE", kName},
    {"RSA_PUBLIC_KEY", kString},
    {"RSA_PUBLIC_KEY_2", kString},
    {"MUST_CHANGE_PASSWORD", kBool},
    {"TYPE", kWord},
    {"COMMENT", kString},
};

constexpr Words kSuspend[] = {"SUSPEND", "RESUME IF SUSPENDED", "RESUME"};
constexpr Words kManaged[] = {"ENABLE MANAGED ACCESS", "DISABLE MANAGED ACCESS"};
constexpr Words kContainerFlags[] = {"TRANSIENT", "CASCADE", "RESTRICT"};
constexpr Words kTableFlags[] = {"CASCADE", "RESTRICT"};
constexpr Words kInAccount[] = {"ACCOUNT"};
constexpr Words kInDatabase[] = {"ACCOUNT", "DATABASE"};
constexpr Words kInSchema[] = {"ACCOUNT", "DATABASE", "SCHEMA"};

// Order matters where one keyword begins another: none does.
constexpr ObjectGrammar kGrammars[] = {
    {Kind::kDatabase,
     "DATABASE",
     "DATABASES",
     "",
     "",
     true,
     true,
     kContainer,
     kContainer,
     kContainer,
     {},
     kContainerFlags,
     kInAccount},
    {Kind::kSchema, "SCHEMA", "SCHEMAS", "", "", true, true, kContainer, kContainer, kContainer, kManaged,
     kContainerFlags, kInDatabase},
    {Kind::kStage, "STAGE", "STAGES", "", "", true, true, kStageCreate, kStageSet, {}, {}, {}, kInSchema},
    {Kind::kImageRepository,
     "IMAGE REPOSITORY",
     "IMAGE REPOSITORIES",
     "",
     "",
     true,
     false,
     kRepositoryCreate,
     kComment,
     {},
     {},
     {},
     kInSchema},
    {Kind::kTable, "TABLE", "TABLES", "", "", true, true, kTableSet, kTableSet, kTableSet, {}, kTableFlags, kInSchema},
    {Kind::kSecret, "SECRET", "SECRETS", "", "", true, false, kSecretCreate, kSecretSet, kComment, {}, {}, kInSchema},
    {Kind::kNetworkRule,
     "NETWORK RULE",
     "NETWORK RULES",
     "",
     "",
     true,
     false,
     kRuleCreate,
     kRuleSet,
     kRuleSet,
     {},
     {},
     kInSchema},
    {Kind::kIntegration,
     "EXTERNAL ACCESS INTEGRATION",
     "EXTERNAL ACCESS INTEGRATIONS",
     "INTEGRATION",
     "INTEGRATIONS",
     true,
     false,
     kIntegration,
     kIntegration,
     kIntegrationUnset,
     {},
     {},
     {}},
    {Kind::kIntegration,
     "SECURITY INTEGRATION",
     "SECURITY INTEGRATIONS",
     "",
     "",
     true,
     false,
     kSecurityIntegration,
     {},
     {},
     {},
     {},
     {}},
    {Kind::kFileFormat,
     "FILE FORMAT",
     "FILE FORMATS",
     "",
     "",
     true,
     false,
     kFileFormat,
     kComment,
     kComment,
     {},
     {},
     kInSchema},
    {Kind::kApplication, "APPLICATION", "APPLICATIONS", "", "", false, false, kComment, kComment, kComment, {}, {}, {}},
    {Kind::kTag, "TAG", "TAGS", "", "", true, false, kComment, kComment, kComment, {}, {}, kInSchema},
    {Kind::kUser, "USER", "USERS", "", "", true, true, kUser, kUser, kUser, {}, {}, {}},
    {Kind::kRole, "ROLE", "ROLES", "", "", true, true, kComment, kComment, kComment, {}, {}, {}},
    {Kind::kWarehouse,
     "WAREHOUSE",
     "WAREHOUSES",
     "",
     "",
     true,
     true,
     kWarehouse,
     kWarehouseSet,
     kWarehouseSet,
     kSuspend,
     {},
     {}},
};

}  // namespace

absl::Span<const ObjectGrammar> ObjectGrammars() {
  return kGrammars;
}

}  // namespace spcs::sql
