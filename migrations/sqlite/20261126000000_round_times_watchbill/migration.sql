-- How late the rounds of all users were lately.
CREATE INDEX MonitorRound_startedAt_idx ON MonitorRound (startedAt);
