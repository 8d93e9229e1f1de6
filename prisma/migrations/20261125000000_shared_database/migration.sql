-- What a user is here, apart from the table User, which may belong to another application.

-- CreateTable
CREATE TABLE IF NOT EXISTS `UserAccount` (
    `userId` VARCHAR(191) NOT NULL,
    `name` VARCHAR(191) NOT NULL DEFAULT '',
    `role` VARCHAR(16) NOT NULL DEFAULT 'user',
    `disabled` BOOLEAN NOT NULL DEFAULT false,
    `language` VARCHAR(32) NOT NULL DEFAULT '',
    `theme` VARCHAR(32) NOT NULL DEFAULT '',
    `passwordHash` VARCHAR(191) NOT NULL DEFAULT '',
    `createdAt` DATETIME(3) NOT NULL,
    `updatedAt` DATETIME(3) NOT NULL,

    INDEX `UserAccount_role_idx`(`role`, `disabled`),
    CONSTRAINT `UserAccount_role_check` CHECK (`role` IN ('admin', 'user')),
    CONSTRAINT `UserAccount_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (`userId`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
