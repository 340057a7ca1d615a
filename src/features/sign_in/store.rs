use crate::db::{Conn, DbError, exec, row};
use crate::types::Millis;

pub struct NewSession<'a> {
    pub id: &'a str,
    pub organization_id: Option<&'a str>,
    pub account_id: &'a str,
    pub token_hash: &'a str,
    pub client: &'a str,
    pub address: &'a str,
    pub expires_at: Millis,
}

const INSERT: &str = "insert into sessions (id, organization_id, account_id, token_hash, client, address,
        signed_in_at, last_activity_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $7, $8)";

/// Fails with `Unique::ActiveSession` while the account has another one.
pub async fn insert(conn: &mut Conn<'_>, new: &NewSession<'_>, now: Millis) -> Result<(), DbError> {
    exec!(
        conn,
        INSERT,
        new.id,
        new.organization_id,
        new.account_id,
        new.token_hash,
        new.client,
        new.address,
        now,
        new.expires_at
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub struct ActiveSession {
    pub id: String,
    pub client: String,
    pub address: String,
    pub last_activity_at: Millis,
    pub signed_in_at: Millis,
    pub expires_at: Millis,
    /// Of the session's organization; 0 is never.
    pub idle_limit: Millis,
}

const FIND_ACTIVE: &str = "select s.id, s.client, s.address, s.last_activity_at, s.signed_in_at, s.expires_at,
        coalesce(o.idle_limit, 0) as idle_limit
    from sessions s left join organizations o on o.id = s.organization_id
    where s.account_id = $1 and s.ended_at is null";

pub async fn find_active(conn: &mut Conn<'_>, account_id: &str) -> Result<Option<ActiveSession>, DbError> {
    row!(conn, ActiveSession, FIND_ACTIVE, account_id)
}

const INSERT_TICKET: &str = "insert into sign_in_tickets (token_hash, account_id, expires_at) values ($1, $2, $3)";

/// Puts a ticket down for `life`, and throws away those that ran out.
pub async fn insert_ticket(
    conn: &mut Conn<'_>,
    token_hash: &str,
    account_id: &str,
    life: Millis,
    now: Millis,
) -> Result<(), DbError> {
    exec!(conn, "delete from sign_in_tickets where expires_at <= $1", now)?;
    exec!(conn, INSERT_TICKET, token_hash, account_id, now + life)?;
    Ok(())
}

/// Whose ticket this is, while it is good.
pub async fn find_ticket(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<Option<String>, DbError> {
    const FIND: &str = "select account_id from sign_in_tickets where token_hash = $1 and expires_at > $2";
    Ok(row!(conn, (String,), FIND, token_hash, now)?.map(|row| row.0))
}

/// False when somebody else took it first.
pub async fn take_ticket(conn: &mut Conn<'_>, token_hash: &str) -> Result<bool, DbError> {
    Ok(exec!(conn, "delete from sign_in_tickets where token_hash = $1", token_hash)? == 1)
}

/// Whether the account has signed in from this browser before.
pub async fn knows_device(
    conn: &mut Conn<'_>,
    token_hash: &str,
    username_key: &str,
    now: Millis,
) -> Result<bool, DbError> {
    const FIND: &str = "select d.account_id from known_devices d join accounts a on a.id = d.account_id
        where d.token_hash = $1 and a.username_key = $2 and d.expires_at > $3";
    Ok(row!(conn, (String,), FIND, token_hash, username_key, now)?.is_some())
}

pub async fn insert_device(
    conn: &mut Conn<'_>,
    token_hash: &str,
    account_id: &str,
    expires_at: Millis,
) -> Result<(), DbError> {
    const INSERT: &str = "insert into known_devices (token_hash, account_id, expires_at) values ($1, $2, $3)";
    exec!(conn, INSERT, token_hash, account_id, expires_at)?;
    Ok(())
}
