// SPDX-License-Identifier: MPL-2.0
// Untrusted bytes as what registries and archives hold: tar files, manifests, indexes, challenges, references. The
// first byte picks the reader. What is accepted must hold what callers rely on.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "provider/oci/challenge.h"
#include "provider/oci/local_source.h"
#include "provider/oci/manifest.h"
#include "provider/oci/reference.h"
#include "provider/oci/tar.h"

namespace spcs::oci {
namespace {

void Demand(bool condition) {
  if (!condition) std::abort();
}

void TryArchive(absl::string_view bytes) {
  const auto file = File::Temporary();
  if (!file.ok() || ::write((*file)->fd(), bytes.data(), bytes.size()) < 0) return;
  const auto index = TarIndex::Read(*file);
  if (!index.ok()) return;
  for (const char* name : {"manifest.json", "index.json", "oci-layout", "a"}) {
    const TarMember* member = index->Find(name);
    if (member == nullptr) continue;
    Demand(member->offset >= 0 && member->size >= 0);
  }
  (void)OpenArchive(absl::StrCat("/proc/self/fd/", (*file)->fd()), {});
}

void TryManifest(absl::string_view text) {
  const auto manifest = ParseManifest(text);
  if (!manifest.ok()) return;
  Demand(manifest->config.size >= 0 && !manifest->config.digest.empty());
  for (const Descriptor& layer : manifest->layers) Demand(layer.size >= 0 && !layer.digest.empty());
}

void TryIndex(absl::string_view text) {
  const auto entries = ParseIndex(text);
  if (!entries.ok()) return;
  for (const Descriptor& entry : *entries) Demand(entry.size >= 0 && !entry.digest.empty());
}

void TryReference(absl::string_view text) {
  const auto reference = ParseReference(text);
  if (!reference.ok()) return;
  const auto again = ParseReference(reference->ToString());
  Demand(again.ok() && again->ToString() == reference->ToString());
}

void Try(uint8_t choice, absl::string_view bytes) {
  switch (choice % 6) {
    case 0: return TryArchive(bytes);
    case 1: return TryManifest(bytes);
    case 2: return TryIndex(bytes);
    case 3: return TryReference(bytes);
    case 4: (void)PlatformOfConfig(bytes); return;
    default: {
      const auto challenge = ParseChallenge(bytes);
      if (challenge.ok()) (void)CheckRealm(challenge->realm);
    }
  }
}

}  // namespace
}  // namespace spcs::oci

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) spcs::oci::Try(data[0], absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
