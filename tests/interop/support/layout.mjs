// All that a queue has in Redis, as text that can be compared: without its name and the times of the run.

const kReaders = {
  string: (redis, key) => redis.get(key),
  hash: (redis, key) => redis.hgetall(key),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: async (redis, key) => (await redis.smembers(key)).sort(),
  zset: (redis, key) => redis.zrange(key, 0, -1, 'WITHSCORES'),
  stream: async (redis, key) => (await redis.xrange(key, '-', '+')).map(([, fields]) => fields),
};

/** {key: {type, expires, value}} of the queue. */
export async function layoutOf(redis, prefix, queueName) {
  const layout = {};
  for (const key of (await redis.keys(`${prefix}:${queueName}:*`)).sort()) {
    const type = await redis.type(key);
    const value = await kReaders[type](redis, key);
    const expires = (await redis.pttl(key)) > 0;
    layout[key] = { type, expires, value };
  }
  return JSON.parse(JSON.stringify(layout).replaceAll(`${prefix}:${queueName}`, '<queue>'));
}

const kTimes = new Set(['processedOn', 'finishedOn']);

/** Puts a word for what is a time of the run: in a job's hash, in a set ordered by it, in an event. */
export function withoutTimes(layout) {
  const result = structuredClone(layout);
  // It wakes a worker, if one happens to sleep at that moment.
  delete result['<queue>:marker'];
  for (const [key, entry] of Object.entries(result)) {
    if (entry.type === 'hash') for (const name of kTimes) if (entry.value[name]) entry.value[name] = '<time>';
    if (entry.type === 'zset') entry.value = entry.value.map(timeless);
    if (entry.type === 'stream') entry.value = entry.value.map((fields) => fields.map(timeless));
    if (/:metrics:\w+$/.test(key) && entry.type === 'hash') entry.value.prevTS &&= '<time>';
    if (entry.value.stacktrace) entry.value.stacktrace = traces(entry.value.stacktrace);
  }
  return result;
}

function timeless(text) {
  return /^\d{13,16}(\.\d+)?$/.test(text) ? '<time>' : text;
}

// Where a stack trace leads to is each language's own business; that and how it begins is not.
function traces(text) {
  return JSON.parse(text).map((trace) => trace.split('\n')[0]);
}
