// Structured log: one event per line on standard error, as text on a terminal or as JSON. Safe from any
// thread.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace watchbill::base::log {

enum class Level { debug, info, warning, error, off };
enum class Format { text, json };

using Fields = std::initializer_list<std::pair<std::string_view, nlohmann::json>>;

// Before the first thread starts. Without it: text, info.
void configure(Format format, Level level);

// `message` says what happened in a few fixed words; what differs from event to event goes into the fields.
// Control characters are escaped and values cut at 4 KiB, so that no input can forge a line.
void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

}  // namespace watchbill::base::log
