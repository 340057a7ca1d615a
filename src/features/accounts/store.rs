use crate::db::{Conn, DbError, exec, row, rows, scalar};
use crate::types::Millis;

/// A temporary password is spent when it is replaced, or after 72 hours.
pub const TEMPORARY_LIFE: Millis = 72 * 3_600_000;

/// A new row of `accounts`.
pub struct NewAccount<'a> {
    pub id: &'a str,
    pub username: &'a str,
    pub username_key: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub home_organization_id: &'a str,
    pub founder: bool,
    pub operator: bool,
}

const INSERT: &str = "insert into accounts
    (id, username, username_key, name, email, phone, home_organization_id, founder, operator, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

pub async fn insert(conn: &mut Conn<'_>, new: &NewAccount<'_>, now: Millis) -> Result<(), DbError> {
    exec!(
        conn,
        INSERT,
        new.id,
        new.username,
        new.username_key,
        new.name,
        new.email,
        new.phone,
        new.home_organization_id,
        new.founder,
        new.operator,
        now
    )?;
    Ok(())
}

pub async fn exist(conn: &mut Conn<'_>) -> Result<bool, DbError> {
    Ok(scalar!(conn, i64, "select count(*) from (select 1 as one from accounts limit 1) a")? == 1)
}

pub async fn find_id(conn: &mut Conn<'_>, username_key: &str) -> Result<Option<String>, DbError> {
    Ok(row!(conn, (String,), "select id from accounts where username_key = $1", username_key)?.map(|row| row.0))
}

/// A password and how it came to be.
pub struct Password<'a> {
    pub hash: &'a str,
    /// Set by somebody else: to be replaced at the first sign-in.
    pub temporary: bool,
    pub expires_at: Option<Millis>,
    /// The organization whose administrator set it; none when the person did.
    pub set_by: Option<&'a str>,
}

const SET_PASSWORD: &str = "update accounts
    set password_hash = $2, password_temporary = $3, password_expires_at = $4, password_set_by = $5,
        password_mail_id = null
    where id = $1";

pub async fn set_password(conn: &mut Conn<'_>, id: &str, password: &Password<'_>) -> Result<(), DbError> {
    exec!(conn, SET_PASSWORD, id, password.hash, password.temporary, password.expires_at, password.set_by)?;
    forget_tickets(conn, id).await
}

/// A sign-in that waits for "close the other session?" proved the old password.
async fn forget_tickets(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from sign_in_tickets where account_id = $1", id)?;
    Ok(())
}

/// Takes the password away until this mail brings one: nobody signs in meanwhile.
pub async fn await_mailed_password(conn: &mut Conn<'_>, id: &str, mail_id: &str, set_by: &str) -> Result<(), DbError> {
    const AWAIT: &str = "update accounts set password_hash = null, password_temporary = true,
            password_expires_at = null, password_set_by = $3, password_mail_id = $2
        where id = $1";
    exec!(conn, AWAIT, id, mail_id, set_by)?;
    forget_tickets(conn, id).await
}

/// The password that this mail brings. False when the account does not wait for it any more.
pub async fn set_mailed_password(
    conn: &mut Conn<'_>,
    id: &str,
    mail_id: &str,
    hash: &str,
    expires_at: Millis,
) -> Result<bool, DbError> {
    const SET: &str = "update accounts set password_hash = $3, password_expires_at = $4
        where id = $1 and password_mail_id = $2";
    if exec!(conn, SET, id, mail_id, hash, expires_at)? == 0 {
        return Ok(false);
    }
    forget_tickets(conn, id).await?;
    Ok(true)
}

pub async fn active_sessions(conn: &mut Conn<'_>, id: &str) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select id from sessions where account_id = $1 and ended_at is null";
    Ok(rows!(conn, (String,), FIND, id)?.into_iter().map(|row| row.0).collect())
}

/// The organization whose administrators look after the account.
pub async fn home_organization(conn: &mut Conn<'_>, id: &str) -> Result<Option<String>, DbError> {
    const FIND: &str = "select home_organization_id from accounts where id = $1";
    Ok(row!(conn, (Option<String>,), FIND, id)?.and_then(|row| row.0))
}

