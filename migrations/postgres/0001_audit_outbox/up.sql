CREATE TABLE access_log (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  account_id UUID,
  actor_name TEXT NOT NULL,
  agency_id UUID,
  subject_account UUID,
  dossier_id UUID,
  dossier_ref TEXT,
  purpose TEXT NOT NULL,
  what TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX access_log_subject_account_at ON access_log (subject_account, at);
CREATE INDEX access_log_dossier_id_at ON access_log (dossier_id, at);
CREATE INDEX access_log_account_id_at ON access_log (account_id, at);

CREATE TABLE chain_heads (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain)
);

CREATE TABLE daily_digests (
  day DATE NOT NULL,
  heads JSONB NOT NULL,
  prev_digest TEXT NOT NULL,
  digest TEXT NOT NULL,
  sealed_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (day)
);

CREATE TABLE jobs (
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  payload JSONB NOT NULL,
  state TEXT NOT NULL,
  run_at TIMESTAMPTZ NOT NULL,
  locked_until TIMESTAMPTZ,
  locked_by TEXT,
  attempts INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  unique_key TEXT UNIQUE,
  last_error TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ,
  PRIMARY KEY (id)
);
CREATE INDEX jobs_state_run_at ON jobs (state, run_at);

CREATE TABLE rate_counters (
  key TEXT NOT NULL,
  window_start TIMESTAMPTZ NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (key)
);

CREATE TABLE settings (
  name TEXT NOT NULL,
  value JSONB NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (name)
);
