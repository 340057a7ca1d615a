//! The access token of an integration.

use super::grants::{live_grants, next_beginning};
use super::{Organization, Session};
use crate::access::{Actor, ActorKind, Level, Levels, Role, Screen};
use crate::db::{Conn, DbError, row};
use crate::types::{Millis, SessionKind};
use std::collections::BTreeMap;

/// A live token or key: who it is, and until when that stays true unless somebody changes something.
#[derive(Clone, Debug)]
pub struct Token {
    pub session: Session,
    pub until: Millis,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    secret_id: String,
    scope: Option<String>,
    signed_in_at: i64,
    last_activity_at: i64,
    expires_at: i64,
    secret_expires_at: Option<i64>,
    integration_id: String,
    client_id: String,
    name: String,
    role: i64,
    company_path: String,
    organization_id: String,
    organization_name: String,
    idle_limit: i64,
}

/// A token dies with its secret, its integration, and its organization.
const FIND: &str = "select s.id, s.secret_id, s.scope, s.signed_in_at, s.last_activity_at, s.expires_at,
        cs.expires_at as secret_expires_at, i.id as integration_id, i.client_id, i.name, i.role,
        c.path as company_path, o.id as organization_id, o.name as organization_name, o.idle_limit
    from sessions s
    join integrations i on i.id = s.integration_id and i.status = 'active'
    join client_secrets cs on cs.id = s.secret_id and (cs.expires_at is null or cs.expires_at > $2)
    join organizations o on o.id = i.organization_id and o.suspended = false
    join companies c on c.id = i.company_id
    where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2";

/// None for a token that is unknown or dead, which are one answer.
pub async fn find_token(conn: &mut Conn<'_>, token_hash: &str, now: Millis) -> Result<Option<Token>, DbError> {
    let Some(row) = row!(conn, TokenRow, FIND, token_hash, now)? else { return Ok(None) };
    let grants = live_grants(conn, &row.organization_id, &row.integration_id, now).await?;
    let begins = next_beginning(conn, &row.organization_id, &row.integration_id, now).await?;
    let ends = grants.iter().filter_map(|grant| grant.until);
    let until = ends.chain(begins).chain(row.secret_expires_at).fold(row.expires_at, Millis::min);
    let actor = Actor {
        kind: ActorKind::Integration,
        subject_id: row.integration_id,
        account_id: String::new(),
        name: row.name.clone(),
        organization_id: row.organization_id.clone(),
        role: Role::from_stored(row.role),
        company_path: row.company_path,
        gate: None,
        grants,
    };
    let actor = match scope(row.scope.as_deref()) {
        Some(most) => actor.narrowed(&most),
        None => actor,
    };
    let session = Session {
        id: row.id,
        kind: SessionKind::Integration,
        credential_id: Some(row.secret_id),
        key: None,
        account_id: String::new(),
        username: row.client_id,
        name: row.name,
        organization: Some(Organization {
            id: row.organization_id,
            name: row.organization_name,
            idle_limit: row.idle_limit,
        }),
        actor,
        last_activity_at: row.last_activity_at,
        signed_in_at: row.signed_in_at,
        expires_at: row.expires_at,
    };
    Ok(Some(Token { session, until }))
}

/// What a token or a key was narrowed to; what cannot be read opens nothing, a screen that this binary does not know takes
/// nothing from the others.
pub fn scope(stored: Option<&str>) -> Option<Levels> {
    let known = |(code, level): (String, Level)| Screen::from_code(&code).map(|screen| (screen, level));
    let read = |text| serde_json::from_str::<BTreeMap<String, Level>>(text).unwrap_or_default();
    stored.map(|text| read(text).into_iter().filter_map(known).collect())
}

#[derive(sqlx::FromRow)]
struct IntegrationRow {
    name: String,
    role: i64,
    company_path: String,
}

/// An integration as an actor, whether it may enter now or not.
pub async fn find_actor_of_integration(
    conn: &mut Conn<'_>,
    organization_id: &str,
    id: &str,
    now: Millis,
) -> Result<Option<Actor>, DbError> {
    const FIND: &str = "select i.name, i.role, c.path as company_path
        from integrations i join companies c on c.id = i.company_id
        where i.id = $1 and i.organization_id = $2";
    let Some(row) = row!(conn, IntegrationRow, FIND, id, organization_id)? else { return Ok(None) };
    Ok(Some(Actor {
        kind: ActorKind::Integration,
        subject_id: id.to_owned(),
        account_id: String::new(),
        name: row.name,
        organization_id: organization_id.to_owned(),
        role: Role::from_stored(row.role),
        company_path: row.company_path,
        gate: None,
        grants: live_grants(conn, organization_id, id, now).await?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_with_a_screen_of_a_newer_node_keeps_the_others() {
        let rooms = Levels::NONE.with(Screen::Rooms, Level::Read);
        assert_eq!(scope(Some(r#"{"rooms":"read","boats":"full"}"#)), Some(rooms));
        assert_eq!(scope(Some(r#"{"boats":"full"}"#)), Some(Levels::NONE));
        assert_eq!(scope(Some("rooms")), Some(Levels::NONE));
        assert_eq!(scope(None), None);
    }
}
