// SPDX-License-Identifier: MPL-2.0
// A data source that is one SHOW: its rows, typed, by name. One description each:
//
//   return MakeShowSource<ComputePools, ComputePool>(account, ComputePoolsModel(), {.noun = "compute pools",
//       .rows = &ComputePools::compute_pools, .show = ShowPools, .key = NameOf});
//
// An attribute of the row takes the column of its own name, in the shape of its type; `columns` lists the others.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/base/status.h"
#include "provider/resources/account.h"
#include "provider/resources/object_row.h"
#include "provider/snowflake/inventory.h"
#include "provider/snowflake/statement.h"
#include "provider/tf/typed_data_source.h"

namespace spcs::data_sources {

using Rows = std::vector<resources::ObjectRow>;

// Attribute -> column, where the names differ.
using ColumnNames = std::map<std::string, std::string>;

// The row as an object with these attributes. Empty text is null; attributes whose name ends with _on or _at are times
// (RFC 3339); lists of text are read from what the service writes: [A, B], ["A","B"] or A, B.
tf::Value RowValue(const std::vector<tf::Attribute>& attributes, const resources::ObjectRow& row,
                   const ColumnNames& columns = {});

// The same as a struct with a table.
template <class Row>
absl::StatusOr<Row> ReadRow(const resources::ObjectRow& row, const ColumnNames& columns = {}) {
  Row result{};
  RETURN_IF_ERROR(Row::Fields().Decode(RowValue(Row::Fields().attributes(), row, columns), result));
  return result;
}

// The names in the text of a column, as RowValue reads lists.
std::vector<std::string> NamesIn(absl::string_view text);

// Key of a row that has a name, and of one that has a database and a schema too: as a person writes it.
std::string NameOf(const resources::ObjectRow& row);
std::string FullNameOf(const resources::ObjectRow& row);

// LIKE and STARTS WITH as the user wrote them: both are optional.
void AddLike(const tf::String& like, snowflake::Statement& statement);
void AddStartsWith(const tf::String& starts_with, snowflake::Statement& statement);

// The rows of the whole listing, shared with the resources that read it.
absl::StatusOr<Rows> SharedRows(resources::Session& session, snowflake::ShowKind kind, std::stop_token stop);
absl::StatusOr<Rows> QueryRows(resources::Session& session, const snowflake::Statement& statement,
                               std::stop_token stop);

// The service ends a SHOW at 10,000 rows: says so.
void WarnIfCut(const Rows& rows, tf::Diagnostics& diagnostics);

template <class M, class Row>
struct ShowDescription {
  std::string noun;
  tf::Map<tf::Object<Row>> M::* rows = nullptr;
  std::function<absl::StatusOr<Rows>(resources::Session&, const M& filter, std::stop_token)> show;
  std::function<std::string(const resources::ObjectRow&)> key = NameOf;
  ColumnNames columns = {};
  std::function<void(const M& config, tf::Diagnostics&)> validate = nullptr;
};

template <class M, class Row>
class ShowSource : public tf::TypedDataSource<M> {
 public:
  ShowSource(resources::Account& account, const tf::Model<M>& model, ShowDescription<M, Row> description)
      : tf::TypedDataSource<M>(model), account_(account), description_(std::move(description)) {}

  std::string noun() const override { return description_.noun; }

 protected:
  void ValidateModel(const M& config, tf::Diagnostics& diagnostics) const override {
    if (description_.validate) description_.validate(config, diagnostics);
  }

  absl::Status ReadModel(tf::Context& context, M& model) override {
    ASSIGN_OR_RETURN(resources::Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const Rows rows, description_.show(*session, model, context.stop));
    WarnIfCut(rows, context.diagnostics);
    std::map<std::string, tf::Object<Row>> result;
    for (const resources::ObjectRow& row : rows) {
      ASSIGN_OR_RETURN(result[description_.key(row)], ReadRow<Row>(row, description_.columns));
    }
    model.*description_.rows = std::move(result);
    return absl::OkStatus();
  }

 private:
  resources::Account& account_;
  const ShowDescription<M, Row> description_;
};

template <class M, class Row>
std::unique_ptr<tf::DataSource> MakeShowSource(resources::Account& account, const tf::Model<M>& model,
                                               ShowDescription<M, Row> description) {
  return std::make_unique<ShowSource<M, Row>>(account, model, std::move(description));
}

}  // namespace spcs::data_sources
