// SPDX-License-Identifier: MPL-2.0
// Rows that many tables share: names, parents, comments; and how names compare (semantics of SQL identifiers: bare is
// folded to upper case, "quoted" is exact).
#pragma once

#include <string>
#include <vector>

#include "provider/tf/model.h"

namespace spcs::resources {

// The name of an object: required, replaces, part of the identity.
tf::Required NameAttribute(const std::string& noun);
// The same for kinds that the service renames in place.
tf::Required RenamedNameAttribute(const std::string& noun);
// The database or schema that holds it, alike.
tf::Required ParentAttribute(const std::string& doc);
// The same for kinds whose names the service does not let be quoted.
tf::Required PlainNameAttribute(const std::string& noun);
tf::Required PlainParentAttribute(const std::string& doc);

// The name of the compute pool on which something runs: required, replaces.
tf::Required PoolAttribute(const std::string& doc);

// The external access integrations that containers may use; a set.
tf::Optional IntegrationsAttribute();
// Days for which dropped data can be restored.
tf::Optional RetentionAttribute();

tf::Optional CommentAttribute(const std::string& noun);
tf::Optional TagsAttribute();
tf::Optional ForceDestroyAttribute(const std::string& doc);
tf::Optional OnExistsAttribute();
tf::Computed QualifiedNameAttribute();

// Same meaning of two names, of two sets of names, of two words.
bool SameNameValue(const tf::Value& a, const tf::Value& b);
bool SameNameSet(const tf::Value& a, const tf::Value& b);
bool SameNameList(const tf::Value& a, const tf::Value& b);  // in this order
bool SameWord(const tf::Value& a, const tf::Value& b);
bool SameMoment(const tf::Value& a, const tf::Value& b);  // of RFC 3339

// Validators: a name of one part; the same, not quoted; a name of one to three parts; of three.
void CheckName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);
void CheckPlainName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);
void CheckQualifiedName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);
void CheckFullName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);
// A set of full names, or of names of one part; or one of `words` alone.
tf::Validator FullNamesOr(std::vector<std::string> words);
tf::Validator NamesOr(std::vector<std::string> words);
// A time in RFC 3339.
void CheckMoment(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);

// Validator: the name of a container, as a specification has it.
void CheckContainerName(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);
// Whether the text is letters, digits and _, and not empty.
bool IsWord(const std::string& text);
// Validator: one word of letters, digits and _, such as the name of an instance family. The list of families is open.
void CheckWord(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics);

}  // namespace spcs::resources
