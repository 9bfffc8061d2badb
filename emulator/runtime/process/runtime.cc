// SPDX-License-Identifier: MPL-2.0
#include "emulator/runtime/process/runtime.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::runtime::process {
namespace {

constexpr char kLocalhost[] = "127.0.0.1 localhost\n";
// As much as SYSTEM$GET_SERVICE_LOGS returns at most.
constexpr int64_t kLongestLog = 100 * 1024;

std::string AsFileName(absl::string_view text) {
  std::string name;
  for (const char c : text) name += absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' ? c : '+';
  return name == "." || name == ".." ? "+" : name;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Runtime>> Runtime::Start(Options options) {
  std::unique_ptr<Runtime> made(new Runtime(std::move(options)));
  const std::filesystem::path folder = made->options_.folder;
  std::error_code ignored;
  for (const char* part : {"logs", "instances", "hosts", "tokens"}) std::filesystem::remove_all(folder / part, ignored);
  ASSIGN_OR_RETURN(made->stand_ins_, LoadStandIns(made->options_.stand_ins));
  made->Folder({"logs"});
  made->ReadSecrets();
  ASSIGN_OR_RETURN(made->supervisor_, Supervisor::Start(made->options_.supervisor));
  return made;
}

std::set<std::string, std::less<>> Runtime::Images() const {
  std::set<std::string, std::less<>> images;
  for (const auto& [image, stand_in] : stand_ins_) images.insert(image);
  return images;
}

const StandIn* Runtime::FindStandIn(absl::string_view image) const {
  const auto found = stand_ins_.find(image);
  return found == stand_ins_.end() ? nullptr : &found->second;
}

void Runtime::Want(std::vector<InstanceTask> instances, const std::map<std::string, std::string>& hosts) {
  {
    MutexLock lock(mu_);
    for (const auto& [scope, lines] : hosts) {
      std::string& written = hosts_[scope];
      // In place: containers hold this very file.
      if (written != lines) std::ofstream(HostsFile(scope)) << kLocalhost << lines;
      written = lines;
    }
    wanted_ = std::move(instances);
    told_ = false;
  }
}

void Runtime::Proceed() {
  std::vector<InstanceTask> wanted;
  {
    MutexLock lock(mu_);
    if (told_) return;
    told_ = true;
    wanted = wanted_;
  }
  supervisor_->Want(std::move(wanted));
}

std::string Runtime::TokenFolder(const std::string& role) {
  MutexLock lock(mu_);
  roles_.insert(role);
  return Folder({"tokens", role});
}

std::set<std::string> Runtime::Roles() const {
  MutexLock lock(mu_);
  return roles_;
}

std::string Runtime::LogFile(const std::string& container) const {
  return absl::StrCat(options_.folder, "/logs/", AsFileName(container), ".log");
}

std::vector<PrintedLine> Runtime::LogTail(const std::string& container, bool previous) const {
  return log_times_.Read(LogFile(container), previous, kLongestLog, options_.supervisor.now());
}

std::map<std::string, ContainerState> Runtime::States() const {
  std::map<std::string, ContainerState> states = supervisor_->States();
  for (const auto& [container, state] : states) log_times_.Observe(LogFile(container), options_.supervisor.now());
  return states;
}

std::string Runtime::Folder(const std::vector<std::string>& parts) const {
  std::filesystem::path folder = options_.folder;
  for (const std::string& part : parts) folder /= AsFileName(part);
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  return folder;
}

std::vector<std::string> Runtime::FoldersIn(const std::string& part) const {
  std::error_code ignored;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(Folder({part}), ignored)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

bool Runtime::RemoveFolder(const std::vector<std::string>& parts) const {
  std::error_code error;
  std::filesystem::remove_all(Folder(parts), error);
  return !error;
}

std::string Runtime::SecretsFile() const {
  return absl::StrCat(options_.folder, "/secrets.json");
}

void Runtime::ReadSecrets() {
  std::ifstream file(SecretsFile());
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const absl::StatusOr<nlohmann::json> json = ParseJson(text);
  if (!json.ok() || !json->is_object()) return;
  MutexLock lock(mu_);
  for (const auto& [name, values] : json->items()) {
    if (!values.is_object()) continue;
    for (const auto& [key, value] : values.items()) {
      if (value.is_string()) secrets_[name][key] = value.get<std::string>();
    }
  }
}

std::string Runtime::ProgramsFolder() const {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::string Runtime::StandInsFolder() const {
  std::error_code ignored;
  return std::filesystem::absolute(options_.stand_ins, ignored);
}

std::string Runtime::HostsFile(const std::string& scope) const {
  std::string file = absl::StrCat(Folder({"hosts"}), "/", AsFileName(scope));
  if (!std::filesystem::exists(file)) std::ofstream(file) << kLocalhost;
  return file;
}

void Runtime::KeepSecret(const std::string& name, std::map<std::string, std::string> values) {
  MutexLock lock(mu_);
  secrets_[name] = std::move(values);
  // When it cannot be written, they are there as long as the emulator runs.
  (void)WriteFile(SecretsFile(), DumpJson(nlohmann::json(secrets_)), 0600);
}

void Runtime::ForgetSecretsBut(const std::set<std::string>& names) {
  MutexLock lock(mu_);
  if (std::erase_if(secrets_, [&](const auto& secret) { return names.count(secret.first) == 0; }) == 0) return;
  (void)WriteFile(SecretsFile(), DumpJson(nlohmann::json(secrets_)), 0600);
}

std::map<std::string, std::string> Runtime::Secret(const std::string& name) const {
  MutexLock lock(mu_);
  const auto found = secrets_.find(name);
  return found == secrets_.end() ? std::map<std::string, std::string>() : found->second;
}

}  // namespace spcs::runtime::process
