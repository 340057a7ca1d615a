-- Teams, their members, and API users: service accounts inside an organization.

create table teams (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    name text collate "C" not null,
    name_key text collate "C" not null,
    remark text collate "C" not null,
    created_at bigint not null,
    version bigint not null default 1
);
create unique index teams_name on teams (organization_id, name_key);
create index teams_listed on teams (organization_id, name_key, id);

create table api_users (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    name text collate "C" not null,
    name_key text collate "C" not null,
    remark text collate "C" not null,
    -- Acts from here: the company of whoever made it.
    company_id text collate "C" not null references companies (id),
    -- 1 owner, 2 operations engineer, 3 common manager; at most its maker's.
    role bigint not null check (role in (1, 2, 3)),
    status text collate "C" not null check (status in ('active', 'disabled')),
    made_by text collate "C" not null,
    made_by_name text collate "C" not null,
    -- Its one access token.
    token_hash text collate "C" not null,
    -- Its first characters, by which people tell two apart.
    token_hint text collate "C" not null,
    token_made_at bigint not null,
    -- Null is without end.
    token_expires_at bigint,
    created_at bigint not null,
    version bigint not null default 1
);
create unique index api_users_token on api_users (token_hash);
create index api_users_listed on api_users (organization_id, name_key, id);
create index api_users_company on api_users (company_id);

create table team_members (
    team_id text collate "C" not null references teams (id) on delete cascade,
    member_kind text collate "C" not null check (member_kind in ('user', 'api_user')),
    -- Of the user or the API user.
    member_id text collate "C" not null,
    added_at bigint not null,
    primary key (team_id, member_id)
);
create index team_members_member on team_members (member_id, team_id);

-- Of a grant on a device, or on all devices: which of the three tables its levels are. Null for all other grants.
alter table grants add column device_right text collate "C" check (device_right in ('view', 'control', 'configure'));
