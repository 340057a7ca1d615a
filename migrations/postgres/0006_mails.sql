-- Mail that waits to be sent. A row says what is to be told to whom and never holds the secret itself: a temporary
-- password is made at the moment its mail is sent.

create table mails (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organizations (id),
    -- `temporary_password`.
    kind text collate "C" not null,
    -- The membership that it is about; it may be gone by the time.
    user_id text collate "C" not null,
    account_id text collate "C" not null references accounts (id),
    created_at bigint not null,
    tries bigint not null default 0,
    last_try_at bigint,
    -- Null: given up.
    next_try_at bigint,
    -- Which try is under way, and until when no other node may begin one.
    lease text collate "C",
    leased_until bigint,
    -- What the mail server said to the last try.
    last_error text collate "C" not null default ''
);
create index mails_due on mails (next_try_at, id) where next_try_at is not null;
create index mails_listed on mails (organization_id, created_at, id);
create index mails_account on mails (account_id);

-- The mail that is to bring the password. Whatever else sets a password makes it null, and the mail is not sent.
alter table accounts add column password_mail_id text collate "C";
