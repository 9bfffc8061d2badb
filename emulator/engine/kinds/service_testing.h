// SPDX-License-Identifier: MPL-2.0
// An account with a database, a schema, a repository and a pool, for the tests of services and jobs.
#pragma once

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "emulator/engine/testing.h"
#include "provider/base/file.h"

namespace spcs::engine {

// A folder of scenario files that is gone with the object.
class ScenarioFolder {
 public:
  ScenarioFolder() : path_(std::filesystem::path(::testing::TempDir()) / absl::StrCat("scenarios_", NewUuid())) {
    std::filesystem::create_directories(path_);
  }
  ~ScenarioFolder() { std::filesystem::remove_all(path_); }

  void Add(const std::string& name, const std::string& json) {
    EXPECT_TRUE(WriteFile((path_ / (name + ".json")).string(), json).ok());
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() {
    scenarios_.Add("crash", R"({"exit": {"after": 1, "code": 3}, "log": ["starting", "boom"]})");
    scenarios_.Add("noprobe", R"({"probe": "fail"})");
    scenarios_.Add("ghost", R"({"missing": true})");
    scenarios_.Add("task", R"({"exit": {"after": 30, "code": 0}, "log": ["begin {{env.GREETING}}",
                              {"after": 10, "text": "half"}, {"at_exit": true, "text": "end"}]})");
    scenarios_.Add("badtask", R"({"exit": {"after": 30, "code": 9}, "log": ["oh no"]})");
    scenarios_.Add("deploy", R"({"exit": {"after": 20, "code": 0}, "log": [{"at_exit": true, "text":
        "{\"config_hash\":\"{{env_json.REQ.config_hash}}\",\"session\":\"{{env_json.REQ.head | service_start:main}}\"}"}],
        "cases": [{"when": {"env_json.REQ.action": "delete"}, "log": ["deleted"]}]})");
    scenarios_.Add("keeper", R"({"exit": {"after": 5, "code": 0}, "log": ["{{memory | then:found | default:nothing}}",
        {"at_exit": true, "text": "{{memory}}"}], "memory": {"key": "of {{env.FOR}}"},
        "cases": [{"when": {"env.ACTION": "keep"}, "memory": {"key": "of {{env.FOR}}", "keep": "kept {{env.WHAT}}"}},
                  {"when": {"env.ACTION": "forget"}, "memory": {"key": "of {{env.FOR}}", "keep": ""}}]})");
    account_ = std::make_unique<TestAccount>(EngineOptions{.images = "any", .scenarios_dir = scenarios_.path()});
    account_->Admin({"CREATE DATABASE db", "CREATE SCHEMA db.sc", "CREATE IMAGE REPOSITORY db.sc.repo",
                     "CREATE STAGE db.sc.models",
                     "CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 3 INSTANCE_FAMILY = CPU_X64_S"});
    account_->session().database = "DB";
    account_->session().schema = "SC";
  }

  // `spec:` with one container "main" of the image and more members of that container.
  static std::string Spec(const std::string& image, const std::string& container = "", const std::string& rest = "") {
    return absl::StrCat("spec:\n  containers:\n  - {name: main, image: /db/sc/repo/", image,
                        container.empty() ? "" : ", ", container, "}\n", rest);
  }
  static std::string CreateService(const std::string& name, const std::string& spec, const std::string& rest = "") {
    return absl::StrCat("CREATE SERVICE ", name, " IN COMPUTE POOL p FROM SPECIFICATION $$", spec, "$$ ", rest);
  }
  static std::string ExecuteJob(const std::string& name, const std::string& spec, const std::string& rest = "") {
    return absl::StrCat("EXECUTE JOB SERVICE IN COMPUTE POOL p FROM SPECIFICATION $$", spec, "$$ NAME = ", name,
                        " ASYNC = TRUE ", rest);
  }

  void Pass(absl::Duration duration) { account_->clock().Advance(duration); }
  std::string Shown(absl::string_view service, absl::string_view column) {
    return account_->Cell(absl::StrCat("DESCRIBE SERVICE ", service), 0, column);
  }
  std::string Containers(absl::string_view service, absl::string_view column) {
    return account_->ColumnOf(absl::StrCat("SHOW SERVICE CONTAINERS IN SERVICE ", service), column);
  }
  std::string Instances(absl::string_view service, absl::string_view column) {
    return account_->ColumnOf(absl::StrCat("SHOW SERVICE INSTANCES IN SERVICE ", service), column);
  }
  std::string Log(absl::string_view service, absl::string_view rest = "0, 'main'") {
    return account_->Scalar(absl::StrCat("CALL SYSTEM$GET_SERVICE_LOGS('", service, "', ", rest, ")"));
  }
  absl::Status Mutate(const std::string& name, nlohmann::json request) {
    request["kind"] = "SERVICE";
    request["name"] = absl::StrCat("DB.SC.", name);
    return account_->engine().Mutate(request);
  }

  ScenarioFolder scenarios_;
  std::unique_ptr<TestAccount> account_;
};

}  // namespace spcs::engine
