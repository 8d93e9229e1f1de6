// How the events of domain/events.h look on the wire (schema Event of openapi.yaml).
#pragma once

#include <string>
#include <string_view>

#include "domain/events.h"

namespace watchbill::api {

struct WireEvent {
  std::string_view name;  // a literal
  std::string data;       // one JSON object on one line
};

WireEvent wire_event(const domain::Event& event);

}  // namespace watchbill::api
