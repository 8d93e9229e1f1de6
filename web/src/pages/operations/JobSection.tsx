import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { jobsQuery } from '@/api/queries';
import type { Job, JobState, QueueView } from '@/api/types';
import { Time } from '@/time/Time';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';
import { ScrollArea } from '@/ui/ScrollArea';
import { Segmented } from '@/ui/Segmented';
import { Nothing, Section } from './Section';
import { STATES } from './states';

/** The jobs in one state, as far as the queue keeps them. */
export function JobSection({ queue }: { queue: QueueView }) {
  const { t } = useTranslation();
  const [state, setState] = useState<JobState>(queue.counts?.failed ? 'failed' : 'waiting');
  if (!queue.reachable) return null;
  return (
    <Section
      title={t('operations.jobs.title')}
      actions={
        <Segmented<JobState>
          legend={t('operations.jobs.state')}
          value={state}
          onChange={setState}
          choices={STATES.map((value) => ({ value, label: t(`operations.states.${value}`) }))}
        />
      }
    >
      <Jobs key={state} state={state} />
    </Section>
  );
}

function Jobs({ state }: { state: JobState }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(jobsQuery(state));
  const jobs = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {query.isPending && <Loading />}
      <ErrorNotice error={query.error} />
      {jobs && (jobs.length === 0 ? <Nothing>{t(`operations.jobs.none.${state}`)}</Nothing> : <JobTable state={state} jobs={jobs} />)}
      {query.hasNextPage && (
        <div className="text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </div>
      )}
    </>
  );
}

type Moment = 'added' | 'due' | 'started' | 'finished';

const MOMENTS: Record<JobState, Moment> = {
  waiting: 'added',
  active: 'started',
  delayed: 'due',
  failed: 'finished',
  completed: 'finished',
};

const MOMENT_OF: Record<Moment, (job: Job) => string | null> = {
  added: (job) => job.addedAt,
  due: (job) => job.dueAt,
  started: (job) => job.startedAt,
  finished: (job) => job.finishedAt,
};

function JobTable({ state, jobs }: { state: JobState; jobs: readonly Job[] }) {
  const { t } = useTranslation();
  const moment = MOMENTS[state];
  const hasReason = state === 'failed' || state === 'delayed';
  return (
    <ScrollArea label={t('operations.table', { title: t('operations.jobs.title') })} className="card">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t('operations.jobs.user')}</th>
            {hasReason && (
              <th scope="col" className="max-sm:hidden">
                {t('operations.jobs.reason')}
              </th>
            )}
            <th scope="col" className="num max-sm:hidden">
              {t('operations.jobs.attempts')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('operations.jobs.id')}
            </th>
            <th scope="col">{t(`operations.jobs.${moment}`)}</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => {
            const at = MOMENT_OF[moment](job);
            return (
              <tr key={job.id} className="hover:bg-sunken">
                <td>
                  <JobUser job={job} />
                  {hasReason && <p className="text-xs wrap-anywhere text-down sm:hidden">{job.reason}</p>}
                </td>
                {hasReason && <td className="wrap-anywhere text-down max-sm:hidden">{job.reason ?? '–'}</td>}
                <td className="num max-sm:hidden">{job.attempts}</td>
                <td className="font-mono text-xs break-all max-sm:hidden">{job.id}</td>
                <td className="sm:whitespace-nowrap">{at ? <Time at={at} style="compact" /> : '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function JobUser({ job }: { job: Job }) {
  const { t } = useTranslation();
  const name = job.email ?? job.userId;
  return name ? <span className="font-medium break-all">{name}</span> : <span className="text-muted">{t('operations.jobs.noUser')}</span>;
}
