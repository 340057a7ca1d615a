use super::model::{Session, SessionRow};
pub use super::store::LISTING;
use super::store::{self, Active};
use crate::access::{Actor, Level, Role, Screen, company_of};
use crate::error::AppError;
use crate::features::api_users;
use crate::rights;
use crate::server::clock::is_id;
use crate::server::identity::end_session;
use crate::server::{Call, Entry, Write, api_keys};
use crate::types::{ListQuery, Page, SessionKind, Topic};
use serde_json::json;

pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<SessionRow>, AppError> {
    let wanted = LISTING.understand(query)?;
    let kind = SessionKind::from_code(wanted.value("kind"));
    let active = Active { actor: call.actor(), q: &wanted.text, kind, now: call.now() };
    let (page, count) = (active.page((wanted.descending, wanted.after(), wanted.limit + 1)), active.counted());
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let rows = page.rows(conn).await?;
    Ok(wanted.cut(call, conn, rows, count).await?.map(|row| seen(call.actor(), row)))
}

/// As the viewer sees it: whose it is, by kind.
fn seen(viewer: &Actor, mut row: SessionRow) -> SessionRow {
    let session = &mut row.session;
    let subject = match session.kind {
        SessionKind::Console | SessionKind::ApiKey => &mut session.user_id,
        SessionKind::Integration => &mut session.integration_id,
        SessionKind::ApiUser => &mut session.api_user_id,
    };
    *subject = Some(row.subject_id.clone());
    row.own = row.subject_id == viewer.subject_id;
    row
}

/// Closes a session at once: its next request is refused, its sockets close, its page is told why. A key has nothing to
/// close but itself, and is revoked; the token of an API user ends.
pub async fn close(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let found = if is_id(id) { store::find(&mut write.conn(), call.organization_id(), id).await? } else { None };
    let row = found.ok_or_else(AppError::not_found)?;
    let of = (row.company_path.as_str(), Role::from_stored(row.role), row.subject_id.as_str());
    call.require_of(Screen::Sessions, Level::Full, of).await?;
    let Session { kind, key_name, client, address, username, .. } = &row.session;
    if let Some(key) = key_name {
        return revoke(write, &row, key).await;
    }
    let company = company_of(&row.company_path);
    if *kind == SessionKind::ApiUser {
        return api_users::ops::end_token(write, company, (id, &row.name), row.session.expires_at).await;
    }
    let now = write.now;
    if !end_session(&mut write.conn(), id, "closed", Some(&call.actor().subject_id), now).await? {
        return Err(AppError::not_found());
    }
    write.session_ended(id, "closed");
    let entry = Entry::of(company, "sessions.close", "session", id, username)
        .before(json!({ "kind": kind, "client": client, "address": address, "ended": false }))
        .after(json!({ "kind": kind, "client": client, "address": address, "ended": true }))
        .tells(&[Topic::Sessions, Topic::Integrations]);
    write.commit(vec![entry]).await?;
    Ok(())
}

async fn revoke(mut write: Write, row: &SessionRow, key: &str) -> Result<(), AppError> {
    if !api_keys::delete(&mut write.conn(), &row.subject_id, &row.session.id).await? {
        return Err(AppError::not_found());
    }
    let Session { id, client, address, username, .. } = &row.session;
    write.session_ended(id, "revoked");
    let entry = Entry::of(company_of(&row.company_path), "api_keys.revoke", "api_key", id, key)
        .before(json!({ "name": key, "owner": username, "client": client, "address": address }))
        .tells(&[Topic::Sessions, Topic::ApiKeys]);
    write.commit(vec![entry]).await?;
    Ok(())
}
