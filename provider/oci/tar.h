// SPDX-License-Identifier: MPL-2.0
// Where the members of a tar file are, so that they are read in place. Knows ustar, GNU long names and pax.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provider/oci/image.h"

namespace spcs::oci {

struct TarMember {
  int64_t offset = 0, size = 0;
};

class TarIndex {
 public:
  // Reads the headers only. InvalidArgument when it is no tar file, or a compressed one.
  static absl::StatusOr<TarIndex> Read(std::shared_ptr<const File> file);

  // The member, or what it links to; nullptr when there is none.
  const TarMember* Find(absl::string_view name) const;
  const std::shared_ptr<const File>& file() const { return file_; }

 private:
  explicit TarIndex(std::shared_ptr<const File> file) : file_(std::move(file)) {}
  std::shared_ptr<const File> file_;
  std::map<std::string, TarMember, std::less<>> members_;
  std::map<std::string, std::string, std::less<>> links_;
};

}  // namespace spcs::oci
