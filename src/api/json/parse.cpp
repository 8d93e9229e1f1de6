#include "api/json/parse.h"

#include <fmt/format.h>

#include <string>
#include <unordered_set>
#include <vector>

#include "api/refusal.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

// Sees every token of the document before it becomes part of the value.
class Guard {
 public:
  bool operator()(int depth, json::parse_event_t event, json& token) {
    switch (event) {
      case json::parse_event_t::object_start:
        names_.emplace_back();
        [[fallthrough]];
      case json::parse_event_t::array_start:
        if (depth >= kMaxJsonDepth) throw Refusal(400, "json_too_deep", "The body is nested too deeply.");
        break;
      case json::parse_event_t::key:
        check_name(token.get_ref<const std::string&>());
        break;
      case json::parse_event_t::object_end:
        names_.pop_back();
        break;
      default:
        break;
    }
    return true;
  }

 private:
  // Two readers of a doubled name may take different values for it: refuse instead of choosing.
  void check_name(const std::string& name) {
    if (names_.back().insert(name).second) return;
    throw malformed_json(
        fmt::format("The body has the name \"{}\" twice in one object.", name.substr(0, 64)));
  }

  std::vector<std::unordered_set<std::string>> names_;
};

}  // namespace

json parse_json(std::string_view body) {
  Guard guard;
  try {
    return json::parse(body, [&guard](int depth, json::parse_event_t event, json& token) {
      return guard(depth, event, token);
    });
  } catch (const json::parse_error& error) {
    throw malformed_json(fmt::format("The body is not valid JSON, at byte {}.", error.byte));
  } catch (const json::exception&) {
    throw malformed_json("The body is not valid JSON: it holds a number that is too large.");
  }
}

}  // namespace watchbill::api
