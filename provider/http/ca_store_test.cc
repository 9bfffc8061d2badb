// SPDX-License-Identifier: MPL-2.0
#include "provider/http/ca_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "provider/base/status.h"

namespace spcs::http {
namespace {

using ::testing::HasSubstr;

struct Machine {
  std::map<std::string, std::string> variables;
  std::set<std::string> files, folders;

  absl::StatusOr<CaSource> Find() const {
    return FindCaSource({[this](const std::string& name) {
                           const auto found = variables.find(name);
                           return found == variables.end() ? std::string() : found->second;
                         },
                         [this](const std::string& path) { return files.count(path) == 1; },
                         [this](const std::string& path) { return folders.count(path) == 1; }});
  }
};

TEST(CaStoreTest, VariableBeatsFolderBeatsBundle) {
  Machine machine{{{"SSL_CERT_FILE", "/own.pem"}},
                  {"/own.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"},
                  {"/etc/ssl/certs"}};
  EXPECT_EQ(machine.Find()->path, "/own.pem");
  machine.variables.clear();
  EXPECT_EQ(machine.Find()->path, "/etc/ssl/certs");
  EXPECT_EQ(machine.Find()->kind, CaSource::Kind::kHashedFolder);
  machine.folders.clear();
  EXPECT_EQ(machine.Find()->path, "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem");
  EXPECT_EQ(machine.Find()->kind, CaSource::Kind::kFile);
}

TEST(CaStoreTest, VariableThatLeadsNowhereIsAnErrorNotIgnored) {
  Machine machine{{{"SSL_CERT_FILE", "/gone.pem"}}, {}, {"/etc/ssl/certs"}};
  EXPECT_THAT(std::string(machine.Find().status().message()), HasSubstr("SSL_CERT_FILE names /gone.pem"));
  machine.variables = {{"SSL_CERT_DIR", "/empty"}};
  EXPECT_THAT(std::string(machine.Find().status().message()), HasSubstr("SSL_CERT_DIR names /empty"));
}

TEST(CaStoreTest, NoRootsSaysWhatToInstall) {
  const absl::Status status = Machine{}.Find().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("ca-certificates"));
}

}  // namespace
}  // namespace spcs::http
