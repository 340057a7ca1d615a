-- Sessions that end by themselves, keys among the sessions, the audit log's filters and reach, and tickets for events.

-- What runs out next.
create index sessions_expiring on sessions (expires_at) where ended_at is null;
create index sessions_idle on sessions (organization_id, last_activity_at)
    where ended_at is null and account_id is not null;
create index client_secrets_ending on client_secrets (expires_at) where expires_at is not null;

-- With what program a key was used last.
alter table last_uses add column client text not null default '';
create index last_uses_recent on last_uses (at);

-- The company that an event is about, or whose user caused it; null is the organization's alone.
alter table audit_events add column company_id text;
create index audit_events_by_action on audit_events (organization_id, action, at, id);
create index audit_events_by_actor on audit_events (organization_id, actor_id, at, id);
create index audit_events_by_target on audit_events (organization_id, target_id, at, id);
create index audit_events_by_company on audit_events (organization_id, company_id, at, id);

-- What opens one WebSocket of events, once, within half a minute: in place of the cookie, token or key that asked for it.
create table event_tickets (
    token_hash text primary key,
    -- The prefix of the token or key; empty for a cookie.
    credential_kind text not null,
    credential_hash text not null,
    -- The one origin that may present it; empty is Doorward's own, and programs.
    origin text not null,
    expires_at bigint not null
);
