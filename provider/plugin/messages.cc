// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/messages.h"

#include <utility>
#include <variant>

#include "provider/base/utf8.h"

namespace spcs::plugin {

tf::DynamicValue FromMessage(tfplugin6::DynamicValue& message) {
  return {.msgpack = std::move(*message.mutable_msgpack()), .json = std::move(*message.mutable_json())};
}

tf::RawState FromMessage(tfplugin6::RawState& message) {
  tf::RawState state;
  state.json = std::move(*message.mutable_json());
  for (const auto& [key, value] : message.flatmap()) state.flatmap.emplace(key, value);
  return state;
}

std::optional<tf::DynamicValue> TakeIdentity(tfplugin6::ResourceIdentityData* message) {
  if (!message->has_identity_data()) return std::nullopt;
  return FromMessage(*message->mutable_identity_data());
}

void ToMessage(tf::DynamicValue value, tfplugin6::DynamicValue* message) {
  if (!value.msgpack.empty()) message->set_msgpack(std::move(value.msgpack));
  if (!value.json.empty()) message->set_json(std::move(value.json));
}

void ToMessage(const tf::Path& path, tfplugin6::AttributePath* message) {
  for (const tf::Path::Step& step : path.steps()) {
    tfplugin6::AttributePath_Step* added = message->add_steps();
    if (const auto* attribute = std::get_if<tf::Path::Attribute>(&step)) {
      added->set_attribute_name(ToValidUtf8(attribute->name));
    } else if (const auto* key = std::get_if<std::string>(&step)) {
      added->set_element_key_string(ToValidUtf8(*key));
    } else {
      added->set_element_key_int(std::get<int64_t>(step));
    }
  }
}

void ToMessages(const tf::Diagnostics& diagnostics, DiagnosticMessages* messages) {
  for (const tf::Diagnostic& diagnostic : diagnostics.list()) {
    tfplugin6::Diagnostic* message = messages->Add();
    message->set_severity(diagnostic.severity == tf::Diagnostic::Severity::kError ? tfplugin6::Diagnostic::ERROR
                                                                                  : tfplugin6::Diagnostic::WARNING);
    // They may quote others. A client refuses the whole answer, new state included, for one bad byte.
    message->set_summary(ToValidUtf8(diagnostic.summary));
    message->set_detail(ToValidUtf8(diagnostic.detail));
    // An empty path means the whole resource, which the client shows when it gets none.
    if (!diagnostic.path.empty()) ToMessage(diagnostic.path, message->mutable_attribute());
  }
}

void ToMessage(absl::Time time, google::protobuf::Timestamp* message) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // rounds down, so the rest is never negative
  message->set_seconds(seconds);
  message->set_nanos(static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
}

}  // namespace spcs::plugin
