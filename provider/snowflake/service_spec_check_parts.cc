// SPDX-License-Identifier: MPL-2.0
// Rules of containers, endpoints and volumes that join several fields.
#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/quantity.h"
#include "provider/snowflake/service_spec_check.h"
#include "provider/snowflake/service_spec_fields.h"

namespace spcs::snowflake {
namespace {

constexpr size_t kMaxSecrets = 50;
constexpr int64_t kMaxBlockGib = 16384;  // the service's page on block storage
constexpr absl::string_view kAbsolute = "Write an absolute path, which starts with \"/\".";

bool IsAbsolute(const std::optional<std::string>& path) {
  return !path || absl::StartsWith(*path, "/");
}

// ---- Containers ----

void CheckImage(const std::string& image, const std::string& path, SpecProblems* problems) {
  const bool blank = std::any_of(image.begin(), image.end(), [](unsigned char c) { return absl::ascii_isspace(c); });
  if (blank) {
    problems->Error(path, absl::StrCat("\"", image, "\" contains a blank"), "Write it without blanks.");
  } else if (absl::StrContains(image, "://")) {
    problems->Error(path, absl::StrCat("\"", image, "\" is a URL"),
                    "Write the image without a scheme such as https://.");
  } else if (!image.empty() && std::count(image.begin(), image.end(), '/') < 3) {
    problems->Warning(path, absl::StrCat("\"", image, "\" does not look like an image of the account's registry"),
                      "Write \"/database/schema/repository/name:tag\", with or without the registry's host before it.");
  }
}

void CheckProbe(const std::optional<Probe>& probe, const std::string& path, SpecProblems* problems) {
  if (!probe || IsAbsolute(probe->path) || probe->path->empty()) return;
  problems->Error(AttributePath(path, "path"), absl::StrCat("\"", *probe->path, "\" does not start with \"/\""),
                  "Write the path of the URL, as in \"/healthz\".");
}

void CheckVariable(const std::string& name, const std::string& path, SpecProblems* problems) {
  if (!name.empty() && !absl::StrContains(name, '=') && !absl::StrContains(name, absl::string_view("\0", 1))) return;
  problems->Error(path, "this cannot be the name of an environment variable",
                  "Use a name that is not empty and has no \"=\".");
}

// A name of one to three parts; null is judged elsewhere.
void CheckObject(const std::optional<std::string>& name, const std::string& path, SpecProblems* problems) {
  if (!name || ObjectName::Parse(*name).ok()) return;
  problems->Error(path, absl::StrCat("\"", *name, "\" is no name of an object"),
                  "Write NAME, SCHEMA.NAME or DATABASE.SCHEMA.NAME; parts with other characters than letters, digits, "
                  "_ and $ stand in double quotes.");
}

void CheckMounts(const ServiceSpec& spec, const std::vector<VolumeMount>& mounts, const std::string& path,
                 SpecProblems* problems) {
  std::set<std::string> taken;
  for (size_t i = 0; i < mounts.size(); ++i) {
    const std::string where = IndexedPath(path, i);
    const std::string name = mounts[i].name.value_or("");
    const bool declared = spec.volumes && spec.volumes->count(name) > 0;
    if (!name.empty() && !declared && !problems->Unknown("spec.volumes")) {
      problems->Error(AttributePath(where, "name"), absl::StrCat("there is no volume \"", name, "\""),
                      "Name a volume of this specification, or add it to volumes.");
    }
    const std::string target = mounts[i].mount_path.value_or("");
    if (target.empty()) continue;
    if (!IsAbsolute(target)) {
      problems->Error(AttributePath(where, "mount_path"), absl::StrCat("\"", target, "\" is not absolute"),
                      std::string(kAbsolute));
    } else if (!taken.insert(std::string(absl::StripSuffix(target, "/"))).second) {
      problems->Error(AttributePath(where, "mount_path"),
                      absl::StrCat("another volume of this container is mounted at \"", target, "\""),
                      "Give each mount a path of its own.");
    }
  }
}

void CheckSecret(const ContainerSecret& secret, const StringMap& env, const std::string& path, SpecProblems* problems) {
  if (secret.object_name.has_value() == secret.object_reference.has_value()) {
    problems->Error(path, "needs either object_name or object_reference",
                    "Give exactly one of the two: the secret's name, or the reference of a native application.");
  }
  CheckObject(secret.object_name, AttributePath(path, "object_name"), problems);
  if (secret.env_var_name.has_value() == secret.directory_path.has_value()) {
    problems->Error(
        path, "needs either env_var_name or directory_path",
        "Give exactly one of the two: an environment variable, or a directory for files that are refreshed.");
    return;
  }
  if (secret.env_var_name && !secret.secret_key_ref) {
    problems->Error(AttributePath(path, "secret_key_ref"), "is required with env_var_name",
                    "Write secret_string for a generic secret, username or password for a password secret.");
  }
  if (secret.directory_path && secret.secret_key_ref) {
    problems->Error(AttributePath(path, "secret_key_ref"), "goes with env_var_name only",
                    "Leave it out: the directory gets one file for each part of the secret.");
  }
  if (!IsAbsolute(secret.directory_path)) {
    problems->Error(AttributePath(path, "directory_path"),
                    absl::StrCat("\"", *secret.directory_path, "\" is not absolute"), std::string(kAbsolute));
  }
  if (secret.env_var_name) CheckVariable(*secret.env_var_name, AttributePath(path, "env_var_name"), problems);
  if (secret.env_var_name && env.count(*secret.env_var_name) > 0) {
    problems->Error(AttributePath(path, "env_var_name"), absl::StrCat("env sets \"", *secret.env_var_name, "\" too"),
                    "Set the variable in one place only.");
  }
}

void CheckSecrets(const Container& container, const std::string& path, SpecProblems* problems) {
  std::set<std::string> variables;
  for (size_t i = 0; i < container.secrets->size(); ++i) {
    const ContainerSecret& secret = (*container.secrets)[i];
    const std::string where = IndexedPath(AttributePath(path, "secrets"), i);
    CheckSecret(secret, container.env.value_or(StringMap{}), where, problems);
    if (secret.env_var_name && !variables.insert(*secret.env_var_name).second) {
      problems->Error(AttributePath(where, "env_var_name"),
                      absl::StrCat("another secret of this container sets \"", *secret.env_var_name, "\""),
                      "Give each secret a variable of its own.");
    }
  }
}

void CheckSessionToken(const Container& container, const std::string& path, SpecProblems* problems) {
  if (!container.session_token_config) return;
  const std::string where = AttributePath(path, "session_token_config");
  const SessionTokenConfig& config = *container.session_token_config;
  if (!IsAbsolute(config.path)) {
    problems->Error(AttributePath(where, "path"), absl::StrCat("\"", *config.path, "\" is not absolute"),
                    std::string(kAbsolute));
  }
  const auto is_octal = [](unsigned char c) { return c >= '0' && c <= '7'; };
  if (config.permission && (config.permission->size() != 4 || config.permission->front() != '0' ||
                            !std::all_of(config.permission->begin(), config.permission->end(), is_octal))) {
    problems->Error(AttributePath(where, "permission"), absl::StrCat("\"", *config.permission, "\" is no file mode"),
                    "Write four octal digits in quotes, as in \"0644\".");
  }
  if (container.mount_session_token == false) {
    problems->Warning(where, "has no effect while mount_session_token is false", "Leave one of the two out.");
  }
}

// ---- Endpoints ----

struct PortRange {
  int64_t first = 0, last = 0;
};

std::optional<PortRange> ParsePortRange(absl::string_view text) {
  const std::vector<std::string> ends = absl::StrSplit(text, '-');
  PortRange range;
  if (ends.size() != 2 || !absl::SimpleAtoi(ends[0], &range.first) || !absl::SimpleAtoi(ends[1], &range.last)) {
    return std::nullopt;
  }
  if (range.first < 1 || range.last > kMaxPort || range.first >= range.last) return std::nullopt;
  return range;
}

// The ports of an endpoint whose values are good; reports the others.
std::optional<PortRange> PortsOf(const Endpoint& endpoint, const std::string& path, SpecProblems* problems) {
  if (endpoint.port.has_value() == endpoint.port_range.has_value()) {
    problems->Error(path, "needs either port or port_range", "Give exactly one of the two.");
    return std::nullopt;
  }
  if (endpoint.port) return PortRange{*endpoint.port, *endpoint.port};
  const std::string where = AttributePath(path, "port_range");
  const std::optional<PortRange> range = ParsePortRange(*endpoint.port_range);
  if (!range) {
    problems->Error(where, absl::StrCat("\"", *endpoint.port_range, "\" is no range of ports"),
                    "Write two ports from 1 to 65535, the smaller first, as in \"20000-20099\".");
  }
  const bool tcp = absl::EqualsIgnoreCase(endpoint.protocol.value_or("HTTP"), "TCP");
  if (!tcp && !problems->Unknown(AttributePath(path, "protocol"))) {
    problems->Error(where, "only an endpoint of protocol TCP can have a range of ports", "Set protocol = \"TCP\".");
  }
  if (endpoint.is_public.value_or(false)) {
    problems->Error(where, "a public endpoint cannot have a range of ports", "Give it one port, or do not publish it.");
  }
  return range;
}

void CheckPublic(const Endpoint& endpoint, const std::string& path, SpecProblems* problems) {
  if (endpoint.is_public.value_or(false) && absl::EqualsIgnoreCase(endpoint.protocol.value_or("HTTP"), "TCP")) {
    problems->Error(AttributePath(path, "protocol"), "a public endpoint cannot be of protocol TCP",
                    "Set protocol = \"HTTP\", or public = false.");
  }
  if (!endpoint.cors_settings) return;
  const StringList origins = endpoint.cors_settings->access_control_allow_origin.value_or(StringList{});
  for (size_t i = 0; i < origins.size(); ++i) {
    if (!absl::StrContains(origins[i], '*')) continue;
    problems->Error(IndexedPath(AttributePath(path, "cors_settings.access_control_allow_origin"), i),
                    "a wildcard is not allowed here", "List each origin, as in \"https://app.example.com\".");
  }
  if (!endpoint.is_public.value_or(false) && !problems->Unknown(AttributePath(path, "public"))) {
    problems->Warning(AttributePath(path, "cors_settings"), "has no effect on an endpoint that is not public",
                      "Set public = true, or leave cors_settings out.");
  }
}

// ---- Volumes ----

void CheckSize(const Volume& volume, const std::string& source, const std::string& path, SpecProblems* problems) {
  const std::string where = AttributePath(path, "size");
  const bool sized = source == "memory" || source == "block";
  if (sized && !volume.size) {
    problems->Error(where, absl::StrCat("is required for a ", source, " volume"), "Give a size, as in \"10Gi\".");
  } else if (!sized && volume.size) {
    problems->Warning(where, absl::StrCat("means nothing for a ", source, " volume"), "Leave it out.");
  } else if (source == "block") {
    absl::string_view digits = *volume.size;
    int64_t gib = 0;
    if (!absl::ConsumeSuffix(&digits, "Gi") || !absl::SimpleAtoi(digits, &gib) || gib < 1 || gib > kMaxBlockGib) {
      problems->Error(where, absl::StrCat("\"", *volume.size, "\" is no size of a block volume"),
                      absl::StrCat("Write whole Gi, from 1Gi to ", kMaxBlockGib, "Gi."));
    }
  }
}

void CheckStage(const Volume& volume, const std::string& source, const std::string& path, SpecProblems* problems) {
  const std::string where = AttributePath(path, "stage_config");
  if (source == "stage" && !volume.stage_config) {
    problems->Error(where, "is required for a stage volume",
                    "Add stage_config = { name = \"@database.schema.stage\" }.");
  } else if (source != "stage" && volume.stage_config) {
    problems->Error(where, absl::StrCat("goes with stage volumes only, and this one is ", source),
                    "Set source = \"stage\", or leave stage_config out.");
  } else if (volume.stage_config && volume.stage_config->name && !volume.stage_config->name->empty() &&
             !IsStageName(*volume.stage_config->name)) {
    problems->Error(AttributePath(where, "name"), absl::StrCat("\"", *volume.stage_config->name, "\" names no stage"),
                    "Write \"@database.schema.stage\", with a path behind it if need be: \"@db.sc.stage/models\".");
  }
}

void CheckVolume(const Volume& volume, const std::string& path, SpecProblems* problems) {
  if (!volume.source || volume.source->empty()) return;
  const std::string where = AttributePath(path, "source");
  if (absl::StartsWith(*volume.source, "@")) {
    problems->Warning(
        where, absl::StrCat("\"", *volume.source, "\" is the old form of a stage volume, refused for new services"),
        absl::StrCat("Write source = \"stage\" and stage_config = { name = \"", *volume.source, "\" }."));
    return;
  }
  const std::string source = absl::AsciiStrToLower(*volume.source);
  const std::set<std::string> sources = {"local", "memory", "block", "stage"};
  if (sources.count(source) == 0) {
    problems->Error(where, absl::StrCat("\"", *volume.source, "\" is no kind of volume"),
                    "Write one of local, memory, block, stage.");
    return;
  }
  CheckSize(volume, source, path, problems);
  CheckStage(volume, source, path, problems);
  if (volume.block_config && volume.block_config->initial_contents) {
    CheckObject(volume.block_config->initial_contents->from_snapshot,
                AttributePath(path, "block_config.initial_contents.from_snapshot"), problems);
  }
  if (source != "block" && volume.block_config) {
    problems->Error(AttributePath(path, "block_config"),
                    absl::StrCat("goes with block volumes only, and this one is ", source),
                    "Set source = \"block\", or leave block_config out.");
  }
  if ((volume.uid || volume.gid) && source != "stage" && source != "block") {
    problems->Warning(AttributePath(path, volume.uid ? "uid" : "gid"),
                      absl::StrCat("means nothing for a ", source, " volume"), "Leave it out.");
  }
}

// Takes one identifier, bare or quoted, off the front.
bool ConsumeIdentifier(absl::string_view* text) {
  const auto is_first = [](unsigned char c) { return absl::ascii_isalpha(c) || c == '_'; };
  const auto is_rest = [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_' || c == '$'; };
  if (absl::ConsumePrefix(text, "\"")) {
    bool some = false;
    while (!text->empty()) {
      if (absl::ConsumePrefix(text, "\"\"")) {
        some = true;
      } else if (absl::ConsumePrefix(text, "\"")) {
        return some;
      } else {
        text->remove_prefix(1);
        some = true;
      }
    }
    return false;
  }
  if (text->empty() || !is_first(static_cast<unsigned char>((*text)[0]))) return false;
  while (!text->empty() && is_rest(static_cast<unsigned char>((*text)[0]))) text->remove_prefix(1);
  return true;
}

}  // namespace

bool IsStageName(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "@")) return false;
  for (int parts = 1; parts <= 3; ++parts) {
    if (!ConsumeIdentifier(&text)) return false;
    if (!absl::ConsumePrefix(&text, ".")) return text.empty() || text[0] == '/';
  }
  return false;
}

