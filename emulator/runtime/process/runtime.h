// SPDX-License-Identifier: MPL-2.0
// The `process` runtime as the engine sees it: which images it can run, what is to run, what became of it. Owned by the
// server; the engine gets a pointer and, where it is null, simulates.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/runtime/process/log_times.h"
#include "emulator/runtime/process/stand_in.h"
#include "emulator/runtime/process/supervisor.h"
#include "provider/base/mutex.h"

namespace spcs::runtime::process {

// Thread-safe.
class Runtime {
 public:
  struct Options {
    std::string folder;     // where logs, hosts and volumes are kept; made when it is not there
    std::string stand_ins;  // folder of stand-ins (stand_in.h)
    std::string cache;      // for {cache} in stand-ins
    Supervisor::Options supervisor;
  };
  // Fails as LoadStandIns and Supervisor::Start do. What a run before left in `folder` is removed, but for volumes of
  // source block, which belong to services that may still be there.
  static absl::StatusOr<std::unique_ptr<Runtime>> Start(Options options);

  std::set<std::string, std::less<>> Images() const;  // those with a stand-in
  // Null: no stand-in, so the image cannot be run.
  const StandIn* FindStandIn(absl::string_view image) const;

  // What is to run, from the next Proceed() on; `hosts` are the names under which instances find each other, as lines
  // of a hosts file, for each scope (a schema: within it services have short names too).
  void Want(std::vector<InstanceTask> instances, const std::map<std::string, std::string>& hosts);
  // Lets run what is wanted. Apart from Want(), so that what instances need can be made ready in between.
  void Proceed();

  // The folder that is /snowflake/session of a role's containers; its file "token" signs them in at the emulator.
  std::string TokenFolder(const std::string& role);
  // The roles for which TokenFolder() was asked: each is to have a fresh token before Proceed().
  std::set<std::string> Roles() const;
  std::map<std::string, ContainerState> States() const;

  // The file that a container writes to, and the last lines that its process, or the one before it, has written.
  std::string LogFile(const std::string& container) const;
  std::vector<PrintedLine> LogTail(const std::string& container, bool previous) const;
  // A folder below the runtime's own, made when it is not there. `parts` are made safe as file names.
  std::string Folder(const std::vector<std::string>& parts) const;
  // Names of the folders in the one that Folder({part}) is; and removes one with all that it holds: false when
  // something of it stayed.
  std::vector<std::string> FoldersIn(const std::string& part) const;
  bool RemoveFolder(const std::vector<std::string>& parts) const;
  // The folders of stand-ins and of the emulator's own program, absolute.
  std::string StandInsFolder() const;
  std::string ProgramsFolder() const;
  // The file that is /etc/hosts of the containers of a scope; made when it is not there.
  std::string HostsFile(const std::string& scope) const;
  const std::string& cache() const { return options_.cache; }

  // Values of secrets, by full name: for containers only. They are in a file of the runtime's folder that only its
  // owner can read, so that services find them again after the emulator's next start.
  void KeepSecret(const std::string& name, std::map<std::string, std::string> values);
  void ForgetSecretsBut(const std::set<std::string>& names);
  std::map<std::string, std::string> Secret(const std::string& name) const;

  // The emulator's port, for the environment of containers; 0 before it listens.
  void SetPort(int port) { port_ = port; }
  int port() const { return port_; }

  HubClient& hub() { return supervisor_->hub(); }

 private:
  std::string SecretsFile() const;
  void ReadSecrets();

  explicit Runtime(Options options) : options_(std::move(options)) {}

  const Options options_;
  StandIns stand_ins_;
  std::atomic<int> port_ = 0;
  std::unique_ptr<Supervisor> supervisor_;
  mutable LogTimes log_times_;
  mutable Mutex mu_;
  std::vector<InstanceTask> wanted_ ABSL_GUARDED_BY(mu_);
  bool told_ ABSL_GUARDED_BY(mu_) = true;  // the supervisor has what is wanted
  std::set<std::string> roles_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::string> hosts_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::map<std::string, std::string>> secrets_ ABSL_GUARDED_BY(mu_);
};

}  // namespace spcs::runtime::process
