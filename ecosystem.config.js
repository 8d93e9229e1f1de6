// What PM2 runs:
//
//   pm2 start ecosystem.config.js                  web and worker; --only web or --only worker for one of them
//   pm2 scale worker 2                             two workers
//   pm2 logs, pm2 monit, pm2 restart worker, …
//
// Settings are in .env.production beside this file; PM2 keeps the environment that an app was started with, and that goes
// first: after a change there, pm2 restart ecosystem.config.js --update-env.
'use strict';

/** An app: `role` is a command of watchbill. */
function app(name, role) {
  return {
    name,
    script: 'build/watchbill',
    args: role,
    interpreter: 'none',
    cwd: __dirname,
    // Online means: its database answers, and web listens. Redis may come later.
    wait_ready: true,
    listen_timeout: 30_000,
    // Rounds that run get ten seconds to finish; what is not done by then is given back.
    kill_timeout: 20_000,
    // Not tried again before a person has done something: wrong usage, configuration invalid, migration needed. The list
    // of PM2 7 says "waiting restart" all the same.
    stop_exit_codes: [2, 5, 7],
    // Anything else is, at longer and longer intervals: a database that is away comes back.
    exp_backoff_restart_delay: 200,
    out_file: `logs/${name}-out.log`,
    error_file: `logs/${name}-error.log`,
    merge_logs: true, // of all processes of a scaled app
  };
}

module.exports = {
  apps: [
    // One process: two would want the same port.
    app('web', 'web'),
    app('worker', 'worker'),
    // One more, with a name and logs of its own; the same as pm2 scale worker 2.
    // app('worker-2', 'worker'),
  ],
};
