// SPDX-License-Identifier: MPL-2.0
// Between the plain structs of provider/tf and the messages of protocol 6: the parts that many calls share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "proto/tfplugin6.pb.h"
#include "provider/tf/server.h"

namespace spcs::plugin {

using DiagnosticMessages = google::protobuf::RepeatedPtrField<tfplugin6::Diagnostic>;

// Messages to structs. They take the message's bytes: values may be large.
tf::DynamicValue FromMessage(tfplugin6::DynamicValue& message);
tf::RawState FromMessage(tfplugin6::RawState& message);
// nullopt when the client sent no identity.
std::optional<tf::DynamicValue> TakeIdentity(tfplugin6::ResourceIdentityData* message);

// Structs to messages.
void ToMessage(tf::DynamicValue value, tfplugin6::DynamicValue* message);
void ToMessage(const tf::Path& path, tfplugin6::AttributePath* message);
void ToMessages(const tf::Diagnostics& diagnostics, DiagnosticMessages* messages);
void ToMessage(absl::Time time, google::protobuf::Timestamp* message);

// The answers that describe the provider.
tfplugin6::GetProviderSchema_Response SchemaResponse(const tf::ProviderSchema& schema);
tfplugin6::GetResourceIdentitySchemas_Response IdentityResponse(const tf::ProviderSchema& schema);
tfplugin6::GetFunctions_Response FunctionsResponse(const tf::ProviderSchema& schema);
tfplugin6::GetMetadata_Response MetadataResponse(const tf::ProviderSchema& schema);

}  // namespace spcs::plugin
