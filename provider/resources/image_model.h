// SPDX-License-Identifier: MPL-2.0
// The attributes of spcs_image, and the image that its `source` names.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "provider/oci/image.h"
#include "provider/snowflake/identifier.h"
#include "provider/tf/model.h"
#include "provider/tf/timeouts.h"

namespace spcs::resources {

struct ImageSource {
  tf::String oci_layout{}, docker_archive{}, registry{}, image{};
  bool operator==(const ImageSource&) const = default;
  static const tf::Table<ImageSource>& Fields();
};

struct ImageTimeouts {
  static constexpr absl::Duration kPush = absl::Hours(2);
  tf::String create{}, update{};
  static const tf::Table<ImageTimeouts>& Fields();
};

struct ImageModel {
  tf::String database{}, schema{}, repository{}, name{}, tag{};
  tf::Object<ImageSource> source{};
  tf::String platform{}, digest{}, reference{}, tagged_reference{};
  tf::Object<ImageTimeouts> timeouts{};
};

const tf::Model<ImageModel>& ImageTable();

// Whether `source` is known as a whole and is a file of this machine.
bool IsLocal(const ImageModel& image);

// Reads manifest and configuration of a local source. Errors name the attribute at fault.
absl::StatusOr<oci::Image> OpenLocalSource(const ImageModel& image);

// The repository's name; InvalidArgument when a part is no name.
absl::StatusOr<snowflake::ObjectName> RepositoryOf(const ImageModel& image);

// Fills `reference` and `tagged_reference` as far as what they are made of is known.
void SetReferences(ImageModel& image);

// From "/db/schema/repository/name:tag", with or without the first slash.
absl::StatusOr<ImageModel> ImageFromId(const std::string& id);

}  // namespace spcs::resources
