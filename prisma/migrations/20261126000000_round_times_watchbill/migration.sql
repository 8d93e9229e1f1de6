-- How late the rounds of all users were lately. MySQL knows no IF NOT EXISTS here; its comment is MariaDB's.

-- CreateIndex
CREATE INDEX /*M!100000 IF NOT EXISTS */ `MonitorRound_startedAt_idx` ON `MonitorRound`(`startedAt`);