void CheckContainers(const ServiceSpec& spec, SpecProblems* problems) {
  size_t secrets = 0;
  for (const auto& [name, container] : spec.containers) {
    const std::string path = NamedPath("spec.containers", name);
    if (absl::StartsWith(name, kSidecarPrefix)) {
      problems->Error(path, "the service names the containers that mount stages like this", "Choose another name.");
    }
    if (container.image) CheckImage(*container.image, AttributePath(path, "image"), problems);
    CheckProbe(container.readiness_probe, AttributePath(path, "readiness_probe"), problems);
    CheckProbe(container.liveness_probe, AttributePath(path, "liveness_probe"), problems);
    for (const auto& [variable, value] : container.env.value_or(StringMap{})) {
      CheckVariable(variable, NamedPath(AttributePath(path, "env"), variable), problems);
    }
    if (container.volume_mounts) {
      CheckMounts(spec, *container.volume_mounts, AttributePath(path, "volume_mounts"), problems);
    }
    if (container.secrets) {
      secrets += container.secrets->size();
      CheckSecrets(container, path, problems);
    }
    CheckSessionToken(container, path, problems);
  }
  if (secrets > kMaxSecrets) {
    problems->Error("spec.containers", absl::StrCat(secrets, " secrets are too many"),
                    absl::StrCat("The containers of a service use at most ", kMaxSecrets, " secrets together."));
  }
}

void CheckEndpoints(const ServiceSpec& spec, SpecProblems* problems) {
  if (!spec.endpoints) return;
  std::vector<std::pair<PortRange, std::string>> taken;
  for (const auto& [name, endpoint] : *spec.endpoints) {
    const std::string path = NamedPath("spec.endpoints", name);
    CheckPublic(endpoint, path, problems);
    const std::optional<PortRange> ports = PortsOf(endpoint, path, problems);
    if (!ports) continue;
    for (const auto& [other, other_name] : taken) {
      if (ports->first > other.last || ports->last < other.first) continue;
      problems->Error(
          AttributePath(path, endpoint.port ? "port" : "port_range"),
          absl::StrCat("endpoint \"", other_name, "\" has port ", std::max(ports->first, other.first), " already"),
          "Give each endpoint of a service ports of its own.");
      break;
    }
    taken.emplace_back(*ports, name);
  }
}

void CheckVolumes(const ServiceSpec& spec, SpecProblems* problems) {
  if (!spec.volumes) return;
  for (const auto& [name, volume] : *spec.volumes) CheckVolume(volume, NamedPath("spec.volumes", name), problems);
}

}  // namespace spcs::snowflake
