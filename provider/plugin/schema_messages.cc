// SPDX-License-Identifier: MPL-2.0
// The half of messages.h that describes the provider.
#include "provider/plugin/messages.h"

namespace spcs::plugin {
namespace {

using NestingMode = tfplugin6::Schema_Object_NestingMode;

NestingMode Nesting(tf::NestedObject::Nesting nesting) {
  switch (nesting) {
    case tf::NestedObject::Nesting::kSingle: return tfplugin6::Schema_Object::SINGLE;
    case tf::NestedObject::Nesting::kList: return tfplugin6::Schema_Object::LIST;
    case tf::NestedObject::Nesting::kSet: return tfplugin6::Schema_Object::SET;
    case tf::NestedObject::Nesting::kMap: return tfplugin6::Schema_Object::MAP;
  }
  return tfplugin6::Schema_Object::INVALID;
}

void ToMessage(const tf::Attribute& attribute, tfplugin6::Schema_Attribute* message) {
  message->set_name(attribute.name);
  if (attribute.nested != nullptr) {
    tfplugin6::Schema_Object* object = message->mutable_nested_type();
    object->set_nesting(Nesting(attribute.nested->nesting));
    for (const tf::Attribute& nested : attribute.nested->attributes) ToMessage(nested, object->add_attributes());
  } else {
    message->set_type(attribute.type.ToJson());
  }
  message->set_description(attribute.doc);
  message->set_description_kind(tfplugin6::MARKDOWN);
  message->set_required(attribute.required);
  message->set_optional(attribute.optional);
  // With a default the provider fills the value in, which only a computed attribute allows.
  message->set_computed(attribute.computed || attribute.default_value.has_value());
  message->set_sensitive(attribute.sensitive);
  message->set_write_only(attribute.write_only);
  message->set_deprecated(!attribute.deprecation.empty());
  message->set_deprecation_message(attribute.deprecation);
}

void ToMessage(const tf::Schema& schema, tfplugin6::Schema* message) {
  message->set_version(schema.version);
  tfplugin6::Schema_Block* block = message->mutable_block();
  block->set_version(schema.version);
  block->set_description(schema.doc);
  block->set_description_kind(tfplugin6::MARKDOWN);
  for (const tf::Attribute& attribute : schema.attributes) ToMessage(attribute, block->add_attributes());
}

void ToMessage(const tf::Schema& schema, tfplugin6::ActionSchema* message) {
  ToMessage(schema, message->mutable_schema());
}

void ToMessage(const tf::FunctionParameter& parameter, tfplugin6::Function_Parameter* message) {
  message->set_name(parameter.name);
  message->set_type(parameter.type.ToJson());
  message->set_allow_null_value(parameter.allow_null);
  message->set_allow_unknown_values(parameter.allow_unknown);
  message->set_description(parameter.doc);
  message->set_description_kind(tfplugin6::MARKDOWN);
}

void ToMessage(const tf::FunctionSignature& function, tfplugin6::Function* message) {
  for (const tf::FunctionParameter& parameter : function.parameters) ToMessage(parameter, message->add_parameters());
  if (function.variadic.has_value()) ToMessage(*function.variadic, message->mutable_variadic_parameter());
  message->mutable_return_()->set_type(function.result.ToJson());
  message->set_summary(function.summary);
  message->set_description(function.doc);
  message->set_description_kind(tfplugin6::MARKDOWN);
}

void SetCapabilities(tfplugin6::ServerCapabilities* message) {
  message->set_plan_destroy(true);
  message->set_get_provider_schema_optional(true);
  message->set_move_resource_state(true);
}

template <typename From, typename To>
void ToMessages(const std::map<std::string, From>& from, google::protobuf::Map<std::string, To>* to) {
  for (const auto& [name, value] : from) ToMessage(value, &(*to)[name]);
}

}  // namespace

tfplugin6::GetProviderSchema_Response SchemaResponse(const tf::ProviderSchema& schema) {
  tfplugin6::GetProviderSchema_Response response;
  ToMessage(schema.provider, response.mutable_provider());
  ToMessages(schema.resources, response.mutable_resource_schemas());
  ToMessages(schema.data_sources, response.mutable_data_source_schemas());
  ToMessages(schema.ephemeral_resources, response.mutable_ephemeral_resource_schemas());
  ToMessages(schema.lists, response.mutable_list_resource_schemas());
  ToMessages(schema.actions, response.mutable_action_schemas());
  ToMessages(schema.functions, response.mutable_functions());
  SetCapabilities(response.mutable_server_capabilities());
  return response;
}

tfplugin6::GetResourceIdentitySchemas_Response IdentityResponse(const tf::ProviderSchema& schema) {
  tfplugin6::GetResourceIdentitySchemas_Response response;
  for (const auto& [name, identity] : schema.identities) {
    tfplugin6::ResourceIdentitySchema& message = (*response.mutable_identity_schemas())[name];
    message.set_version(identity.version);
    for (const tf::IdentityAttribute& attribute : identity.attributes) {
      tfplugin6::ResourceIdentitySchema_IdentityAttribute* added = message.add_identity_attributes();
      added->set_name(attribute.name);
      added->set_type(attribute.type.ToJson());
      added->set_required_for_import(attribute.required_for_import);
      added->set_optional_for_import(attribute.optional_for_import);
      added->set_description(attribute.doc);
    }
  }
  return response;
}

tfplugin6::GetFunctions_Response FunctionsResponse(const tf::ProviderSchema& schema) {
  tfplugin6::GetFunctions_Response response;
  ToMessages(schema.functions, response.mutable_functions());
  return response;
}

tfplugin6::GetMetadata_Response MetadataResponse(const tf::ProviderSchema& schema) {
  tfplugin6::GetMetadata_Response response;
  SetCapabilities(response.mutable_server_capabilities());
  for (const auto& entry : schema.resources) response.add_resources()->set_type_name(entry.first);
  for (const auto& entry : schema.data_sources) response.add_data_sources()->set_type_name(entry.first);
  for (const auto& entry : schema.ephemeral_resources) response.add_ephemeral_resources()->set_type_name(entry.first);
  for (const auto& entry : schema.lists) response.add_list_resources()->set_type_name(entry.first);
  for (const auto& entry : schema.actions) response.add_actions()->set_type_name(entry.first);
  for (const auto& entry : schema.functions) response.add_functions()->set_name(entry.first);
  return response;
}

}  // namespace spcs::plugin
