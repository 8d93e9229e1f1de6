-- Everything else that watchbill keeps. Times are in UTC. What was interrupted may be run again: tables that are there
-- stay, and what changes a table comes last. MySQL has no partial indexes: generated columns that are NULL stand for
-- rows that are left out.

-- CreateTable
CREATE TABLE IF NOT EXISTS `UserMonitor` (
    `userId` VARCHAR(191) NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `position` BIGINT NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `kind` VARCHAR(191) NOT NULL,
    `config` LONGTEXT NOT NULL,
    `paused` BOOLEAN NOT NULL DEFAULT false,
    `failuresBeforeDown` INTEGER NOT NULL DEFAULT 1,
    `successesBeforeUp` INTEGER NOT NULL DEFAULT 1,
    `state` VARCHAR(16) NOT NULL DEFAULT 'pending',
    `stateSince` DATETIME(3) NOT NULL,
    `consecutiveFailures` INTEGER NOT NULL DEFAULT 0,
    `consecutiveSuccesses` INTEGER NOT NULL DEFAULT 0,
    `createdAt` DATETIME(3) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,
    `checksFrom` DATETIME(3) NULL,

    INDEX `UserMonitor_checksFrom_idx`(`checksFrom`),
    CONSTRAINT `UserMonitor_state_check` CHECK (`state` IN ('pending', 'up', 'down')),
    CONSTRAINT `UserMonitor_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (`userId`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- No foreign key here and in the next two: a round is written only with the schedule's row in hand, a check only with
-- the monitor's, and what a deleted owner leaves behind goes batch by batch through MonitorRemovedHistory.
-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorRound` (
    `userId` VARCHAR(191) NOT NULL,
    `slot` DATETIME(3) NOT NULL,
    `fence` BIGINT NOT NULL,
    `triggeredBy` VARCHAR(32) NOT NULL,
    `worker` VARCHAR(191) NOT NULL,
    `startedAt` DATETIME(3) NOT NULL,
    `finishedAt` DATETIME(3) NOT NULL,
    `outcome` VARCHAR(16) NOT NULL,
    `error` TEXT NULL,
    `up` INTEGER NOT NULL,
    `down` INTEGER NOT NULL,
    `unknown` INTEGER NOT NULL,
    `missed` BIGINT NOT NULL,
    `lateness` BIGINT GENERATED ALWAYS AS (GREATEST(TIMESTAMPDIFF(MICROSECOND, `slot`, `startedAt`) DIV 1000, 0)) VIRTUAL,

    CONSTRAINT `MonitorRound_outcome_check` CHECK (`outcome` IN ('success', 'failed', 'skipped')),
    PRIMARY KEY (`userId`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Durations in microseconds; NULL: that phase was not reached.
-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorCheck` (
    `userId` VARCHAR(191) NOT NULL,
    `monitorId` VARCHAR(191) NOT NULL,
    `at` DATETIME(3) NOT NULL,
    `slot` DATETIME(3) NOT NULL,
    `verdict` VARCHAR(16) NOT NULL,
    `cause` VARCHAR(64) NOT NULL,
    `phase` VARCHAR(32) NOT NULL,
    `totalUs` BIGINT NOT NULL,
    `resolveUs` BIGINT NULL,
    `connectUs` BIGINT NULL,
    `tlsUs` BIGINT NULL,
    `firstByteUs` BIGINT NULL,
    `httpStatus` INTEGER NULL,
    `certificateDaysLeft` INTEGER NULL,
    `address` VARCHAR(191) NULL,
    `detail` TEXT NULL,
    `redirects` LONGTEXT NULL,

    CONSTRAINT `MonitorCheck_verdict_check` CHECK (`verdict` IN ('up', 'down', 'unknown')),
    PRIMARY KEY (`userId`, `monitorId`, `at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorRollup` (
    `userId` VARCHAR(191) NOT NULL,
    `monitorId` VARCHAR(191) NOT NULL,
    `span` VARCHAR(8) NOT NULL,
    `startsAt` DATETIME(3) NOT NULL,
    `up` INTEGER NOT NULL,
    `down` INTEGER NOT NULL,
    `unknown` INTEGER NOT NULL,
    `totalUsSum` BIGINT NOT NULL,
    `totalUsMin` BIGINT NULL,
    `totalUsMax` BIGINT NULL,

    CONSTRAINT `MonitorRollup_span_check` CHECK (`span` IN ('hour', 'day')),
    PRIMARY KEY (`userId`, `monitorId`, `span`, `startsAt`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorIncident` (
    `userId` VARCHAR(191) NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `monitorId` VARCHAR(191) NOT NULL,
    `startedAt` DATETIME(3) NOT NULL,
    `endedAt` DATETIME(3) NULL,
    `cause` VARCHAR(64) NOT NULL,
    `detail` TEXT NOT NULL,
    `openMonitorId` VARCHAR(191) GENERATED ALWAYS AS (CASE WHEN `endedAt` IS NULL THEN `monitorId` END) VIRTUAL,

    UNIQUE INDEX `MonitorIncident_open_key`(`userId`, `openMonitorId`),
    INDEX `MonitorIncident_startedAt_idx`(`userId`, `startedAt`),
    INDEX `MonitorIncident_monitorId_idx`(`userId`, `monitorId`, `startedAt`),
    CONSTRAINT `MonitorIncident_monitorId_fkey` FOREIGN KEY (`userId`, `monitorId`) REFERENCES `UserMonitor`(`userId`, `id`) ON DELETE CASCADE ON UPDATE RESTRICT,
    PRIMARY KEY (`userId`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorChannel` (
    `userId` VARCHAR(191) NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `kind` VARCHAR(191) NOT NULL,
    `config` LONGTEXT NOT NULL,
    `enabled` BOOLEAN NOT NULL DEFAULT true,
    `createdAt` DATETIME(3) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    CONSTRAINT `MonitorChannel_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (`userId`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What is still to be told, one row per transition and channel, written in the transaction that saw it.
-- dueAt NULL: delivered or given up.
-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorAlertOutbox` (
    `userId` VARCHAR(191) NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `channelId` VARCHAR(191) NOT NULL,
    `incidentId` VARCHAR(191) NOT NULL,
    `transition` VARCHAR(8) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `dueAt` DATETIME(3) NULL,
    `deliveredAt` DATETIME(3) NULL,
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `lockedUntil` DATETIME(3) NULL,
    `lockedBy` VARCHAR(191) NULL,
    `lastError` TEXT NULL,

    UNIQUE INDEX `MonitorAlertOutbox_transition_key`(`userId`, `incidentId`, `channelId`, `transition`),
    INDEX `MonitorAlertOutbox_channelId_idx`(`userId`, `channelId`),
    INDEX `MonitorAlertOutbox_dueAt_idx`(`dueAt`, `createdAt`),
    CONSTRAINT `MonitorAlertOutbox_transition_check` CHECK (`transition` IN ('down', 'up')),
    CONSTRAINT `MonitorAlertOutbox_channelId_fkey` FOREIGN KEY (`userId`, `channelId`) REFERENCES `MonitorChannel`(`userId`, `id`) ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT `MonitorAlertOutbox_incidentId_fkey` FOREIGN KEY (`userId`, `incidentId`) REFERENCES `MonitorIncident`(`userId`, `id`) ON DELETE CASCADE ON UPDATE RESTRICT,
    PRIMARY KEY (`userId`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `UserSession` (
    `tokenHash` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    `seenAt` DATETIME(3) NOT NULL,

    INDEX `UserSession_userId_idx`(`userId`),
    INDEX `UserSession_expiresAt_idx`(`expiresAt`),
    CONSTRAINT `UserSession_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (`tokenHash`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `UserApiToken` (
    `id` VARCHAR(191) NOT NULL,
    `userId` VARCHAR(191) NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `tokenHash` VARCHAR(191) NOT NULL,
    `readOnly` BOOLEAN NOT NULL DEFAULT false,
    `createdAt` DATETIME(3) NOT NULL,
    `usedAt` DATETIME(3) NULL,

    UNIQUE INDEX `UserApiToken_tokenHash_key`(`tokenHash`),
    INDEX `UserApiToken_userId_idx`(`userId`),
    CONSTRAINT `UserApiToken_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorDispatchLog` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `at` DATETIME(3) NOT NULL,
    `source` VARCHAR(32) NOT NULL,
    `mode` VARCHAR(32) NOT NULL,
    `claimed` BIGINT NOT NULL,
    `remaining` BIGINT NOT NULL,
    `duration` BIGINT NOT NULL,
    `error` TEXT NOT NULL,

    INDEX `MonitorDispatchLog_at_idx`(`at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorAuditLog` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `at` DATETIME(3) NOT NULL,
    `actor` VARCHAR(191) NOT NULL,
    `action` VARCHAR(191) NOT NULL,
    `target` TEXT NOT NULL,
    `address` VARCHAR(191) NOT NULL,
    `detail` LONGTEXT NOT NULL,

    INDEX `MonitorAuditLog_at_idx`(`at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Deleted monitors, and deleted users (monitorId ''), whose rounds, checks and roll-ups are still to be removed.
-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorRemovedHistory` (
    `userId` VARCHAR(191) NOT NULL,
    `monitorId` VARCHAR(191) NOT NULL DEFAULT '',
    `removedAt` DATETIME(3) NOT NULL,

    PRIMARY KEY (`userId`, `monitorId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Where it is tried whether the database can be written to.
-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorWriteProbe` (
    `id` INTEGER NOT NULL,
    `at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT IGNORE INTO `MonitorWriteProbe` (`id`, `at`) VALUES (1, '1970-01-01 00:00:00.000');

-- When the schedule may be claimed. (The year: MySQL computes this also before it has the default of a time.)
-- AlterTable
ALTER TABLE `UserMonitorSchedule`
    ADD COLUMN `fence` BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN `startedFence` BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN `roundsFrom` DATETIME(3) NULL,
    ADD COLUMN `claimableAt` DATETIME(3) GENERATED ALWAYS AS (CASE WHEN `enabled` AND YEAR(COALESCE(`nextRunAt`, `createdAt`)) > 0 THEN GREATEST(COALESCE(`nextRunAt`, `createdAt`), COALESCE(`lockedUntil`, `nextRunAt`, `createdAt`)) END) VIRTUAL,
    ADD INDEX `UserMonitorSchedule_claimableAt_idx`(`claimableAt`),
    ADD INDEX `UserMonitorSchedule_roundsFrom_idx`(`roundsFrom`);
