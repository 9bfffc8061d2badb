// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/deploy_run.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/status.h"
#include "provider/ray/deployer.h"
#include "provider/ray/messages.h"
#include "provider/ray/serve_config.h"
#include "provider/ray/smoke.h"

namespace spcs::ray {
namespace {

using nlohmann::json;

constexpr char kRequest[] = "SPCS_RAY_DEPLOY_REQUEST";

struct Settings {
  std::string action, application, host, config_hash, token;
  json config;
  int dashboard_port = 8265;
  int serve_port = 0;  // 0: that which Serve shows
  std::string smoke;
  DeployerOptions deployer{};
};

// A whole number from the environment, or what is there already.
absl::Status ReadNumber(const Environment& environment, const char* name, int least, int most, int& number) {
  const std::optional<std::string> text = environment(name);
  if (!text || text->empty()) return absl::OkStatus();
  int value = 0;
  if (!absl::SimpleAtoi(*text, &value) || value < least || value > most) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " is \"", *text, "\"; it must be a whole number from ", least, " to ", most));
  }
  number = value;
  return absl::OkStatus();
}

absl::Status ReadRequest(const Environment& environment, Settings& settings) {
  const std::optional<std::string> text = environment(kRequest);
  if (!text || text->empty()) return absl::InvalidArgumentError(absl::StrCat(kRequest, " is not set"));
  const absl::StatusOr<json> request = ParseJson(*text);
  if (!request.ok() || !request->is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(kRequest, " is no JSON object"));
  }
  settings.action = JsonString(*request, "action");
  settings.application = JsonString(*request, "application");
  settings.host = JsonString(*request, "head");
  settings.config_hash = JsonString(*request, "config_hash");
  settings.config = request->contains("config") ? request->at("config") : json(nullptr);
  if (const int64_t seconds = JsonInt(*request, "timeout_seconds"); seconds > 0) {
    settings.deployer.timeout = absl::Seconds(seconds);
  }
  settings.deployer.is_new = JsonBool(*request, "new");
  // The environment's goes over it.
  if (const int64_t seconds = JsonInt(*request, "settle_seconds");
      seconds > 0 && !environment("SPCS_RAY_SETTLE_SECONDS")) {
    settings.deployer.settle = absl::Seconds(seconds);
  }
  if (settings.action != "deploy" && settings.action != "delete" && settings.action != "status") {
    return absl::InvalidArgumentError(
        absl::StrCat("the request's action is \"", settings.action, "\"; it must be deploy, delete or status"));
  }
  for (const auto& [name, value] : {std::pair("application", settings.application), {"head", settings.host}}) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat("the request has no ", name));
  }
  if (settings.action == "deploy" && JsonString(settings.config, "name") != settings.application) {
    return absl::InvalidArgumentError(absl::StrCat("the request's config is not that of ", settings.application));
  }
  return absl::OkStatus();
}

