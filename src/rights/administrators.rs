//! That who may do what is written by one after the other, and never until nobody is left who may.

use crate::db::{Conn, DbError, exec, scalar};
use crate::error::AppError;
use crate::server::{Call, Write};
use crate::types::Millis;

/// Begins a write of who may do what: of users, teams, API users, integrations, profiles, grants and sessions. It stands
/// behind every other such one in the organization, by a caller who may do it even then, so that what it reads and
/// decides on is still so when it is written (`docs/decisions/0045-writes-of-access-queue.md`).
pub async fn begin(call: &Call) -> Result<Write, AppError> {
    let mut write = call.write().await?;
    lock(&mut write.conn(), call.organization_id()).await?;
    call.stands(&mut write.conn()).await?;
    Ok(write)
}

/// Begins a write of what is one's own: behind every other one of the account, by somebody who is signed in even then.
pub async fn begin_own(call: &Call) -> Result<Write, AppError> {
    let mut write = call.write().await?;
    lock_account(&mut write.conn(), &call.session.account_id).await?;
    call.stands(&mut write.conn()).await?;
    Ok(write)
}

/// Queues behind every other write of this account and of what is its person's own, until this transaction ends.
pub async fn lock_account(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    exec!(conn, "update accounts set password_temporary = password_temporary where id = $1", id)?;
    Ok(())
}

/// Queues behind every other write that could take the last administrator away, until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, organization_id: &str) -> Result<(), DbError> {
    exec!(conn, "update organizations set admin_lock = admin_lock + 1 where id = $1", organization_id)?;
    Ok(())
}

/// The last way in cannot be closed (promise 7): refuses when this transaction leaves no administrator. Called last in a
/// write that began with `begin` or `lock`.
pub async fn keep_an_administrator(write: &mut Write, organization_id: &str) -> Result<(), AppError> {
    let now = write.now;
    if count(&mut write.conn(), organization_id, now).await? > 0 {
        return Ok(());
    }
    Err(AppError::conflict(
        "last_administrator",
        "This would leave the organization without an administrator. Make someone else an administrator first.",
    ))
}

/// Active users, signed in once with a password of their own, Common Managers of the root company, who hold the built-in
/// profile everywhere and without end, themselves or through a team. The founder counts before the first sign-in, but not
/// after a reset by somebody else or from the command line: that password runs out.
const COUNT_ADMINISTRATORS: &str = "with given as (select g.subject_id from profiles p cross join grants g
        where p.organization_id = $1 and p.builtin = true and g.profile_id = p.id and g.organization_id = $1
        and g.place_id is null and g.until_at is null and (g.from_at is null or g.from_at <= $2)),
    held as (select subject_id from given
        union select m.member_id from given join team_members m on m.team_id = given.subject_id)
    select count(*) from held
    cross join users u cross join companies c cross join accounts a
    where u.id = held.subject_id and u.status = 'active' and u.role = 3
    and c.id = u.company_id and c.parent_id is null and a.id = u.account_id
    and ((a.founder = true and a.password_set_by is null and a.password_expires_at is null)
        or (a.password_temporary = false and a.last_sign_in_at > 0))";

pub async fn count(conn: &mut Conn<'_>, organization_id: &str, now: Millis) -> Result<i64, DbError> {
    scalar!(conn, i64, COUNT_ADMINISTRATORS, organization_id, now)
}
