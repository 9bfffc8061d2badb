// SPDX-License-Identifier: MPL-2.0
// Where the roots come from that server certificates are checked against. Nothing is compiled in: distributions keep
// them at different places. Parsed once a process, because a bundle costs 30 to 70 ms of CPU each time.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

typedef struct x509_store_st X509_STORE;

namespace spcs::http {

struct CaSource {
  enum class Kind { kFile, kHashedFolder };
  Kind kind = Kind::kFile;
  std::string path;
};

// What the search sees of the machine.
struct CaProbe {
  std::function<std::string(const std::string& variable)> variable;  // "" when unset
  std::function<bool(const std::string& path)> has_file;             // a readable file
  std::function<bool(const std::string& path)> has_hashed_folder;    // a folder with links like "1a2b3c4d.0"
};

// Decides: SSL_CERT_FILE, SSL_CERT_DIR, the usual hashed folder, the usual bundles. Fails with FailedPrecondition and
// advice when there is none, or when a variable names what is not there.
absl::StatusOr<CaSource> FindCaSource(const CaProbe& probe);

// The process's one store, loaded at the first call. Owned by the process. Thread-safe.
absl::StatusOr<X509_STORE*> SharedCaStore();

}  // namespace spcs::http
