// What the log says when connections to a server break.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace watchbill::redis {

// The connections of a process lose their server together: the log tells each trouble once, and the end when
// the last of them is back. From any thread.
class Outage {
 public:
  // One connection's part in it.
  class Share {
   public:
    explicit Share(std::shared_ptr<Outage> outage) : outage_(std::move(outage)) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { leave(); }

    // It is down because of `problem`; again when the problem changes.
    void report(const std::string& problem);
    // It is connected to `server`.
    void end(const std::string& server);
    // It is not wanted any more.
    void leave();

   private:
    bool is_last_to_end();

    const std::shared_ptr<Outage> outage_;
    bool is_down_ = false;
  };

 private:
  std::mutex mutex_;
  int down_ = 0;
  std::set<std::string> told_;
};

}  // namespace watchbill::redis
