// SPDX-License-Identifier: MPL-2.0
// spcs_secret as a struct with its table, and which attributes go with which type of secret.
#pragma once

#include "provider/tf/diagnostics.h"
#include "provider/tf/model.h"

namespace spcs::resources {

struct Secret {
  tf::String database{}, schema{}, name{}, type{}, username{}, value_wo{};
  tf::Int value_wo_version{};
  tf::String api_authentication{};
  tf::Set<tf::String> oauth_scopes{};
  tf::String oauth_refresh_token_expiry_time{};
  tf::Map<tf::String> tags{};
  tf::String comment{}, qualified_name{};
};

const tf::Model<Secret>& SecretModel();

// An error for each attribute that the type needs and that is not there, or that it does not have. What is unknown
// passes.
void CheckSecretType(const Secret& config, tf::Diagnostics& diagnostics);

}  // namespace spcs::resources
