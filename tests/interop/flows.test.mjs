// Flows of Node whose jobs C++ runs: parents that wait for children, and what becomes of them when a child fails.
import assert from 'node:assert/strict';

import { interop, until } from './support/interop.mjs';

async function addFlow(here, children, parent = {}) {
  const producer = new here.bullmq.FlowProducer({ connection: here.redis.connection });
  here.atEnd(() => producer.close());
  const { queueName } = here;
  const tree = { queueName, name: 'echo', data: { parent: true }, ...parent };
  const made = await producer.add({ ...tree, children: children.map((child) => ({ queueName, ...child })) });
  return { parent: made.job, children: made.children.map(({ job }) => job) };
}
const failing = (opts) => ({ name: 'fail', data: { message: 'no' }, opts });

interop('a parent runs after its children and gets their values', async (here) => {
  await here.cpp.work();
  const { parent, children } = await addFlow(here, [
    { name: 'echo', data: { n: 1 } },
    { name: 'echo', data: { n: 2 }, opts: { delay: 50 } },
    { name: 'fail_n_times', data: { n: 3, times: 1, message: 'no' }, opts: { attempts: 2 } },
  ]);
  const job = await here.completed(parent.id);
  const values = Object.values(await job.getChildrenValues()).map(({ n }) => n);
  assert.deepEqual(values.sort(), [1, 2, 3]);
  for (const child of children) assert.ok((await here.queue.getJob(child.id)).finishedOn <= job.processedOn);
});

interop('three levels are worked by both sides together', async (here) => {
  await here.cpp.work({ concurrency: 4 });
  await here.node.work({ concurrency: 4 });
  const { queueName } = here;
  const leaves = (of) =>
    Array.from({ length: 8 }, (_, i) => ({ queueName, name: 'echo', data: { leaf: `${of}.${i}` } }));
  const middle = Array.from({ length: 5 }, (_, i) => ({ name: 'echo', data: { middle: i }, children: leaves(i) }));
  const { parent } = await addFlow(here, middle);
  const job = await here.completed(parent.id);
  assert.equal(Object.keys(await job.getChildrenValues()).length, 5);
  assert.equal(await here.queue.getCompletedCount(), 1 + 5 + 40);
});

interop('failParentOnFailure fails the parent with the words that Node would use', async (here) => {
  const reasons = [];
  for (const side of [here.node, here.cpp]) {
    const worker = await side.work();
    const { parent, children } = await addFlow(here, [failing({ failParentOnFailure: true })]);
    const job = await here.failed(parent.id);
    reasons.push(job.failedReason.replace(children[0].id, '<child>'));
    await worker.close();
  }
  assert.equal(reasons[1], reasons[0]);
  assert.match(reasons[1], /<child>/);
});

interop('ignoreDependencyOnFailure lets the parent run and keeps the reason', async (here) => {
  await here.cpp.work();
  const { parent } = await addFlow(here, [
    failing({ ignoreDependencyOnFailure: true }),
    { name: 'echo', data: { n: 1 } },
  ]);
  const job = await here.completed(parent.id);
  assert.deepEqual(Object.values(await job.getIgnoredChildrenFailures()), ['no']);
});

interop('removeDependencyOnFailure lets the parent run without that child', async (here) => {
  await here.cpp.work();
  const { parent } = await addFlow(here, [
    failing({ removeDependencyOnFailure: true }),
    { name: 'echo', data: { n: 1 } },
  ]);
  const job = await here.completed(parent.id);
  assert.deepEqual(Object.values(await job.getChildrenValues()), [{ n: 1 }]);
});

interop('continueParentOnFailure starts the parent at once', async (here) => {
  await here.cpp.work();
  const waiting = { name: 'echo', data: {}, opts: { delay: 60_000 } };
  const { parent } = await addFlow(here, [failing({ continueParentOnFailure: true }), waiting]);
  // It has run, and cannot complete while a child is still to come.
  await until('the parent has run', async () => (await here.queue.getJob(parent.id)).attemptsStarted >= 1);
  const job = await here.queue.getJob(parent.id);
  assert.deepEqual(Object.values(await job.getFailedChildrenValues()), ['no']);
});

interop('a child that nothing was said of blocks its parent when it fails', async (here) => {
  await here.cpp.work();
  const { parent, children } = await addFlow(here, [failing({})]);
  await here.failed(children[0].id);
  assert.equal(await here.queue.getJobState(parent.id), 'waiting-children');
});
