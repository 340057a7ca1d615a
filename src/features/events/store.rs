use crate::db::{Conn, DbError, exec, row};
use crate::types::Millis;

/// A ticket: in place of which credential it was given, and to whom it may be shown.
#[derive(sqlx::FromRow)]
pub struct TicketRow {
    /// The prefix of the token or key; empty for a cookie.
    pub credential_kind: String,
    pub credential_hash: String,
    pub origin: String,
}

pub struct NewTicket<'a> {
    pub token_hash: &'a str,
    pub credential_kind: &'a str,
    pub credential_hash: &'a str,
    pub origin: &'a str,
    pub expires_at: Millis,
}

/// Puts a ticket down, and throws away those that ran out.
pub async fn insert(conn: &mut Conn<'_>, new: &NewTicket<'_>, now: Millis) -> Result<(), DbError> {
    const INSERT: &str = "insert into event_tickets (token_hash, credential_kind, credential_hash, origin, expires_at)
        values ($1, $2, $3, $4, $5)";
    exec!(conn, "delete from event_tickets where expires_at <= $1", now)?;
    exec!(conn, INSERT, new.token_hash, new.credential_kind, new.credential_hash, new.origin, new.expires_at)?;
    Ok(())
}

pub async fn exists(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<bool, DbError> {
    const FIND: &str = "select token_hash from event_tickets where token_hash = $1 and expires_at > $2";
    Ok(row!(conn, (String,), FIND, token_hash, now)?.is_some())
}

/// None when it ran out, or somebody else took it first.
pub async fn take(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<Option<TicketRow>, DbError> {
    const TAKE: &str = "delete from event_tickets where token_hash = $1 and expires_at > $2
        returning credential_kind, credential_hash, origin";
    row!(conn, TicketRow, TAKE, token_hash, now)
}
