-- What the HTTP API keeps of its own: answers to POSTs with an Idempotency-Key, and the order of the list of grants.

-- What a POST with an Idempotency-Key was answered, for a day, so that the same POST sent again does nothing twice.
create table idempotency_keys (
    -- Derived from the caller's credential and its key; tells neither.
    id text primary key,
    -- The user, integration or API user that sent it.
    caller_id text not null,
    -- Of the request, keyed: a body cannot be guessed from it.
    fingerprint text not null,
    -- Sealed with a key that only the caller's credential gives back; null while the first is under way.
    answer text,
    created_at bigint not null,
    expires_at bigint not null
);
create index idempotency_keys_caller on idempotency_keys (caller_id, expires_at);
create index idempotency_keys_expiry on idempotency_keys (expires_at);

-- Each in the order of their making.
create index grants_listed on grants (organization_id, created_at, id);
drop index grants_subject;
create index grants_subject on grants (subject_id, organization_id, created_at, id);
drop index grants_profile;
create index grants_profile on grants (profile_id, organization_id, created_at, id);
drop index grants_place;
create index grants_place on grants (place_id, organization_id, created_at, id);
