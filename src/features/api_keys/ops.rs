//! Making, listing and revoking one's own keys.
//!
//! A key belongs to the membership that acts, as all that one does at the console (`docs/decisions/0019`): the list is
//! that of the organization one is in.

use super::model::{ApiKey, KeyRow, NAME_MAX, NewApiKey, REMARK_MAX};
pub use super::store::LISTING;
use super::store::{self, Fields, Named};
use crate::access::{Levels, Why};
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::rights;
use crate::server::caller::refusal;
use crate::server::clock::{is_id, new_id};
use crate::server::identity::scope;
use crate::server::token::{Secret, TokenKind, check_end};
use crate::server::{Call, Entry, Write, text, usage_log};
use crate::types::{ListQuery, Millis, Page, Topic};
use serde_json::json;

/// How many keys one user has in an organization, so that a stolen session cannot fill the disk.
const MOST: i64 = 100;

/// The user whose keys these are. Whoever may enter no organization at the moment has none to look at.
pub fn owner(call: &Call) -> Result<&str, AppError> {
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
    let owner = owner(call)?;
    let row = if is_id(id) { store::find(conn, owner, id).await? } else { None };
    Ok(seen(row.ok_or_else(AppError::not_found)?, call.now()))
}

pub async fn get(call: &Call, id: &str) -> Result<KeyRow, AppError> {
    usage_log::flush(call.state()).await?;
    let mut held = call.read().await?;
    find(call, &mut held.conn(), id).await
}

/// The fields to store, or what is wrong with them.
fn checked(call: &Call, new: &NewApiKey) -> Result<Fields, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut told = |error: FieldError| errors.push(error);
    let name = text::line("name", &new.name, true, NAME_MAX as usize).map_err(&mut told).ok();
    let remark = text::paragraph("remark", &new.remark, REMARK_MAX as usize).map_err(&mut told).ok();
    if new.organization_id.as_ref().is_some_and(|id| id != call.organization_id()) {
        let message = "You can create keys only for the current organization. Switch to the other one first.";
        told(FieldError::new("organization_id", "not_allowed", message));
    }
    if let Err(error) = check_end(call.now(), new.expires_at) {
        told(error);
    }
    if let Some(error) = new.levels.and_then(|levels| excess(&levels, &call.actor().levels())) {
        told(error);
    }
    let scope = new.levels.map(|levels| json!(levels).to_string());
    let (may_administer, expires_at) = (new.may_administer_access, new.expires_at);
    match (name, remark) {
        (Some(name), Some(remark)) if errors.is_empty() => {
            Ok(Fields { name, remark, scope, may_administer, expires_at })
        }
        _ => Err(errors),
    }
}

/// What of the chosen screens the owner does not have, or that nothing was chosen.
fn excess(chosen: &Levels, own: &Levels) -> Option<FieldError> {
    if chosen.is_empty() {
        return Some(FieldError::new("levels", "required", "Choose at least one permission."));
    }
    let (screen, level) = chosen.open().find(|(screen, level)| own.get(*screen) < *level)?;
    let message = format!("You don't have {} {} yourself.", screen.label(), level.word());
    Some(FieldError::new("levels", "not_allowed", message))
}

pub async fn create(call: &Call, new: NewApiKey) -> Result<KeyRow, AppError> {
    let owner = owner(call)?;
    let fields = checked(call, &new).map_err(AppError::invalid)?;
    let secret = Secret::issue(TokenKind::ApiKey);
    let mut write = rights::begin_own(call).await?;
    let (now, id) = (write.now, new_id(write.now));
    let [_, count] = store::of_user(owner);
    if count.counted().number(&mut write.conn()).await? >= MOST {
        let message = format!("You already have {MOST} keys. Revoke one first.");
        return Err(AppError::conflict("too_many_keys", message));
    }
    let of = (call.organization_id(), owner);
    store::insert(&mut write.conn(), &id, of, &secret, &fields, now).await?;
    let mut row = find(call, &mut write.conn(), &id).await?;
    let company = call.actor().company_id();
    let entry = Entry::of(company, "api_keys.create", "api_key", &id, &fields.name).after(audited(&row.key));
    write.commit(vec![entry.tells(&[Topic::ApiKeys])]).await?;
    row.key.secret = Some(secret.expose().to_owned());
    Ok(row)
}

/// Ends a key for good; whatever uses it is refused from the next request on.
pub async fn revoke(call: &Call, id: &str) -> Result<(), AppError> {
    let owner = owner(call)?;
    let mut write = rights::begin_own(call).await?;
    let key = find(call, &mut write.conn(), id).await?.key;
    if !store::delete(&mut write.conn(), owner, id).await? {
        return Err(AppError::not_found());
    }
    write.session_ended(id, "revoked");
    let company = call.actor().company_id();
    let entry = Entry::of(company, "api_keys.revoke", "api_key", id, &key.name).before(audited(&key));
    write.commit(vec![entry.tells(&[Topic::ApiKeys, Topic::Sessions])]).await?;
    Ok(())
}

/// Ends all keys of an account, in every organization, for whoever knew its password may have made any of them; what
/// they were. To be called once the account's row is held.
pub async fn revoke_all(write: &mut Write, account_id: &str) -> Result<Vec<Named>, DbError> {
    let keys = store::of_account(&mut write.conn(), account_id).await?;
    for key in &keys {
        store::delete(&mut write.conn(), &key.user_id, &key.id).await?;
        write.session_ended(&key.id, "revoked");
    }
    if !keys.is_empty() {
        write.tells(&[Topic::ApiKeys, Topic::Sessions]);
    }
    Ok(keys)
}

/// Those of one organization by name: what its audit log may say.
pub fn names_in(organization_id: &str, keys: &[Named]) -> Vec<String> {
    keys.iter().filter(|key| key.organization_id == organization_id).map(|key| key.name.clone()).collect()
}

/// A key as the audit log keeps it.
fn audited(key: &ApiKey) -> serde_json::Value {
    json!({
        "name": key.name, "hint": key.hint, "remark": key.remark, "levels": key.levels,
        "may_administer_access": key.may_administer_access, "expires_at": key.expires_at,
    })
}
