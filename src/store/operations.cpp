#include "store/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/database.h"

namespace watchbill::store {

using base::Timestamp;
using Text = std::string;

namespace {

struct ProcessRow {
  static constexpr const char* kColumns =
      "instance, role, version, host, pid, startedAt, seenAt, stoppedAt, concurrency, running, roundsDone, "
      "windowRounds, windowMs";

  Process process;
  std::int64_t window_ms = 0;

  auto columns() {
    auto& p = process;
    return std::tie(p.instance, p.role, p.version, p.host, p.pid, p.started_at, p.seen_at, p.stopped_at,
                    p.concurrency, p.running, p.rounds_done, p.window_rounds, window_ms);
  }
};

struct DispatchRow {
  LoggedDispatch entry;
  std::int64_t duration_ms = 0;

  auto columns() {
    auto& e = entry;
    return std::tie(e.at, e.source, e.mode, e.claimed, e.remaining, duration_ms, e.error);
  }
};

struct StartRow {
  Timestamp slot, started_at;

  auto columns() { return std::tie(slot, started_at); }
};

// The smallest value that is not exceeded by `percent` of all. `values` gets another order.
base::Millis percentile(std::vector<base::Millis>& values, std::size_t percent) {
  if (values.empty()) return base::Millis(0);
  const auto rank = (values.size() * percent + 99) / 100;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace

double Process::rounds_per_second() const {
  if (window.count() <= 0) return 0;
  return static_cast<double>(window_rounds) * 1000 / static_cast<double>(window.count());
}

Timestamp Operations::now() { return database_.now(); }

Timestamp Operations::beat(const ProcessBeat& beat) {
  // Known to every engine, and the row has nothing that would be lost.
  auto& replace = database_.command<Text, Text, Text, Text, std::int64_t, Timestamp, Timestamp, std::int64_t,
                                    std::int64_t, std::int64_t, std::int64_t, std::int64_t>(
      "REPLACE INTO MonitorProcess (instance, role, version, host, pid, startedAt, seenAt, concurrency, "
      "running, roundsDone, windowRounds, windowMs) VALUES (:instance, :role, :version, :host, :pid, "
      ":started, :seen, :concurrency, :running, :done, :windowRounds, :windowMs)");
  return database_.write([&] {
    const auto now = database_.now();
    replace(beat.instance, beat.role, beat.version, beat.host, beat.pid, beat.started_at.value_or(now), now,
            beat.concurrency, beat.running, beat.rounds_done, beat.window_rounds, beat.window.count());
    return now;
  });
}

void Operations::end(const Text& instance, Timestamp started_at) {
  auto& update = database_.command<Timestamp, Text, Timestamp>(
      "UPDATE MonitorProcess SET stoppedAt = :now, seenAt = :now, running = 0, windowRounds = 0 WHERE "
      "instance = :instance AND startedAt = :started");
  database_.write([&] { update(database_.now(), instance, started_at); });
}

// Looked for first: a DELETE that searches would lock the rows of those who are there.
std::int64_t Operations::remove_processes_unseen_since(Timestamp before) {
  auto& unseen =
      database_.query<Text, Timestamp>("SELECT instance FROM MonitorProcess WHERE seenAt < :before");
  auto& remove = database_.command<Text, Timestamp>(
      "DELETE FROM MonitorProcess WHERE instance = :instance AND seenAt < :before");
  std::int64_t removed = 0;
  for (const auto& instance : unseen.all(before))
    removed += database_.write([&] { return remove(instance, before); });
  return removed;
}

std::vector<Process> Operations::processes() {
  auto& query = database_.query<ProcessRow>(fmt::format(
      "SELECT {} FROM MonitorProcess ORDER BY stoppedAt IS NOT NULL, instance", ProcessRow::kColumns));
  std::vector<Process> processes;
  for (auto& row : query.all()) {
    row.process.window = base::Millis(row.window_ms);
    processes.push_back(std::move(row.process));
  }
  return processes;
}

std::vector<LoggedDispatch> Operations::dispatches(std::size_t limit) {
  auto& query = database_.query<DispatchRow, std::int64_t>(
      "SELECT at, source, mode, claimed, remaining, duration, error FROM MonitorDispatchLog ORDER BY id DESC "
      "LIMIT :limit");
  std::vector<LoggedDispatch> entries;
  for (auto& row : query.all(static_cast<std::int64_t>(limit))) {
    row.entry.duration = base::Millis(row.duration_ms);
    entries.push_back(std::move(row.entry));
  }
  return entries;
}

// Not by the column `lateness`: what is asked for here lies in the index.
Lateness Operations::lateness(base::Millis time, std::size_t limit) {
  auto& query = database_.query<StartRow, Timestamp, std::int64_t>(
      "SELECT slot, startedAt FROM MonitorRound WHERE startedAt >= :since ORDER BY startedAt DESC LIMIT "
      ":limit");
  const auto rows = query.all(database_.now() - time, static_cast<std::int64_t>(limit));
  std::vector<base::Millis> late;
  late.reserve(rows.size());
  for (const auto& row : rows) late.push_back(std::max(row.started_at - row.slot, base::Millis(0)));
  return {.rounds = static_cast<std::int64_t>(late.size()),
          .all = late.size() < limit,
          .p50 = percentile(late, 50),
          .p95 = percentile(late, 95),
          .max = percentile(late, 100)};
}

}  // namespace watchbill::store
