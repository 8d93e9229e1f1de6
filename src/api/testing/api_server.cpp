#include "api/testing/api_server.h"

#include <cstdlib>
#include <stdexcept>

#include "base/id.h"
#include "domain/incident.h"

namespace watchbill::api {

ApiServer::Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "watchbill-api-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  path = name;
}

ApiServer::Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

Options ApiServer::test_options() {
  Options options;
  options.cron_secret = kCronSecret;
  options.accepts_setup_token = [](const std::string& token) { return token == kSetupToken; };
  return options;
}

std::unique_ptr<store::Store> ApiServer::open_store(const std::filesystem::path& file,
                                                    const base::Clock& clock) {
  store::StoreOptions options;
  options.url = "sqlite:" + file.string();
  options.clock = &clock;
  options.busy_timeout = base::Millis(200);
  auto store = std::make_unique<store::Store>(options);
  store->migrate();
  return store;
}

ApiServer::ApiServer(Options options)
    : store_(open_store(database(), clock_)),
      queue_(reactor_.get_executor(), clock_),
      kinds(reactor_.get_executor()),
      prober(reactor_.get_executor()),
      api_(reactor_.get_executor(),
           Services{store_, queue_, queue_, events_, kinds, prober, runner, dispatching, clock_},
           std::move(options), nullptr),
      server_(
          reactor_.get_executor(), clock_, http::ServerOptions{},
          [this](http::Request& request) { return api_.handle(request); }, &Api::render_error),
      thread_([this] { reactor_.run(); }) {
  run(queue_.start());
  run(api_.start());
  run(server_.start());
}

ApiServer::~ApiServer() {
  run(server_.stop());
  run(api_.stop());
  run(queue_.stop());
  work_.reset();
  thread_.join();
}

void ApiServer::run(base::Task<> task) {
  base::asio::co_spawn(reactor_, std::move(task), base::asio::use_future).get();
}

domain::User ApiServer::add_user(const std::string& email, domain::Role role) {
  static const std::string hash = hash_password(kPassword);
  store::NewUser params;
  params.email = email;
  params.role = role;
  params.password_hash = hash;
  return store(
      [params](store::Store& store) { return std::get<domain::User>(store.users().create(params)); });
}

std::string ApiServer::add_session(const domain::UserId& user_id) {
  const std::string secret = base::new_secret();
  store::Session session;
  session.token_hash = base::sha256_hex(secret);
  session.user_id = user_id;
  session.created_at = session.seen_at = clock_.now();
  session.expires_at = session.created_at + Sessions::kIdle;
  store([session](store::Store& store) { store.users().add_session(session); });
  return secret;
}

std::string ApiServer::add_token(const domain::UserId& user_id, bool read_only) {
  const std::string secret = std::string(kTokenPrefix) + base::new_secret();
  store::ApiToken token;
  token.id = base::new_id();
  token.user_id = user_id;
  token.name = "test";
  token.token_hash = base::sha256_hex(secret);
  token.read_only = read_only;
  token.created_at = clock_.now();
  store([token](store::Store& store) { store.users().add_token(token); });
  return secret;
}

domain::Monitor ApiServer::add_monitor(const domain::UserId& user_id, const std::string& name) {
  store::NewMonitor params;
  params.user_id = user_id;
  params.name = name;
  params.kind = "http";
  params.config = {{"url", "https://example.org/"}};
  return store([params](store::Store& store) { return store.monitors().create(params, 100'000).value(); });
}

namespace {

store::FinishedRound finished_round(const domain::StartedRound& started, const domain::Finding& finding,
                                    base::Timestamp now) {
  store::FinishedRound finished;
  for (const auto& monitor : started.monitors) {
    finished.results.push_back({monitor.id, now, finding});
    finished.updates.push_back({monitor.id, monitor.updated_at,
                                domain::apply_finding(monitor, finding.verdict, now), finding.cause,
                                finding.detail});
  }
  auto& round = finished.round;
  round.user_id = started.claim.user_id;
  round.slot = started.claim.slot;
  round.fence = started.claim.fence;
  round.worker = "worker-test";
  round.started_at = started.started_at;
  round.finished_at = now;
  round.counts = domain::count(finished.results);
  round.outcome = domain::outcome_of(round.counts);
  round.error = domain::summary_of(round.counts);
  return finished;
}

}  // namespace

domain::Round ApiServer::record_round(const domain::UserId& user_id, const domain::Finding& finding) {
  return store([user_id, finding, &last_round = last_round_](store::Store& store) {
    auto& schedules = store.schedules();
    schedules.run_now(user_id);
    const auto started = std::get<domain::StartedRound>(
        schedules.claim_and_start({user_id, "worker-test", std::chrono::seconds(60), false}));
    // A fast machine would have two rounds within one millisecond, and their checks would be one.
    while (schedules.now() <= last_round) continue;
    last_round = schedules.now();
    auto finished = finished_round(started, finding, last_round);
    if (!schedules.finish({finished}).at(0).recorded) throw std::runtime_error("round not recorded");
    return finished.round;
  });
}

void ApiServer::publish(domain::Event event) {
  call([this, event = std::move(event)] { events_.publish(event); });
}

std::size_t ApiServer::open_streams() {
  return call([this] { return api_.open_streams(); });
}

domain::Finding up_finding() {
  domain::Finding finding;
  finding.verdict = domain::Verdict::up;
  finding.cause = domain::Cause::ok;
  finding.times.resolve = std::chrono::microseconds(1500);
  finding.times.total = std::chrono::microseconds(20'250);
  finding.http_status = 200;
  finding.certificate_days_left = 61;
  finding.redirects = {"https://example.org/start"};
  finding.address = "192.0.2.10";
  return finding;
}

domain::Finding down_finding() {
  domain::Finding finding;
  finding.verdict = domain::Verdict::down;
  finding.cause = domain::Cause::status_unexpected;
  finding.phase = domain::Phase::assertion;
  finding.times.total = std::chrono::microseconds(31'000);
  finding.http_status = 503;
  finding.detail = "answered 503, expected 200-299";
  return finding;
}

}  // namespace watchbill::api
