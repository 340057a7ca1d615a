//! Making, editing, disabling and deleting API users, and replacing their tokens.

use super::model::{ApiUser, ApiUserChange, ApiUserRow, NAME_MAX, NewApiUser, REMARK_MAX};
use super::read;
use super::store::{self, Fields, Token};
use crate::access::{Level, Role};
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::features::teams::ops::put_into;
use crate::rights;
use crate::rights::held::{self, Holdings, Plain};
use crate::rights::model::{MemberKind, MemberRef};
use crate::rights::store::delete_of;
use crate::rights::subject::SubjectKind;
use crate::rights::{form, plan, roles};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind, check_end};
use crate::server::{Call, Entry, Write, text};
use crate::types::{Instant, Status, Topic};
use serde_json::{Value, json};

const TOPICS: [Topic; 3] = [Topic::Members, Topic::Access, Topic::Sessions];

/// The fields to store, or what is wrong with them.
fn checked(call: &Call, name: &str, remark: &str, role: (Role, bool), errors: &mut Vec<FieldError>) -> Option<Fields> {
    let mut told = |error: FieldError| errors.push(error);
    let name = text::line("name", name, true, NAME_MAX as usize).map_err(&mut told).ok();
    let remark = text::paragraph("remark", remark, REMARK_MAX as usize).map_err(&mut told).ok();
    let ((role, new), own) = (role, call.actor().role);
    if new && role > own {
        told(roles::not_yours(own, role));
        return None;
    }
    Some(Fields { name: name?, remark: remark?, role })
}

pub async fn create(call: &Call, new: NewApiUser) -> Result<ApiUserRow, AppError> {
    let mut errors = Vec::new();
    let own = call.actor().role;
    let fields = checked(call, &new.name, &new.remark, (new.role.unwrap_or(own), true), &mut errors);
    errors.extend(check_end(call.now(), new.expires_at).err());
    let mut write = rights::begin(call).await?;
    form::lock(&mut write.conn(), call.organization_id(), &new.rights, &[]).await?;
    let planned = form::plan(&mut write.conn(), call.actor(), &new.rights, &Holdings::default()).await?;
    let planned = planned.map_err(|refused| errors.extend(refused)).ok();
    let id = new_id(write.now);
    let member = MemberRef { kind: MemberKind::ApiUser, id: id.clone() };
    // What is put into teams here goes with the transaction where anything else is wrong.
    let joined = put_into(call, &mut write, &member, (&[], &new.teams)).await?;
    errors.extend(joined.err());
    let (Some(fields), Some(planned), true) = (fields, planned, errors.is_empty()) else {
        return Err(AppError::invalid(errors));
    };
    let secret = Secret::issue(TokenKind::ApiUser);
    insert(call, &mut write, &id, (&fields, &planned), (&secret, new.expires_at)).await?;
    let row = reread(call, &mut write.conn(), &id).await?;
    let company = call.actor().company_id();
    let entry = Entry::of(company, "api_users.create", "api_user", &id, &fields.name).after(audited(&row));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(shown_once(row, &secret))
}

/// The one answer with the token in it.
fn shown_once(mut row: ApiUserRow, secret: &Secret) -> ApiUserRow {
    row.api_user.access_token = Some(secret.expose().to_owned());
    row
}

async fn insert(
    call: &Call,
    write: &mut Write,
    id: &str,
    (fields, planned): (&Fields, &[Plain]),
    (secret, expires_at): (&Secret, Option<Instant>),
) -> Result<(), DbError> {
    let (now, actor) = (write.now, call.actor());
    let new = store::NewApiUser {
        id,
        organization_id: &actor.organization_id,
        company_id: actor.company_id().unwrap_or_default(),
        made_by: &actor.subject_id,
        made_by_name: &actor.name,
        fields,
        token: Token { hash: &secret.hash(), hint: &secret.hint(), expires_at },
    };
    let mut conn = write.conn();
    store::insert(&mut conn, &new, now).await?;
    plan::replace(&mut conn, actor, (SubjectKind::ApiUser, id), planned, now).await
}

async fn reread(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<ApiUserRow, AppError> {
    let row = store::find(conn, call.organization_id(), id).await?.ok_or_else(AppError::not_found)?;
    read::one(call, conn, row).await
}

/// An API user as the audit log keeps it.
fn audited(row: &ApiUserRow) -> Value {
    let ApiUser { name, remark, role, status, rights, token, .. } = &row.api_user;
    let teams: Vec<&str> = row.teams.iter().map(|team| team.name.as_str()).collect();
    json!({
        "name": name, "remark": remark, "company": row.company_name, "role": role, "status": status, "teams": teams,
        "profiles": row.facts.profile_names, "levels": rights.levels, "places": rights.places,
        "organization_levels": rights.organization_levels, "devices": rights.devices,
        "all_devices": rights.all_devices, "token": { "hint": token.hint, "expires_at": token.expires_at },
    })
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: ApiUserChange) -> Result<ApiUserRow, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    crate::server::rest::current(known, row.api_user.version)?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    apply(call, &mut write, &before, change).await?;
    let after = reread(call, &mut write.conn(), id).await?;
    if audited(&after) == audited(&before) {
        return Ok(before);
    }
    let entry = Entry::of(Some(&row.api_user.company_id), "api_users.edit", "api_user", id, &after.api_user.name)
        .before(audited(&before))
        .after(audited(&after));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(after)
}

