// bull-board before a queue that only C++ has filled and worked.
import assert from 'node:assert/strict';

import { Board } from './support/board.mjs';
import { interop } from './support/interop.mjs';

const kEnded = ({ event }) => event === 'completed' || event === 'failed';

async function boardOf(here, names) {
  const worker = await here.cpp.work({ name: 'watchbill-1' });
  const data = { message: 'no route', progress: [50], logs: ['looked', 'found nothing'] };
  const ids = await here.cpp.addMany(names.map((name) => ({ name, data, opts: {} })));
  await worker.journal.findMany('end', kEnded, names.length);
  return { board: new Board([here.queue]), worker, ids, path: `/api/queues/${here.queueName}` };
}

interop('the board lists the queue with its counts and jobs', async (here) => {
  const { board } = await boardOf(here, ['echo', 'fail', 'report']);
  await here.cpp.add('later', {}, { delay: 60_000 });
  const query = { activeQueue: here.queueName, status: 'completed', page: '1', jobsPerPage: '10' };
  const { queues } = await board.call('get', '/api/queues', { query });
  const [queue] = queues.filter(({ name }) => name === here.queueName);
  assert.equal(queue.type, 'bullmq');
  assert.equal(queue.hasWorkers ?? true, true);
  const { completed, failed, delayed, waiting, active } = queue.counts;
  assert.deepEqual(
    { completed, failed, delayed, waiting, active },
    { completed: 2, failed: 1, delayed: 1, waiting: 0, active: 0 },
  );
  assert.deepEqual(queue.jobs.map(({ name }) => name).sort(), ['echo', 'report']);
});

interop('the board shows a job with its failure, its progress and its logs', async (here) => {
  const { board, path, ids } = await boardOf(here, ['fail', 'report']);
  const failed = (await board.call('get', `${path}/${ids[0]}`)).job;
  assert.equal(failed.failedReason, 'no route');
  assert.equal(failed.stacktrace.length, 1);
  const { job } = await board.call('get', `${path}/${ids[1]}`);
  assert.equal(job.progress, 50);
  assert.deepEqual(job.returnValue, job.data);
  assert.deepEqual(await board.call('get', `${path}/${ids[1]}/logs`), ['looked', 'found nothing']);
});

interop('the board knows our worker by its name', async (here) => {
  const { board, path } = await boardOf(here, ['echo']);
  const { workers } = await board.call('get', `${path}/workers`);
  assert.deepEqual(
    workers.map(({ name }) => name),
    ['watchbill-1'],
  );
});

interop('a job is tried again, promoted and removed from the board', async (here) => {
  const { board, worker, path, ids } = await boardOf(here, ['fail', 'echo']);
  const ends = worker.journal.items.length;
  await board.call('put', `${path}/${ids[0]}/retry/failed`).catch(() => board.call('put', `${path}/${ids[0]}/retry`));
  await worker.journal.find('second failure', (event) => kEnded(event) && event.job === ids[0], { from: ends });
  const later = await here.cpp.add('echo', {}, { delay: 60_000 });
  await board.call('put', `${path}/${later}/promote`);
  await here.completed(later);
  await board.call('put', `${path}/${ids[1]}/clean`);
  assert.equal(await here.queue.getJob(ids[1]), undefined);
});

interop('all failed jobs are tried again and all completed ones cleaned from the board', async (here) => {
  const { board, worker, path } = await boardOf(here, ['fail', 'fail', 'echo']);
  const ends = worker.journal.items.length;
  await board.call('put', `${path}/retry/failed`);
  await worker.journal.find('the end of both', () => worker.journal.items.slice(ends).filter(kEnded).length === 2, {
    from: ends,
  });
  assert.equal(await here.queue.getFailedCount(), 2);
  await board.adapters[0].clean('completed', 0);
  assert.equal(await here.queue.getCompletedCount(), 0);
});

interop('the board pauses and resumes the queue for our worker', async (here) => {
  const { board, path } = await boardOf(here, ['echo']);
  await board.call('put', `${path}/pause`);
  const id = await here.cpp.add('echo', {}, {});
  assert.equal(await here.queue.isPaused(), true);
  assert.notEqual(await here.queue.getJobState(id), 'completed');
  await board.call('put', `${path}/resume`);
  await here.completed(id);
});
