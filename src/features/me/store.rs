use crate::db::{Conn, DbError, exec, row};
use crate::types::Millis;

#[derive(sqlx::FromRow)]
pub struct AccountRow {
    pub username: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub password_temporary: bool,
    pub version: Millis,
}

const FIND: &str = "select username, name, email, phone, password_temporary, version from accounts where id = $1";

pub async fn find(conn: &mut Conn<'_>, account_id: &str) -> Result<Option<AccountRow>, DbError> {
    row!(conn, AccountRow, FIND, account_id)
}

/// False when the session ended in between.
pub async fn replace_token(conn: &mut Conn<'_>, session_id: &str, token_hash: &str) -> Result<bool, DbError> {
    const REPLACE: &str = "update sessions set token_hash = $2 where id = $1 and ended_at is null";
    Ok(exec!(conn, REPLACE, session_id, token_hash)? == 1)
}

/// At most once a minute, so that a busy person costs no write per click.
pub async fn touch(conn: &mut Conn<'_>, session_id: &str, now: Millis) -> Result<bool, DbError> {
    const TOUCH: &str = "update sessions set last_activity_at = $2
        where id = $1 and ended_at is null and last_activity_at < $2 - 55000";
    Ok(exec!(conn, TOUCH, session_id, now)? == 1)
}
