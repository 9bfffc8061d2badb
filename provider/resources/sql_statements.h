// SPDX-License-Identifier: MPL-2.0
// Statements and rows of a kind, derived from its SqlKind and its schema. No connection is needed here.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/resources/object_row.h"
#include "provider/resources/sql_kind.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/statement.h"
#include "provider/tf/schema.h"
#include "provider/tf/value.h"

namespace spcs::resources {

// The full name of the object that `object` describes. The fact kAttributePath names a bad part.
absl::StatusOr<snowflake::ObjectName> NameOf(const SqlKind& kind, const tf::Value& object);

// A state with only the naming attributes set, from an import id.
absl::StatusOr<tf::Value> StateFromId(const SqlKind& kind, const tf::Schema& schema, const std::string& id);

// Whether two values of the attribute are equal, or known and of the same meaning.
bool MeansTheSame(const tf::Attribute& attribute, const tf::Value& a, const tf::Value& b);

// Whether the attribute is a property of the object in SQL, and the rule that it follows.
bool IsProperty(const tf::Attribute& attribute, const Rule& rule);
const Rule& RuleFor(const SqlKind& kind, const std::string& attribute);

// Appends PROPERTY = value for each attribute that CREATE sends and that is not null. Write-only values come from
// `config`.
absl::Status AppendProperties(const SqlKind& kind, const tf::Schema& schema, const tf::Value& planned,
                              const tf::Value& config, snowflake::Statement& statement);

// Appends WITH TAG (…) for what `tags` of the plan holds.
absl::Status AppendTags(const tf::Value& planned, snowflake::Statement& statement);

// CREATE kind name properties.
absl::StatusOr<snowflake::Statement> CreateStatement(const SqlKind& kind, const tf::Schema& schema,
                                                     const tf::Value& planned, const tf::Value& config);

// ALTER … SET for what changed to a value, then ALTER … UNSET for what changed to null. Empty when nothing has to be
// sent.
absl::StatusOr<std::vector<snowflake::Statement>> AlterStatements(const SqlKind& kind, const tf::Schema& schema,
                                                                  const tf::Value& prior, const tf::Value& planned);

// `planned` without what AlterStatements() could set but no row tells: tags, and properties that SHOW leaves out.
tf::Value WithoutUnreadable(const SqlKind& kind, const tf::Schema& schema, const tf::Value& planned);

// Attributes that the service fills in when they are not given are planned as they are. One that was given (`given` is
// what GivenAttributes() said at the last apply) and is so no more is planned as unknown: AlterStatements unsets it.
void PlanUnset(const SqlKind& kind, const tf::Schema& schema, const std::string& given, const tf::Value& config,
               tf::Value& planned);
std::string GivenAttributes(const SqlKind& kind, const tf::Schema& schema, const tf::Value& config);

// ALTER kind from RENAME TO to.
snowflake::Statement RenameStatement(const SqlKind& kind, const snowflake::ObjectName& from,
                                     const snowflake::ObjectName& to);

// `state` with every attribute that the row tells brought up to date. What means the same keeps its spelling.
tf::Value MergeRow(const SqlKind& kind, const tf::Schema& schema, const ObjectRow& row, tf::Value state);

// A time of RFC 3339 as "2049-01-06 20:00:00 +0000", a form that the service reads alike in every session.
std::string ServiceMoment(const std::string& text);

// The elements of "[A, B]" or "A,B". Quoted names may hold commas.
std::vector<std::string> SplitList(absl::string_view text);

}  // namespace spcs::resources