/// The same password at a higher cost: only while the hash is still the one that was verified. False when it is not.
pub async fn rehash(conn: &mut Conn<'_>, id: &str, old: &str, new: &str) -> Result<bool, DbError> {
    const REHASH: &str = "update accounts set password_hash = $3 where id = $1 and password_hash = $2";
    Ok(exec!(conn, REHASH, id, old, new)? == 1)
}

/// Takes the account's row until this transaction ends, so that nobody replaces the password meanwhile. False when it is
/// no longer the one that was verified.
pub async fn hold_password(conn: &mut Conn<'_>, id: &str, verified: Option<&str>) -> Result<bool, DbError> {
    const HOLD: &str = "update accounts set password_hash = password_hash where id = $1 and password_hash = $2";
    Ok(exec!(conn, HOLD, id, verified)? == 1)
}

/// What sign-in needs to know. The hash has no `Serialize` and stays on the server.
#[derive(sqlx::FromRow)]
pub struct Credentials {
    pub id: String,
    pub username: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub password_temporary: bool,
    pub password_expires_at: Option<Millis>,
    pub password_set_by: Option<String>,
    pub home_organization_id: Option<String>,
    /// Its company there.
    pub home_company_id: Option<String>,
}

impl Credentials {
    /// A temporary password is good for 72 hours.
    pub fn ran_out(&self, now: Millis) -> bool {
        self.password_temporary && self.password_expires_at.is_some_and(|at| at <= now)
    }
}

const FIND_CREDENTIALS: &str = "select a.id, a.username, a.name, a.password_hash, a.password_temporary,
        a.password_expires_at, a.password_set_by, a.home_organization_id, u.company_id as home_company_id
    from accounts a left join users u on u.account_id = a.id and u.organization_id = a.home_organization_id
    where a.username_key = $1";

pub async fn find_credentials(conn: &mut Conn<'_>, username_key: &str) -> Result<Option<Credentials>, DbError> {
    row!(conn, Credentials, FIND_CREDENTIALS, username_key)
}

pub async fn get_credentials(conn: &mut Conn<'_>, id: &str) -> Result<Option<Credentials>, DbError> {
    const BY_ID: &str = "select a.id, a.username, a.name, a.password_hash, a.password_temporary,
            a.password_expires_at, a.password_set_by, a.home_organization_id, u.company_id as home_company_id
        from accounts a left join users u on u.account_id = a.id and u.organization_id = a.home_organization_id
        where a.id = $1";
    row!(conn, Credentials, BY_ID, id)
}

/// Remembers the sign-in on the account and on every list that sorts by it. Not a change of the user: no version moves.
pub async fn signed_in(conn: &mut Conn<'_>, id: &str, now: Millis) -> Result<(), DbError> {
    exec!(conn, "update accounts set last_sign_in_at = $2 where id = $1", id, now)?;
    exec!(conn, "update users set last_sign_in_at = $2 where account_id = $1", id, now)?;
    const LISTS: &str = "update user_profiles set last_sign_in_at = $2
        where user_id in (select id from users where account_id = $1)";
    exec!(conn, LISTS, id, now)?;
    Ok(())
}

/// The organization to enter: the one that set the password while it did, else the last one, else the oldest; and the
/// account's company there.
const ENTER: &str = "select u.organization_id, u.company_id from users u
    join organizations o on o.id = u.organization_id and o.suspended = false
    where u.account_id = $1 and u.status = 'active'
    and (cast($2 as text) is null or u.organization_id = $2)
    order by coalesce((select max(s.signed_in_at) from sessions s
        where s.account_id = u.account_id and s.organization_id = u.organization_id), 0) desc, u.created_at
    limit 1";

pub async fn organization_to_enter(
    conn: &mut Conn<'_>,
    account_id: &str,
    only: Option<&str>,
) -> Result<Option<(String, String)>, DbError> {
    row!(conn, (String, String), ENTER, account_id, only)
}
