-- Who works on this database: each process says every few seconds that it is there. windowRounds were done within the
-- last windowMs before seenAt.

-- CreateTable
CREATE TABLE IF NOT EXISTS `MonitorProcess` (
    `instance` VARCHAR(191) NOT NULL,
    `role` VARCHAR(16) NOT NULL,
    `version` VARCHAR(64) NOT NULL,
    `host` VARCHAR(191) NOT NULL,
    `pid` BIGINT NOT NULL,
    `startedAt` DATETIME(3) NOT NULL,
    `seenAt` DATETIME(3) NOT NULL,
    `stoppedAt` DATETIME(3) NULL,
    `concurrency` INTEGER NOT NULL,
    `running` INTEGER NOT NULL,
    `roundsDone` BIGINT NOT NULL,
    `windowRounds` BIGINT NOT NULL,
    `windowMs` BIGINT NOT NULL,

    PRIMARY KEY (`instance`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
