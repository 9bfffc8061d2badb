// SPDX-License-Identifier: MPL-2.0
// One TCP connection as the HTTP library's stream. It is ours and not the library's because faults need the socket:
// an answer is collected first and then sent whole, in half, or not at all, and a waiting handler sees its client go.
// HttpServer makes one per accepted socket.
#pragma once

#include <string>

#include "emulator/http/message.h"
#include "httplib.h"

namespace spcs::emulator_http {

// Used by one thread. Does not own the socket nor `stop_fd`, which becomes readable when the server stops.
class Connection : public httplib::Stream, public Peer {
 public:
  Connection(int socket, int stop_fd) : socket_(socket), stop_fd_(stop_fd) {}

  // The connection that this thread serves, or nullptr.
  static Connection* Current();
  // Makes `connection` this thread's current one until the next call.
  static void SetCurrent(Connection* connection);

  // Waits for the first byte of the next request. False on a closed connection, on stop and after `timeout`.
  bool WaitForRequest(absl::Duration timeout);

  // Whether what has come can be the beginning of a request. A client that tries TLS first is told at once that there
  // is none here: it goes on without, instead of waiting. Call it after WaitForRequest().
  bool BeginsRequest();

  // What has come of the request's head: up to its end, or until it is too long or too slow. It stays to be read.
  absl::string_view PeekHead();
  // Everything that has come and was not read; for whoever takes over the socket.
  std::string TakeInput();

  // How the answer that is being made goes out; reset to kWhole by FinishAnswer().
  void set_delivery(Delivery delivery) { delivery_ = delivery; }
  // Bytes of a request body that the library left unread (a GET with a body); skipped before the next request.
  void set_unread(uint64_t count) { unread_ = count; }
  // The connection ends behind the answer that is being made.
  void CloseAfterAnswer() { close_ = true; }
  // Sends what was written since the last call. False when the connection must be closed now.
  bool FinishAnswer();
  // Skips the unread body. False when the client went.
  bool SkipUnread();

  // Peer.
  bool Wait(absl::Duration duration) override;

  // httplib::Stream.
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* target, size_t size) override;
  ssize_t write(const char* source, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  bool Fill();
  bool SendAll(const char* source, size_t size);

  int socket_;
  int stop_fd_;
  std::string input_;
  size_t input_used_ = 0;
  std::string output_;
  uint64_t unread_ = 0;
  Delivery delivery_ = Delivery::kWhole;
  bool close_ = false;
};

}  // namespace spcs::emulator_http
