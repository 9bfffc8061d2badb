// SPDX-License-Identifier: MPL-2.0
// compute_pool_credits: what the nodes of a pool cost, in credits an hour.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"
#include "provider/snowflake/instance_family.h"
#include "provider/snowflake/node_credits.h"

namespace spcs::functions {
namespace {

constexpr int64_t kMostNodes = 1'000'000;

// Figures have three decimals at most: whole thousandths multiply without a rest.
tf::Value Multiply(double credits, int64_t nodes) {
  return tf::Value(std::round(credits * 1000) * static_cast<double>(nodes) / 1000);
}

absl::Status UnknownFamily(const std::string& family) {
  if (const auto legacy = snowflake::FindLegacyFamily(family)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", family, "\" is a name of the private preview: take ",
                                                   "provider::spcs::instance_family(\"", family, "\"), which is ",
                                                   legacy->successor));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("this version of the provider has no price for the instance family \"", family,
                   "\". Check the spelling against the data source spcs_instance_families, or look the price up in the "
                   "vendor's Service Consumption Table"));
}

class ComputePoolCreditsFunction : public tf::Function {
 public:
  const std::string& name() const override {
    static const std::string kName = "compute_pool_credits";
    return kName;
  }

  const tf::FunctionSignature& signature() const override {
    static const tf::FunctionSignature kSignature{
        .summary = "Credits an hour of a compute pool",
        .doc =
            "Returns the credits an hour that a number of nodes of an instance family cost while they run. The prices "
            "are those of Snowflake's Service Consumption Table effective May 12, 2026, tables 1(f) and 1(g), taken "
            "from public transcriptions; where clouds differ, the higher one. An estimate for reviews and policies: "
            "your contract and your bill have the last word. Suspended and starting pools cost nothing.",
        .parameters = {{.name = "instance_family",
                        .type = tf::Type::String(),
                        .doc = "Instance family of the pool, in upper or lower case."},
                       {.name = "nodes", .type = tf::Type::Number(), .doc = "Number of nodes."}},
        .variadic = std::nullopt,
        .result = tf::Type::Number()};
    return kSignature;
  }

  absl::StatusOr<tf::Value> Call(const std::vector<tf::Value>& arguments) const override {
    const std::string& family = arguments[0].AsString();
    const auto credits = snowflake::CreditsOfNode(family);
    if (!credits) return WithFact(UnknownFamily(family), tf::kFunctionArgument, "0");
    const tf::Number& nodes = arguments[1].AsNumber();
    if (!nodes.IsInt() || nodes.AsInt() < 0 || nodes.AsInt() > kMostNodes) {
      return WithFact(absl::InvalidArgumentError(absl::StrCat(nodes.ToString(), " is no number of nodes")),
                      tf::kFunctionArgument, "1");
    }
    return Multiply(*credits, nodes.AsInt());
  }
};

}  // namespace

std::unique_ptr<tf::Function> MakeComputePoolCredits() {
  return std::make_unique<ComputePoolCreditsFunction>();
}

}  // namespace spcs::functions
