// SPDX-License-Identifier: MPL-2.0
// The validation of a configuration as each kind (data source, ephemeral resource, list, action) gets it.
#pragma once

#include "provider/tf/codec.h"
#include "provider/tf/diagnostics.h"
#include "provider/tf/server.h"
#include "provider/tf/server_text.h"
#include "provider/tf/validate.h"

namespace spcs::tf {

// The attributes' own validators, then, where they find nothing, those of the thing.
template <class Thing>
void ValidateConfig(const Thing& thing, const DynamicValue& encoded, Diagnostics& diagnostics) {
  const auto config = Decode(encoded, thing.schema().WireType());
  diagnostics.AddStatus(kMalformed, config.status());
  if (!config.ok() || !config->IsMap()) return;
  ValidateAttributes(thing.schema(), *config, diagnostics);
  if (!diagnostics.HasErrors()) thing.Validate(*config, diagnostics);
}

}  // namespace spcs::tf
