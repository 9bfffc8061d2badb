// SPDX-License-Identifier: MPL-2.0
// The image registry of the account: the distribution specification, version 2, with token authentication. Blobs and
// manifests are files under the data folder; who may read and write them is the account's business. EmulatorServer
// serves it beside the SQL API; real clients (skopeo, docker, crane) and spcs_image push to it.
//
//   GET /v2/ -> 401 with a challenge -> GET /login with Basic authentication (user and programmatic access token, or
//   0sessiontoken and {"token": …}) -> Bearer token for everything else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/http/message.h"
#include "emulator/registry/blob_store.h"
#include "emulator/registry/errors.h"
#include "emulator/registry/repositories.h"
#include "provider/base/mutex.h"

namespace spcs::registry {

// Checks user and password and tells as whom and with which role to go on. Unauthenticated when they are wrong.
using LogIn = std::function<absl::StatusOr<engine::Session>(const std::string& user, const std::string& password)>;

// The paths whose bodies Registry takes as a stream, for HttpServer.
inline constexpr char kStreamedPaths[] = "/v2/.*";

// Thread-safe.
class Registry {
 public:
  // Told what happened how often: blob_uploads, uploaded_bytes, mounts, blob_checks, blob_reads, manifest_puts, logins.
  using Counter = std::function<void(absl::string_view what, int64_t amount)>;

  // `engine` outlives the registry. `folder` is made when it is absent.
  static absl::StatusOr<std::unique_ptr<Registry>> Open(engine::Engine& engine, const std::string& folder, LogIn log_in,
                                                        Counter counter);

  // Whether the path is of this surface.
  static bool Serves(absl::string_view path);

  HttpReply Handle(const HttpRequest& request);

 private:
  struct Call;  // one request on an image
  Registry(engine::Engine& engine, std::unique_ptr<BlobStore> blobs, LogIn log_in, Counter counter)
      : repositories_(engine), blobs_(std::move(blobs)), log_in_(std::move(log_in)), counter_(std::move(counter)) {}

  HttpReply GiveToken(const HttpRequest& request);
  absl::StatusOr<engine::Session> Authenticate(const HttpRequest& request);
  HttpReply Route(Call& call, absl::string_view path);

  // registry_blobs.cc
  HttpReply Blob(Call& call, const std::string& digest);
  HttpReply StartUpload(Call& call);
  HttpReply Mount(Call& call, const std::string& digest);
  HttpReply ContinueUpload(Call& call, const std::string& id);
  HttpReply Receive(Call& call, Upload& upload, bool last);
  HttpReply FinishUpload(Call& call, Upload& upload, const std::string& digest);

  // registry_manifests.cc
  HttpReply Manifest(Call& call, const std::string& reference);
  HttpReply GetManifest(Call& call, const std::string& reference);
  HttpReply PutManifest(Call& call, const std::string& reference);
  absl::StatusOr<std::vector<std::string>> Architectures(Call& call, absl::string_view media_type,
                                                         absl::string_view text, HttpReply& refusal);
  HttpReply Tags(Call& call);

  void Count(absl::string_view what, int64_t amount = 1) { counter_(what, amount); }

  Repositories repositories_;
  std::unique_ptr<BlobStore> blobs_;
  LogIn log_in_;
  Counter counter_;

  struct Token {
    engine::Session session;
    absl::Time expires;
  };
  Mutex mu_;
  std::map<std::string, Token> tokens_ ABSL_GUARDED_BY(mu_);  // by the token's hash
};

// A request that has been taken apart.
struct Registry::Call {
  const HttpRequest& request;
  engine::Session session;
  std::string text;  // the image's name as in the path
  ImageName image;
  Access access;
};

}  // namespace spcs::registry
