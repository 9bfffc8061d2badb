// SPDX-License-Identifier: MPL-2.0
#include "provider/plugin/call.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "provider/plugin/grpc_server.h"

namespace spcs::plugin {
namespace {

// Hands the string's bytes over without a copy.
grpc::ByteBuffer ToBuffer(std::string message) {
  auto* owned = new std::string(std::move(message));
  const grpc::Slice slice(
      owned->data(), owned->size(), [](void* data) { delete static_cast<std::string*>(data); }, owned);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::Status ToGrpc(const absl::Status& status) {
  // Both enumerations have the same numbers.
  return grpc::Status(static_cast<grpc::StatusCode>(status.raw_code()), std::string(status.message()));
}

// Runs `work`. A method that throws has a bug; its call fails, the process goes on. The exception's own text may
// quote input, so it is not passed on.
template <typename Work>
absl::Status WithoutExceptions(const std::string& name, Work work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(absl::StrCat("out of memory in ", name));
  } catch (const std::exception&) {
    return absl::InternalError(absl::StrCat("unexpected exception in ", name));
  } catch (...) {
    return absl::InternalError(absl::StrCat("unexpected foreign exception in ", name));
  }
}

}  // namespace

void Call::AcceptNext(GrpcServer& server) {
  Call* call = new Call(server);
  ++server.live_calls_;
  call->context_.AsyncNotifyWhenDone(&call->done_);
  server.service_->RequestCall(&call->context_, &call->stream_, server.queue_.get(), server.queue_.get(),
                               &call->accepted_);
}

void Call::OnEvent(Tag::Event event, bool ok) {
  switch (event) {
    case Tag::Event::kAccepted:
      if (!ok) {  // The server stops; nothing more comes for this call, kDone neither.
        is_finished_ = is_done_ = true;
        return DeleteIfOver();
      }
      AcceptNext(server_);
      return OnAccepted();
    case Tag::Event::kRead: return OnRead(ok);
    case Tag::Event::kWritten: {
      MutexLock lock(mu_);
      write_result_ = ok;
      write_over_.NotifyAll();
      return;
    }
    case Tag::Event::kFinished:
      is_finished_ = true;
      if (was_read_) server_.CountUnanswered(-1);
      if (answered_ && method_->after != nullptr) method_->after();
      return DeleteIfOver();
    case Tag::Event::kDone:
      is_done_ = true;
      stop_.request_stop();
      if (method_ != nullptr && !method_->unary && !method_->streaming && !is_finished_) {
        Finish(absl::CancelledError());
      }
      return DeleteIfOver();
  }
}

void Call::OnAccepted() {
  method_ = server_.methods_.Find(context_.method());
  if (method_ == nullptr) {
    return Finish(absl::UnimplementedError(absl::StrCat("unknown method ", context_.method())));
  }
  if (!method_->unary && !method_->streaming) {
    if (is_done_) Finish(absl::CancelledError());
    return;  // stays open until kDone
  }
  stream_.Read(&request_, &read_);
}

void Call::OnRead(bool ok) {
  if (!ok) {
    return Finish(absl::InvalidArgumentError(absl::StrCat(context_.method(), " came without a request message")));
  }
  was_read_ = true;
  server_.CountUnanswered(+1);
  provider_stop_.emplace(server_.stop_.Token(), StopThis{&stop_});
  if (method_->where == Method::Where::kInline) return Execute();
  server_.workers_.Submit([this] { Execute(); });
}

void Call::Execute() {
  grpc::Slice slice;
  if (!request_.TrySingleSlice(&slice).ok() && !request_.DumpToSingleSlice(&slice).ok()) {
    return Finish(absl::InternalError("the request could not be read"));
  }
  request_.Clear();
  const absl::string_view request(reinterpret_cast<const char*>(slice.begin()), slice.size());
  if (method_->unary) {
    ExecuteUnary(request);
  } else {
    ExecuteStreaming(request);
  }
}

void Call::ExecuteUnary(absl::string_view request) {
  std::string answer;
  const absl::Status status = WithoutExceptions(context_.method(), [&]() -> absl::Status {
    absl::StatusOr<std::string> result = method_->unary(request, stop_.get_token());
    if (result.ok()) answer = *std::move(result);
    return result.status();
  });
  if (!status.ok()) return Finish(status);
  provider_stop_.reset();
  answered_ = true;
  stream_.WriteAndFinish(ToBuffer(std::move(answer)), grpc::WriteOptions(), grpc::Status::OK, &finished_);
}

void Call::ExecuteStreaming(absl::string_view request) {
  Finish(WithoutExceptions(context_.method(), [&] {
    return method_->streaming(request, stop_.get_token(),
                              [this](std::string message) { return Send(std::move(message)); });
  }));
}

bool Call::Send(std::string message) {
  {
    MutexLock lock(mu_);
    write_result_.reset();
  }
  stream_.Write(ToBuffer(std::move(message)), &written_);
  MutexLock lock(mu_);
  while (!write_result_.has_value()) write_over_.Wait(lock);
  return *write_result_;
}

// Nothing of the call may be touched afterwards: its end may already be under way on the other thread.
void Call::Finish(const absl::Status& status) {
  provider_stop_.reset();
  stream_.Finish(ToGrpc(status), &finished_);
}

void Call::DeleteIfOver() {
  if (!is_finished_ || !is_done_) return;
  --server_.live_calls_;
  delete this;
}

}  // namespace spcs::plugin
