// SPDX-License-Identifier: MPL-2.0
// How the files of a stage are read: the attribute `file_format`, what it may hold, and its form in SQL. For
// spcs_stage.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "provider/resources/object_row.h"
#include "provider/snowflake/statement.h"
#include "provider/tf/diagnostics.h"
#include "provider/tf/model.h"

namespace spcs::resources {

struct FileFormat {
  tf::String format_name{}, type{};
  tf::Map<tf::String> options{};
  tf::List<tf::String> null_if{};
  bool operator==(const FileFormat&) const = default;
  static const tf::Table<FileFormat>& Fields();
};

// Adds an error for what does not go together. What is unknown passes.
void CheckFileFormat(const FileFormat& config, tf::Diagnostics& diagnostics);

// FILE_FORMAT = ( … ); without a format the service's default. What `before` sets and `planned` does not is written
// with the option's default, because it is not documented that an omitted option returns to it.
absl::Status AppendFileFormat(const tf::Object<FileFormat>& before, const tf::Object<FileFormat>& planned,
                              snowflake::Statement& statement);

// The format in the rows of DESCRIBE STAGE, spelled as in `stored` where both mean the same; null where it is the
// service's default and `stored` is null.
tf::Object<FileFormat> ReadFileFormat(const std::vector<ObjectRow>& rows, const tf::Object<FileFormat>& stored);

}  // namespace spcs::resources
