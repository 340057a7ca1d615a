//! A user as an actor, whoever asks.

use super::grants::live_grants;
use crate::access::{Actor, ActorKind, Gate, Role};
use crate::db::{Conn, DbError, row};
use crate::types::Millis;

#[derive(sqlx::FromRow)]
struct UserRow {
    account_id: String,
    name: String,
    role: i64,
    company_path: String,
    status: String,
    password_temporary: bool,
}

const FIND_USER: &str = "select u.account_id, a.name, u.role, c.path as company_path, u.status, a.password_temporary
    from users u
    join accounts a on a.id = u.account_id
    join companies c on c.id = u.company_id
    where u.id = $1 and u.organization_id = $2";

/// A user of the organization as an actor, whether it may enter now or not: its live grants, gate aside.
pub async fn find_actor(
    conn: &mut Conn<'_>,
    organization_id: &str,
    user_id: &str,
    now: Millis,
) -> Result<Option<Actor>, DbError> {
    let Some(user) = row!(conn, UserRow, FIND_USER, user_id, organization_id)? else {
        return Ok(None);
    };
    let gate = match user.status.as_str() {
        "active" if user.password_temporary => Some(Gate::PasswordChangeRequired),
        "active" => None,
        _ => Some(Gate::NoMembership),
    };
    Ok(Some(Actor {
        kind: ActorKind::User,
        subject_id: user_id.to_owned(),
        account_id: user.account_id,
        name: user.name,
        organization_id: organization_id.to_owned(),
        role: Role::from_stored(user.role),
        company_path: user.company_path,
        gate,
        grants: live_grants(conn, organization_id, user_id, now).await?,
    }))
}
