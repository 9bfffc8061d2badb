// SPDX-License-Identifier: MPL-2.0
// What every table must hold, as one call in the test of each resource and data source:
//   TEST(StageTest, Model) { testing::CheckModel(StageModel()); }
// and for all that a registry holds: testing::CheckSchema(resource->type_name(), resource->schema()).
// Failures are gtest's.
#pragma once

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "provider/tf/codec.h"
#include "provider/tf/model.h"
#include "provider/tf/validator_text.h"

namespace spcs::testing {

// A known value of the type, another one for each seed.
inline tf::Value SampleValue(const tf::Type& type, int64_t seed) {
  switch (type.kind()) {
    case tf::Type::Kind::kBool: return tf::Value(seed % 2 == 0);
    case tf::Type::Kind::kNumber: return tf::Value(seed);
    case tf::Type::Kind::kDynamic:
    case tf::Type::Kind::kString: return tf::Value(absl::StrCat("text ", seed));
    case tf::Type::Kind::kList:
    case tf::Type::Kind::kSet: {
      tf::Value::List elements{SampleValue(type.element(), seed + 1000), SampleValue(type.element(), seed + 2001)};
      if (type.kind() == tf::Type::Kind::kSet) tf::NormalizeSet(elements);
      return tf::Value(std::move(elements));
    }
    case tf::Type::Kind::kMap:
      return tf::Value(tf::Value::Map{{"a", SampleValue(type.element(), seed + 1000)},
                                      {"b \"c\"", SampleValue(type.element(), seed + 2001)}});
    case tf::Type::Kind::kObject: {
      tf::Value::Map members;
      for (const auto& [name, member] : type.attributes()) members[name] = SampleValue(member, ++seed);
      return tf::Value(std::move(members));
    }
    case tf::Type::Kind::kTuple: break;
  }
  tf::Value::List elements;
  for (const tf::Type& element : type.elements()) elements.push_back(SampleValue(element, ++seed));
  return tf::Value(std::move(elements));
}

namespace internal {

inline void CheckText(const std::string& doc, const std::string& where) {
  EXPECT_FALSE(doc.empty()) << where << " has no doc";
  EXPECT_TRUE(absl::EndsWith(doc, ".")) << where << ": the doc does not end with a period: " << doc;
}

inline void CheckName(const std::string& name, const std::string& where) {
  EXPECT_FALSE(name.empty()) << where;
  EXPECT_TRUE(!name.empty() && absl::ascii_islower(static_cast<unsigned char>(name[0]))) << where;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    EXPECT_TRUE(absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '_') << where << " is not snake_case";
  }
}

void CheckAttributes(const std::vector<tf::Attribute>& attributes, size_t struct_members, const std::string& where,
                     bool nested);

inline void CheckAttribute(const tf::Attribute& attribute, const std::string& place, bool nested) {
  CheckName(attribute.name, place);
  CheckText(attribute.doc, place);
  EXPECT_TRUE(attribute.required || attribute.optional || attribute.computed) << place;
  EXPECT_FALSE(attribute.write_only && attribute.computed) << place << ": write_only excludes computed and defaults";
  EXPECT_FALSE(attribute.write_only && attribute.replace)
      << place << ": write_only values have no prior to differ from";
  EXPECT_FALSE(attribute.client_only && attribute.replace) << place << ": client_only excludes replace";
  EXPECT_FALSE(attribute.identity && attribute.nested != nullptr) << place << ": an identity holds plain values";
  for (const tf::Validator& validator : attribute.validators) {
    EXPECT_TRUE(attribute.same_meaning != nullptr || !tf::TakesAnyCase(validator))
        << place << ": a word in any case needs a same_meaning; otherwise use OneOf";
  }
  EXPECT_TRUE(attribute.changes_with.empty() || attribute.computed) << place << ": changes_with needs computed";
  // The plan engine and the provider server look at these at the top level only.
  EXPECT_FALSE(nested &&
               (attribute.client_only || attribute.identity || attribute.write_only || !attribute.changes_with.empty()))
      << place << ": client_only, identity, write_only and changes_with do not work in a nested object";
  if (attribute.nested != nullptr) {
    CheckAttributes(attribute.nested->attributes, attribute.nested->struct_members, place, /*nested=*/true);
  }
}

inline void CheckAttributes(const std::vector<tf::Attribute>& attributes, size_t struct_members,
                            const std::string& where, bool nested) {
  // 0: described by hand, without a table.
  EXPECT_TRUE(struct_members == 0 || attributes.size() == struct_members)
      << where << ": rows of the table and members of its struct";
  std::set<std::string> names;
  for (const tf::Attribute& attribute : attributes) {
    EXPECT_TRUE(names.insert(attribute.name).second) << where << "." << attribute.name << " is there twice";
  }
  for (const tf::Attribute& attribute : attributes) {
    const std::string place = absl::StrCat(where, ".", attribute.name);
    CheckAttribute(attribute, place, nested);
    for (const std::string& name : attribute.changes_with) {
      EXPECT_TRUE(names.count(name) == 1) << place << " changes with " << name << ", which is not there";
    }
  }
}

// `value`, an object of the table's type, survives the struct and the wire.
template <class S>
void CheckRoundTrip(const tf::Table<S>& table, const tf::Type& type, const tf::Value& value, const std::string& where) {
  S object{};
  const absl::Status decoded = table.Decode(value, object);
  ASSERT_TRUE(decoded.ok()) << where << ": " << decoded;
  EXPECT_TRUE(table.Encode(object) == value) << where << ": a value changed between table and struct";
  const auto back = tf::Decode(tf::Encode(value, type), type);
  ASSERT_TRUE(back.ok()) << where << ": " << back.status();
  EXPECT_TRUE(*back == value) << where << ": a value changed on the wire";
}

}  // namespace internal

