// What the example programs measure of themselves: one line of JSON.
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/time.h"

namespace examples {

class Stopwatch {
 public:
  explicit Stopwatch(const watchbill::base::Clock& clock) : clock_(clock) { restart(); }

  void restart() { began_ = clock_.monotonic_now(), cpu_ = cpu_seconds(); }

  nlohmann::ordered_json figures(std::size_t jobs) const {
    const double seconds = std::chrono::duration<double>(clock_.monotonic_now() - began_).count();
    const auto count = static_cast<double>(jobs == 0 ? 1 : jobs);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return {{"jobs", jobs},
            {"seconds", seconds},
            {"jobs_per_s", static_cast<double>(jobs) / seconds},
            {"cpu_us_per_job", (cpu_seconds() - cpu_) / count * 1e6},
            {"max_rss_mb", static_cast<double>(usage.ru_maxrss) / 1024}};
  }

 private:
  static double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }

  const watchbill::base::Clock& clock_;
  watchbill::base::Monotonic began_;
  double cpu_ = 0;
};

}  // namespace examples
