#include "runner/checks.h"

#include "base/log.h"
#include "domain/incident.h"

namespace watchbill::runner {

using base::Task;

Checks::Checks(const Surroundings& around, const domain::StartedRound& round)
    : around_(around), round_(round), results_(round.monitors.size()), probes_(around.executor) {}

Task<> Checks::run() {
  const auto at_once = std::min(around_.at_once, round_.monitors.size());
  for (std::size_t i = 0; i < at_once; ++i) probes_.spawn("checks of a round", check_next_until_done());
  co_await probes_.join();
}

void Checks::abort() {
  aborted_ = true;
  probes_.cancel();
}

Task<> Checks::check_next_until_done() {
  while (next_ < round_.monitors.size() && !aborted_) {
    const auto index = next_++;
    const auto& monitor = round_.monitors[index];
    const auto slot = co_await around_.probe_slots.acquire();
    auto& result = results_[index];
    result.monitor_id = monitor.id;
    result.at = around_.clock.now();
    result.finding = co_await probe(monitor);
    ++done_;
    publish(result);
  }
}

// A probe that throws is our defect, never the target's outage; it must not end the round.
Task<domain::Finding> Checks::probe(const domain::Monitor& monitor) {
  domain::Finding finding;
  try {
    finding = co_await around_.prober.probe(monitor.kind, monitor.config);
  } catch (const std::exception& e) {
    if (aborted_) throw;
    base::log::error("probe failed", {{"monitor", monitor.id}, {"error", e.what()}});
    finding.detail = "internal error";
  }
  co_return finding;
}

void Checks::publish(const domain::CheckResult& result) {
  if (!around_.events.listening(round_.claim.user_id)) return;
  const auto total = static_cast<int>(round_.monitors.size());
  around_.events.publish(
      {round_.claim.user_id, domain::CheckFinished{round_.claim.slot, done_, total, result}});
}

std::vector<store::MonitorUpdate> Checks::updates() const {
  std::vector<store::MonitorUpdate> updates;
  updates.reserve(results_.size());
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const auto& monitor = round_.monitors[i];
    const auto& finding = results_[i].finding;
    updates.push_back({.monitor_id = monitor.id,
                       .monitor_updated_at = monitor.updated_at,
                       .change = domain::apply_finding(monitor, finding.verdict, results_[i].at),
                       .cause = finding.cause,
                       .detail = finding.detail});
  }
  return updates;
}

}  // namespace watchbill::runner
