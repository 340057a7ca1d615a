use super::model::{Kind, Session};
pub use super::store::LISTING;
use super::store::{self, Active, SessionRow};
use crate::access::{Actor, Level, Need, Role, Screen, Target, company_of};
use crate::error::AppError;
use crate::features::settings::model::Inactivity;
use crate::features::settings::model::SettingsChange;
use crate::features::{api_keys, api_users, settings};
use crate::rights;
use crate::server::clock::is_id;
use crate::server::identity::end_session;
use crate::server::{Call, Entry, Write};
use crate::types::{ListQuery, Page, Topic};
use serde_json::json;

pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<Session>, AppError> {
    let wanted = LISTING.understand(query)?;
    let kind = Kind::from_code(wanted.value("kind"));
    let active = Active { actor: call.actor(), q: &wanted.text, kind, now: call.now() };
    let (page, count) = (active.page((wanted.descending, wanted.after(), wanted.limit + 1)), active.counted());
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let rows = page.rows(conn).await?;
    Ok(wanted.cut(call, conn, rows, count).await?.map(|row| session(call.actor(), row)))
}

fn session(viewer: &Actor, row: SessionRow) -> Session {
    Session {
        own: row.subject_id == viewer.subject_id,
        id: row.id,
        kind: Kind::from_code(&row.kind).unwrap_or(Kind::Console),
        subject_id: row.subject_id,
        username: row.username,
        name: row.name,
        key_name: row.key_name,
        client: row.client,
        address: row.address,
        signed_in_at: row.signed_in_at,
        last_activity_at: row.last_activity_at,
        expires_at: row.expires_at,
    }
}

/// Closes a session at once: its next request is refused, its sockets close, its page is told why. A key has nothing to
/// close but itself, and is revoked; the token of an API user ends.
pub async fn close(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let found = if is_id(id) { store::find(&mut write.conn(), call.organization_id(), id).await? } else { None };
    let row = found.ok_or_else(AppError::not_found)?;
    let target = Target::Member {
        company: row.company_path.clone(),
        rank: Role::from_stored(row.role),
        own: row.subject_id == call.actor().subject_id,
    };
    call.require(&Need { screen: Screen::Sessions, level: Level::Full, target }).await?;
    if let Some(key) = &row.key_name {
        return revoke(write, &row, key).await;
    }
    if row.kind == Kind::ApiUser.code() {
        let company = company_of(&row.company_path);
        return api_users::ops::end_token(write, company, (id, &row.name), row.expires_at).await;
    }
    let now = write.now;
    if !end_session(&mut write.conn(), id, "closed", Some(&call.actor().subject_id), now).await? {
        return Err(AppError::not_found());
    }
    write.session_ended(id, "closed");
    let entry = Entry::of(company_of(&row.company_path), "sessions.close", "session", id, &row.username)
        .before(json!({ "kind": row.kind, "client": row.client, "address": row.address, "ended": false }))
        .after(json!({ "kind": row.kind, "client": row.client, "address": row.address, "ended": true }))
        .tells(&[Topic::Sessions, Topic::Integrations]);
    write.commit(vec![entry]).await?;
    Ok(())
}

async fn revoke(mut write: Write, row: &SessionRow, key: &str) -> Result<(), AppError> {
    if !api_keys::store::delete(&mut write.conn(), &row.subject_id, &row.id).await? {
        return Err(AppError::not_found());
    }
    write.session_ended(&row.id, "revoked");
    let entry = Entry::of(company_of(&row.company_path), "api_keys.revoke", "api_key", &row.id, key)
        .before(json!({ "name": key, "owner": row.username, "client": row.client, "address": row.address }))
        .tells(&[Topic::Sessions, Topic::ApiKeys]);
    write.commit(vec![entry]).await?;
    Ok(())
}

/// The limit is one of the organization's settings.
pub async fn idle_limit(call: &Call) -> Result<Inactivity, AppError> {
    Ok(settings::ops::of(call, Screen::Sessions).await?.inactivity())
}

pub async fn set_idle_limit(call: &Call, minutes: i64, known: Option<i64>) -> Result<(), AppError> {
    let change = SettingsChange { inactivity_minutes: Some(minutes), ..SettingsChange::default() };
    settings::ops::edit(call, Screen::Sessions, known, change).await.map(|_| ())
}
