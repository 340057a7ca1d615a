use super::model::{MailRow, MailStatus};
use crate::access::{Actor, Level, Screen};
use crate::db::{Conn, DbError, Query, exec, row, rows};
use crate::resource::list::{Filter, Listing, Sort, Takes, one_of};
use crate::server::reach;
use crate::types::Millis;

pub const TEMPORARY_PASSWORD: &str = "temporary_password";

const INSERT: &str = "insert into mails (id, organization_id, kind, user_id, account_id, created_at, next_try_at)
    values ($1, $2, $3, $4, $5, $6, $6)";

/// Who gets a temporary password, and from whom.
pub struct NewMail<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub user_id: &'a str,
    pub account_id: &'a str,
}

/// Puts a temporary password into the outbox. It takes the place of one that still waits.
pub async fn insert(conn: &mut Conn<'_>, new: &NewMail<'_>, now: Millis) -> Result<(), DbError> {
    const EARLIER: &str = "delete from mails where account_id = $1 and kind = $2";
    exec!(conn, EARLIER, new.account_id, TEMPORARY_PASSWORD)?;
    exec!(conn, INSERT, new.id, new.organization_id, TEMPORARY_PASSWORD, new.user_id, new.account_id, now)?;
    Ok(())
}

/// What is due and nobody sends, the longest overdue first.
pub async fn due(conn: &mut Conn<'_>, now: Millis, limit: i64) -> Result<Vec<String>, DbError> {
    const DUE: &str = "select id from mails
        where next_try_at <= $1 and (leased_until is null or leased_until <= $1)
        order by next_try_at, id limit $2";
    Ok(rows!(conn, (String,), DUE, now, limit)?.into_iter().map(|row| row.0).collect())
}

/// Begins a try, on one node alone. False when another one did, or it is not due any more.
pub async fn claim(conn: &mut Conn<'_>, id: &str, lease: &str, now: Millis, until: Millis) -> Result<bool, DbError> {
    const CLAIM: &str = "update mails set lease = $2, leased_until = $4, tries = tries + 1, last_try_at = $3
        where id = $1 and next_try_at <= $3 and (leased_until is null or leased_until <= $3)";
    Ok(exec!(conn, CLAIM, id, lease, now, until)? == 1)
}

/// A mail with whom it is for, as it is sent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Addressed {
    pub organization_id: String,
    pub organization_name: String,
    pub user_id: String,
    /// None when the membership is gone.
    pub company_id: Option<String>,
    pub account_id: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub tries: i64,
    pub created_at: Millis,
}

/// The mail of a try that is still under way.
pub async fn claimed(conn: &mut Conn<'_>, id: &str, lease: &str) -> Result<Option<Addressed>, DbError> {
    const FIND: &str = "select m.organization_id, o.name as organization_name, m.user_id, u.company_id, m.account_id,
            a.username, a.name, a.email, m.tries, m.created_at
        from mails m join organizations o on o.id = m.organization_id join accounts a on a.id = m.account_id
        left join users u on u.id = m.user_id and u.organization_id = m.organization_id
        where m.id = $1 and m.lease = $2";
    row!(conn, Addressed, FIND, id, lease)
}

/// The mail server took it: nothing is left to do. False when the row was gone already.
pub async fn delete_claimed(conn: &mut Conn<'_>, id: &str, lease: &str) -> Result<bool, DbError> {
    Ok(exec!(conn, "delete from mails where id = $1 and lease = $2", id, lease)? == 1)
}

/// Ends a try that failed; `next` is none when it was the last.
pub async fn fail(
    conn: &mut Conn<'_>,
    id: &str,
    lease: &str,
    next: Option<Millis>,
    said: &str,
) -> Result<bool, DbError> {
    const FAIL: &str = "update mails set lease = null, leased_until = null, next_try_at = $3, last_error = $4
        where id = $1 and lease = $2";
    Ok(exec!(conn, FAIL, id, lease, next, said)? == 1)
}

/// Takes a try back that did not come to the mail server.
pub async fn put_back(conn: &mut Conn<'_>, id: &str, lease: &str, next: Millis) -> Result<(), DbError> {
    const BACK: &str = "update mails set lease = null, leased_until = null, tries = tries - 1, next_try_at = $3
        where id = $1 and lease = $2";
    exec!(conn, BACK, id, lease, next)?;
    Ok(())
}

