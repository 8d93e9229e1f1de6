// Probes with the servers that a test needs around them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/time.h"
#include "probe/probes.h"
#include "probe/testing/dns_server.h"
#include "probe/testing/scripted_server.h"
#include "tests/support/reactor.h"

namespace watchbill::probe::testing {

class ProbeFixture : public ::testing::Test {
 protected:
  // What start() will use; changed by the test before. Names are resolved by dns_, 127.0.0.1 alone is
  // allowed.
  ProbeFixture() {
    options_.allowed.push_back(AddressRange::parse("127.0.0.1").value());
    options_.dns_servers = dns_.address();
  }

  void start() { probes_ = std::make_unique<Probes>(reactor_.executor(), clock_, options_); }

  domain::Finding probe(const std::string& kind, nlohmann::json config) {
    if (!probes_) start();
    return reactor_.run(probes_->probe(kind, std::move(config)));
  }
  domain::Finding get(const std::string& url, nlohmann::json more = nlohmann::json::object()) {
    more["url"] = url;
    return probe("http", std::move(more));
  }
  domain::Finding connect(const std::string& host, int port) {
    return probe("tcp", {{"host", host}, {"port", port}});
  }
  std::vector<domain::ConfigError> check(const std::string& kind, nlohmann::json& config) {
    if (!probes_) start();
    return reactor_.run(probes_->check_config(kind, config));
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  DnsServer dns_{reactor_};
  ProbeOptions options_;
  std::unique_ptr<Probes> probes_;
};

}  // namespace watchbill::probe::testing
