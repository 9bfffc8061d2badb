// SPDX-License-Identifier: MPL-2.0
// spcs_table as structs, their tables, and what a plan finds wrong in them.
#pragma once

#include "provider/tf/diagnostics.h"
#include "provider/tf/model.h"

namespace spcs::resources {

// Numbers that the service gives to new rows.
struct ColumnIdentity {
  tf::Int start{}, increment{};
  tf::Bool ordered{};
  bool operator==(const ColumnIdentity&) const = default;
  static const tf::Table<ColumnIdentity>& Fields();
};

struct Column {
  tf::String name{}, type{}, collate{};
  tf::Bool nullable{};
  tf::String default_value{};
  tf::Object<ColumnIdentity> identity{};
  tf::String comment{};
  bool operator==(const Column&) const = default;
  static const tf::Table<Column>& Fields();
};

struct Table {
  tf::String database{}, schema{}, name{};
  tf::Bool transient{};
  tf::List<tf::Object<Column>> columns{};
  tf::Set<tf::String> primary_key{};
  tf::Set<tf::Set<tf::String>> unique_keys{};
  tf::List<tf::String> cluster_by{};
  tf::Int data_retention_time_in_days{};
  tf::Bool change_tracking{}, enable_schema_evolution{};
  tf::Map<tf::String> tags{};
  tf::String comment{}, qualified_name{};
  tf::Bool force_destroy{};
};

const tf::Model<Table>& TableModel();

// Adds an error for columns named twice, keys over what is no column, and what the service refuses for certain. What is
// unknown passes.
void CheckTable(const Table& config, tf::Diagnostics& diagnostics);

}  // namespace spcs::resources
