// SPDX-License-Identifier: MPL-2.0
// For the tests of images: OCI layouts and tar files made on the spot.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "provider/base/file.h"
#include "provider/oci/digest.h"

namespace spcs::oci {

// A folder that goes with the test.
class TestFolder {
 public:
  TestFolder() {
    path_ = ::testing::TempDir() + "spcs-oci-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    EXPECT_TRUE(WriteFile(file.string(), content).ok());
    return file.string();
  }

 private:
  std::string path_;
};

// A tar file, member by member.
class TarWriter {
 public:
  TarWriter& Add(const std::string& name, const std::string& content, char type = '0', const std::string& link = "") {
    std::string header(512, '\0');
    const auto put = [&](size_t at, const std::string& text) { header.replace(at, text.size(), text); };
    char number[24];
    put(0, name.substr(0, 100));
    put(100, "0000644");
    std::snprintf(number, sizeof number, "%011zo", content.size());
    put(124, number);
    put(156, std::string(1, type));
    put(157, link.substr(0, 100));
    put(257, std::string("ustar\0"
                         "00",
                         8));
    put(148, "        ");
    unsigned sum = 0;
    for (const unsigned char c : header) sum += c;
    std::snprintf(number, sizeof number, "%06o", sum);
    put(148, std::string(number) + '\0' + ' ');
    bytes_ += header + content;
    bytes_.append((512 - content.size() % 512) % 512, '\0');
    return *this;
  }
  // A name of any length.
  TarWriter& AddLong(const std::string& name, const std::string& content) {
    return Add("././@LongLink", name + '\0', 'L').Add(name.substr(0, 99), content);
  }
  TarWriter& AddPax(const std::string& name, const std::string& content) {
    const std::string pair = absl::StrCat(" path=", name, "\n");
    size_t length = pair.size() + 2;
    while (absl::StrCat(length).size() + pair.size() != length) ++length;
    return Add("PaxHeaders/x", absl::StrCat(length, pair), 'x').Add("short", content);
  }
  std::string Bytes() const { return bytes_ + std::string(1024, '\0'); }

 private:
  std::string bytes_;
};

inline std::string TestConfig(const std::string& architecture, const std::vector<std::string>& diff_ids = {}) {
  return nlohmann::json{
      {"architecture", architecture}, {"os", "linux"}, {"rootfs", {{"type", "layers"}, {"diff_ids", diff_ids}}}}
      .dump();
}

inline nlohmann::json TestDescriptor(const std::string& media_type, const std::string& content) {
  return {{"mediaType", media_type}, {"digest", DigestOf(content)}, {"size", content.size()}};
}

inline std::string BlobName(const std::string& content) {
  return "blobs/sha256/" + DigestOf(content).substr(7);
}

// A layout that grows. Files by name, to be written to a folder or into a tar file.
class TestLayout {
 public:
  TestLayout() { files_.emplace_back("oci-layout", R"({"imageLayoutVersion":"1.0.0"})"); }

  void AddBlob(const std::string& content) { files_.emplace_back(BlobName(content), content); }
  // Returns the manifest's bytes.
  std::string AddImage(const std::string& architecture, const std::vector<std::string>& layers,
                       const std::string& name = "", bool platform = false) {
    const std::string config = TestConfig(architecture);
    nlohmann::json manifest = {{"schemaVersion", 2},
                               {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                               {"config", TestDescriptor("application/vnd.oci.image.config.v1+json", config)},
                               {"layers", nlohmann::json::array()}};
    AddBlob(config);
    for (const std::string& layer : layers) {
      AddBlob(layer);
      manifest["layers"].push_back(TestDescriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer));
    }
    std::string text = manifest.dump();
    AddBlob(text);
    nlohmann::json entry = TestDescriptor("application/vnd.oci.image.manifest.v1+json", text);
    if (!name.empty()) entry["annotations"] = {{"org.opencontainers.image.ref.name", name}};
    if (platform) entry["platform"] = {{"os", "linux"}, {"architecture", architecture}};
    entries_.push_back(entry);
    return text;
  }
  // Puts an index between the layout and its images.
  void Nest() {
    const std::string index = Index();
    AddBlob(index);
    entries_ = nlohmann::json::array({TestDescriptor("application/vnd.oci.image.index.v1+json", index)});
  }
  void WriteTo(const TestFolder& folder) const {
    for (const auto& [name, content] : files_) folder.Write(name, content);
    folder.Write("index.json", Index());
  }
  std::string Tar() const {
    TarWriter tar;
    for (const auto& [name, content] : files_) tar.Add("./" + name, content);
    return tar.Add("index.json", Index()).Bytes();
  }

 private:
  std::string Index() const { return nlohmann::json{{"schemaVersion", 2}, {"manifests", entries_}}.dump(); }
  std::vector<std::pair<std::string, std::string>> files_;
  nlohmann::json entries_ = nlohmann::json::array();
};

}  // namespace spcs::oci
