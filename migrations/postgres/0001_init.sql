-- Accounts, organizations, companies, places, users, profiles, grants, sessions and the audit log.
-- The same version in ../sqlite holds the same tables and columns; a test compares them.
-- Ids are UUIDv7 text, times are milliseconds since 1970 UTC. A `path` ends in '/', so that everything inside a node is
-- one range: path >= node.path and path < node.path with its last '/' turned into '0'.

create table organizations (
    id text collate "C" primary key,
    name text collate "C" not null,
    -- Inactivity limit in milliseconds; 0 is never.
    idle_limit bigint not null,
    suspended boolean not null default false,
    -- Counted up by every write that could take the last administrator away: it is the lock they queue on.
    admin_lock bigint not null default 0,
    created_at bigint not null,
    version bigint not null default 1
);

create table companies (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    parent_id text collate "C" references companies (id),
    kind text collate "C" not null check (kind in ('organization', 'distributor', 'installer')),
    name text collate "C" not null,
    name_key text collate "C" not null,
    path text collate "C" not null unique,
    created_at bigint not null,
    version bigint not null default 1
);
create unique index companies_name on companies (organization_id, parent_id, name_key);
create unique index companies_root on companies (organization_id) where parent_id is null;
create index companies_path on companies (organization_id, path);

create table places (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    parent_id text collate "C" references places (id),
    kind text collate "C" not null check (kind in ('building', 'floor', 'room', 'device')),
    device_kind text collate "C" check (device_kind in ('light', 'hvac', 'sensor', 'controller')),
    name text collate "C" not null,
    name_key text collate "C" not null,
    -- Orders siblings as people count them: Floor 2 before Floor 10.
    position bigint not null,
    path text collate "C" not null unique,
    -- The positions from the building down, ten digits each, each followed by '/': the order of lists, and like path one
    -- range for everything inside a node.
    sort_path text collate "C" not null,
    -- Names from the building down, joined by ' / ', for display.
    full_name text collate "C" not null,
    retired boolean not null default false,
    -- Last known state as a JSON object; its members depend on the kind.
    state text collate "C" not null default '{}',
    created_at bigint not null,
    version bigint not null default 1
);
create unique index places_name on places (organization_id, parent_id, name_key) where retired = false;
create unique index places_position on places (organization_id, sort_path);
create index places_sorted on places (organization_id, kind, sort_path, id);
create index places_named on places (organization_id, kind, name_key, id);
create index places_device_sorted on places (organization_id, device_kind, sort_path, id) where device_kind is not null;
create index places_device_named on places (organization_id, device_kind, name_key, id) where device_kind is not null;

create table alerts (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    place_id text collate "C" not null references places (id),
    severity text collate "C" not null check (severity in ('critical', 'warning', 'information')),
    message text collate "C" not null,
    -- The message folded, for searching.
    message_key text collate "C" not null,
    raised_at bigint not null,
    acknowledged_at bigint,
    cleared_at bigint
);
create index alerts_open on alerts (organization_id, raised_at, id) where cleared_at is null;
create index alerts_place on alerts (place_id);

create table accounts (
    id text collate "C" primary key,
    username text collate "C" not null,
    -- PRECIS UsernameCaseMapped (RFC 8265) of the username, computed in Rust.
    username_key text collate "C" not null unique,
    name text collate "C" not null,
    email text collate "C" not null,
    phone text collate "C" not null default '',
    -- PHC string; null for an account that cannot sign in with a password.
    password_hash text collate "C",
    -- Set by somebody else: must be replaced before anything but the personal center opens.
    password_temporary boolean not null default false,
    password_expires_at bigint,
    -- The organization whose administrator set the password; null when the person did.
    password_set_by text collate "C" references organizations (id),
    -- The first start's admin: an administrator before the first sign-in.
    founder boolean not null default false,
    operator boolean not null default false,
    home_organization_id text collate "C" references organizations (id),
    last_sign_in_at bigint not null default 0,
    created_at bigint not null,
    version bigint not null default 1
);

create table profiles (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    name text collate "C" not null,
    name_key text collate "C" not null,
    -- The built-in Administrator: every screen full, never edited, never deleted.
    builtin boolean not null default false,
    created_at bigint not null,
    version bigint not null default 1
);
create unique index profiles_name on profiles (organization_id, name_key, id);
create unique index profiles_name_once on profiles (organization_id, name_key);

-- What is granted on a screen, by a profile or by a grant's own table. 1 is read, 2 is full; none has no row.
create table levels (
    owner_id text collate "C" not null,
    screen text collate "C" not null,
    level bigint not null check (level in (1, 2)),
    primary key (owner_id, screen)
);

