// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/spec_value.h"

#include "gmock/gmock.h"
#include "provider/snowflake/service_spec_fields.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using tf::Attribute;
using tf::Value;

const Attribute* Find(const std::vector<Attribute>& attributes, const std::string& name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

struct NameCollector {
  std::vector<std::string> names;
  template <class S, class M>
  void operator()(const snowflake::Field& field, M S::*) {
    names.push_back(std::string(field.attribute));
  }
};

template <class S>
std::vector<std::string> NamesIn() {
  NameCollector collector;
  VisitFields(static_cast<const S*>(nullptr), collector);
  return collector.names;
}

std::vector<std::string> NamesOf(const std::vector<Attribute>& attributes) {
  std::vector<std::string> names;
  for (const Attribute& attribute : attributes) names.push_back(attribute.name);
  return names;
}

snowflake::ServiceSpec Example() {
  snowflake::ServiceSpec spec;
  spec.containers["head"] = {
      .image = "/d/s/r/head:1",
      .args = snowflake::StringList{"-c", ""},
      .env = snowflake::StringMap{{"A", "1"}},
      .readiness_probe = snowflake::Probe{.port = 8000, .path = "/"},
      .volume_mounts = std::vector<snowflake::VolumeMount>{{"data", "/data"}},
      .resources = snowflake::Resources{{{.cpu = "1", .gpu = 1}}, {{.gpu = 1}}},
      .secrets = std::vector<snowflake::ContainerSecret>{{.object_name = "d.s.t", .directory_path = "/t"}},
      .mount_session_token = false,
  };
  spec.endpoints.emplace();
  (*spec.endpoints)["ui"] = {.port = 8000, .is_public = true};
  spec.volumes.emplace();
  (*spec.volumes)["data"] = {.source = "block", .size = "10Gi", .uid = 0};
  spec.service_roles.emplace();
  return spec;
}

TEST(SpecValueTest, HasTheShapeOfTheSpecification) {
  const std::vector<Attribute>& attributes = SpecAttributes();
  EXPECT_EQ(NamesOf(attributes), NamesIn<snowflake::ServiceSpec>());
  const Attribute* containers = Find(attributes, "containers");
  ASSERT_NE(containers, nullptr);
  EXPECT_TRUE(containers->required);
  ASSERT_NE(containers->nested, nullptr);
  EXPECT_EQ(containers->nested->nesting, tf::NestedObject::Nesting::kMap);
  EXPECT_EQ(NamesOf(containers->nested->attributes), NamesIn<snowflake::Container>());
  EXPECT_TRUE(Find(containers->nested->attributes, "image")->required);
  EXPECT_TRUE(Find(containers->nested->attributes, "env")->optional);
  EXPECT_TRUE(Find(containers->nested->attributes, "env")->WireType() == tf::Type::Map(tf::Type::String()));
  EXPECT_EQ(Find(containers->nested->attributes, "volume_mounts")->nested->nesting, tf::NestedObject::Nesting::kList);
  EXPECT_EQ(NamesOf(Find(attributes, "endpoints")->nested->attributes), NamesIn<snowflake::Endpoint>());
  for (const Attribute& attribute : attributes) EXPECT_FALSE(attribute.doc.empty()) << attribute.name;
}

TEST(SpecValueTest, SurvivesTheWayThereAndBack) {
  EXPECT_TRUE(ToServiceSpec(FromServiceSpec(Example())) == Example());
  EXPECT_TRUE(ToServiceSpec(FromServiceSpec({})) == snowflake::ServiceSpec{});
  const Value value = FromServiceSpec(Example());
  EXPECT_TRUE(value.Get("log_exporters").IsNull());
  EXPECT_TRUE(value.Get("service_roles") == Value(Value::Map{}));
  EXPECT_TRUE(value.Get("containers").Get("head").Get("liveness_probe").IsNull());
  EXPECT_TRUE(value.Get("containers").Get("head").Get("mount_session_token") == Value(false));
}

std::vector<std::string> Errors(const Value& spec, const tf::String& family = {}) {
  tf::Diagnostics found;
  CheckSpec(spec, family, found);
  std::vector<std::string> paths;
  for (const tf::Diagnostic& diagnostic : found.list()) {
    if (diagnostic.severity == tf::Diagnostic::Severity::kError) paths.push_back(diagnostic.path.ToString());
  }
  return paths;
}

// The example with the part at `path` replaced.
Value Changed(const std::vector<std::string>& path, Value part) {
  Value value = FromServiceSpec(Example());
  Value* place = &value;
  for (const std::string& step : path) {
    place = place->IsList() ? &place->AsList()[std::stoul(step)] : &place->AsMap()[step];
  }
  *place = std::move(part);
  return value;
}

TEST(CheckSpecTest, AcceptsTheExample) {
  EXPECT_THAT(Errors(FromServiceSpec(Example())), IsEmpty());
}

TEST(CheckSpecTest, PointsAtTheAttribute) {
  EXPECT_THAT(Errors(Changed({"containers", "head", "volume_mounts", "0", "name"}, "nowhere")),
              ElementsAre("spec.containers[\"head\"].volume_mounts[0].name"));
  EXPECT_THAT(Errors(Changed({"containers", "head", "resources", "requests", "cpu"}, "much")),
              ElementsAre("spec.containers[\"head\"].resources.requests.cpu"));
}

TEST(CheckSpecTest, SaysNothingThatAnUnknownPartMayChange) {
  EXPECT_THAT(Errors(Value::Unknown()), IsEmpty());
  EXPECT_THAT(Errors(Changed({"containers"}, Value::Unknown())), IsEmpty());
  EXPECT_THAT(Errors(Changed({"containers", "head"}, Value::Unknown())), IsEmpty());
  EXPECT_THAT(Errors(Changed({"containers", "head", "image"}, Value::Unknown())), IsEmpty());
  EXPECT_THAT(Errors(Changed({"containers", "head", "env", "A"}, Value::Unknown())), IsEmpty());
  EXPECT_THAT(Errors(Changed({"containers", "head", "volume_mounts", "0", "name"}, Value::Unknown())), IsEmpty());
  // The volume may be declared in what is not known yet.
  EXPECT_THAT(Errors(Changed({"volumes"}, Value::Unknown())), IsEmpty());
  // Elsewhere a fault stays one.
  Value spec = Changed({"containers", "head", "image"}, Value::Unknown());
  spec.AsMap()["endpoints"].AsMap()["again"] = spec.Get("endpoints").Get("ui");
  EXPECT_FALSE(Errors(spec).empty());
}

TEST(CheckSpecTest, ComparesWithAKnownFamily) {
  const Value spec = Changed({"containers", "head", "resources"}, Value(Value::Map{
                                                                      {"requests", Value(Value::Map{{"gpu", 8}})},
                                                                      {"limits", Value(Value::Map{{"gpu", 8}})},
                                                                  }));
  EXPECT_FALSE(Errors(spec, "GPU_NV_M").empty());
  EXPECT_TRUE(Errors(spec, "GPU_NV_L").empty());
  EXPECT_TRUE(Errors(spec, "BRAND_NEW").empty());
  EXPECT_TRUE(Errors(spec).empty());
  EXPECT_TRUE(Errors(spec, tf::String::Unknown()).empty());
}

TEST(SameSpecTest, LooksThroughSpellings) {
  const Value spec = FromServiceSpec(Example());
  EXPECT_TRUE(SameSpec(spec, Changed({"containers", "head", "resources", "requests", "cpu"}, "1000m")));
  EXPECT_TRUE(SameSpec(spec, Changed({"endpoints", "ui", "protocol"}, "HTTP")));
  EXPECT_FALSE(SameSpec(spec, Changed({"containers", "head", "image"}, "/d/s/r/head:2")));
  EXPECT_FALSE(SameSpec(spec, Changed({"containers", "head", "env", "A"}, "2")));
}

}  // namespace
}  // namespace spcs::resources