// Checks what shows in a schema: names, docs, kinds that go together, and a row for each member of each struct. For
// each resource and data source of a registry.
inline void CheckSchema(const std::string& name, const tf::Schema& schema) {
  internal::CheckName(name, name);
  internal::CheckText(schema.doc, name);
  internal::CheckAttributes(schema.attributes, schema.struct_members, name, /*nested=*/false);
}

// Checks that null, unknown and known values survive the struct of the table and the wire.
template <class S>
void CheckRoundTrips(const tf::Table<S>& table, const std::string& where) {
  const tf::Type type = tf::Schema{.attributes = table.attributes()}.WireType();
  tf::Value::Map null, unknown, known;
  int64_t seed = 0;
  for (const tf::Attribute& attribute : table.attributes()) {
    null[attribute.name] = tf::Value::Null();
    unknown[attribute.name] = tf::Value::Unknown();
    known[attribute.name] = SampleValue(attribute.WireType(), seed += 1'000'000);
  }
  for (const tf::Value::Map& value : {null, unknown, known})
    internal::CheckRoundTrip(table, type, tf::Value(value), where);
  // One known or unknown member among nulls: two rows for one member, or a wrong kind, show here.
  for (const tf::Attribute& attribute : table.attributes()) {
    for (const tf::Value::Map* source : {&unknown, &known}) {
      tf::Value::Map one = null;
      one[attribute.name] = source->at(attribute.name);
      internal::CheckRoundTrip(table, type, tf::Value(one), absl::StrCat(where, ".", attribute.name));
    }
  }
  S fresh{};
  EXPECT_TRUE(table.Encode(fresh) == tf::Value(null)) << where << ": a fresh struct is not all null";
}

// All of it, where the table is at hand.
template <class M>
void CheckModel(const tf::Model<M>& model) {
  CheckSchema(model.name(), model.schema());
  CheckRoundTrips(model.table(), model.name());
}

}  // namespace spcs::testing
