// SPDX-License-Identifier: MPL-2.0
// One request and its answer between a client and a container: bytes are passed on as they come, both ways at once, and
// nothing is kept but what the other side has not taken yet. Either side that goes away ends it at once. The ingress
// runs one per request; after an upgrade (WebSocket) it is a plain tunnel.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "emulator/http/wire_body.h"
#include "emulator/http/wire_head.h"

namespace spcs::emulator_http {

class WireExchange {
 public:
  enum class End {
    kDone,        // the answer is with the client
    kClientGone,  // it closed its connection, or its sending half
    kServerGone,  // the container ended its connection too early
    kIdle,        // nobody sent or took a byte for too long
    kStopped,     // the emulator ends
    kBadRequest,  // the chunks of its body are malformed
    kBadAnswer,   // what the container sends is no HTTP
  };
  struct Options {
    int client = -1, server = -1, stop = -1;  // sockets, and what becomes readable when the emulator stops; not owned
    absl::Duration idle = absl::Seconds(90);
    // May change the head of the answer before it is sent; `keep` says whether the client's connection stays open.
    std::function<void(WireHead&, bool keep)> edit;
  };

  // `request` as it is to be sent on; `body` of it. `input` holds what the client has sent behind the head.
  WireExchange(Options options, const WireHead& request, WireBody body, std::string input);

  End Run();

  int status() const { return status_; }  // of the answer; 0 while the client has got nothing of it
  bool upgraded() const { return upgraded_; }
  // The client's connection can take another request: both bodies are whole. Its first bytes may be in input().
  bool keep() const { return keep_; }
  std::string& input() { return input_; }

 private:
  std::optional<End> Wait();
  std::optional<End> ReadClient();
  std::optional<End> ReadServer();
  std::optional<End> TakeInput();
  std::optional<End> TakeAnswer(absl::string_view bytes);
  std::optional<End> TakeHead();
  std::optional<End> Flush();
  bool WantsClient() const;
  bool Complete() const;

  const Options options_;
  const std::string method_;
  const bool old_, upgrade_asked_;
  WireBody request_body_;
  std::optional<WireBody> answer_body_;
  std::string input_, head_, to_server_, to_client_;
  int status_ = 0;
  bool keep_, upgraded_ = false, server_ended_ = false, client_ended_ = false, server_refuses_ = false;
  absl::Time last_;
};

}  // namespace spcs::emulator_http
