use crate::access::{Level, Levels, Screen};
use crate::db::{Conn, DbError, Packed, exec, row, rows, scalar, search};
use crate::rights::store::{delete_of, index_profiles, leave_teams};
use crate::server::search_text;
use crate::types::Millis;
use serde::Deserialize;

/// The copies that lists sort by, and the text that search looks in.
pub struct Keys {
    pub username: String,
    pub name: String,
    pub email: String,
    pub company: String,
}

impl Keys {
    pub fn search_text(&self) -> String {
        search_text::of(&[&self.username, &self.name, &self.email])
    }
}

pub struct NewUser<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub account_id: &'a str,
    pub company_id: &'a str,
    pub role: i64,
    pub region: &'a str,
    pub description: &'a str,
    pub keys: &'a Keys,
}

const INSERT: &str = "insert into users
    (id, organization_id, account_id, company_id, role, region, description, status, created_at,
     username_key, name_key, email_key, company_key, search_text)
    values ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $9, $10, $11, $12, $13) returning seq";

/// Inserts an active user and puts it into the search index.
pub async fn insert(conn: &mut Conn<'_>, new: &NewUser<'_>, now: Millis) -> Result<(), DbError> {
    let text = new.keys.search_text();
    let seq = scalar!(
        conn,
        i64,
        INSERT,
        new.id,
        new.organization_id,
        new.account_id,
        new.company_id,
        new.role,
        new.region,
        new.description,
        now,
        new.keys.username.as_str(),
        new.keys.name.as_str(),
        new.keys.email.as_str(),
        new.keys.company.as_str(),
        text.as_str()
    )?;
    search::put(conn, seq, &text).await
}

pub async fn update_account(
    conn: &mut Conn<'_>,
    id: &str,
    name: &str,
    email: &str,
    phone: &str,
) -> Result<(), DbError> {
    const UPDATE: &str = "update accounts set name = $2, email = $3, phone = $4, version = version + 1 where id = $1";
    exec!(conn, UPDATE, id, name, email, phone)?;
    Ok(())
}

/// Brings the copies of an account's name and email in every membership up to date.
pub async fn update_identity_keys(
    conn: &mut Conn<'_>,
    account_id: &str,
    name_key: &str,
    email_key: &str,
) -> Result<(), DbError> {
    const USERS: &str = "update users set name_key = $2, email_key = $3 where account_id = $1
        returning seq, id, username_key";
    for (seq, id, username_key) in rows!(conn, (i64, String, String), USERS, account_id, name_key, email_key)? {
        let text = search_text::of(&[&username_key, name_key, email_key]);
        exec!(conn, "update users set search_text = $2 where seq = $1", seq, text.as_str())?;
        search::put(conn, seq, &text).await?;
        index_profiles(conn, &id).await?;
    }
    Ok(())
}

/// A user with its account and company, as lists and forms read it.
#[derive(Clone, Debug, sqlx::FromRow, Deserialize)]
pub struct UserRow {
    pub id: String,
    pub account_id: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub home_organization_id: Option<String>,
    pub region: String,
    pub company_id: String,
    pub company_name: String,
    pub company_path: String,
    pub role: i64,
    pub status: String,
    pub description: String,
    pub last_sign_in_at: Millis,
    pub version: i64,
    pub username_key: String,
    pub name_key: String,
    pub email_key: String,
    pub company_key: String,
}

impl Packed for UserRow {
    const COLUMNS: &'static str =
        "r.id, r.account_id, r.username, r.name, r.email, r.phone, r.home_organization_id, r.region,
        r.company_id, r.company_name, r.company_path, r.role, r.status, r.description, r.last_sign_in_at, r.version,
        r.username_key, r.name_key, r.email_key, r.company_key";
}

const FIND: &str = "select u.id, u.account_id, a.username, a.name, a.email, a.phone, a.home_organization_id,
        u.region, u.company_id, c.name as company_name, c.path as company_path, u.role, u.status, u.description,
        u.last_sign_in_at, u.version + a.version as version, u.username_key, u.name_key, u.email_key, u.company_key
    from users u
    join accounts a on a.id = u.account_id
    join companies c on c.id = u.company_id
    where u.id = $1 and u.organization_id = $2";

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<UserRow>, DbError> {
    row!(conn, UserRow, FIND, id, organization_id)
}

