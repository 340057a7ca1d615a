//! Making, editing, disabling and deleting API users, and replacing their tokens.

use super::model::{ApiUser, ApiUserChange, Made, NAME_MAX, NewApiUser, REMARK_MAX};
use super::read;
use super::store::{self, ApiUserRow, Fields, Token};
use crate::access::{Level, Role};
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::features::integrations::model::Status;
use crate::features::teams::ops::put_into;
use crate::rights;
use crate::rights::held::{self, Held, Plain};
use crate::rights::model::{MemberKind, MemberRef};
use crate::rights::store::delete_of;
use crate::rights::subject::SubjectKind;
use crate::rights::{form, plan, roles};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind};
use crate::server::{Call, Entry, Write, text};
use crate::types::{Millis, Topic, rfc3339};
use serde_json::{Value, json};

const TOPICS: [Topic; 3] = [Topic::Members, Topic::Access, Topic::Sessions];

/// The last instant with a year of four digits, which RFC 3339 can write.
const LATEST: Millis = 253_402_300_799_999;

/// What may be stored of the fields.
struct Checked {
    name: String,
    remark: String,
    role: Role,
}

fn checked(call: &Call, name: &str, remark: &str, role: (Role, bool), errors: &mut Vec<FieldError>) -> Option<Checked> {
    let mut told = |error: FieldError| errors.push(error);
    let name = text::line("name", name, true, NAME_MAX as usize).map_err(&mut told).ok();
    let remark = text::paragraph("remark", remark, REMARK_MAX as usize).map_err(&mut told).ok();
    let ((role, new), own) = (role, call.actor().role);
    if new && role > own {
        told(roles::not_yours(own, role));
        return None;
    }
    Some(Checked { name: name?, remark: remark?, role })
}

fn check_end(call: &Call, expires_at: Option<Millis>) -> Result<(), FieldError> {
    match expires_at {
        Some(at) if at <= call.now() || at > LATEST => Err(FieldError::new(
            "expires_at",
            "not_allowed",
            "This date is in the past. Choose a later one, or leave it empty.",
        )),
        _ => Ok(()),
    }
}

pub async fn create(call: &Call, new: NewApiUser) -> Result<Made, AppError> {
    let mut errors = Vec::new();
    let own = call.actor().role;
    let fields = checked(call, &new.name, &new.remark, (new.role.unwrap_or(own), true), &mut errors);
    errors.extend(check_end(call, new.expires_at).err());
    let mut write = rights::begin(call).await?;
    form::lock(&mut write.conn(), call.organization_id(), &new.rights, &[]).await?;
    let planned = form::plan(&mut write.conn(), call.actor(), &new.rights, &Held::default()).await?;
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
    let api_user = reread(call, &mut write.conn(), &id).await?;
    let company = call.actor().company_id();
    let entry = Entry::of(company, "api_users.create", "api_user", &id, &fields.name).after(audited(&api_user));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(Made { api_user, access_token: secret.expose().to_owned() })
}

async fn insert(
    call: &Call,
    write: &mut Write,
    id: &str,
    (fields, planned): (&Checked, &[Plain]),
    (secret, expires_at): (&Secret, Option<Millis>),
) -> Result<(), DbError> {
    let (now, actor) = (write.now, call.actor());
    let new = store::NewApiUser {
        id,
        organization_id: &actor.organization_id,
        name: &fields.name,
        name_key: &text::fold(&fields.name),
        remark: &fields.remark,
        company_id: actor.company_id().unwrap_or_default(),
        role: fields.role.stored(),
        made_by: &actor.subject_id,
        made_by_name: &actor.name,
        token: Token { hash: &secret.hash(), hint: &secret.hint(), expires_at },
    };
    let mut conn = write.conn();
    store::insert(&mut conn, &new, now).await?;
    plan::replace(&mut conn, actor, (SubjectKind::ApiUser, id), planned, now).await
}

async fn reread(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<ApiUser, AppError> {
    let row = store::find(conn, call.organization_id(), id).await?.ok_or_else(AppError::not_found)?;
    read::one(call, conn, row).await
}

/// An API user as the audit log keeps it.
fn audited(api_user: &ApiUser) -> Value {
    let (held, token) = (&api_user.held, &api_user.token);
    let teams: Vec<&str> = api_user.teams.iter().map(|team| team.name.as_str()).collect();
    json!({
        "name": api_user.name, "remark": api_user.remark, "company": api_user.company_name, "role": api_user.role,
        "status": api_user.status, "teams": teams, "profiles": held.profile_names, "levels": held.rights.levels,
        "places": held.rights.places, "organization_levels": held.rights.organization_levels,
        "devices": held.rights.devices, "all_devices": held.rights.all_devices,
        "token": { "hint": token.hint, "expires_at": token.expires_at.map(rfc3339) },
    })
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: ApiUserChange) -> Result<ApiUser, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    crate::server::rest::current(known, row.version)?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    apply(call, &mut write, &row, &before, change).await?;
    let after = reread(call, &mut write.conn(), id).await?;
    if audited(&after) == audited(&before) {
        return Ok(before);
    }
    let entry = Entry::of(Some(&row.company_id), "api_users.edit", "api_user", id, &after.name)
        .before(audited(&before))
        .after(audited(&after));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(after)
}

