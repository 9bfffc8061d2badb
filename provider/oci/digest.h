// SPDX-License-Identifier: MPL-2.0
// SHA-256 digests, which name all content of images: "sha256:" and 64 lower-case digits.
#pragma once

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

typedef struct evp_md_ctx_st EVP_MD_CTX;

namespace spcs::oci {

bool IsDigest(absl::string_view text);
std::string DigestOf(absl::string_view bytes);

// A digest in the making.
class Sha256 {
 public:
  Sha256();
  void Update(absl::string_view bytes);
  // Of everything so far. Nothing may be added afterwards.
  std::string Digest();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace spcs::oci
