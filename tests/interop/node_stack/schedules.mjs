// How the programs get at UserMonitorSchedule: with Prisma's client, as the guide's application, or by SQL alone.
import { settings } from './settings.mjs';

export const { Schedules } = await import(settings.prismaClient ? './prisma_schedules.mjs' : './sql_schedules.mjs');
