// What workers on Node do with a job: the same as peer/processor.h.
import { setTimeout as pause } from 'node:timers/promises';

/** `bullmq`: the package. `hang(job)`: a promise for jobs that hang. */
export function processorOf(bullmq, hang = () => new Promise(() => {})) {
  const actions = {
    fail: (job) => {
      throw new Error(job.data.message);
    },
    fail_n_times: (job) => {
      if (job.attemptsMade < job.data.times) throw new Error(job.data.message);
    },
    unrecoverable: (job) => {
      throw new bullmq.UnrecoverableError(job.data.message);
    },
    sleep: (job) => pause(job.data.ms),
    hang: (job) => hang(job),
    report: async (job) => {
      for (const progress of job.data.progress) await job.updateProgress(progress);
      for (const line of job.data.logs) await job.log(line);
    },
    postpone: async (job, token) => {
      if (job.attemptsStarted > 1) return;
      await job.moveToDelayed(Date.now() + job.data.ms, token);
      throw new bullmq.DelayedError();
    },
    crash: () => process.kill(process.pid, 'SIGKILL'),
  };
  return async (job, token) => {
    await actions[job.name]?.(job, token);
    return job.data;
  };
}
