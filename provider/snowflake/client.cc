// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/client.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "provider/base/json.h"
#include "provider/base/random.h"
#include "provider/base/status.h"
#include "provider/http/url.h"
#include "provider/snowflake/sql_api.h"
#include "provider/snowflake/sql_error.h"

namespace spcs::snowflake {
namespace {

constexpr absl::string_view kTruncated = "391908";
constexpr int kUnreadableAnswers = 3;
constexpr absl::Duration kFirstPoll = absl::Milliseconds(250);
constexpr absl::Duration kLongestPoll = absl::Seconds(5);
constexpr double kPollGrowth = 1.5;

// The service may say 429 for a statement that still runs. It then names the statement, and to the retry loop that
// must not look like a refusal.
class RunningIsNoRefusal : public http::Transport {
 public:
  explicit RunningIsNoRefusal(http::Transport& transport) : transport_(transport) {}

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    absl::StatusOr<http::Response> response = transport_.Send(request, std::move(stop));
    if (!response.ok() || response->status != 429) return response;
    const absl::StatusOr<Answer> answer = ParseAnswer(response->body);
    if (answer.ok() && !answer->handle.empty()) response->status = 202;
    return response;
  }

 private:
  http::Transport& transport_;
};

}  // namespace

ClientOptions OptionsFor(const ConnectionConfig& config) {
  return ClientOptions{.base_url = config.base_url, .role = config.role, .warehouse = config.warehouse};
}

// One statement from its first request to its last row.
class Client::Execution {
 public:
  Execution(Client& client, const Statement& statement, std::stop_token stop, ExecuteInfo& info)
      : client_(client),
        options_(client.options_),
        statement_(statement),
        stop_(std::move(stop)),
        info_(info),
        transport_(client.transport_),
        retrier_(transport_, client.clock_, client.logger_, options_.retry) {}

  absl::StatusOr<ResultSet> Run() {
    info_.first_sent = client_.clock_.Now();
    ASSIGN_OR_RETURN(http::Response response, Submit());
    if (response.status == 202) {
      ASSIGN_OR_RETURN(response, Poll(response));
    }
    if (response.status != 200) return Failure(response);
    return Collect(response);
  }

  const std::string& query_id() const { return query_id_; }

 private:
  // Sends the statement until there is an answer that can be read.
  absl::StatusOr<http::Response> Submit() {
    const std::string url = absl::StrCat(options_.base_url, "/api/v2/statements?requestId=", NewUuid());
    const std::string body = StatementBody(statement_, options_.role, options_.warehouse);
    const auto make = [&](int attempt) {
      info_.repeated = info_.repeated || attempt > 0;
      http::Request request = MakeRequest("POST", info_.repeated ? absl::StrCat(url, "&retry=true") : url);
      request.body = body;
      if (statement_.changes()) request.stop_grace = options_.stop_grace;
      return request;
    };
    for (int round = 1;; ++round) {
      ASSIGN_OR_RETURN(http::Response response, SendAuthorized(make));
      const bool success = response.status == 200 || response.status == 202;
      if (!success || ParseAnswer(response.body).ok()) return response;
      if (round == kUnreadableAnswers) return Unreadable();
      info_.repeated = true;  // half an answer is a lost answer
    }
  }

  // Asks for the result of a running statement until it is there. Cancels the statement when it is to stop.
  absl::StatusOr<http::Response> Poll(http::Response response) {
    for (absl::Duration pause = kFirstPoll; response.status == 202;
         pause = std::min(pause * kPollGrowth, kLongestPoll)) {
      ASSIGN_OR_RETURN(const Answer answer, ParseAnswer(response.body));
      if (!answer.handle.empty()) query_id_ = answer.handle;
      if (query_id_.empty()) return Unreadable();
      if (!client_.clock_.Sleep(pause, stop_)) return Cancel();
      absl::StatusOr<http::Response> next = Get("");
      if (!next.ok() && stop_.stop_requested()) return Cancel();
      if (!next.ok()) return next.status();
      response = *std::move(next);
    }
    return response;
  }

  absl::Status Cancel() {
    http::Request request = MakeRequest("POST", absl::StrCat(HandleUrl(), "/cancel"));
    request.timeout = absl::Seconds(3);
    if (Authorize(request).ok()) (void)transport_.Send(request, {});
    return absl::CancelledError(absl::StrCat(statement_.Summary(), ": stopped; the statement was cancelled"));
  }

  absl::StatusOr<ResultSet> Collect(const http::Response& response) {
    absl::StatusOr<Answer> answer = ParseAnswer(response.body);
    if (!answer.ok()) return Unreadable();
    query_id_ = answer->handle;
    if (answer->code == kTruncated) {
      return absl::DataLossError(absl::StrCat(statement_.Summary(), ": the service has cut the result short"));
    }
    ResultSet result = std::move(answer->result);
    for (int partition = 1; partition < answer->partitions; ++partition) {
      ASSIGN_OR_RETURN(const http::Response part, Get(absl::StrCat("?partition=", partition)));
      if (part.status != 200) return Failure(part);
      if (!AddPartition(part.body, result).ok()) return Unreadable();
    }
    if (answer->total_rows >= 0 && size_t(answer->total_rows) != result.size()) {
      return absl::DataLossError(absl::StrCat(statement_.Summary(), ": ", answer->total_rows, " rows announced, ",
                                              result.size(), " received"));
    }
    return result;
  }

  absl::StatusOr<http::Response> Get(absl::string_view query) {
    const std::string url = absl::StrCat(HandleUrl(), query);
    return SendAuthorized([&](int) { return MakeRequest("GET", url); });
  }

