//! Giving a token, telling of one, taking one back.

use super::error::OauthError;
use super::scope;
use super::store::{self, ClientRow, NewToken};
use crate::access::{ActorKind, Level, Levels, Screen};
use crate::error::AppError;
use crate::server::clock::new_id;
use crate::server::identity::{Session, find_actor_of_integration, find_token};
use crate::server::token::{self, Secret, TokenKind};
use crate::server::{AppState, Call, Entry, Reason};
use crate::types::{Millis, Topic};
use serde_json::json;

/// How long a token lives.
pub const LIFE: Millis = 24 * 3_600_000;

/// Where a request came from.
pub struct From<'a> {
    pub user_agent: &'a str,
    pub address: String,
}

/// A token that was given; durable before it is told.
pub struct Given {
    pub token: Secret,
    pub scope: String,
}

/// Gives a token for what `wanted` names, or for all that the client may do.
pub async fn give(
    state: &AppState,
    client: &ClientRow,
    wanted: Option<&str>,
    from: &From<'_>,
) -> Result<Given, OauthError> {
    let system = Call::system(state, Reason::Token);
    let mut write = system.write().await.map_err(AppError::from)?;
    let now = write.now;
    let organization = client.organization_id.as_str();
    let actor = find_actor_of_integration(&mut write.conn(), organization, &client.id, now).await;
    let actor = actor.map_err(AppError::from)?.ok_or(OauthError::InvalidClient)?;
    let most = wanted.map(|text| scope::narrowed(text, &actor)).transpose().map_err(OauthError::InvalidScope)?;
    let open = most.unwrap_or_else(|| actor.levels());
    let token = Secret::issue(TokenKind::Access);
    let new = NewToken {
        id: &new_id(now),
        client,
        token_hash: &token.hash(),
        scope: most.map(|levels| json!(levels).to_string()),
        user_agent: from.user_agent,
        address: &from.address,
        expires_at: now + LIFE,
    };
    store::insert_token(&mut write.conn(), &new, now).await.map_err(AppError::from)?;
    write.acting(ActorKind::Integration, &client.id, &client.name, Some(organization));
    write.from(&from.address);
    let entry = Entry::new("token.give", "session", new.id, &client.name).after(json!({ "scope": scope::text(&open) }));
    write.commit(vec![entry.tells(&[Topic::Sessions, Topic::Integrations])]).await.map_err(AppError::from)?;
    Ok(Given { token, scope: scope::text(&open) })
}

/// A live token that the asking client may know of: its own, or with *integrations: read* any of its organization.
pub async fn tell(state: &AppState, client: &ClientRow, text: &str) -> Result<Option<Session>, OauthError> {
    if TokenKind::of(text) != Some(TokenKind::Access) {
        return Ok(None);
    }
    let mut held = Call::system(state, Reason::Token).read().await.map_err(AppError::from)?;
    let conn = &mut held.conn();
    let found = find_token(conn, &token::hash(text), state.now()).await.map_err(AppError::from)?;
    let Some(session) = found.map(|token| token.session) else { return Ok(None) };
    if session.actor.subject_id == client.id {
        return Ok(Some(session));
    }
    if session.actor.organization_id != client.organization_id {
        return Ok(None);
    }
    let asking = find_actor_of_integration(conn, &client.organization_id, &client.id, state.now()).await;
    let may = asking.map_err(AppError::from)?.is_some_and(|actor| actor.level(Screen::Integrations) >= Level::Read);
    Ok(Some(session).filter(|_| may))
}

/// Takes a client's own token back. One that is unknown, dead or another's is no error and stays as it is (RFC 7009 §2.2).
pub async fn take_back(state: &AppState, client: &ClientRow, text: &str, from: &From<'_>) -> Result<(), OauthError> {
    if TokenKind::of(text) != Some(TokenKind::Access) {
        return Ok(());
    }
    let mut write = Call::system(state, Reason::Token).write().await.map_err(AppError::from)?;
    let now = write.now;
    let ended = store::revoke(&mut write.conn(), &client.id, &token::hash(text), now).await.map_err(AppError::from)?;
    let Some(id) = ended else { return Ok(()) };
    write.acting(ActorKind::Integration, &client.id, &client.name, Some(&client.organization_id));
    write.from(&from.address);
    write.session_ended(&id, "revoked");
    let entry = Entry::new("token.revoke", "session", &id, &client.name);
    write.commit(vec![entry.tells(&[Topic::Sessions, Topic::Integrations])]).await.map_err(AppError::from)?;
    Ok(())
}

/// What a session opens, as levels.
pub fn open(session: &Session) -> Levels {
    session.actor.levels()
}
