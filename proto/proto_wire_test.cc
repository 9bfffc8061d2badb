// SPDX-License-Identifier: MPL-2.0
// Compares what protoc understood of our .proto files with the table of wire facts: every name, number and type of
// the table is in the files, and nothing else is.
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"

namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorSet;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Collects lines in the form of the table: package, kind, owner, name, number, type, separated by tabs.
class Table {
 public:
  explicit Table(const FileDescriptorSet& files) {
    for (const auto& file : files.file()) {
      if (file.package() == "google.protobuf") continue;
      package_ = file.package();
      for (const auto& message : file.message_type()) AddMessage(message, message.name());
      for (const auto& enumeration : file.enum_type()) AddEnum(enumeration, enumeration.name());
      for (const auto& service : file.service()) {
        for (const auto& rpc : service.method()) {
          const std::string type =
              absl::StrCat(rpc.client_streaming() ? "stream " : "", rpc.input_type().substr(1), " -> ",
                           rpc.server_streaming() ? "stream " : "", rpc.output_type().substr(1));
          Add("rpc", service.name(), rpc.name(), "", type);
        }
      }
    }
  }

  const std::set<std::string>& lines() const { return lines_; }

 private:
  void Add(const std::string& kind, const std::string& owner, const std::string& name, const std::string& number,
           const std::string& type) {
    lines_.insert(absl::StrJoin({package_, kind, owner, name, number, type}, "\t"));
  }

  void AddEnum(const EnumDescriptorProto& enumeration, const std::string& owner) {
    for (const auto& value : enumeration.value()) Add("enum", owner, value.name(), absl::StrCat(value.number()), "");
  }

  void AddMessage(const DescriptorProto& message, const std::string& owner) {
    if (message.options().map_entry()) return;
    const bool empty = message.field().empty() && message.nested_type().empty() && message.enum_type().empty();
    if (empty) Add("message", owner, "", "", "");
    for (const auto& field : message.field()) {
      Add("field", owner, field.name(), absl::StrCat(field.number()), TypeOf(message, field));
    }
    for (const auto& nested : message.nested_type()) AddMessage(nested, absl::StrCat(owner, ".", nested.name()));
    for (const auto& nested : message.enum_type()) AddEnum(nested, absl::StrCat(owner, ".", nested.name()));
  }

  static std::string Name(const FieldDescriptorProto& field) {
    switch (field.type()) {
      case FieldDescriptorProto::TYPE_INT64: return "int64";
      case FieldDescriptorProto::TYPE_UINT32: return "uint32";
      case FieldDescriptorProto::TYPE_BOOL: return "bool";
      case FieldDescriptorProto::TYPE_STRING: return "string";
      case FieldDescriptorProto::TYPE_BYTES: return "bytes";
      case FieldDescriptorProto::TYPE_MESSAGE:
      case FieldDescriptorProto::TYPE_ENUM: return field.type_name().substr(1);
      default: return absl::StrCat("type ", field.type());
    }
  }

  static std::string TypeOf(const DescriptorProto& message, const FieldDescriptorProto& field) {
    for (const auto& nested : message.nested_type()) {
      if (nested.options().map_entry() && absl::EndsWith(field.type_name(), absl::StrCat(".", nested.name()))) {
        return absl::StrCat("map<", Name(nested.field(0)), ",", Name(nested.field(1)), ">");
      }
    }
    std::string type = Name(field);
    if (field.label() == FieldDescriptorProto::LABEL_REPEATED) return "repeated " + type;
    if (field.proto3_optional()) return "optional " + type;
    if (field.has_oneof_index()) return absl::StrCat(type, " oneof ", message.oneof_decl(field.oneof_index()).name());
    return type;
  }

  std::string package_;
  std::set<std::string> lines_;
};

std::set<std::string> Facts() {
  std::set<std::string> facts;
  for (absl::string_view line : absl::StrSplit(ReadAll(SPCS_TEST_DATA "/wire-facts.tsv"), '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(line, "package\t")) continue;  // the heading
    std::vector<std::string> cells = absl::StrSplit(line, '\t');
    cells.resize(6);
    facts.insert(absl::StrJoin(cells, "\t"));
  }
  return facts;
}

std::string Difference(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::string lines;
  for (const std::string& line : a) {
    if (b.count(line) == 0) absl::StrAppend(&lines, line, "\n");
  }
  return lines;
}

FileDescriptorSet Descriptors() {
  FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromString(ReadAll(SPCS_DESCRIPTORS)));
  return files;
}

TEST(ProtoWireTest, FilesSayWhatTheTableSays) {
  const Table table(Descriptors());
  const std::set<std::string> facts = Facts();
  EXPECT_GT(facts.size(), 300u) << "the table is cut short";
  EXPECT_EQ(Difference(facts, table.lines()), "") << "missing in the .proto files";
  EXPECT_EQ(Difference(table.lines(), facts), "") << "in the .proto files but not in the table";
}

TEST(ProtoWireTest, WellKnownCopiesHaveTheirOfficialNumbers) {
  const FileDescriptorSet files = Descriptors();
  for (const auto& file : files.file()) {
    if (file.package() != "google.protobuf") continue;
    for (const auto& message : file.message_type()) {
      if (message.name() == "Empty") {
        EXPECT_EQ(message.field_size(), 0);
        continue;
      }
      ASSERT_EQ(message.name(), "Timestamp");
      ASSERT_EQ(message.field_size(), 2);
      EXPECT_EQ(message.field(0).name(), "seconds");
      EXPECT_EQ(message.field(0).number(), 1);
      EXPECT_EQ(message.field(0).type(), FieldDescriptorProto::TYPE_INT64);
      EXPECT_EQ(message.field(1).name(), "nanos");
      EXPECT_EQ(message.field(1).number(), 2);
      EXPECT_EQ(message.field(1).type(), FieldDescriptorProto::TYPE_INT32);
    }
  }
}

TEST(ProtoWireTest, EveryFileIsForTheLiteRuntime) {
  const FileDescriptorSet files = Descriptors();
  for (const auto& file : files.file()) {
    EXPECT_EQ(file.options().optimize_for(), google::protobuf::FileOptions::LITE_RUNTIME) << file.name();
  }
}

}  // namespace
