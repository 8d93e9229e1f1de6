-- What a user is here, apart from the table User, which in a database server may belong to another application.

CREATE TABLE UserAccount (
  userId       TEXT    NOT NULL PRIMARY KEY REFERENCES User (id) ON DELETE CASCADE ON UPDATE CASCADE,
  name         TEXT    NOT NULL DEFAULT '',
  role         TEXT    NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user')),
  disabled     INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  language     TEXT    NOT NULL DEFAULT '',
  theme        TEXT    NOT NULL DEFAULT '',
  passwordHash TEXT    NOT NULL DEFAULT '',
  createdAt    INTEGER NOT NULL,
  updatedAt    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO UserAccount (userId, name, role, disabled, language, theme, passwordHash, createdAt, updatedAt)
  SELECT id, name, role, disabled, language, theme, passwordHash, createdAt, updatedAt FROM User;
CREATE INDEX UserAccount_role_idx ON UserAccount (role, disabled) WHERE role = 'admin';

DROP INDEX User_role_idx;
ALTER TABLE User DROP COLUMN name;
ALTER TABLE User DROP COLUMN role;
ALTER TABLE User DROP COLUMN disabled;
ALTER TABLE User DROP COLUMN language;
ALTER TABLE User DROP COLUMN theme;
ALTER TABLE User DROP COLUMN passwordHash;
ALTER TABLE User DROP COLUMN createdAt;
ALTER TABLE User DROP COLUMN updatedAt;

-- Names that no other application will have.
ALTER TABLE Monitor RENAME TO UserMonitor;
ALTER TABLE Session RENAME TO UserSession;
ALTER TABLE ApiToken RENAME TO UserApiToken;
ALTER TABLE AuditLog RENAME TO MonitorAuditLog;
ALTER TABLE DispatchLog RENAME TO MonitorDispatchLog;
ALTER TABLE NotificationChannel RENAME TO MonitorChannel;
ALTER TABLE AlertOutbox RENAME TO MonitorAlertOutbox;
ALTER TABLE RemovedHistory RENAME TO MonitorRemovedHistory;
ALTER TABLE WriteProbe RENAME TO MonitorWriteProbe;
