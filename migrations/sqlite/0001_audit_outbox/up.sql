CREATE TABLE access_log (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  account_id TEXT,
  actor_name TEXT NOT NULL,
  agency_id TEXT,
  subject_account TEXT,
  dossier_id TEXT,
  dossier_ref TEXT,
  purpose TEXT NOT NULL,
  what TEXT NOT NULL,
  at TEXT NOT NULL,
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
  day TEXT NOT NULL,
  heads TEXT NOT NULL,
  prev_digest TEXT NOT NULL,
  digest TEXT NOT NULL,
  sealed_at TEXT NOT NULL,
  PRIMARY KEY (day)
);

CREATE TABLE jobs (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  run_at TEXT NOT NULL,
  locked_until TEXT,
  locked_by TEXT,
  attempts INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  unique_key TEXT UNIQUE,
  last_error TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT,
  PRIMARY KEY (id)
);
CREATE INDEX jobs_state_run_at ON jobs (state, run_at);

CREATE TABLE rate_counters (
  key TEXT NOT NULL,
  window_start TEXT NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (key)
);

CREATE TABLE settings (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (name)
);
