-- Integrations, their client secrets, and their access tokens, which are sessions beside those of people.

create table integrations (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    -- Unique across the installation, compared as it is written (RFC 6749 §2.2).
    client_id text collate "C" not null,
    name text collate "C" not null,
    name_key text collate "C" not null,
    -- Acts from here: the company of whoever made it.
    company_id text collate "C" not null references companies (id),
    -- 1 owner, 2 operations engineer, 3 common manager; at most its maker's.
    role bigint not null check (role in (1, 2, 3)),
    status text collate "C" not null check (status in ('active', 'disabled')),
    -- The user that made it; null for the command line.
    made_by text collate "C",
    made_by_name text collate "C" not null,
    created_at bigint not null,
    version bigint not null default 1
);
create unique index integrations_client_id on integrations (client_id);
create index integrations_by_name on integrations (organization_id, name_key, id);

-- At most two live ones per integration: the second takes over from the first.
create table client_secrets (
    id text collate "C" primary key,
    integration_id text collate "C" not null references integrations (id) on delete cascade,
    secret_hash text collate "C" not null unique,
    -- Its first characters, by which people tell two apart.
    hint text collate "C" not null,
    created_at bigint not null,
    -- Null is for as long as the integration.
    expires_at bigint
);
create index client_secrets_integration on client_secrets (integration_id);

-- A secret that was generated for an integration that is still being typed. Fifteen minutes, once.
create table secret_drafts (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    user_id text collate "C" not null,
    secret_hash text collate "C" not null unique,
    hint text collate "C" not null,
    expires_at bigint not null
);

-- A session is one sign-in of an account or one access token of an integration.
alter table sessions alter column account_id drop not null;
alter table sessions add column integration_id text collate "C" references integrations (id) on delete cascade;
-- Of a token: the secret that it was given for, and what it was narrowed to (a JSON table screen → level).
alter table sessions add column secret_id text collate "C";
alter table sessions add column scope text collate "C";
alter table sessions add check ((account_id is null) <> (integration_id is null));
create index sessions_integration on sessions (integration_id, expires_at) where ended_at is null;

-- What the API calls of each subject came to, hour by hour (`hour` is its first millisecond).
create table calls (
    subject_id text collate "C" not null,
    hour bigint not null,
    calls bigint not null,
    errors bigint not null,
    primary key (subject_id, hour)
);

-- When a subject was last active, and with which credential.
create table last_uses (
    subject_id text collate "C" not null,
    credential_id text collate "C" not null,
    at bigint not null,
    address text collate "C" not null,
    primary key (subject_id, credential_id)
);

-- What a subject asked for and was refused: "asked for HVAC full 214 times".
create table refused_needs (
    subject_id text collate "C" not null,
    screen text collate "C" not null,
    level bigint not null,
    times bigint not null,
    last_at bigint not null,
    primary key (subject_id, screen, level)
);
