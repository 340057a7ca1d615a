//! Making, listing and revoking one's own keys.
//!
//! A key belongs to the membership that acts, as all that one does at the console (`docs/decisions/0019`): the list is
//! that of the organization one is in.

use super::model::{ApiKey, KeyRow, NewApiKey};
use super::store;
pub use super::store::LISTING;
use crate::access::{Levels, Why};
use crate::db::Conn;
use crate::error::{AppError, FieldError};
use crate::resource::fields::Fields;
use crate::rights;
use crate::server::caller::refusal;
use crate::server::clock::new_id;
use crate::server::identity::scope;
use crate::server::token::{Secret, TokenKind, check_end};
use crate::server::{Call, Entry, api_keys, usage_log};
use crate::types::{ListQuery, Millis, Page, Topic};
use serde_json::json;

/// How many keys one user has in an organization, so that a stolen session cannot fill the disk.
const MOST: i64 = 100;

/// The user whose keys these are. A program has none, and whoever may enter no organization at the moment none to look at.
pub fn owner(call: &Call) -> Result<&str, AppError> {
    call.person()?;
    match call.actor().gate {
        Some(gate) => Err(refusal(&Why::Gate { gate })),
        None => Ok(&call.actor().subject_id),
    }
}

pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<KeyRow>, AppError> {
    let owner = owner(call)?;
    let wanted = LISTING.understand(query)?;
    // Their last use up to this moment.
    usage_log::flush(call.state()).await?;
    let mut held = call.read().await?;
    let [rows, count] = store::of_user(owner);
    let page = wanted.page(call, &mut held.conn(), rows, count).await?;
    Ok(page.map(|row| seen(row, call.now())))
}

fn seen(mut row: KeyRow, now: Millis) -> KeyRow {
    row.key.levels = scope(row.scope.as_deref());
    row.expired = row.key.expires_at.is_some_and(|expires| now >= expires.0);
    row
}

/// Missing and somebody else's are one answer.
async fn find(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<KeyRow, AppError> {
    let [own, _] = store::of_user(owner(call)?);
    Ok(seen(LISTING.find(conn, own, id).await?, call.now()))
}

pub async fn get(call: &Call, id: &str) -> Result<KeyRow, AppError> {
    usage_log::flush(call.state()).await?;
    let mut held = call.read().await?;
    find(call, &mut held.conn(), id).await
}

/// What is typed and chosen, checked.
fn checked(call: &Call, id: &str, new: &NewApiKey) -> Fields {
    let mut fields = Fields::default();
    fields.name(Some(&new.name), &[id]);
    fields.paragraph("remark", Some(&new.remark));
    if new.organization_id.as_ref().is_some_and(|id| id != call.organization_id()) {
        let message = "You can create keys only for the current organization. Switch to the other one first.";
        fields.refuse(FieldError::new("organization_id", "not_allowed", message));
    }
    fields.check(check_end(call.now(), new.expires_at));
    fields.check(new.levels.map_or(Ok(()), |levels| within(&levels, &call.actor().levels())));
    // None is all that its owner may.
    fields.set("scope", new.levels.map(|levels| json!(levels).to_string()).as_deref());
    fields.set("may_administer", new.may_administer_access);
    fields.set("expires_at", new.expires_at);
    fields
}

/// At least one of the screens, and of none more than the owner has.
fn within(chosen: &Levels, own: &Levels) -> Result<(), FieldError> {
    if chosen.is_empty() {
        return Err(FieldError::new("levels", "required", "Choose at least one permission."));
    }
    let Some((screen, level)) = chosen.open().find(|(screen, level)| own.get(*screen) < *level) else { return Ok(()) };
    let message = format!("You don't have {} {} yourself.", screen.label(), level.word());
    Err(FieldError::new("levels", "not_allowed", message))
}

pub async fn create(call: &Call, new: NewApiKey) -> Result<KeyRow, AppError> {
    let owner = owner(call)?;
    let id = new_id(call.now());
    let fields = checked(call, &id, &new).checked()?;
    let secret = Secret::issue(TokenKind::ApiKey);
    let mut write = rights::begin_own(call).await?;
    let [_, count] = store::of_user(owner);
    if count.counted().number(&mut write.conn()).await? >= MOST {
        let message = format!("You already have {MOST} keys. Revoke one first.");
        return Err(AppError::conflict("too_many_keys", message));
    }
    let key = store::new(&id, (call.organization_id(), owner), &secret, write.now).and(fields);
    key.insert(&mut write.conn(), "api_keys").await?;
    let mut row = find(call, &mut write.conn(), &id).await?;
    let company = call.actor().company_id();
    let entry = Entry::of(company, "api_keys.create", "api_key", &id, &row.key.name).after(audited(&row.key));
    write.commit(vec![entry.tells(&[Topic::ApiKeys])]).await?;
    row.key.secret = Some(secret.expose().to_owned());
    Ok(row)
}

/// Ends a key for good; whatever uses it is refused from the next request on.
pub async fn revoke(call: &Call, id: &str) -> Result<(), AppError> {
    let owner = owner(call)?;
    let mut write = rights::begin_own(call).await?;
    let key = find(call, &mut write.conn(), id).await?.key;
    if !api_keys::delete(&mut write.conn(), owner, id).await? {
        return Err(AppError::not_found());
    }
    write.session_ended(id, "revoked");
    let entry = Entry::of(call.actor().company_id(), "api_keys.revoke", "api_key", id, &key.name).before(audited(&key));
    write.commit(vec![entry.tells(&[Topic::ApiKeys, Topic::Sessions])]).await?;
    Ok(())
}

/// A key as the audit log keeps it.
fn audited(key: &ApiKey) -> serde_json::Value {
    json!({
        "name": key.name, "hint": key.hint, "remark": key.remark, "levels": key.levels,
        "may_administer_access": key.may_administer_access, "expires_at": key.expires_at,
    })
}
