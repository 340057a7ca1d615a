-- API keys: the keys that people make for themselves, to use the HTTP API as themselves.

create table api_keys (
    id text primary key,
    organization_id text not null references organizations (id),
    -- The membership that it speaks for, whose grants count.
    user_id text not null references users (id),
    name text not null,
    name_key text not null,
    remark text not null,
    -- What it was narrowed to (a JSON table screen → level); null is all that its owner may.
    scope text,
    may_administer boolean not null,
    secret_hash text not null unique,
    -- The first characters of the secret, by which people tell two apart.
    hint text not null,
    -- Null is without end.
    expires_at bigint,
    created_at bigint not null
);
create index api_keys_listed on api_keys (user_id, name_key, id);
