#include "app/cli/command.h"
#include "app/commands/config.h"
#include "app/commands/health.h"
#include "app/commands/help.h"
#include "app/commands/migrate.h"
#include "app/commands/monitor.h"
#include "app/commands/schedule.h"
#include "app/commands/serve.h"
#include "app/commands/setup_link.h"
#include "app/commands/trigger.h"
#include "app/commands/user.h"
#include "app/commands/version.h"

namespace watchbill::app {

namespace {

const CommandRow kCommands[] = {
    {"up",
     "everything in one process: page, API, dispatcher, workers",
     {"up", "up --demo --port 8080"},
     make_command<UpCommand>},
    {"web",
     "page, API and dispatcher, for workers in other processes",
     {"web", "web --port 8080"},
     make_command<WebCommand>},
    {"worker",
     "takes rounds from the queue and runs them; any number of processes",
     {"worker", "worker --concurrency 8"},
     make_command<WorkerCommand>},
    {"trigger",
     "what cron runs: calls the dispatcher of a running server",
     {"trigger", "trigger --email ada@example.org"},
     make_command<TriggerCommand>},
    {"health",
     "asks a running server how it is",
     {"health", "health --ready --json"},
     make_command<HealthCommand>},
    {"setup-link",
     "shows the link by which the first administrator is made",
     {"setup-link", "setup-link --json"},
     make_command<SetupLinkCommand>},
    {"user add",
     "makes an account",
     {"user add ada@example.org --admin", "user add bo@example.org --interval 15"},
     make_command<UserAdd>},
    {"user passwd",
     "gives an account a new password",
     {"user passwd ada@example.org", "user passwd ada@example.org --password-stdin < password.txt"},
     make_command<UserPasswd>},
    {"user list",
     "shows all accounts",
     {"user list", "user list --search example.org --json"},
     make_command<UserList>},
    {"user disable",
     "signs a user out and stops the rounds",
     {"user disable ada@example.org", "user disable ada@example.org --json"},
     make_command<UserDisable>},
    {"user enable",
     "lets a disabled user sign in again",
     {"user enable ada@example.org", "user enable ada@example.org --json"},
     make_command<UserEnable>},
    {"user remove",
     "removes a user with all monitors and history",
     {"user remove ada@example.org", "user remove ada@example.org --yes"},
     make_command<UserRemove>},
    {"monitor list",
     "shows a user's monitors",
     {"monitor list ada@example.org", "monitor list ada@example.org --json"},
     make_command<MonitorList>},
    {"monitor add",
     "adds a monitor",
     {"monitor add ada@example.org --name Home --set url=https://example.org/",
      "monitor add ada@example.org --kind tcp --name Mail --set host=mail.example.org --set port=25"},
     make_command<MonitorAdd>},
    {"monitor test",
     "checks now and shows verdict and phases; records nothing",
     {"monitor test ada@example.org Home", "monitor test --kind tcp --set host=example.org --set port=443"},
     make_command<MonitorTest>},
    {"monitor pause",
     "leaves a monitor out of the rounds",
     {"monitor pause ada@example.org Home", "monitor pause ada@example.org Home --json"},
     make_command<MonitorPause>},
    {"monitor resume",
     "takes a paused monitor into the rounds again",
     {"monitor resume ada@example.org Home", "monitor resume ada@example.org Home --json"},
     make_command<MonitorResume>},
    {"monitor remove",
     "removes a monitor with its history",
     {"monitor remove ada@example.org Home", "monitor remove ada@example.org Home --yes"},
     make_command<MonitorRemove>},
    {"schedule list",
     "shows all schedules",
     {"schedule list", "schedule list --search ada --json"},
     make_command<ScheduleList>},
    {"schedule show",
     "shows a user's schedule",
     {"schedule show ada@example.org", "schedule show ada@example.org --json"},
     make_command<ScheduleShow>},
    {"schedule set",
     "changes a user's interval, switches rounds on or off",
     {"schedule set ada@example.org --interval 15", "schedule set ada@example.org --disable"},
     make_command<ScheduleSet>},
    {"schedule run",
     "makes a user due now",
     {"schedule run ada@example.org", "schedule run ada@example.org --json"},
     make_command<ScheduleRun>},
    {"schedule explain",
     "says why a user is due or not",
     {"schedule explain ada@example.org", "schedule explain ada@example.org --json"},
     make_command<ScheduleExplain>},
    {"config check",
     "is the configuration valid? lists every problem",
     {"config check", "config check --json"},
     make_command<ConfigCheck>},
    {"config show",
     "shows every setting, secrets masked",
     {"config show", "config show --origin"},
     make_command<ConfigShow>},
    {"migrate deploy",
     "brings the database's schema up to date",
     {"migrate deploy", "migrate deploy --json"},
     make_command<MigrateDeploy>},
    {"migrate status",
     "shows which migrations were applied",
     {"migrate status", "migrate status --json"},
     make_command<MigrateStatus>},
    {"migrate resolve",
     "marks a migration that failed and was repaired by hand",
     {"migrate resolve 20260101_example --applied", "migrate resolve 20260101_example --rolled-back"},
     make_command<MigrateResolve>},
    {"version", "shows the version", {"version", "version --json"}, make_command<VersionCommand>},
    {"help",
     "shows a page about a command or a topic",
     {"help user add", "help exit-codes"},
     make_command<HelpCommand>},
};

}  // namespace

void declare_all(Command& command, Flags& flags) {
  command.declare(flags);
  flags.setting("--data-dir", "FOLDER", "DATA_DIR", "folder for the database file and what lies beside it");
}

std::span<const CommandRow> commands() { return kCommands; }

}  // namespace watchbill::app