async fn apply(call: &Call, write: &mut Write, before: &ApiUserRow, change: ApiUserChange) -> Result<(), AppError> {
    let (now, it, mut errors) = (write.now, &before.api_user, Vec::new());
    let name = change.name.as_ref().unwrap_or(&it.name);
    let remark = change.remark.as_ref().unwrap_or(&it.remark);
    let role = change.role.unwrap_or(it.role);
    let fields = checked(call, name, remark, (role, role != it.role), &mut errors);
    let mut planned = None;
    if let Some(rights) = &change.rights {
        form::lock(&mut write.conn(), call.organization_id(), rights, &[]).await?;
        let held = held::of(&mut write.conn(), call.organization_id(), &[&it.id], now).await?;
        let held = held.get(&it.id).cloned().unwrap_or_default();
        match form::plan(&mut write.conn(), call.actor(), rights, &held).await? {
            Ok(plan) => planned = (!plan::is_what_stands(&plan, &held.grants)).then_some(plan),
            Err(refused) => errors.extend(refused),
        }
    }
    if let Some(wanted) = &change.teams {
        let member = MemberRef { kind: MemberKind::ApiUser, id: it.id.clone() };
        errors.extend(put_into(call, write, &member, (&it.teams, wanted)).await?.err());
    }
    let (Some(fields), true) = (fields, errors.is_empty()) else { return Err(AppError::invalid(errors)) };
    if let Some(planned) = planned {
        plan::replace(&mut write.conn(), call.actor(), (SubjectKind::ApiUser, &it.id), &planned, now).await?;
    }
    store::update(&mut write.conn(), &it.id, &fields).await?;
    Ok(())
}

pub async fn set_status(call: &Call, id: &str, status: Status) -> Result<ApiUserRow, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let it = &row.api_user;
    if it.status == status {
        return read::one(call, &mut write.conn(), row).await;
    }
    store::set_status(&mut write.conn(), id, status).await?;
    if status == Status::Disabled {
        write.session_ended(id, "disabled");
    }
    let after = reread(call, &mut write.conn(), id).await?;
    let action = if status == Status::Active { "api_users.enable" } else { "api_users.disable" };
    let entry = Entry::of(Some(&it.company_id), action, "api_user", id, &it.name)
        .before(json!({ "status": it.status }))
        .after(json!({ "status": status }))
        .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(after)
}

/// A token is a way to all that the API user may do: only for whoever may do all of it. The one before dies.
pub async fn replace_token(call: &Call, id: &str, expires_at: Option<Instant>) -> Result<ApiUserRow, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    check_end(call.now(), expires_at).map_err(|error| AppError::invalid(vec![error]))?;
    let now = write.now;
    let teams = store::teams(&mut write.conn(), &[id]).await?.remove(id).unwrap_or_default();
    let holders: Vec<&str> = teams.iter().map(|team| team.id.as_str()).chain([id]).collect();
    plan::lock(&mut write.conn(), call.organization_id(), &[], &holders).await?;
    plan::may_give_all_of(&mut write.conn(), call.actor(), &holders, now).await?.map_err(|short| {
        let screen = short.screen.label();
        let message = format!("This API user has permissions on {screen} that you don't have.");
        AppError::forbidden("above_rights", message)
    })?;
    let secret = Secret::issue(TokenKind::ApiUser);
    let token = Token { hash: &secret.hash(), hint: &secret.hint(), expires_at };
    store::set_token(&mut write.conn(), id, &token, now).await?;
    write.session_ended(id, "token_replaced");
    let after = reread(call, &mut write.conn(), id).await?;
    let shown = |hint: &str, end: Option<Instant>| json!({ "token": { "hint": hint, "expires_at": end } });
    let it = &row.api_user;
    let entry = Entry::of(Some(&it.company_id), "api_users.replace_token", "api_user", id, &it.name)
        .before(shown(&it.token.hint, it.token.expires_at))
        .after(shown(&secret.hint(), expires_at))
        .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(shown_once(after, &secret))
}

/// Ends its token at once; what else is to be checked was.
pub async fn end_token(
    mut write: Write,
    company: Option<&str>,
    (id, name): (&str, &str),
    before: Option<Instant>,
) -> Result<(), AppError> {
    let now = write.now;
    store::end_token(&mut write.conn(), id, now).await?;
    write.session_ended(id, "closed");
    let entry = Entry::of(company, "api_users.end_token", "api_user", id, name)
        .before(json!({ "expires_at": before }))
        .after(json!({ "expires_at": Instant(now) }));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(())
}

pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    delete_of(&mut write.conn(), call.organization_id(), id).await?;
    store::delete(&mut write.conn(), id).await?;
    write.session_ended(id, "deleted");
    let entry = Entry::of(Some(&row.api_user.company_id), "api_users.delete", "api_user", id, &row.api_user.name);
    let entry = entry.before(audited(&before));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(())
}