  // Sends with a fresh token; one that the service refuses is replaced once.
  absl::StatusOr<http::Response> SendAuthorized(const std::function<http::Request(int)>& make) {
    std::string used_token;
    const auto make_authorized = [&](int attempt) -> absl::StatusOr<http::Request> {
      http::Request request = make(attempt);
      ASSIGN_OR_RETURN(used_token, Authorize(request));
      return request;
    };
    absl::StatusOr<http::Response> response = retrier_.Send(http::Repeat::kSafe, make_authorized, stop_);
    if (!response.ok()) return Annotate(response.status(), statement_.Summary());
    if (response->status != 401) return response;
    client_.authenticator_.Invalidate();
    const absl::StatusOr<Authorization> fresh = client_.authenticator_.Authorize();
    if (!fresh.ok() || fresh->token == used_token) return response;
    response = retrier_.Send(http::Repeat::kSafe, make_authorized, stop_);
    if (!response.ok()) return Annotate(response.status(), statement_.Summary());
    return response;
  }

  // Adds the token to the request and returns it.
  absl::StatusOr<std::string> Authorize(http::Request& request) {
    ASSIGN_OR_RETURN(const Authorization authorization, client_.authenticator_.Authorize());
    request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", authorization.token));
    if (!authorization.token_type.empty()) {
      request.headers.emplace_back("X-Snowflake-Authorization-Token-Type", authorization.token_type);
    }
    return authorization.token;
  }

  http::Request MakeRequest(std::string method, std::string url) const {
    return http::Request{.method = std::move(method),
                         .url = std::move(url),
                         .headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
                         .timeout = options_.answer_timeout};
  }

  std::string HandleUrl() const {
    return absl::StrCat(options_.base_url, "/api/v2/statements/", http::PercentEncode(query_id_));
  }

  absl::Status Failure(const http::Response& response) {
    const std::optional<Identifier>& role = statement_.role() ? statement_.role() : options_.role;
    const ErrorContext context{statement_, role ? role->Sql() : "", options_.base_url, client_.clock_.Now()};
    const absl::StatusOr<Answer> answer = ParseAnswer(response.body);
    if (response.status != 422 || !answer.ok()) return HttpError(context, response);
    if (!answer->handle.empty()) query_id_ = answer->handle;
    return SqlError(context, answer->code, answer->sql_state, query_id_, answer->message);
  }

  absl::Status Unreadable() const {
    return WithFact(absl::UnavailableError(absl::StrCat(statement_.Summary(), ": ", options_.base_url,
                                                        " answers with something that is not the SQL API")),
                    kAdvice, "Check host and port, and whether a proxy is in between.");
  }

  Client& client_;
  const ClientOptions& options_;
  const Statement& statement_;
  const std::stop_token stop_;
  ExecuteInfo& info_;
  RunningIsNoRefusal transport_;
  const http::Retrier retrier_;
  std::string query_id_;
};

Client::Client(ClientOptions options, http::Transport& transport, Authenticator& authenticator, Clock& clock,
               Logger& logger)
    : options_(std::move(options)),
      transport_(transport),
      authenticator_(authenticator),
      clock_(clock),
      logger_(logger) {}

absl::StatusOr<ResultSet> Client::Execute(const Statement& statement, std::stop_token stop, ExecuteInfo* info) {
  RETURN_IF_ERROR(statement.status());
  ExecuteInfo unused;
  const absl::Time start = clock_.Now();
  Execution execution(*this, statement, std::move(stop), info == nullptr ? unused : *info);
  absl::StatusOr<ResultSet> result = execution.Run();
  logger_.Debug("statement", {{"sql", statement.redacted()},
                              {"query_id", execution.query_id()},
                              {"ms", absl::StrCat(absl::ToInt64Milliseconds(clock_.Now() - start))},
                              {"outcome", result.ok() ? absl::StrCat(result->size(), " rows")
                                                      : std::string(result.status().message())}});
  return result;
}

absl::StatusOr<std::shared_ptr<const AccountFacts>> Client::Account(std::stop_token stop) {
  const auto load = [this](std::stop_token stop) -> absl::StatusOr<AccountFacts> {
    Statement statement("SELECT CURRENT_ACCOUNT() AS ACCOUNT_LOCATOR, CURRENT_ORGANIZATION_NAME() AS ORGANIZATION,");
    statement.Raw("CURRENT_ACCOUNT_NAME() AS ACCOUNT_NAME, CURRENT_ROLE() AS ROLE_NAME, CURRENT_USER() AS USER_NAME,");
    statement.Raw("CURRENT_AVAILABLE_ROLES() AS AVAILABLE_ROLES").WithoutWarehouse();
    ASSIGN_OR_RETURN(const ResultSet result, Execute(statement, stop));
    if (result.size() != 1) return absl::InternalError("the service does not say which account this is");
    const Row row = result.row(0);
    AccountFacts facts{row.Text("ACCOUNT_LOCATOR"), row.Text("ORGANIZATION"), row.Text("ACCOUNT_NAME"),
                       row.Text("ROLE_NAME"),       row.Text("USER_NAME"),    {}};
    const absl::StatusOr<nlohmann::json> roles = ParseJson(row.Text("AVAILABLE_ROLES"));
    if (roles.ok() && roles->is_array()) {
      for (const nlohmann::json& role : *roles) {
        if (role.is_string()) facts.available_roles.push_back(role.get<std::string>());
      }
    }
    return facts;
  };
  return account_.Get(load, std::move(stop));
}

}  // namespace spcs::snowflake
