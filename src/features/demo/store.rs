use crate::db::{Conn, DbError, exec, row, rows, scalar};

/// What the database says about itself under this name.
pub async fn fact(conn: &mut Conn<'_>, name: &str) -> Result<Option<String>, DbError> {
    Ok(row!(conn, (String,), "select value from facts where name = $1", name)?.map(|row| row.0))
}

pub async fn set_fact(conn: &mut Conn<'_>, name: &str, value: &str) -> Result<(), DbError> {
    const SET: &str = "insert into facts (name, value) values ($1, $2)
        on conflict (name) do update set value = excluded.value";
    exec!(conn, SET, name, value)?;
    Ok(())
}

/// Usernames with a password, the first made first; no more than are worth printing.
pub async fn can_sign_in(conn: &mut Conn<'_>) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select username from accounts where password_hash is not null order by id limit 5";
    Ok(rows!(conn, (String,), FIND)?.into_iter().map(|row| row.0).collect())
}

pub async fn oldest_organization(conn: &mut Conn<'_>) -> Result<Option<String>, DbError> {
    const OLDEST: &str = "select id from organizations order by created_at, id limit 1";
    Ok(row!(conn, (String,), OLDEST)?.map(|row| row.0))
}

/// Who gives the grants of generated users: the organization's first one.
pub async fn first_user(conn: &mut Conn<'_>, organization_id: &str) -> Result<String, DbError> {
    scalar!(conn, String, "select id from users where organization_id = $1 order by seq limit 1", organization_id)
}

/// A company to work for.
#[derive(sqlx::FromRow)]
pub struct CompanyRow {
    pub id: String,
    pub name_key: String,
}

/// The root company first.
pub async fn companies(conn: &mut Conn<'_>, organization_id: &str) -> Result<Vec<CompanyRow>, DbError> {
    const LIST: &str = "select id, name_key from companies where organization_id = $1
        order by case when parent_id is null then 0 else 1 end, name_key, id limit 1000";
    rows!(conn, CompanyRow, LIST, organization_id)
}

/// Name and id of every profile but the built-in one: nobody who cannot sign in may count as an administrator.
pub async fn profiles(conn: &mut Conn<'_>, organization_id: &str) -> Result<Vec<(String, String)>, DbError> {
    const LIST: &str = "select name, id from profiles where organization_id = $1 and builtin = false order by name_key";
    rows!(conn, (String, String), LIST, organization_id)
}

/// Id and parent of the buildings and floors, in the order that people count.
pub async fn buildings_and_floors(
    conn: &mut Conn<'_>,
    organization_id: &str,
) -> Result<Vec<(String, Option<String>)>, DbError> {
    const LIST: &str = "select id, parent_id from places
        where organization_id = $1 and kind in ('building', 'floor') and retired = false order by sort_path limit 2000";
    rows!(conn, (String, Option<String>), LIST, organization_id)
}
