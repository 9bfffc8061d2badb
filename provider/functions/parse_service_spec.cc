// SPDX-License-Identifier: MPL-2.0
// parse_service_spec: a specification in YAML as the object that `spec` of spcs_service takes.
#include "provider/base/status.h"
#include "provider/functions/all.h"
#include "provider/resources/spec_value.h"

namespace spcs::functions {
namespace {

class ParseServiceSpecFunction : public tf::Function {
 public:
  const std::string& name() const override {
    static const std::string kName = "parse_service_spec";
    return kName;
  }

  const tf::FunctionSignature& signature() const override {
    static const tf::FunctionSignature kSignature{
        .summary = "Reads a service specification in YAML",
        .doc =
            "Reads a service specification in YAML and returns the object that the attribute `spec` of spcs_service "
            "and spcs_job takes. Unknown keys, repeated keys and values of the wrong type are errors with their line.",
        .parameters = {{.name = "yaml",
                        .type = tf::Type::String(),
                        .doc = "The specification, as in a specification file."}},
        .variadic = std::nullopt,
        .result = resources::SpecType()};
    return kSignature;
  }

  absl::StatusOr<tf::Value> Call(const std::vector<tf::Value>& arguments) const override {
    const auto spec = snowflake::ParseServiceSpec(arguments[0].AsString());
    if (!spec.ok()) return WithFact(spec.status(), tf::kFunctionArgument, "0");
    return resources::FromServiceSpec(*spec);
  }
};

}  // namespace

std::unique_ptr<tf::Function> MakeParseServiceSpec() {
  return std::make_unique<ParseServiceSpecFunction>();
}

}  // namespace spcs::functions
