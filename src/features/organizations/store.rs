use crate::db::{Conn, DbError, exec, row};
use crate::types::Millis;

/// Half an hour, until somebody chooses otherwise.
pub const DEFAULT_IDLE_LIMIT: Millis = 30 * 60_000;

const INSERT: &str = "insert into organizations (id, name, idle_limit, created_at) values ($1, $2, $3, $4)";

pub async fn insert(conn: &mut Conn<'_>, id: &str, name: &str, now: Millis) -> Result<(), DbError> {
    exec!(conn, INSERT, id, name, DEFAULT_IDLE_LIMIT, now)?;
    Ok(())
}

/// What an organization's own people set of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SettingsRow {
    pub name: String,
    pub idle_limit: Millis,
    pub version: i64,
}

pub async fn settings(conn: &mut Conn<'_>, id: &str) -> Result<Option<SettingsRow>, DbError> {
    row!(conn, SettingsRow, "select name, idle_limit, version from organizations where id = $1", id)
}

pub async fn edit(conn: &mut Conn<'_>, id: &str, name: &str, idle_limit: Millis) -> Result<(), DbError> {
    const EDIT: &str = "update organizations set name = $2, idle_limit = $3, version = version + 1 where id = $1";
    exec!(conn, EDIT, id, name, idle_limit)?;
    Ok(())
}

pub async fn set_idle_limit(conn: &mut Conn<'_>, id: &str, limit: Millis) -> Result<(), DbError> {
    exec!(conn, "update organizations set idle_limit = $2, version = version + 1 where id = $1", id, limit)?;
    Ok(())
}
