#include "app/text/span.h"

namespace watchbill::app {

std::string describe_span(base::Millis span, const Speaker& say) {
  const auto ms = std::max<std::int64_t>(span.count(), 0);
  if (ms < 1000) return say("{} ms", ms);
  const auto s = ms / 1000;
  if (s < 60) return say("{} s", s);
  if (s < 3600) return s % 60 == 0 ? say("{} min", s / 60) : say("{} min {} s", s / 60, s % 60);
  if (s < 86400) return s % 3600 < 60 ? say("{} h", s / 3600) : say("{} h {} min", s / 3600, s % 3600 / 60);
  return s % 86400 < 3600 ? say("{} d", s / 86400) : say("{} d {} h", s / 86400, s % 86400 / 3600);
}

std::string describe_time(base::Timestamp time, base::Timestamp now, const Speaker& say) {
  auto text = base::to_iso8601(std::chrono::floor<std::chrono::seconds>(time));
  text.replace(text.find('.'), 4, "");  // the fraction, which is zero
  return time > now ? say("{} (in {})", text, describe_span(time - now, say))
                    : say("{} ({} ago)", text, describe_span(now - time, say));
}

}  // namespace watchbill::app
