// SPDX-License-Identifier: MPL-2.0
// service_spec: a specification as an object, as the text that the service takes. The inverse of parse_service_spec.
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/functions/all.h"
#include "provider/functions/spec_shape.h"
#include "provider/resources/spec_value.h"

namespace spcs::functions {
namespace {

absl::Status Refuse(const absl::Status& status) {
  return WithFact(status, tf::kFunctionArgument, "0");
}

// The first fault that was found; the rest shows when that is mended.
absl::Status FirstError(const tf::Diagnostics& diagnostics) {
  for (const tf::Diagnostic& diagnostic : diagnostics.list()) {
    if (diagnostic.severity != tf::Diagnostic::Severity::kError) continue;
    return absl::InvalidArgumentError(absl::StrCat(diagnostic.path.ToString(), ": ", diagnostic.detail));
  }
  return absl::OkStatus();
}

class ServiceSpecFunction : public tf::Function {
 public:
  const std::string& name() const override {
    static const std::string kName = "service_spec";
    return kName;
  }

  const tf::FunctionSignature& signature() const override {
    static const tf::FunctionSignature kSignature{
        .summary = "Writes a service specification as YAML",
        .doc =
            "Takes a service specification as the attribute `spec` of spcs_service and spcs_job takes it, and returns "
            "its YAML text. The same specification always gives the same text: containers, endpoints and volumes in "
            "the order of their names, what is not set left out. What the service would refuse (an unknown attribute, "
            "a value of the wrong type, a port out of range, …) is an error that names its place. As long as a part "
            "is known only after apply, so is the text. `parse_service_spec` reads the text back.",
        .parameters = {{.name = "spec",
                        .type = tf::Type::Dynamic(),
                        .allow_unknown = true,
                        .doc = "The specification: an object with `containers` and, optionally, `endpoints`, `volumes` "
                               "and the other attributes of `spec`."}},
        .variadic = std::nullopt,
        .result = tf::Type::String()};
    return kSignature;
  }

  absl::StatusOr<tf::Value> Call(const std::vector<tf::Value>& arguments) const override {
    if (arguments[0].IsUnknown()) return tf::Value::Unknown();
    const auto spec = ShapeObject(resources::SpecAttributes(), arguments[0], tf::Path("spec"));
    if (!spec.ok()) return Refuse(spec.status());
    tf::Diagnostics diagnostics;
    resources::CheckSpec(*spec, tf::String(), diagnostics);
    if (absl::Status status = FirstError(diagnostics); !status.ok()) return Refuse(status);
    if (!spec->IsWhollyKnown()) return tf::Value::Unknown();
    const auto text = snowflake::RenderServiceSpec(resources::ToServiceSpec(*spec));
    if (!text.ok()) return Refuse(text.status());
    return tf::Value(*text);
  }
};

}  // namespace

std::unique_ptr<tf::Function> MakeServiceSpec() {
  return std::make_unique<ServiceSpecFunction>();
}

}  // namespace spcs::functions
