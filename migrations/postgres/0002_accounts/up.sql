CREATE TABLE admin_units (
  code TEXT NOT NULL,
  level TEXT NOT NULL,
  name TEXT NOT NULL,
  full_name TEXT NOT NULL,
  fold TEXT NOT NULL,
  parent_code TEXT REFERENCES admin_units(code),
  valid_from DATE NOT NULL,
  valid_to DATE,
  PRIMARY KEY (code)
);
CREATE INDEX admin_units_parent_code ON admin_units (parent_code);

CREATE TABLE agencies (
  id UUID NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  centre_name TEXT,
  kind TEXT NOT NULL,
  level TEXT NOT NULL,
  parent_id UUID REFERENCES agencies(id),
  province_code TEXT,
  commune_code TEXT,
  place_name TEXT NOT NULL,
  address TEXT,
  phone TEXT,
  email TEXT,
  is_demo BOOLEAN NOT NULL,
  valid_from DATE,
  valid_to DATE,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX agencies_parent_id ON agencies (parent_id);

CREATE TABLE units (
  id UUID NOT NULL,
  agency_id UUID NOT NULL REFERENCES agencies(id),
  name TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX units_agency_id ON units (agency_id);

CREATE TABLE accounts (
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  party_kind TEXT NOT NULL,
  party_number_enc TEXT,
  party_index TEXT UNIQUE,
  full_name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  representative TEXT,
  date_of_birth DATE,
  sex TEXT,
  phone TEXT,
  email TEXT,
  email_fold TEXT,
  address JSONB,
  password_hash TEXT,
  must_change_password BOOLEAN NOT NULL,
  identity_level INTEGER NOT NULL,
  state TEXT NOT NULL,
  totp_secret_enc TEXT,
  totp_last_steps JSONB NOT NULL,
  failed_logins INTEGER NOT NULL,
  locked_until TIMESTAMPTZ,
  is_demo BOOLEAN NOT NULL,
  language TEXT NOT NULL,
  channels JSONB NOT NULL,
  opened_by UUID,
  verified_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX accounts_phone ON accounts (phone);
CREATE INDEX accounts_email_fold ON accounts (email_fold);
CREATE INDEX accounts_name_fold ON accounts (name_fold);

CREATE TABLE assignments (
  id UUID NOT NULL,
  account_id UUID NOT NULL REFERENCES accounts(id),
  role TEXT NOT NULL,
  agency_id UUID NOT NULL REFERENCES agencies(id),
  unit_id UUID REFERENCES units(id),
  field_code TEXT,
  valid_from TIMESTAMPTZ,
  valid_to TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX assignments_account_id ON assignments (account_id);
CREATE INDEX assignments_agency_id ON assignments (agency_id);
CREATE INDEX assignments_unit_id ON assignments (unit_id);

CREATE TABLE officer_relatives (
  account_id UUID NOT NULL REFERENCES accounts(id),
  party_index TEXT NOT NULL,
  relation TEXT NOT NULL,
  declared_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (account_id, party_index)
);

CREATE TABLE sessions (
  id UUID NOT NULL,
  account_id UUID NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  last_seen_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  revoked_at TIMESTAMPTZ,
  ip TEXT,
  user_agent TEXT,
  second_factor BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX sessions_account_id ON sessions (account_id);

CREATE TABLE one_time_codes (
  id UUID NOT NULL,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id UUID REFERENCES accounts(id),
  code_hash TEXT NOT NULL,
  payload JSONB,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  attempts INTEGER NOT NULL,
  used_at TIMESTAMPTZ,
  PRIMARY KEY (id)
);
CREATE INDEX one_time_codes_purpose_subject_created_at ON one_time_codes (purpose, subject, created_at);
CREATE INDEX one_time_codes_account_id ON one_time_codes (account_id);
