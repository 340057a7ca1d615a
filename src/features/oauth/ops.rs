//! Giving a token, telling of one, taking one back.

use super::error::OauthError;
use super::scope;
use super::store::{self, NewToken};
use crate::access::{Actor, ActorKind, Level, Levels, Screen};
use crate::error::AppError;
use crate::server::clock::new_id;
use crate::server::identity::{Client, Session, find_actor_of_integration, find_token};
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
pub struct IssuedToken {
    pub token: Secret,
    pub scope: String,
}

/// Gives a token for what `wanted` names, or for all that the client may do.
pub async fn give(
    state: &AppState,
    client: &Client,
    wanted: Option<&str>,
    from: &From<'_>,
) -> Result<IssuedToken, OauthError> {
    let system = Call::system(state, Reason::Token);
    let mut write = system.write().await.map_err(AppError::from)?;
    let now = write.now;
    let Actor { subject_id: id, organization_id: organization, name, .. } = &client.actor;
    let actor = find_actor_of_integration(&mut write.conn(), organization, id, now).await;
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
    let company = actor.company_id();
    write.acting(ActorKind::Integration, id, name, (Some(organization), company));
    write.from(&from.address);
    let entry = Entry::of(company, "token.give", "session", new.id, name).after(json!({ "scope": scope::text(&open) }));
    write.commit(vec![entry.tells(&[Topic::Sessions, Topic::Integrations])]).await.map_err(AppError::from)?;
    Ok(IssuedToken { token, scope: scope::text(&open) })
}

/// A live token that the asking client may know of: its own, or with *integrations: read* any of its organization.
pub async fn tell(state: &AppState, client: &Client, text: &str) -> Result<Option<Session>, OauthError> {
    if TokenKind::of(text) != Some(TokenKind::Access) {
        return Ok(None);
    }
    let asking = &client.actor;
    let may_know = |session: &Session| {
        session.actor.subject_id == asking.subject_id
            || (session.actor.organization_id == asking.organization_id
                && asking.level(Screen::Integrations) >= Level::Read)
    };
    Ok(live(state, &token::hash(text)).await?.filter(may_know))
}

/// The session of a live token; from memory where that is known to be current.
async fn live(state: &AppState, token_hash: &str) -> Result<Option<Session>, AppError> {
    let now = state.now();
    if let Some(token) = state.identities.get(token_hash, now) {
        return Ok(Some(token.session));
    }
    let generation = state.identities.generation();
    let mut held = Call::system(state, Reason::Token).read().await?;
    let Some(token) = find_token(&mut held.conn(), token_hash, now).await? else { return Ok(None) };
    state.identities.put(token_hash, &token, generation);
    Ok(Some(token.session))
}

/// Takes a client's own token back. One that is unknown, dead or another's is no error and stays as it is (RFC 7009 §2.2).
pub async fn take_back(state: &AppState, client: &Client, text: &str, from: &From<'_>) -> Result<(), OauthError> {
    if TokenKind::of(text) != Some(TokenKind::Access) {
        return Ok(());
    }
    let mut write = Call::system(state, Reason::Token).write().await.map_err(AppError::from)?;
    let now = write.now;
    let Actor { subject_id, organization_id, name, .. } = &client.actor;
    let ended = store::revoke(&mut write.conn(), subject_id, &token::hash(text), now).await.map_err(AppError::from)?;
    let Some(id) = ended else { return Ok(()) };
    let company = client.actor.company_id();
    write.acting(ActorKind::Integration, subject_id, name, (Some(organization_id), company));
    write.from(&from.address);
    write.session_ended(&id, "revoked");
    let entry = Entry::of(company, "token.revoke", "session", &id, name);
    write.commit(vec![entry.tells(&[Topic::Sessions, Topic::Integrations])]).await.map_err(AppError::from)?;
    Ok(())
}

/// What a session opens, as levels.
pub fn open(session: &Session) -> Levels {
    session.actor.levels()
}
