import type { JobState } from '@/api/types';

/** In the order of a job's life. */
export const STATES: readonly JobState[] = ['waiting', 'active', 'delayed', 'failed', 'completed'];
