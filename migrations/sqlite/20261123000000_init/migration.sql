-- Everything that the product keeps, from the first migration on.
--
-- Times are INTEGER milliseconds since 1970 in UTC, flags 0 or 1; STRICT refuses anything else instead of keeping
-- a text that no comparison with a time ever finds. (Checks of three values are written with OR: for IN, SQLite makes
-- a table of them at each insert.) Tables of a user start with his id in their primary key and
-- have no rowid: users who are due together have neighbouring ids, so a batch of rounds touches few pages.

CREATE TABLE User (
  id           TEXT    NOT NULL PRIMARY KEY,
  email        TEXT    NOT NULL,
  name         TEXT    NOT NULL DEFAULT '',
  role         TEXT    NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user')),
  disabled     INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  language     TEXT    NOT NULL DEFAULT '',
  theme        TEXT    NOT NULL DEFAULT '',
  passwordHash TEXT    NOT NULL DEFAULT '',
  createdAt    INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
  updatedAt    INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX User_email_key ON User (email);
CREATE INDEX User_role_idx ON User (role, disabled) WHERE role = 'admin';

-- The protocol's row (docs/design/protocol.md). Rows with the first columns alone are complete; the defaults are
-- for rows that other applications insert.
CREATE TABLE UserMonitorSchedule (
  id              TEXT    NOT NULL,
  userId          TEXT    NOT NULL PRIMARY KEY REFERENCES User (id) ON DELETE CASCADE ON UPDATE CASCADE,
  enabled         INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  intervalMinutes INTEGER NOT NULL DEFAULT 5 CHECK (intervalMinutes BETWEEN 1 AND 1440),
  nextRunAt       INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
  lastRunAt       INTEGER,
  lastStatus      TEXT,
  lastError       TEXT,
  lastDuration    INTEGER,
  lockedUntil     INTEGER,
  lockedBy        TEXT,
  createdAt       INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
  updatedAt       INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
  fence           INTEGER NOT NULL DEFAULT 0,
  startedFence    INTEGER NOT NULL DEFAULT 0,
  roundsFrom      INTEGER, -- no round older than this slot is kept; NULL: none is kept at all
  claimableAt     INTEGER GENERATED ALWAYS AS
                  (CASE WHEN enabled THEN max(nextRunAt, coalesce(lockedUntil, nextRunAt)) END) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX UserMonitorSchedule_id_key ON UserMonitorSchedule (id);
CREATE INDEX UserMonitorSchedule_claimableAt_idx ON UserMonitorSchedule (claimableAt);
CREATE INDEX UserMonitorSchedule_roundsFrom_idx ON UserMonitorSchedule (roundsFrom) WHERE roundsFrom IS NOT NULL;

CREATE TABLE Monitor (
  userId               TEXT    NOT NULL REFERENCES User (id) ON DELETE CASCADE ON UPDATE CASCADE,
  id                   TEXT    NOT NULL,
  position             INTEGER NOT NULL,
  name                 TEXT    NOT NULL,
  kind                 TEXT    NOT NULL,
  config               TEXT    NOT NULL, -- JSON
  paused               INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
  failuresBeforeDown   INTEGER NOT NULL DEFAULT 1,
  successesBeforeUp    INTEGER NOT NULL DEFAULT 1,
  state                TEXT    NOT NULL DEFAULT 'pending' CHECK (state = 'pending' OR state = 'up' OR state = 'down'),
  stateSince           INTEGER NOT NULL,
  consecutiveFailures  INTEGER NOT NULL DEFAULT 0,
  consecutiveSuccesses INTEGER NOT NULL DEFAULT 0,
  createdAt            INTEGER NOT NULL,
  updatedAt            INTEGER NOT NULL, -- of the configuration; checks leave it alone
  checksFrom           INTEGER, -- no check older than this is kept; NULL: none is kept at all
  PRIMARY KEY (userId, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX Monitor_checksFrom_idx ON Monitor (checksFrom) WHERE checksFrom IS NOT NULL;

-- No foreign key here and in the next two: a round is written only with the schedule's row in hand, a check only
-- with the monitor's, and what a deleted owner leaves behind goes batch by batch through RemovedHistory.
CREATE TABLE MonitorRound (
  userId      TEXT    NOT NULL,
  slot        INTEGER NOT NULL,
  fence       INTEGER NOT NULL,
  triggeredBy TEXT    NOT NULL,
  worker      TEXT    NOT NULL,
  startedAt   INTEGER NOT NULL,
  finishedAt  INTEGER NOT NULL,
  outcome     TEXT    NOT NULL CHECK (outcome = 'success' OR outcome = 'failed' OR outcome = 'skipped'),
  error       TEXT,
  up          INTEGER NOT NULL,
  down        INTEGER NOT NULL,
  unknown     INTEGER NOT NULL,
  missed      INTEGER NOT NULL,
  lateness    INTEGER GENERATED ALWAYS AS (max(startedAt - slot, 0)) VIRTUAL,
  PRIMARY KEY (userId, slot)
) STRICT, WITHOUT ROWID;

-- Durations in microseconds; NULL: that phase was not reached.
CREATE TABLE MonitorCheck (
  userId              TEXT    NOT NULL,
  monitorId           TEXT    NOT NULL,
  at                  INTEGER NOT NULL,
  slot                INTEGER NOT NULL,
  verdict             TEXT    NOT NULL CHECK (verdict = 'up' OR verdict = 'down' OR verdict = 'unknown'),
  cause               TEXT    NOT NULL,
  phase               TEXT    NOT NULL,
  totalUs             INTEGER NOT NULL,
  resolveUs           INTEGER,
  connectUs           INTEGER,
  tlsUs               INTEGER,
  firstByteUs         INTEGER,
  httpStatus          INTEGER,
  certificateDaysLeft INTEGER,
  address             TEXT,
  detail              TEXT,
  redirects           TEXT, -- JSON array
  PRIMARY KEY (userId, monitorId, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE MonitorRollup (
  userId     TEXT    NOT NULL,
  monitorId  TEXT    NOT NULL,
  span       TEXT    NOT NULL CHECK (span IN ('hour', 'day')),
  startsAt   INTEGER NOT NULL,
  up         INTEGER NOT NULL,
  down       INTEGER NOT NULL,
  unknown    INTEGER NOT NULL,
  totalUsSum INTEGER NOT NULL, -- of the checks that were up
  totalUsMin INTEGER,
  totalUsMax INTEGER,
  PRIMARY KEY (userId, monitorId, span, startsAt)
) STRICT, WITHOUT ROWID;

CREATE TABLE MonitorIncident (
  userId    TEXT    NOT NULL,
  id        TEXT    NOT NULL,
  monitorId TEXT    NOT NULL,
  startedAt INTEGER NOT NULL,
  endedAt   INTEGER, -- NULL: open
  cause     TEXT    NOT NULL,
  detail    TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (userId, id),
  FOREIGN KEY (userId, monitorId) REFERENCES Monitor (userId, id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX MonitorIncident_startedAt_idx ON MonitorIncident (userId, startedAt);
CREATE INDEX MonitorIncident_monitorId_idx ON MonitorIncident (userId, monitorId, startedAt);
CREATE UNIQUE INDEX MonitorIncident_open_key ON MonitorIncident (userId, monitorId) WHERE endedAt IS NULL;

CREATE TABLE NotificationChannel (
  userId    TEXT    NOT NULL REFERENCES User (id) ON DELETE CASCADE ON UPDATE CASCADE,
  id        TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  kind      TEXT    NOT NULL,
  config    TEXT    NOT NULL, -- JSON
  enabled   INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL,
  PRIMARY KEY (userId, id)
) STRICT, WITHOUT ROWID;

-- What is still to be told, one row per transition and channel, written in the transaction that saw it.
CREATE TABLE AlertOutbox (
  userId      TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  channelId   TEXT    NOT NULL,
  incidentId  TEXT    NOT NULL,
  transition  TEXT    NOT NULL CHECK (transition IN ('down', 'up')),
  createdAt   INTEGER NOT NULL,
  dueAt       INTEGER, -- NULL: delivered or given up
  deliveredAt INTEGER,
  attempts    INTEGER NOT NULL DEFAULT 0,
  lockedUntil INTEGER,
  lockedBy    TEXT,
  lastError   TEXT,
  PRIMARY KEY (userId, id),
  FOREIGN KEY (userId, channelId) REFERENCES NotificationChannel (userId, id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (userId, incidentId) REFERENCES MonitorIncident (userId, id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX AlertOutbox_transition_key ON AlertOutbox (userId, incidentId, channelId, transition);
CREATE INDEX AlertOutbox_channelId_idx ON AlertOutbox (userId, channelId);
CREATE INDEX AlertOutbox_dueAt_idx ON AlertOutbox (dueAt) WHERE dueAt IS NOT NULL;
CREATE INDEX AlertOutbox_createdAt_idx ON AlertOutbox (createdAt) WHERE dueAt IS NULL;

CREATE TABLE Session (
  tokenHash TEXT    NOT NULL PRIMARY KEY,
  userId    TEXT    NOT NULL REFERENCES User (id) ON DELETE CASCADE ON UPDATE CASCADE,
  createdAt INTEGER NOT NULL,
  expiresAt INTEGER NOT NULL,
  seenAt    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX Session_userId_idx ON Session (userId);
CREATE INDEX Session_expiresAt_idx ON Session (expiresAt);

CREATE TABLE ApiToken (
  id        TEXT    NOT NULL PRIMARY KEY,
  userId    TEXT    NOT NULL REFERENCES User (id) ON DELETE CASCADE ON UPDATE CASCADE,
  name      TEXT    NOT NULL,
  tokenHash TEXT    NOT NULL,
  readOnly  INTEGER NOT NULL DEFAULT 0 CHECK (readOnly IN (0, 1)),
  createdAt INTEGER NOT NULL,
  usedAt    INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ApiToken_tokenHash_key ON ApiToken (tokenHash);
CREATE INDEX ApiToken_userId_idx ON ApiToken (userId);

CREATE TABLE DispatchLog (
  id        INTEGER NOT NULL PRIMARY KEY,
  at        INTEGER NOT NULL,
  source    TEXT    NOT NULL,
  mode      TEXT    NOT NULL,
  claimed   INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  duration  INTEGER NOT NULL, -- ms
  error     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX DispatchLog_at_idx ON DispatchLog (at);

CREATE TABLE AuditLog (
  id      INTEGER NOT NULL PRIMARY KEY,
  at      INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  action  TEXT    NOT NULL,
  target  TEXT    NOT NULL,
  address TEXT    NOT NULL,
  detail  TEXT    NOT NULL -- JSON
) STRICT;
CREATE INDEX AuditLog_at_idx ON AuditLog (at);

-- Deleted monitors, and deleted users (monitorId ''), whose rounds, checks and roll-ups are still to be removed.
CREATE TABLE RemovedHistory (
  userId    TEXT    NOT NULL,
  monitorId TEXT    NOT NULL DEFAULT '',
  removedAt INTEGER NOT NULL,
  PRIMARY KEY (userId, monitorId)
) STRICT, WITHOUT ROWID;

-- Where check_writable() tries.
CREATE TABLE WriteProbe (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
INSERT INTO WriteProbe (id, at) VALUES (1, 0);
