#include "http/head_scanner.h"

#include "http/characters.h"

namespace watchbill::http {

namespace {

// HTTP/0.9 has no version at all.
Refusal check_request_line(std::string_view line) {
  const auto space = line.rfind(' ');
  const auto version = space == line.npos ? std::string_view() : line.substr(space + 1);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return refusals::kNone;
  const bool other = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                     version[6] == '.' && is_digit(version[7]);
  return other ? refusals::kVersion : refusals::kMalformed;
}

}  // namespace

void HeadScanner::reset() { *this = HeadScanner(limits_); }

bool HeadScanner::scan(std::string_view received) {
  while (!refusal_ && at_ < received.size())
    if (take(received)) return true;
  if (!refusal_) check_limits();
  return false;
}

// One byte. True: it ended the header.
bool HeadScanner::take(std::string_view received) {
  const char c = received[at_++];
  const bool after_cr = at_ - line_begin_ >= 2 && received[at_ - 2] == '\r';
  if (after_cr != (c == '\n') || (is_control(c) && c != '\t' && c != '\r' && c != '\n')) {
    refusal_ = refusals::kMalformed;
    return false;
  }
  if (c != '\n') return false;
  const bool last = take_line(received.substr(line_begin_, at_ - line_begin_ - 2));
  line_begin_ = at_;
  return last;
}

bool HeadScanner::take_line(std::string_view line) {
  if (lines_ == 0 && line.empty()) {
    begin_ = at_;
    if (begin_ > 8) refusal_ = refusals::kMalformed;
    return false;
  }
  if (lines_++ == 0) {
    header_begin_ = at_;
    refusal_ = line.size() > limits_.request_line ? refusals::kTargetTooLong : check_request_line(line);
    return false;
  }
  check_limits();
  if (line.empty()) return !refusal_;
  if (line.front() == ' ' || line.front() == '\t') refusal_ = refusals::kMalformed;
  if (!refusal_ && lines_ - 1 > limits_.fields) refusal_ = refusals::kHeaderTooLarge;
  return false;
}

void HeadScanner::check_limits() {
  if (lines_ == 0 && at_ - line_begin_ > limits_.request_line + 2) refusal_ = refusals::kTargetTooLong;
  if (lines_ > 0 && at_ - header_begin_ > limits_.header_bytes) refusal_ = refusals::kHeaderTooLarge;
}

}  // namespace watchbill::http
