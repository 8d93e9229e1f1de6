#include "api/json/check_json.h"

#include "api/json/values.h"

namespace watchbill::api {

using nlohmann::json;

namespace {

double milliseconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

json milliseconds(const std::optional<std::chrono::microseconds>& time) {
  return time ? json(milliseconds(*time)) : json(nullptr);
}

json timings_json(const domain::PhaseTimes& times) {
  return {{"resolveMs", milliseconds(times.resolve)},
          {"connectMs", milliseconds(times.connect)},
          {"tlsMs", milliseconds(times.tls)},
          {"firstByteMs", milliseconds(times.first_byte)},
          {"totalMs", milliseconds(times.total)}};
}

char letter(domain::Verdict verdict) {
  switch (verdict) {
    case domain::Verdict::up:
      return 'u';
    case domain::Verdict::down:
      return 'd';
    case domain::Verdict::unknown:
      break;
  }
  return '?';
}

}  // namespace

json cause_json(domain::Cause cause) {
  return cause == domain::Cause::ok ? json(nullptr) : json(domain::to_string(cause));
}

json check_report_json(base::Timestamp at, const domain::Finding& finding) {
  const bool has_phase = finding.phase != domain::Phase::none && finding.verdict != domain::Verdict::up;
  return {{"at", time_json(at)},
          {"verdict", domain::to_string(finding.verdict)},
          {"cause", cause_json(finding.cause)},
          {"phase", has_phase ? json(domain::to_string(finding.phase)) : json(nullptr)},
          {"timings", timings_json(finding.times)},
          {"address", text_or_null(finding.address)},
          {"httpStatus", value_or_null(finding.http_status)},
          {"certificateDaysLeft", value_or_null(finding.certificate_days_left)},
          {"redirects", finding.redirects},
          {"detail", text_or_null(finding.detail)}};
}

json check_result_json(const domain::CheckResult& result) {
  json json = check_report_json(result.at, result.finding);
  json["monitorId"] = result.monitor_id;
  return json;
}

json recent_checks_json(const std::vector<store::Heartbeat>& beats) {
  json offsets = json::array(), totals = json::array();
  std::string verdicts;
  for (const auto& beat : beats) {
    const bool measured = beat.verdict != domain::Verdict::unknown;
    offsets.push_back(std::chrono::duration_cast<std::chrono::seconds>(beat.at - beats.front().at).count());
    totals.push_back(measured ? json(beat.total_ms) : json(nullptr));
    verdicts += letter(beat.verdict);
  }
  return {{"since", beats.empty() ? json(nullptr) : time_json(beats.front().at)},
          {"offsets", std::move(offsets)},
          {"verdicts", std::move(verdicts)},
          {"totalMs", std::move(totals)}};
}

}  // namespace watchbill::api