-- seq is the row id of the search index; it never changes.
create table users (
    seq bigint generated always as identity primary key,
    id text collate "C" not null unique,
    organization_id text collate "C" not null references organizations (id),
    account_id text collate "C" not null references accounts (id),
    company_id text collate "C" not null references companies (id),
    -- 1 owner, 2 operations engineer, 3 common manager.
    role bigint not null check (role in (1, 2, 3)),
    region text collate "C" not null,
    description text collate "C" not null default '',
    status text collate "C" not null check (status in ('active', 'disabled')),
    created_at bigint not null,
    version bigint not null default 1,
    -- Copies that the list sorts by, so that a page is one walk along an index.
    username_key text collate "C" not null,
    name_key text collate "C" not null,
    email_key text collate "C" not null,
    company_key text collate "C" not null,
    last_sign_in_at bigint not null default 0
);
create unique index users_account on users (account_id, organization_id);
create index users_by_username on users (organization_id, username_key, id);
create index users_by_name on users (organization_id, name_key, id);
create index users_by_email on users (organization_id, email_key, id);
create index users_by_company on users (organization_id, company_key, id);
create index users_by_role on users (organization_id, role, id);
create index users_by_status on users (organization_id, status, id);
create index users_by_sign_in on users (organization_id, last_sign_in_at, id);
create index users_in_company_by_username on users (organization_id, company_id, username_key, id);
create index users_in_company_by_name on users (organization_id, company_id, name_key, id);
create index users_in_company_by_email on users (organization_id, company_id, email_key, id);
create index users_in_company_by_company on users (organization_id, company_id, company_key, id);
create index users_in_company_by_role on users (organization_id, company_id, role, id);
create index users_in_company_by_status on users (organization_id, company_id, status, id);
create index users_in_company_by_sign_in on users (organization_id, company_id, last_sign_in_at, id);
create index users_of_role_by_username on users (organization_id, role, username_key, id);
create index users_of_role_by_name on users (organization_id, role, name_key, id);
create index users_of_role_by_email on users (organization_id, role, email_key, id);
create index users_of_role_by_company on users (organization_id, role, company_key, id);
create index users_of_role_by_status on users (organization_id, role, status, id);
create index users_of_role_by_sign_in on users (organization_id, role, last_sign_in_at, id);
create index users_of_status_by_username on users (organization_id, status, username_key, id);
create index users_of_status_by_name on users (organization_id, status, name_key, id);
create index users_of_status_by_email on users (organization_id, status, email_key, id);
create index users_of_status_by_company on users (organization_id, status, company_key, id);
create index users_of_status_by_role on users (organization_id, status, role, id);
create index users_of_status_by_sign_in on users (organization_id, status, last_sign_in_at, id);

-- A user and a profile it has by any grant of its own, with the sort keys of the user.
create table user_profiles (
    organization_id text collate "C" not null,
    profile_id text collate "C" not null references profiles (id),
    user_id text collate "C" not null references users (id) on delete cascade,
    username_key text collate "C" not null,
    name_key text collate "C" not null,
    email_key text collate "C" not null,
    company_key text collate "C" not null,
    role bigint not null,
    status text collate "C" not null,
    last_sign_in_at bigint not null,
    primary key (profile_id, user_id)
);
create index user_profiles_user on user_profiles (user_id);
create index user_profiles_by_username on user_profiles (organization_id, profile_id, username_key, user_id);
create index user_profiles_by_name on user_profiles (organization_id, profile_id, name_key, user_id);
create index user_profiles_by_email on user_profiles (organization_id, profile_id, email_key, user_id);
create index user_profiles_by_company on user_profiles (organization_id, profile_id, company_key, user_id);
create index user_profiles_by_role on user_profiles (organization_id, profile_id, role, user_id);
create index user_profiles_by_status on user_profiles (organization_id, profile_id, status, user_id);
create index user_profiles_by_sign_in on user_profiles (organization_id, profile_id, last_sign_in_at, user_id);

-- Folded username, name and email of each user, by trigrams.
create extension if not exists pg_trgm;
create table user_search (
    seq bigint primary key references users (seq) on delete cascade,
    text text collate "C" not null
);
create index user_search_text on user_search using gin (text gin_trgm_ops);

create table grants (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    subject_kind text collate "C" not null check (subject_kind in ('user', 'team', 'api_user', 'integration')),
    subject_id text collate "C" not null,
    -- The profile, or null when the grant has levels of its own.
    profile_id text collate "C" references profiles (id),
    -- The owner of the rows in levels: the profile or this grant.
    rights_id text collate "C" not null,
    -- Null is everything.
    place_id text collate "C" references places (id),
    from_at bigint,
    until_at bigint,
    given_by text collate "C" not null,
    reason text collate "C" not null default '',
    created_at bigint not null
);
create index grants_subject on grants (subject_id, organization_id);
create index grants_profile on grants (profile_id, organization_id);
create index grants_place on grants (place_id);

create table sessions (
    id text collate "C" primary key,
    organization_id text collate "C" references organizations (id),
    account_id text collate "C" not null references accounts (id),
    token_hash text collate "C" not null unique,
    client text collate "C" not null,
    address text collate "C" not null,
    signed_in_at bigint not null,
    last_activity_at bigint not null,
    expires_at bigint not null,
    ended_at bigint,
    ended_reason text collate "C",
    ended_by text collate "C"
);
-- One active console session per account, whatever races.
create unique index sessions_one_active on sessions (account_id) where ended_at is null;
create index sessions_listed on sessions (organization_id, signed_in_at, id) where ended_at is null;
create index sessions_ended on sessions (ended_at) where ended_at is not null;

-- A proved password that waits for "end the other session?". Five minutes, once.
create table sign_in_tickets (
    token_hash text collate "C" primary key,
    account_id text collate "C" not null references accounts (id),
    expires_at bigint not null
);

-- Browsers that an account has signed in from; they have a guessing budget of their own.
create table known_devices (
    token_hash text collate "C" primary key,
    account_id text collate "C" not null references accounts (id),
    expires_at bigint not null
);

create table audit_events (
    id text collate "C" primary key,
    organization_id text collate "C" references organizations (id),
    at bigint not null,
    actor_kind text collate "C" not null,
    actor_id text collate "C",
    actor_name text collate "C" not null,
    action text collate "C" not null,
    target_kind text collate "C" not null,
    target_id text collate "C",
    target_name text collate "C" not null,
    before text collate "C",
    after text collate "C",
    address text collate "C" not null,
    request_id text collate "C" not null
);
create index audit_events_listed on audit_events (organization_id, at, id);

-- Facts about this database itself: whether it is a demo.
create table facts (
    name text collate "C" primary key,
    value text collate "C" not null
);
