// SPDX-License-Identifier: MPL-2.0
// instance_family: today's name of an instance family of the private preview.
#include "provider/snowflake/instance_family.h"
#include "absl/strings/ascii.h"
#include "provider/functions/all.h"

namespace spcs::functions {
namespace {

class InstanceFamilyFunction : public tf::Function {
 public:
  const std::string& name() const override {
    static const std::string kName = "instance_family";
    return kName;
  }

  const tf::FunctionSignature& signature() const override {
    static const tf::FunctionSignature kSignature{
        .summary = "Today's name of an instance family",
        .doc =
            "Turns a name of the private preview (GPU_3, GPU_7, STANDARD_1, …) into today's family that comes closest. "
            "Every other name comes back in upper case, also one that this version of the provider does not know.",
        .parameters = {{.name = "name", .type = tf::Type::String(), .doc = "Name of an instance family."}},
        .variadic = std::nullopt,
        .result = tf::Type::String()};
    return kSignature;
  }

  absl::StatusOr<tf::Value> Call(const std::vector<tf::Value>& arguments) const override {
    const std::string& name = arguments[0].AsString();
    const auto legacy = snowflake::FindLegacyFamily(name);
    return tf::Value(legacy ? legacy->successor : absl::AsciiStrToUpper(name));
  }
};

}  // namespace

std::unique_ptr<tf::Function> MakeInstanceFamily() {
  return std::make_unique<InstanceFamilyFunction>();
}

}  // namespace spcs::functions
