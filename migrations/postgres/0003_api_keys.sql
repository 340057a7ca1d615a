-- API keys: the keys that people make for themselves, to use the HTTP API as themselves.

create table api_keys (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    -- The membership that it speaks for, whose grants count.
    user_id text collate "C" not null references users (id),
    name text collate "C" not null,
    name_key text collate "C" not null,
    remark text collate "C" not null,
    -- What it was narrowed to (a JSON table screen → level); null is all that its owner may.
    scope text collate "C",
    may_administer boolean not null,
    secret_hash text collate "C" not null unique,
    -- The first characters of the secret, by which people tell two apart.
    hint text collate "C" not null,
    -- Null is without end.
    expires_at bigint,
    created_at bigint not null
);
create index api_keys_listed on api_keys (user_id, name_key, id);
