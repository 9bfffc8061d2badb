// SPDX-License-Identifier: MPL-2.0
// How a kind of object is spelled in SQL. Statements are derived from it and from the model by convention
// (min_nodes <-> MIN_NODES); only exceptions are written down.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provider/snowflake/inventory.h"

namespace spcs::resources {

// Where objects of a kind live: the attributes that name one are `name` after `database` and `schema`.
enum class Scope { kAccount, kDatabase, kSchema };

// An exception from the convention, for one attribute.
struct Rule {
  std::string keyword{};             // of the property; "" = the attribute's name in upper case
  std::string group{};               // written as GROUP = (KEYWORD = value)
  std::string column{};              // of SHOW or DESCRIBE; "" = the attribute's name
  bool in_create = true;             // sent with CREATE
  bool in_alter = true;              // sent with ALTER … SET
  bool in_show = true;               // read back; otherwise what is stored stays
  bool word = false;                 // written as a bare word, not as a literal
  bool names = false;                // written as the name of an object, or a set of them in parentheses
  bool unset_by_empty = false;       // ALTER has no UNSET for it: SET to the empty text or list
  bool moment = false;               // RFC 3339 here; sent and read as a time of the service
  std::vector<std::string> words{};  // that may stand alone for a set of names: (ALL)
  std::string flag{};                // read as: the column contains this word
};

// The peer's resource of the kind, and where its state (JSON) keeps an attribute that has another name or place there:
// {"directory_enabled", "directory.0.enable"}.
struct Peer {
  std::string type{};
  std::map<std::string, std::string> paths{};
};

struct SqlKind {
  std::string keyword{};                      // "IMAGE REPOSITORY"
  std::string show{};                         // where DESCRIBE and DROP use another word: "INTEGRATION"; "" = keyword
  std::optional<snowflake::ShowKind> list{};  // the listing that has it; none: it is described
  Scope scope = Scope::kSchema;
  bool quotable = true;   // false: the service refuses quoted names of this kind and of what holds it
  bool describe = false;  // DESCRIBE tells what SHOW does not: read it too when the object is refreshed
  // Its plural, where the service has SHOW … LIKE but no DESCRIBE: "IMAGE REPOSITORIES"; "" = it has DESCRIBE.
  std::string plural{};
  std::map<std::string, Rule> rules{};
  std::string create_privilege{};  // for advice: "CREATE STAGE on the schema"
  Peer peer{};                     // whose state can be moved here
};

}  // namespace spcs::resources
