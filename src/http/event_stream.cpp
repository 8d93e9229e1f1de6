#include "http/event_stream.h"

#include <algorithm>
#include <stdexcept>

namespace watchbill::http {

namespace {

void check_field(std::string_view text) {
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos)
    throw std::invalid_argument("line break in an event's id or name");
}

// One "data:" line for each line of `data`, however its lines end.
void append_data(std::string_view data, std::string& out) {
  for (;;) {
    const auto end = std::min(data.find_first_of("\r\n"), data.size());
    out.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == data.size()) return;
    data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

}  // namespace

EventSink::EventSink(base::asio::any_io_executor executor, std::size_t max_backlog,
                     std::function<void()> on_overflow)
    : max_backlog_(max_backlog),
      on_overflow_(std::move(on_overflow)),
      ready_(executor),
      ended_(std::move(executor)) {}

bool EventSink::send(std::string_view id, std::string_view event, std::string_view data) {
  check_field(id);
  check_field(event);
  if (closed_) return false;
  const auto before = backlog_.size();
  if (!id.empty()) backlog_.append("id: ").append(id).append("\n");
  if (!event.empty()) backlog_.append("event: ").append(event).append("\n");
  append_data(data, backlog_);
  backlog_ += '\n';
  if (backlog_.size() > max_backlog_) {
    backlog_.resize(before);
    close();
    on_overflow_();
    return false;
  }
  ready_.cancel();
  return true;
}

void EventSink::close() {
  closed_ = true;
  ready_.cancel();
  ended_.notify();
}

base::Task<> EventSink::closed() {
  while (!closed_) co_await ended_.wait();
}

}  // namespace watchbill::http