/// Username and identity of an account, with every copy of them.
pub async fn rename(conn: &mut Conn<'_>, account_id: &str, username: &str, key: &str) -> Result<(), DbError> {
    exec!(conn, "update accounts set username = $2, username_key = $3 where id = $1", account_id, username, key)?;
    exec!(conn, "update users set username_key = $2 where account_id = $1", account_id, key)?;
    Ok(())
}

/// What belongs to the membership alone.
pub struct Membership<'a> {
    pub company_id: &'a str,
    pub company_key: &'a str,
    pub role: i64,
    pub region: &'a str,
    pub description: &'a str,
}

pub async fn update_membership(conn: &mut Conn<'_>, id: &str, new: &Membership<'_>) -> Result<(), DbError> {
    const UPDATE: &str = "update users set company_id = $2, company_key = $3, role = $4, region = $5, description = $6,
        version = version + 1 where id = $1";
    exec!(conn, UPDATE, id, new.company_id, new.company_key, new.role, new.region, new.description)?;
    index_profiles(conn, id).await
}

pub async fn set_status(conn: &mut Conn<'_>, id: &str, status: &str) -> Result<(), DbError> {
    exec!(conn, "update users set status = $2, version = version + 1 where id = $1", id, status)?;
    exec!(conn, "update user_profiles set status = $2 where user_id = $1", id, status)?;
    Ok(())
}

/// Ends the membership. The account stays; its home passes to the oldest membership that is left.
pub async fn delete(conn: &mut Conn<'_>, organization_id: &str, id: &str, account_id: &str) -> Result<(), DbError> {
    let seq = scalar!(conn, i64, "select seq from users where id = $1", id)?;
    search::remove(conn, seq).await?;
    exec!(conn, "delete from user_profiles where user_id = $1", id)?;
    delete_of(conn, organization_id, id).await?;
    crate::server::api_keys::delete_of(conn, id).await?;
    leave_teams(conn, id).await?;
    exec!(conn, "delete from users where id = $1", id)?;
    const HOME: &str = "update accounts set home_organization_id = (select u.organization_id from users u
            where u.account_id = $1 order by u.created_at, u.id limit 1)
        where id = $1 and home_organization_id = $2";
    exec!(conn, HOME, account_id, organization_id)?;
    Ok(())
}

/// Active sessions of an account whose current organization is this one.
pub async fn sessions_here(
    conn: &mut Conn<'_>,
    account_id: &str,
    organization_id: &str,
) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select id from sessions where account_id = $1 and organization_id = $2 and ended_at is null";
    Ok(rows!(conn, (String,), FIND, account_id, organization_id)?.into_iter().map(|row| row.0).collect())
}

/// Every active session of an account, wherever it is.
pub async fn sessions_anywhere(conn: &mut Conn<'_>, account_id: &str) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select id from sessions where account_id = $1 and ended_at is null";
    Ok(rows!(conn, (String,), FIND, account_id)?.into_iter().map(|row| row.0).collect())
}

/// Every profile with its levels, by name.
pub async fn profile_choices(
    conn: &mut Conn<'_>,
    organization_id: &str,
) -> Result<Vec<(String, String, Levels)>, DbError> {
    const LIST: &str = "select p.id, p.name, l.screen, l.level from profiles p join levels l on l.owner_id = p.id
        where p.organization_id = $1 order by p.name_key, p.id";
    let mut found: Vec<(String, String, Levels)> = Vec::new();
    for (id, name, screen, level) in rows!(conn, (String, String, String, i64), LIST, organization_id)? {
        if found.last().is_none_or(|last| last.0 != id) {
            found.push((id, name, Levels::NONE));
        }
        if let (Some(last), Some(screen)) = (found.last_mut(), Screen::from_code(&screen)) {
            last.2 = last.2.with(screen, Level::from_stored(level));
        }
    }
    Ok(found)
}