absl::StatusOr<Settings> ReadSettings(const Environment& environment) {
  Settings settings;
  int timeout = 3300, settle = 30, pause = 0;
  RETURN_IF_ERROR(ReadNumber(environment, "SPCS_RAY_DASHBOARD_PORT", 1, 65535, settings.dashboard_port));
  RETURN_IF_ERROR(ReadNumber(environment, "SPCS_RAY_SERVE_PORT", 1, 65535, settings.serve_port));
  RETURN_IF_ERROR(ReadNumber(environment, "SPCS_RAY_TIMEOUT_SECONDS", 1, 1'000'000, timeout));
  RETURN_IF_ERROR(ReadNumber(environment, "SPCS_RAY_SETTLE_SECONDS", 0, 100'000, settle));
  RETURN_IF_ERROR(ReadNumber(environment, "SPCS_RAY_PAUSE_SECONDS", 0, 1000, pause));
  settings.deployer = {.timeout = absl::Seconds(timeout),
                       .settle = absl::Seconds(settle),
                       .pause_before_put = absl::Seconds(pause),
                       .lease = environment("SPCS_RAY_LEASE").value_or("") != "off"};
  settings.smoke = environment("SPCS_RAY_SMOKE").value_or("");
  settings.token = environment("RAY_AUTH_TOKEN").value_or("");
  RETURN_IF_ERROR(ReadRequest(environment, settings));
  return settings;
}

// The port at which Serve's proxies listen.
int ServePort(const Settings& settings, const json& answer) {
  if (settings.serve_port != 0) return settings.serve_port;
  const int64_t shown = answer.contains("http_options") ? JsonInt(answer.at("http_options"), "port") : 0;
  return shown > 0 ? static_cast<int>(shown) : 8000;
}

class Run {
 public:
  Run(Settings settings, http::Transport& transport, Clock& clock, Say say)
      : settings_(std::move(settings)),
        transport_(transport),
        clock_(clock),
        say_(std::move(say)),
        client_(transport, clock,
                {.url = absl::StrCat("http://", settings_.host, ":", settings_.dashboard_port),
                 .ray_token = settings_.token}),
        deployer_(client_, clock_, say_, settings_.deployer) {}

  absl::StatusOr<Deployed> Do(std::stop_token stop) {
    if (settings_.action == "status") return deployer_.Inspect(settings_.application, stop);
    if (settings_.action == "delete") return deployer_.Delete(settings_.application, stop);
    ASSIGN_OR_RETURN(Deployed deployed, deployer_.Deploy(settings_.config, stop));
    RETURN_IF_ERROR(Smoke(stop));
    return deployed;
  }
  bool has_written() const { return deployer_.has_written(); }

 private:
  absl::Status Smoke(std::stop_token stop) {
    const std::string route =
        settings_.config.contains("route_prefix") ? JsonString(settings_.config, "route_prefix") : "/";
    if (route.empty() || settings_.smoke == "off") return absl::OkStatus();
    ASSIGN_OR_RETURN(const json answer, client_.Answer(stop));
    if (JsonString(answer, "proxy_location") == "Disabled") return absl::OkStatus();
    SmokeOptions options{.url = absl::StrCat("http://", settings_.host, ":", ServePort(settings_, answer)),
                         .route = route};
    const std::vector<std::string> words = absl::StrSplit(settings_.smoke, absl::MaxSplits(' ', 2));
    if (words.size() > 1) {
      options.method = words[0];
      options.path = words[1];
    }
    if (words.size() > 2) options.body = words[2];
    return SmokeRequest(transport_, clock_, say_, options, stop);
  }

  const Settings settings_;
  http::Transport& transport_;
  Clock& clock_;
  const Say say_;
  ServeClient client_;
  Deployer deployer_;
};

json AnswerOf(const Settings& settings, const Deployed& deployed) {
  json parts = json::array();
  for (const DeployedPart& part : deployed.deployments) {
    parts.push_back({{"name", part.name},
                     {"status", part.status},
                     {"running_replicas", part.running},
                     {"target_replicas", part.target}});
  }
  json answer = {{"status", deployed.status},
                 {"config_hash", ""},
                 {"session_name", deployed.session},
                 {"deployments", std::move(parts)}};
  if (settings.action == "deploy") answer["config_hash"] = settings.config_hash;
  if (settings.action != "status") return answer;
  answer["application"] = deployed.application;
  if (!deployed.application.is_null()) answer["config_hash"] = ApplicationHash(deployed.application);
  return answer;
}

// `written`: whether the application may be there all the same.
int Fail(int code, const absl::Status& status, bool written, const Mask& mask, const Say& print) {
  print(mask(absl::StrCat("error: ", std::string(status.message()))));
  if (const auto advice = FactOf(status, kAdvice)) print(mask(*advice));
  print(DumpJson({{"status", absl::IsAborted(status) ? "DEPLOY_FAILED" : "FAILED"},
                  {"written", written},
                  {"config_hash", ""},
                  {"session_name", ""},
                  {"deployments", json::array()}}));
  return code;
}

}  // namespace

int RunDeployer(const Environment& environment, http::Transport& transport, Clock& clock, const Say& print,
                std::stop_token stop) {
  const absl::StatusOr<Settings> settings = ReadSettings(environment);
  if (!settings.ok()) return Fail(kBadRequest, settings.status(), /*written=*/false, Mask(), print);
  const Mask mask(settings->config, {settings->token});
  const Say say = [&](const std::string& line) { print(mask(line)); };
  say(absl::StrCat("request: ", settings->action, " ", settings->application, " at ", settings->host));
  Run run(*settings, transport, clock, say);
  const absl::StatusOr<Deployed> deployed = run.Do(std::move(stop));
  if (!deployed.ok()) return Fail(kFailed, deployed.status(), run.has_written(), mask, print);
  print(DumpJson(AnswerOf(*settings, *deployed)));
  return kDone;
}

}  // namespace spcs::ray
