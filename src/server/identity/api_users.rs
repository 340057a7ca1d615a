//! The access token of an API user.

use super::grants::{live_grants, next_beginning};
use super::{Organization, Session, Token};
use crate::access::{Actor, ActorKind, Grant, Role};
use crate::db::{Conn, DbError, row};
use crate::types::{Millis, SessionKind};

#[derive(sqlx::FromRow)]
struct ApiUserRow {
    id: String,
    name: String,
    role: i64,
    company_path: String,
    token_made_at: i64,
    token_expires_at: Option<i64>,
    organization_id: String,
    organization_name: String,
    idle_limit: i64,
}

/// A token is dead while its API user is disabled or its organization suspended, and for good when another one took its
/// place or its time is over.
const FIND: &str = "select a.id, a.name, a.role, c.path as company_path, a.token_made_at, a.token_expires_at,
        o.id as organization_id, o.name as organization_name, o.idle_limit
    from api_users a
    join companies c on c.id = a.company_id
    join organizations o on o.id = a.organization_id and o.suspended = false
    where a.token_hash = $1 and a.status = 'active' and (a.token_expires_at is null or a.token_expires_at > $2)";

/// None for a token that is unknown or dead, which are one answer.
pub async fn find_api_user(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<Option<Token>, DbError> {
    let Some(row) = row!(conn, ApiUserRow, FIND, token_hash, now)? else { return Ok(None) };
    let grants = live_grants(conn, &row.organization_id, &row.id, now).await?;
    let begins = next_beginning(conn, &row.organization_id, &row.id, now).await?;
    let ends = grants.iter().filter_map(|grant| grant.until);
    let until = ends.chain(begins).chain(row.token_expires_at).fold(Millis::MAX, Millis::min);
    Ok(Some(Token { session: row.session(grants), until }))
}

impl ApiUserRow {
    fn session(self, grants: Vec<Grant>) -> Session {
        let actor = actor(&self.organization_id, &self.id, &self.name, (self.role, self.company_path), grants);
        Session {
            kind: SessionKind::ApiUser,
            credential_id: Some(self.id.clone()),
            key: None,
            account_id: String::new(),
            username: self.id.clone(),
            id: self.id,
            name: self.name,
            organization: Some(Organization {
                id: self.organization_id,
                name: self.organization_name,
                idle_limit: self.idle_limit,
            }),
            actor,
            last_activity_at: self.token_made_at,
            signed_in_at: self.token_made_at,
            expires_at: self.token_expires_at.unwrap_or(Millis::MAX),
        }
    }
}

fn actor(
    organization_id: &str,
    id: &str,
    name: &str,
    (role, company_path): (i64, String),
    grants: Vec<Grant>,
) -> Actor {
    Actor {
        kind: ActorKind::ApiUser,
        subject_id: id.to_owned(),
        account_id: String::new(),
        name: name.to_owned(),
        organization_id: organization_id.to_owned(),
        role: Role::from_stored(role),
        company_path,
        gate: None,
        grants,
    }
}

/// An API user as an actor, whether it may enter now or not.
pub async fn find_actor_of_api_user(
    conn: &mut Conn<'_>,
    organization_id: &str,
    id: &str,
    now: Millis,
) -> Result<Option<Actor>, DbError> {
    const FIND: &str = "select a.name, a.role, c.path from api_users a join companies c on c.id = a.company_id
        where a.id = $1 and a.organization_id = $2";
    let Some((name, role, path)) = row!(conn, (String, i64, String), FIND, id, organization_id)? else {
        return Ok(None);
    };
    let grants = live_grants(conn, organization_id, id, now).await?;
    Ok(Some(actor(organization_id, id, &name, (role, path), grants)))
}
