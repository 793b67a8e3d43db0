DROP TABLE settings;
DROP TABLE rate_counters;
DROP TABLE jobs;
DROP TABLE daily_digests;
DROP TABLE chain_heads;
DROP TABLE access_log;
