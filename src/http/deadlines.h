// The deadlines of many connections on one timer.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>

#include "base/task.h"
#include "base/time.h"

namespace watchbill::http {

// Reactor thread only. A timer per connection would cost a system call and a posted completion for each of
// several deadlines in a request; here setting one is an insertion into an ordered map. With nothing to
// expire nothing runs.
class Deadlines {
 public:
  Deadlines(base::asio::any_io_executor executor, const base::Clock& clock);

  // What has a deadline. It is set anew as often as liked and over when it passes or is destroyed.
  class Entry {
   public:
    explicit Entry(Deadlines& deadlines);
    virtual ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    void expire_at(base::Monotonic at);
    void expire_after(base::Millis time);
    void never_expire();

   protected:
    // The deadline passed. Must neither destroy an Entry nor throw.
    virtual void on_deadline() = 0;

   private:
    friend class Deadlines;

    Deadlines& deadlines_;
    std::multimap<base::Monotonic, Entry*>::iterator place_;
  };

  // Expires entries until cancelled. Run it once.
  base::Task<> run();

 private:
  void expire_due();

  const base::Clock& clock_;
  std::multimap<base::Monotonic, Entry*> entries_;  // by deadline; Monotonic::max() for none
  base::asio::steady_timer timer_;                  // its expiry is what run() sleeps for
};

}  // namespace watchbill::http
