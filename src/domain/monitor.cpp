#include "domain/monitor.h"

#include <array>

namespace watchbill::domain {

namespace {

template <class Enum>
struct Name {
  Enum value;
  std::string_view text;
};

constexpr std::array kVerdicts{Name{Verdict::up, "up"}, Name{Verdict::down, "down"},
                               Name{Verdict::unknown, "unknown"}};
constexpr std::array kStates{Name{MonitorState::pending, "pending"}, Name{MonitorState::up, "up"},
                             Name{MonitorState::down, "down"}};
constexpr std::array kPhases{Name{Phase::none, "none"},
                             Name{Phase::resolve, "resolve"},
                             Name{Phase::connect, "connect"},
                             Name{Phase::tls, "tls"},
                             Name{Phase::first_byte, "first_byte"},
                             Name{Phase::body, "body"},
                             Name{Phase::assertion, "assertion"}};
constexpr std::array kCauses{Name{Cause::ok, "ok"},
                             Name{Cause::name_not_found, "name_not_found"},
                             Name{Cause::connection_refused, "connection_refused"},
                             Name{Cause::connection_reset, "connection_reset"},
                             Name{Cause::unreachable, "unreachable"},
                             Name{Cause::timeout, "timeout"},
                             Name{Cause::tls_failed, "tls_failed"},
                             Name{Cause::certificate_invalid, "certificate_invalid"},
                             Name{Cause::certificate_expiring, "certificate_expiring"},
                             Name{Cause::bad_response, "bad_response"},
                             Name{Cause::status_unexpected, "status_unexpected"},
                             Name{Cause::keyword_missing, "keyword_missing"},
                             Name{Cause::keyword_present, "keyword_present"},
                             Name{Cause::pattern_missing, "pattern_missing"},
                             Name{Cause::pattern_present, "pattern_present"},
                             Name{Cause::too_many_redirects, "too_many_redirects"},
                             Name{Cause::redirect_invalid, "redirect_invalid"},
                             Name{Cause::too_large, "too_large"},
                             Name{Cause::blocked, "blocked"},
                             Name{Cause::resolver_failed, "resolver_failed"},
                             Name{Cause::out_of_resources, "out_of_resources"},
                             Name{Cause::configuration_invalid, "configuration_invalid"},
                             Name{Cause::interrupted, "interrupted"},
                             Name{Cause::internal_error, "internal_error"}};

template <class Enum, std::size_t N>
std::string_view text_of(const std::array<Name<Enum>, N>& names, Enum value) {
  for (const auto& name : names)
    if (name.value == value) return name.text;
  return "";
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Name<Enum>, N>& names, std::string_view text) {
  for (const auto& name : names)
    if (name.text == text) return name.value;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Verdict verdict) { return text_of(kVerdicts, verdict); }
std::string_view to_string(Phase phase) { return text_of(kPhases, phase); }
std::string_view to_string(Cause cause) { return text_of(kCauses, cause); }
std::string_view to_string(MonitorState state) { return text_of(kStates, state); }
std::optional<Verdict> verdict_from_string(std::string_view text) { return value_of(kVerdicts, text); }
std::optional<Phase> phase_from_string(std::string_view text) { return value_of(kPhases, text); }
std::optional<Cause> cause_from_string(std::string_view text) { return value_of(kCauses, text); }
std::optional<MonitorState> monitor_state_from_string(std::string_view text) {
  return value_of(kStates, text);
}

Verdict verdict_of(Cause cause) {
  if (cause == Cause::ok) return Verdict::up;
  return cause < Cause::blocked ? Verdict::down : Verdict::unknown;
}

}  // namespace watchbill::domain
