// SPDX-License-Identifier: MPL-2.0
#include "provider/http/ca_store.h"

#include <dirent.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/base/file.h"
#include "provider/base/status.h"

namespace spcs::http {
namespace {

// Debian, Ubuntu, Alpine, SUSE and Arch fill this folder with hashed links.
constexpr absl::string_view kHashedFolders[] = {"/etc/ssl/certs"};

constexpr absl::string_view kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL, CentOS
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",                                  // Alpine, BSD, macOS
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
};

absl::Status NoRoots(absl::string_view what) {
  return WithFact(absl::FailedPreconditionError(absl::StrCat("server certificates cannot be checked: ", what)), kAdvice,
                  "Install your distribution's CA certificates (package ca-certificates), or set SSL_CERT_FILE to a "
                  "file with the root certificates in PEM form.");
}

// "1a2b3c4d.0": how OpenSSL names a certificate in a hashed folder.
bool IsHashedName(absl::string_view name) {
  if (name.size() < 10 || name[8] != '.') return false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (i != 8 && !absl::ascii_isxdigit(static_cast<unsigned char>(name[i]))) return false;
  }
  return true;
}

bool HasHashedFolder(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return false;
  const auto close_folder = absl::MakeCleanup([folder] { ::closedir(folder); });
  while (const dirent* entry = ::readdir(folder)) {
    if (IsHashedName(entry->d_name)) return true;
  }
  return false;
}

absl::StatusOr<X509_STORE*> LoadStore() {
  const CaProbe machine{[](const std::string& name) { return GetEnv(name).value_or(""); },
                        [](const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }, HasHashedFolder};
  ASSIGN_OR_RETURN(const CaSource source, FindCaSource(machine));
  X509_STORE* store = X509_STORE_new();
  const bool loaded = source.kind == CaSource::Kind::kFile
                          ? X509_STORE_load_locations(store, source.path.c_str(), nullptr) == 1
                          : X509_STORE_load_locations(store, nullptr, source.path.c_str()) == 1;
  if (!loaded) {
    X509_STORE_free(store);
    return NoRoots(absl::StrCat(source.path, " holds no certificates in PEM form"));
  }
  return store;
}

}  // namespace

absl::StatusOr<CaSource> FindCaSource(const CaProbe& probe) {
  using Kind = CaSource::Kind;
  if (const std::string file = probe.variable("SSL_CERT_FILE"); !file.empty()) {
    if (!probe.has_file(file)) return NoRoots(absl::StrCat("SSL_CERT_FILE names ", file, ", which cannot be read"));
    return CaSource{Kind::kFile, file};
  }
  if (const std::string folder = probe.variable("SSL_CERT_DIR"); !folder.empty()) {
    if (!probe.has_hashed_folder(folder)) {
      return NoRoots(absl::StrCat("SSL_CERT_DIR names ", folder, ", which holds no hashed certificates"));
    }
    return CaSource{Kind::kHashedFolder, folder};
  }
  for (const absl::string_view folder : kHashedFolders) {
    if (probe.has_hashed_folder(std::string(folder))) return CaSource{Kind::kHashedFolder, std::string(folder)};
  }
  for (const absl::string_view file : kBundles) {
    if (probe.has_file(std::string(file))) return CaSource{Kind::kFile, std::string(file)};
  }
  return NoRoots("this machine has no CA certificates at any of the usual places");
}

absl::StatusOr<X509_STORE*> SharedCaStore() {
  static const absl::StatusOr<X509_STORE*>* const store = new absl::StatusOr<X509_STORE*>(LoadStore());
  return *store;
}

}  // namespace spcs::http
