use crate::db::{Conn, DbError, exec, row, rows, scalar};
use crate::types::Millis;

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

/// User and account of those who are active, have no password, and whose only sessions ran out: nobody has ever held one.
pub async fn signed_out_by_time(
    conn: &mut Conn<'_>,
    organization_id: &str,
    now: Millis,
) -> Result<Vec<(String, String)>, DbError> {
    const FIND: &str = "select distinct u.id, a.id from sessions s
        join accounts a on a.id = s.account_id and a.password_hash is null
        join users u on u.account_id = a.id and u.organization_id = s.organization_id and u.status = 'active'
        join organizations o on o.id = s.organization_id
        where s.organization_id = $1 and (s.ended_reason in ('idle', 'expired') or s.ended_at is null and
            (s.expires_at <= $2 or o.idle_limit > 0 and s.last_activity_at + o.idle_limit < $2))
        order by u.id";
    rows!(conn, (String, String), FIND, organization_id, now)
}

pub async fn forget_sessions(conn: &mut Conn<'_>, account_id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from sessions where account_id = $1", account_id)?;
    Ok(())
}

/// When an account signed in last, and its copy in the list of users.
pub async fn signed_in(conn: &mut Conn<'_>, account_id: &str, at: Millis) -> Result<(), DbError> {
    exec!(conn, "update accounts set last_sign_in_at = $2 where id = $1", account_id, at)?;
    exec!(conn, "update users set last_sign_in_at = $2 where account_id = $1", account_id, at)?;
    Ok(())
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
