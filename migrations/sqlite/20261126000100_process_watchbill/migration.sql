-- Who works on this database: each process says every few seconds that it is there.
CREATE TABLE MonitorProcess (
  instance     TEXT    NOT NULL PRIMARY KEY,
  role         TEXT    NOT NULL,
  version      TEXT    NOT NULL,
  host         TEXT    NOT NULL,
  pid          INTEGER NOT NULL,
  startedAt    INTEGER NOT NULL,
  seenAt       INTEGER NOT NULL,
  stoppedAt    INTEGER,          -- it said good-bye
  concurrency  INTEGER NOT NULL, -- rounds from the queue at once; 0: it takes none
  running      INTEGER NOT NULL, -- rounds at seenAt
  roundsDone   INTEGER NOT NULL, -- since startedAt
  windowRounds INTEGER NOT NULL, -- done within the last windowMs before seenAt
  windowMs     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