/// A mail that nobody waits for any more.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Obsolete {
    pub id: String,
    pub organization_id: String,
    pub user_id: String,
    /// None when the membership is gone.
    pub company_id: Option<String>,
    pub username: String,
    /// It is still the password that the account waits for.
    pub awaited: bool,
    /// Whoever it is for may enter the organization.
    pub active: bool,
}

/// Mails whose account got another password, is not an active user any more, or has signed in: without a password that
/// takes the one of the mail, so that it came, whatever the mail server said.
pub async fn obsolete(conn: &mut Conn<'_>, now: Millis) -> Result<Vec<Obsolete>, DbError> {
    const FIND: &str = "select m.id, m.organization_id, m.user_id, u.company_id, a.username,
            coalesce(a.password_mail_id, '') = m.id as awaited, coalesce(u.status, '') = 'active' as active
        from mails m
        join accounts a on a.id = m.account_id
        left join users u on u.id = m.user_id and u.organization_id = m.organization_id
        where (m.leased_until is null or m.leased_until <= $1)
        and (coalesce(a.password_mail_id, '') <> m.id or coalesce(u.status, '') <> 'active'
            or a.last_sign_in_at > m.created_at)
        order by m.id limit 100";
    rows!(conn, Obsolete, FIND, now)
}

pub async fn delete(conn: &mut Conn<'_>, id: &str) -> Result<bool, DbError> {
    Ok(exec!(conn, "delete from mails where id = $1", id)? == 1)
}

/// The account waits for this mail no longer. It has no password until somebody sets one.
///
/// To be called while the mail is still there: it knows the account.
pub async fn forget(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    const FORGET: &str = "update accounts set password_mail_id = null
        where id = (select m.account_id from mails m where m.id = $1) and password_mail_id = $1";
    exec!(conn, FORGET, id)?;
    Ok(())
}

/// Tries it at once; one that was given up has all its tries again. False while somebody sends it.
pub async fn retry(conn: &mut Conn<'_>, id: &str, now: Millis) -> Result<bool, DbError> {
    const RETRY: &str = "update mails set tries = case when next_try_at is null then 0 else tries end, next_try_at = $2
        where id = $1 and (leased_until is null or leased_until <= $2)";
    Ok(exec!(conn, RETRY, id, now)? == 1)
}

const SELECT: &str = "select m.id, m.kind, m.user_id, a.username, a.name, a.email, u.role, c.path as company_path,
        m.created_at, m.tries, m.last_try_at, m.next_try_at, nullif(m.last_error, '') as last_error,
        case when m.next_try_at is null then 'failed' else 'waiting' end as status
    from mails m
    join users u on u.id = m.user_id and u.organization_id = m.organization_id
    join accounts a on a.id = m.account_id
    join companies c on c.id = u.company_id
    where m.organization_id = ?";

const COUNT: &str = "select count(*) from (select 1 as one from mails m
    join users u on u.id = m.user_id and u.organization_id = m.organization_id where m.organization_id = ?";

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<MailRow>, DbError> {
    let query = Query::default().then(SELECT, [organization_id.into()]).then("and m.id = ?", [id.into()]);
    Ok(query.finish().rows(conn).await?.pop())
}

/// The outbox, newest first.
pub static LISTING: Listing<MailRow> = Listing {
    sorts: &[Sort::int("created_at", "m.created_at", |row| row.mail.created_at.0)],
    order: "-created_at",
    id: ("m.id", |row| &row.mail.id),
    search: None,
    filters: &[Filter::new(
        "status",
        Takes::Words(|code| MailStatus::from_code(code).is_some(), |_| one_of(MailStatus::ALL.map(MailStatus::code))),
        |query, _, status| {
            query.then(
                if status == "failed" { "and m.next_try_at is null" } else { "and m.next_try_at is not null" },
                [],
            )
        },
    )],
};

/// The mails of people within the actor's reach, and the same to be counted.
pub fn within_reach(actor: &Actor) -> [Query; 2] {
    [SELECT, COUNT].map(|start| {
        let query = Query::default().then(start, [actor.organization_id.as_str().into()]);
        reach::members(query, actor, Screen::Settings, Level::Read)
    })
}
