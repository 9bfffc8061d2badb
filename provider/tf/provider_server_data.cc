// SPDX-License-Identifier: MPL-2.0
// The part of ProviderServer for data sources and functions.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/tf/codec.h"
#include "provider/tf/provider_server.h"
#include "provider/tf/server_text.h"

namespace spcs::tf {
namespace {

// Functions see null and unknown only where they ask for it; the clients keep to this, but it is not theirs to break.
absl::StatusOr<Value> DecodeArgument(const DynamicValue& encoded, const FunctionParameter& parameter) {
  ASSIGN_OR_RETURN(Value value, Decode(encoded, parameter.type));
  if (value.IsNull() && !parameter.allow_null) return absl::InvalidArgumentError("the argument must not be null");
  if (!value.IsWhollyKnown() && !parameter.allow_unknown) {
    return absl::InvalidArgumentError("the argument must be known");
  }
  return value;
}

}  // namespace

ReadDataResponse ProviderServer::ReadData(const ReadDataRequest& request, std::stop_token stop) {
  ReadDataResponse response;
  DataSource* source = FindDataSource(request.type_name, response.diagnostics);
  if (source == nullptr) return response;
  const Type type = source->schema().WireType();
  const auto config = Decode(request.config, type);
  response.diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok()) return response;
  Context context = MakeContext(std::move(stop), response.diagnostics, "");
  const auto state = source->Read(context, *config);
  response.diagnostics.AddStatus(Cannot("read", *source), state.status());
  if (state.ok()) response.state = Encode(*state, type);
  return response;
}

CallFunctionResponse ProviderServer::CallFunction(const CallFunctionRequest& request) {
  CallFunctionResponse response;
  const Function* function = catalog().FindFunction(request.name);
  if (function == nullptr) {
    response.error = absl::StrCat("There is no function \"", request.name, "\".");
    return response;
  }
  const FunctionSignature& signature = function->signature();
  const size_t fixed_count = signature.parameters.size();
  if (request.arguments.size() < fixed_count || (!signature.variadic && request.arguments.size() > fixed_count)) {
    response.error = absl::StrCat("The function takes ", signature.variadic ? "at least " : "", fixed_count,
                                  " arguments, not ", request.arguments.size(), ".");
    return response;
  }
  std::vector<Value> arguments;
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const FunctionParameter& parameter = i < fixed_count ? signature.parameters[i] : *signature.variadic;
    auto argument = DecodeArgument(request.arguments[i], parameter);
    if (!argument.ok()) {
      response.error = std::string(argument.status().message());
      response.error_argument = static_cast<int64_t>(i);
      return response;
    }
    arguments.push_back(*std::move(argument));
  }
  const auto result = function->Call(arguments);
  if (result.ok()) {
    response.result = Encode(*result, signature.result);
    return response;
  }
  response.error = std::string(result.status().message());
  int64_t index = 0;
  if (absl::SimpleAtoi(FactOf(result.status(), kFunctionArgument).value_or(""), &index))
    response.error_argument = index;
  return response;
}

}  // namespace spcs::tf
