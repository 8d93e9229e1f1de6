// The folder of a node: the database file and what lies beside it.
#pragma once

#include "app/config/config.h"
#include "app/text/text.h"

namespace watchbill::app {

// Creates the folders of the database file and of DATA_DIR, readable for this user alone. Throws Failure
// (dependency_down) where that is not possible or files cannot be made in them.
void create_folders(const Config& config, const Speaker& say);

// Throws Failure (migration_needed) when the database is a file that does not exist yet.
void require_database_file(const Config& config, const Speaker& say);

}  // namespace watchbill::app
