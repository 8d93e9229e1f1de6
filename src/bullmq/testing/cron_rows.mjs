#!/usr/bin/env node
// cron_rows.mjs FOLDER [SEED [ROWS]] > cron_rows.h: random cron patterns and what the cron-parser in
// FOLDER/node_modules makes of them, for cron_test.cpp. The same seed gives the same rows.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { argv, versions } from 'node:process';

const [folder, seed = '1', count = '470'] = argv.slice(2);
const require = createRequire(join(resolve(folder), 'package.json'));
const { CronExpressionParser } = require('cron-parser');
const { IANAZone } = require('luxon');

// Where clocks change by half an hour, two hours or a day, at midnight, on the hour before it, or not at all.
const kZones = [
  ...['UTC', 'UTC+5:30', 'Asia/Shanghai', 'Europe/Berlin', 'Europe/London', 'Europe/Moscow', 'Asia/Tehran'],
  ...['America/New_York', 'America/Havana', 'America/Nuuk', 'America/St_Johns', 'America/Santiago'],
  ...['Africa/Cairo', 'Africa/Casablanca', 'Asia/Beirut', 'Antarctica/Troll', 'Australia/Lord_Howe'],
  ...['Pacific/Chatham', 'Pacific/Apia'],
];
const kNames = [
  ...['jan', 'FEB', 'Mar', 'apr', 'may', 'jun', 'JUL', 'aug', 'sep', 'oct', 'nov', 'DEC'],
  ...['SUN', 'mon', 'Tue', 'WED', 'thu', 'fri', 'sat'],
];
const kPredefined = ['yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly', 'weekdays', 'weekends'];
const kBounds = {
  ...{ second: [0, 59], minute: [0, 59], hour: [0, 23] },
  ...{ day: [1, 31], month: [1, 12], weekday: [0, 7] },
};
const kFrom = Date.UTC(2010, 0, 1);
const kTo = Date.UTC(2024, 0, 1); // what zones will do later, their governments may still change
const kHour = 3_600_000;

// mulberry32
let state = Number(seed);
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const integer = (min, max) => min + Math.floor(random() * (max - min + 1));
const one = (list) => list[integer(0, list.length - 1)];
const chance = (share) => random() < share;

// [{at, hour}]: moments at which the clocks of a zone change, and the hour that they showed.
function changesOf(name) {
  if (!name.includes('/')) return [];
  const zone = new IANAZone(name);
  const changes = [];
  for (let day = kFrom; day < kTo; day += 24 * kHour) {
    let [before, after] = [day, day + 24 * kHour];
    if (zone.offset(before) === zone.offset(after)) continue;
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (zone.offset(middle) === zone.offset(before)) before = middle;
      else after = middle;
    }
    changes.push({ at: after, hour: new Date(after + zone.offset(before) * 60_000).getUTCHours() });
  }
  return changes;
}
const kChanges = new Map(kZones.map((zone) => [zone, changesOf(zone)]));

function item(field) {
  const [min, max] = kBounds[field];
  const first = integer(min, max);
  const last = integer(first, max);
  const range = `${first}-${last}`;
  const forms = [`${first}`, range, `${range}/${integer(1, 7)}`, `${first}/${integer(1, 20)}`];
  if (field === 'day') forms.push('L', '?');
  if (field === 'weekday') forms.push('mon-fri', '?', one(kNames.slice(12)));
  if (field === 'weekday') forms.push(`${first}L`, `${first}#${integer(1, 5)}`);
  if (field === 'month') forms.push(one(kNames.slice(0, 12)));
  return one(forms);
}

function field(name, anyShare) {
  if (chance(anyShare)) return '*';
  if (chance(0.2)) return `*/${integer(1, name === 'hour' ? 8 : 30)}`;
  if (chance(0.25)) return [item(name), item(name)].join();
  return item(name);
}

function hoursNear(change) {
  const hour = (by) => (change.hour + by + 24) % 24;
  const list = [...new Set([hour(integer(-2, 3)), hour(integer(-2, 3)), integer(0, 23)])];
  return chance(0.6) ? `${list[0]}` : list.join();
}

function patternNear(change) {
  if (chance(0.02)) return `@${one(kPredefined)}`;
  const fields = [
    chance(0.4) ? [field('second', 0.2)] : [],
    field('minute', 0.25),
    change && chance(0.7) ? hoursNear(change) : field('hour', 0.3),
    field('day', 0.7),
    field('month', 0.8),
    field('weekday', 0.7),
  ];
  return fields.flat().join(' ');
}

function spoilt(pattern) {
  const at = integer(0, pattern.length - 1);
  const inserted = chance(0.2) ? one(kNames) : one([...'0123456789*?,-/L#/-, ']);
  return pattern.slice(0, at) + inserted + pattern.slice(at + integer(0, 1));
}

function momentNear(change) {
  if (!change) return integer(kFrom, kTo);
  const steps = [0, -1, 1, -1000, kHour, -kHour, kHour / 2, -kHour / 2, -24 * kHour];
  if (chance(0.4)) return change.at + one(steps);
  return change.at + 1000 * integer(-50 * 3600, 6 * 3600) + (chance(0.3) ? integer(1, 999) : 0);
}

// As BullMQ asks: parsed anew for every time. 'refused', 'none' where nothing comes, or up to three times;
// undefined where cron-parser steps back in time.
function outcome(pattern, tz, from) {
  const times = [];
  for (let at = from; times.length < 3; at = times.at(-1)) {
    let expression;
    try {
      expression = CronExpressionParser.parse(pattern, { tz, currentDate: new Date(at) });
    } catch {
      return 'refused';
    }
    try {
      times.push(expression.next().getTime());
    } catch {
      break;
    }
    if (times.at(-1) <= at) return undefined;
  }
  return times.map(iso).join(' ') || 'none';
}

const iso = (at) => new Date(at).toISOString().replace('.000Z', 'Z');

// What CronExpression refuses on purpose: hashed values, and oddities after # that Node reads as a number.
const isOutOfScope = (pattern) =>
  pattern.replace(/[a-z]{3}/gi, '').includes('H') || /#(?![1-5](\s|$))/.test(pattern);

function row() {
  const zone = one(kZones);
  const change = chance(0.75) ? one([...kChanges.get(zone), undefined]) : undefined;
  const good = patternNear(change);
  const pattern = (chance(0.15) ? spoilt(good) : good).trim();
  const from = momentNear(change);
  const expected = isOutOfScope(pattern) ? undefined : outcome(pattern, zone, from);
  return expected ? [pattern, zone, iso(from), expected].join('|') : row();
}

const { version } = require('cron-parser/package.json');
console.log(`// Written by cron_rows.mjs with cron-parser ${version} and tzdata ${versions.tz}. A row is
// pattern|zone|from|the next times, or "none", or "refused".
#pragma once

#include <string_view>

namespace watchbill::bullmq::testing {

inline constexpr std::string_view kCronRows = R"rows(`);
for (let i = 0; i < Number(count); ++i) console.log(row());
console.log(`)rows";

}  // namespace watchbill::bullmq::testing`);
