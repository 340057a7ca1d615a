//! The API key of a person: its owner, as they are at the moment, narrowed to what the key was made for.

use super::grants::{live_grants, next_beginning};
use super::tokens::scope;
use super::{Key, Organization, Session, Token};
use crate::access::{Actor, ActorKind, Role, most_of_key};
use crate::db::{Conn, DbError, row};
use crate::types::{Millis, SessionKind};

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: String,
    name: String,
    scope: Option<String>,
    may_administer: bool,
    created_at: i64,
    expires_at: Option<i64>,
    user_id: String,
    role: i64,
    account_id: String,
    username: String,
    owner_name: String,
    company_path: String,
    organization_id: String,
    organization_name: String,
    idle_limit: i64,
}

/// A key is dead while its owner is disabled or has a temporary password, and while its organization is suspended.
const FIND: &str =
    "select k.id, k.name, k.scope, k.may_administer, k.created_at, k.expires_at, u.id as user_id, u.role,
        a.id as account_id, a.username, a.name as owner_name, c.path as company_path, o.id as organization_id,
        o.name as organization_name, o.idle_limit
    from api_keys k
    join users u on u.id = k.user_id and u.status = 'active'
    join accounts a on a.id = u.account_id and a.password_temporary = false
    join companies c on c.id = u.company_id
    join organizations o on o.id = k.organization_id and o.suspended = false
    where k.secret_hash = $1 and (k.expires_at is null or k.expires_at > $2)";

/// None for a key that is unknown or dead, which are one answer.
pub async fn find_key(conn: &mut Conn<'_>, secret_hash: &str, now: Millis) -> Result<Option<Token>, DbError> {
    let Some(row) = row!(conn, KeyRow, FIND, secret_hash, now)? else { return Ok(None) };
    let grants = live_grants(conn, &row.organization_id, &row.user_id, now).await?;
    let begins = next_beginning(conn, &row.organization_id, &row.user_id, now).await?;
    let ends = grants.iter().filter_map(|grant| grant.until);
    let until = ends.chain(begins).chain(row.expires_at).fold(Millis::MAX, Millis::min);
    let most = most_of_key(scope(row.scope.as_deref()), row.may_administer);
    let owner = Actor {
        kind: ActorKind::User,
        subject_id: row.user_id,
        account_id: row.account_id.clone(),
        name: row.owner_name.clone(),
        organization_id: row.organization_id.clone(),
        role: Role::from_stored(row.role),
        company_path: row.company_path,
        gate: None,
        grants,
    };
    let session = Session {
        id: row.id.clone(),
        kind: SessionKind::ApiKey,
        credential_id: Some(row.id.clone()),
        key: Some(Key { id: row.id, name: row.name }),
        account_id: row.account_id,
        username: row.username,
        name: row.owner_name,
        organization: Some(Organization {
            id: row.organization_id,
            name: row.organization_name,
            idle_limit: row.idle_limit,
        }),
        actor: owner.narrowed(&most),
        last_activity_at: row.created_at,
        signed_in_at: row.created_at,
        expires_at: row.expires_at.unwrap_or(Millis::MAX),
    };
    Ok(Some(Token { session, until }))
}
