// SPDX-License-Identifier: MPL-2.0
// service_dns_name: the host name under which services reach each other.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"
#include "provider/snowflake/identifier.h"

namespace spcs::functions {
namespace {

constexpr size_t kLongestLabel = 63;

// The name as a label of DNS: in lower case, _ as -.
absl::StatusOr<std::string> Label(const std::string& service) {
  ASSIGN_OR_RETURN(const snowflake::ObjectName name, snowflake::ObjectName::Parse(service));
  RETURN_IF_ERROR(snowflake::RequireBareName(name.name(), "service"));
  std::string label = absl::AsciiStrToLower(absl::StrReplaceAll(name.name().value(), {{"_", "-"}}));
  if (absl::StrContains(label, '$')) {
    return absl::InvalidArgumentError(absl::StrCat("\"", service, "\" holds $, which no host name does"));
  }
  if (label.size() > kLongestLabel) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", service, "\" is longer than the 63 characters of a host name"));
  }
  return label;
}

absl::StatusOr<std::string> Domain(const std::string& text) {
  const std::string domain = absl::AsciiStrToLower(text);
  for (const char c : domain) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.') continue;
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no domain: it may hold letters, digits, - and ."));
  }
  if (domain.empty() || absl::StartsWith(domain, ".") || absl::EndsWith(domain, ".") ||
      absl::StrContains(domain, "..")) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no domain; write it as SYSTEM$GET_SERVICE_DNS_DOMAIN answers it"));
  }
  return domain;
}

class ServiceDnsNameFunction : public tf::Function {
 public:
  const std::string& name() const override {
    static const std::string kName = "service_dns_name";
    return kName;
  }

  const tf::FunctionSignature& signature() const override {
    static const tf::FunctionSignature kSignature{
        .summary = "Host name of a service for other services",
        .doc =
            "Returns the host name under which other services reach a service: its name in lower case with `-` for "
            "`_`. That short name works inside the same schema, and unlike the attribute `dns_name` of spcs_service "
            "it is known before the service exists, so two services can name each other. From another schema the "
            "domain of the service's schema is needed too; it holds a code that the account makes up "
            "(`abc1.svc.spcs.internal`; SYSTEM$GET_SERVICE_DNS_DOMAIN tells it).",
        .parameters = {{.name = "service",
                        .type = tf::Type::String(),
                        .doc = "Name of the service; a full name's database and schema are left out."}},
        .variadic =
            tf::FunctionParameter{
                .name = "domain", .type = tf::Type::String(), .doc = "Domain of the schema; at most one."},
        .result = tf::Type::String()};
    return kSignature;
  }

  absl::StatusOr<tf::Value> Call(const std::vector<tf::Value>& arguments) const override {
    const auto label = Label(arguments[0].AsString());
    if (!label.ok()) return WithFact(label.status(), tf::kFunctionArgument, "0");
    if (arguments.size() == 1) return tf::Value(*label);
    if (arguments.size() > 2) {
      return WithFact(absl::InvalidArgumentError("there is one domain at most"), tf::kFunctionArgument, "2");
    }
    const auto domain = Domain(arguments[1].AsString());
    if (!domain.ok()) return WithFact(domain.status(), tf::kFunctionArgument, "1");
    return tf::Value(absl::StrCat(*label, ".", *domain));
  }
};

}  // namespace

std::unique_ptr<tf::Function> MakeServiceDnsName() {
  return std::make_unique<ServiceDnsNameFunction>();
}

}  // namespace spcs::functions