async fn apply(
    call: &Call,
    write: &mut Write,
    row: &ApiUserRow,
    before: &ApiUser,
    change: ApiUserChange,
) -> Result<(), AppError> {
    let (now, mut errors) = (write.now, Vec::new());
    let name = change.name.as_deref().unwrap_or(&row.name);
    let remark = change.remark.as_deref().unwrap_or(&row.remark);
    let role = change.role.unwrap_or(before.role);
    let fields = checked(call, name, remark, (role, role != before.role), &mut errors);
    let mut planned = None;
    if let Some(rights) = &change.rights {
        form::lock(&mut write.conn(), call.organization_id(), rights, &[]).await?;
        let held = held::of(&mut write.conn(), call.organization_id(), &[&row.id], now).await?;
        let held = held.get(&row.id).cloned().unwrap_or_default();
        match form::plan(&mut write.conn(), call.actor(), rights, &held).await? {
            Ok(plan) => planned = (!plan::is_what_stands(&plan, &held.grants)).then_some(plan),
            Err(refused) => errors.extend(refused),
        }
    }
    if let Some(wanted) = &change.teams {
        let member = MemberRef { kind: MemberKind::ApiUser, id: row.id.clone() };
        let teams: Vec<String> = before.teams.iter().map(|team| team.id.clone()).collect();
        errors.extend(put_into(call, write, &member, (&teams, wanted)).await?.err());
    }
    let (Some(fields), true) = (fields, errors.is_empty()) else { return Err(AppError::invalid(errors)) };
    if let Some(planned) = planned {
        plan::replace(&mut write.conn(), call.actor(), (SubjectKind::ApiUser, &row.id), &planned, now).await?;
    }
    let name_key = text::fold(&fields.name);
    let (name, remark, role) = (fields.name.as_str(), fields.remark.as_str(), fields.role.stored());
    store::update(&mut write.conn(), &row.id, &Fields { name, name_key: &name_key, remark, role }).await?;
    Ok(())
}

pub async fn set_status(call: &Call, id: &str, status: Status) -> Result<ApiUser, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    if row.status == status.code() {
        return read::one(call, &mut write.conn(), row).await;
    }
    store::set_status(&mut write.conn(), id, status.code()).await?;
    if status == Status::Disabled {
        write.session_ended(id, "disabled");
    }
    let api_user = reread(call, &mut write.conn(), id).await?;
    let action = if status == Status::Active { "api_users.enable" } else { "api_users.disable" };
    let entry = Entry::of(Some(&row.company_id), action, "api_user", id, &row.name)
        .before(json!({ "status": row.status }))
        .after(json!({ "status": status }))
        .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(api_user)
}

/// A token is a way to all that the API user may do: only for whoever may do all of it. The one before dies.
pub async fn replace_token(call: &Call, id: &str, expires_at: Option<Millis>) -> Result<Made, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    check_end(call, expires_at).map_err(|error| AppError::invalid(vec![error]))?;
    let now = write.now;
    let teams = store::teams(&mut write.conn(), &[id]).await?.remove(id).unwrap_or_default();
    let holders: Vec<&str> = teams.iter().map(|(team, _)| team.as_str()).chain([id]).collect();
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
    let api_user = reread(call, &mut write.conn(), id).await?;
    let shown = |hint: &str, end: Option<Millis>| json!({ "token": { "hint": hint, "expires_at": end.map(rfc3339) } });
    let entry = Entry::of(Some(&row.company_id), "api_users.replace_token", "api_user", id, &row.name)
        .before(shown(&row.token_hint, row.token_expires_at))
        .after(shown(&secret.hint(), expires_at))
        .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(Made { api_user, access_token: secret.expose().to_owned() })
}

/// Ends its token at once; what else is to be checked was.
pub async fn end_token(
    mut write: Write,
    company: Option<&str>,
    (id, name): (&str, &str),
    before: Option<Millis>,
) -> Result<(), AppError> {
    let now = write.now;
    store::end_token(&mut write.conn(), id, now).await?;
    write.session_ended(id, "closed");
    let entry = Entry::of(company, "api_users.end_token", "api_user", id, name)
        .before(json!({ "expires_at": before.map(rfc3339) }))
        .after(json!({ "expires_at": rfc3339(now) }));
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
    let entry = Entry::of(Some(&row.company_id), "api_users.delete", "api_user", id, &row.name);
    let entry = entry.before(audited(&before));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(())
}
