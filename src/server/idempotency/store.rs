use crate::db::{Conn, DbError, exec, row, scalar};
use crate::types::Millis;

/// A key in use.
#[derive(sqlx::FromRow)]
pub struct KeyRow {
    pub fingerprint: String,
    /// None while the first is under way, or was interrupted.
    pub answer: Option<String>,
    pub created_at: Millis,
}

pub async fn find(conn: &mut Conn<'_>, id: &str, now: Millis) -> Result<Option<KeyRow>, DbError> {
    const FIND: &str = "select fingerprint, answer, created_at from idempotency_keys where id = $1 and expires_at > $2";
    row!(conn, KeyRow, FIND, id, now)
}

pub struct NewKey<'a> {
    pub id: &'a str,
    pub caller_id: &'a str,
    pub fingerprint: &'a str,
    pub expires_at: Millis,
}

/// One that ran out is as none.
const CLAIM: &str = "insert into idempotency_keys (id, caller_id, fingerprint, answer, created_at, expires_at)
    values ($1, $2, $3, null, $4, $5)
    on conflict (id) do update set caller_id = excluded.caller_id, fingerprint = excluded.fingerprint, answer = null,
        created_at = excluded.created_at, expires_at = excluded.expires_at
    where idempotency_keys.expires_at <= $4";

/// Takes a key for one request; false when another one has it.
pub async fn claim(conn: &mut Conn<'_>, new: &NewKey<'_>, now: Millis) -> Result<bool, DbError> {
    Ok(exec!(conn, CLAIM, new.id, new.caller_id, new.fingerprint, now, new.expires_at)? == 1)
}

/// How many live keys a caller has, counted up to `most`.
pub async fn count(conn: &mut Conn<'_>, caller_id: &str, now: Millis, most: i64) -> Result<i64, DbError> {
    const COUNT: &str = "select count(*) from (select 1 as one from idempotency_keys
        where caller_id = $1 and expires_at > $2 limit $3) counted";
    scalar!(conn, i64, COUNT, caller_id, now, most)
}

/// When the next key of a caller ends.
pub async fn next_end(conn: &mut Conn<'_>, caller_id: &str, now: Millis) -> Result<Option<Millis>, DbError> {
    const NEXT: &str = "select min(expires_at) from idempotency_keys where caller_id = $1 and expires_at > $2";
    scalar!(conn, Option<Millis>, NEXT, caller_id, now)
}

pub async fn keep(conn: &mut Conn<'_>, id: &str, answer: &str) -> Result<(), DbError> {
    exec!(conn, "update idempotency_keys set answer = $2 where id = $1", id, answer)?;
    Ok(())
}

pub async fn forget(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from idempotency_keys where id = $1", id)?;
    Ok(())
}

pub async fn forget_old(conn: &mut Conn<'_>, now: Millis) -> Result<(), DbError> {
    exec!(conn, "delete from idempotency_keys where expires_at <= $1", now)?;
    Ok(())
}
