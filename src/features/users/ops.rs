//! Making, editing, disabling and deleting users: the rules that span queries.

use super::model::{Handover, NewUser, Status, User, UserChange};
use super::store::{self, Keys, Membership, UserRow};
use super::{check, passwords, rights, view};
use crate::access::{Level, Role, inside, within};
use crate::db::{Conn, DbError, Unique};
use crate::error::{AppError, FieldError};
use crate::features::accounts::store::{self as accounts, NewAccount};
use crate::features::{api_keys, companies, organizations};
use crate::server::clock::{is_id, new_id};
use crate::server::identity::{end_session, find_actor};
use crate::server::{Call, Entry, Write, text};
use crate::types::Topic;
use serde_json::json;

const TOPICS: [Topic; 3] = [Topic::Users, Topic::Access, Topic::Sessions];

/// The fields of a new user, checked.
struct Checked {
    username: String,
    username_key: String,
    name: String,
    email: String,
    phone: String,
    description: String,
    role: Role,
}

pub async fn create(call: &Call, new: NewUser) -> Result<Handover, AppError> {
    let mut errors = Vec::new();
    let fields = check_new(call, &new, &mut errors);
    let mut held = call.read().await?;
    let context = passwords::context(call, &mut held.conn(), &new.username).await?;
    let password = passwords::prepare(&new.password, &context);
    let password = password.map_err(|error| errors.push(error)).ok();
    let company = company(call, &mut held.conn(), new.company_id.as_deref()).await?;
    let company = company.map_err(|error| errors.push(error)).ok();
    let planned = rights::plan(&mut held.conn(), call.actor(), &new.rights, &[]).await?;
    let planned = planned.map_err(|refused| errors.extend(refused)).ok();
    drop(held);
    let (Some(fields), Some(password), Some(company), Some(planned), true) =
        (fields, password, company, planned, errors.is_empty())
    else {
        return Err(AppError::invalid(errors));
    };
    let hash = call.state().hasher.hash(password.value.clone()).await?;
    let mut write = call.write().await?;
    let id = match insert(call, &mut write, &new, &fields, &company).await {
        Err(DbError::Unique(Unique::Username)) => return Err(taken(call)),
        other => other?,
    };
    let now = write.now;
    passwords::set(&mut write.conn(), call, &id.1, hash.expose(), now).await?;
    rights::replace(&mut write.conn(), call.actor(), &id.0, &planned, now).await?;
    let user = reread(call, &mut write.conn(), &id.0).await?;
    let entry = Entry::new("users.create", "user", &id.0, &fields.username).after(audited(&user)).tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(Handover { user, temporary_password: password.shown })
}

fn check_new(call: &Call, new: &NewUser, errors: &mut Vec<FieldError>) -> Option<Checked> {
    let mut told = |error: FieldError| errors.push(error);
    let username = check::username(&new.username).map_err(&mut told).ok();
    let name = check::name(&new.name).map_err(&mut told).ok();
    let email = check::email(&new.email).map_err(&mut told).ok();
    let phone = check::phone_in(new.region, &new.phone).map_err(&mut told).ok();
    let description = check::description(&new.description).map_err(&mut told).ok();
    let role = may_give_role(call, new.role).map_err(&mut told).ok();
    let (username, username_key) = username?;
    Some(Checked {
        username,
        username_key,
        name: name?,
        email: email?,
        phone: phone?,
        description: description?,
        role: role?,
    })
}

fn may_give_role(call: &Call, role: Option<Role>) -> Result<Role, FieldError> {
    let role = role.ok_or_else(|| FieldError::new("role", "required", "Choose a role."))?;
    if call.actor().role.may_give().contains(&role) {
        return Ok(role);
    }
    let message = format!("As {} you cannot give the role {}.", call.actor().role.label(), role.label());
    Err(FieldError::new("role", "not_allowed", message))
}

/// The company of a form, or the actor's own; one outside of its reach looks like missing.
async fn company(
    call: &Call,
    conn: &mut Conn<'_>,
    id: Option<&str>,
) -> Result<Result<companies::store::CompanyRow, FieldError>, DbError> {
    let actor = call.actor();
    let own = actor.company_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id = id.unwrap_or(own);
    let found = if is_id(id) { companies::store::find(conn, &actor.organization_id, id).await? } else { None };
    let found = found.filter(|company| inside(&company.path, &actor.company_path));
    Ok(found.ok_or_else(|| FieldError::new("company_id", "unknown", "There is no such company.")))
}

/// The one fact that crosses organizations; how often one caller may learn it is limited.
fn taken(call: &Call) -> AppError {
    if let Err(seconds) = call.state().probes.allow(&call.actor().account_id, call.now()) {
        return AppError::too_many(seconds);
    }
    AppError::invalid(vec![FieldError::new("username", "taken", "This username is taken. Choose another.")])
}

async fn insert(
    call: &Call,
    write: &mut Write,
    new: &NewUser,
    fields: &Checked,
    company: &companies::store::CompanyRow,
) -> Result<(String, String), DbError> {
    let now = write.now;
    let (id, account_id) = (new_id(now), new_id(now));
    let mut conn = write.conn();
    let account = NewAccount {
        id: &account_id,
        username: &fields.username,
        username_key: &fields.username_key,
        name: &fields.name,
        email: &fields.email,
        phone: &fields.phone,
        home_organization_id: call.organization_id(),
        founder: false,
        operator: false,
    };
    accounts::insert(&mut conn, &account, now).await?;
    let keys = Keys {
        username: fields.username_key.clone(),
        name: text::fold(&fields.name),
        email: text::fold(&fields.email),
        company: text::fold(&company.name),
    };
    let user = store::NewUser {
        id: &id,
        organization_id: call.organization_id(),
        account_id: &account_id,
        company_id: &company.id,
        role: fields.role.stored(),
        region: new.region.code(),
        description: &fields.description,
        keys: &keys,
    };
    store::insert(&mut conn, &user, now).await?;
    Ok((id, account_id))
}

async fn reread(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<User, AppError> {
    let row = store::find(conn, call.organization_id(), id).await?.ok_or_else(AppError::not_found)?;
    view::one(call, conn, row).await
}

/// A user as the audit log keeps it.
fn audited(user: &User) -> serde_json::Value {
    json!({
        "username": user.username, "name": user.name, "email": user.email, "phone": user.phone,
        "region": user.region, "company": user.company_name, "role": user.role, "profiles": user.profile_names,
        "places": user.rights.places, "profile_places": user.rights.profile_places,
        "organization_levels": user.rights.organization_levels, "description": user.description, "status": user.status,
    })
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: UserChange) -> Result<User, AppError> {
    let mut write = call.write().await?;
    organizations::ops::lock(&mut write, call.organization_id()).await?;
    let row = view::find(call, &mut write.conn(), id, Level::Full).await?;
    let before = view::one(call, &mut write.conn(), row.clone()).await?;
    if known.is_some_and(|known| known != row.version) {
        return Err(stale(&before));
    }
    apply(call, &mut write, &row, &before, change).await?;
    organizations::ops::keep_one(&mut write, call.organization_id()).await??;
    let after = reread(call, &mut write.conn(), id).await?;
    let entry = Entry::new("users.edit", "user", id, &after.username).before(audited(&before)).after(audited(&after));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(after)
}

/// The second of two editors learns that there was a first, and what stands there now.
fn stale(now: &User) -> AppError {
    let message = format!(
        "Somebody changed this user in the meantime. It now reads: {}, {}, {}, {}, {}. Your entries are still here.",
        now.username,
        now.name,
        now.email,
        now.company_name,
        now.role.label(),
    );
    AppError::new(crate::error::Kind::Stale, "stale", message)
}

async fn apply(
    call: &Call,
    write: &mut Write,
    row: &UserRow,
    before: &User,
    change: UserChange,
) -> Result<(), AppError> {
    let mut errors = Vec::new();
    let mut told = |error: FieldError| errors.push(error);
    let region = change.region.unwrap_or(before.region);
    let username = check::username(change.username.as_deref().unwrap_or(&row.username)).map_err(&mut told).ok();
    let name = check::name(change.name.as_deref().unwrap_or(&row.name)).map_err(&mut told).ok();
    // An address that is as it was is not looked at again: the founder has none.
    let email = match change.email.as_deref().filter(|email| *email != row.email) {
        Some(email) => check::email(email).map_err(&mut told).ok(),
        None => Some(row.email.clone()),
    };
    let phone = match change.phone.as_deref().filter(|phone| *phone != row.phone) {
        Some(phone) => check::phone_in(region, phone).map_err(&mut told).ok(),
        None => Some(row.phone.clone()),
    };
    let description = check::description(change.description.as_deref().unwrap_or(&row.description));
    let description = description.map_err(&mut told).ok();
    let role = match change.role.filter(|role| *role != before.role) {
        Some(role) => may_give_role(call, Some(role)).map_err(&mut told).ok(),
        None => Some(before.role),
    };
    let company_id = change.company_id.as_deref().unwrap_or(&row.company_id);
    let company = company(call, &mut write.conn(), Some(company_id)).await?.map_err(&mut told).ok();
    let existing = rights::existing(&mut write.conn(), call.actor(), &row.id).await?;
    let planned = match &change.rights {
        Some(rights) => rights::plan(&mut write.conn(), call.actor(), rights, &existing).await?,
        None => Ok(existing.clone()),
    };
    let planned = planned.map_err(|refused| errors.extend(refused)).ok();
    let (
        Some(username),
        Some(name),
        Some(email),
        Some(phone),
        Some(description),
        Some(role),
        Some(company),
        Some(planned),
    ) = (username, name, email, phone, description, role, company, planned)
    else {
        return Err(AppError::invalid(errors));
    };
    let identity = (username.0.as_str(), name.as_str(), email.as_str(), phone.as_str());
    if identity != (row.username.as_str(), row.name.as_str(), row.email.as_str(), row.phone.as_str()) {
        may_change_identity(call, &mut write.conn(), row, email != row.email).await?;
        match store::rename(&mut write.conn(), &row.account_id, &username.0, &username.1).await {
            Err(DbError::Unique(Unique::Username)) => return Err(taken(call)),
            other => other?,
        }
        rename_account(&mut write.conn(), &row.account_id, &name, &email, &phone).await?;
    }
    let now = write.now;
    let company_key = text::fold(&company.name);
    let membership = Membership {
        company_id: &company.id,
        company_key: &company_key,
        role: role.stored(),
        region: region.code(),
        description: &description,
    };
    store::update_membership(&mut write.conn(), &row.id, &membership).await?;
    if planned != existing {
        rights::replace(&mut write.conn(), call.actor(), &row.id, &planned, now).await?;
    }
    Ok(())
}

/// Only the home organization edits an identity; an email only somebody whose rights hold all of the user's, because an
/// address is a way to a new password.
async fn may_change_identity(call: &Call, conn: &mut Conn<'_>, row: &UserRow, email: bool) -> Result<(), AppError> {
    at_home(call, row)?;
    if email { rights_within(call, conn, row).await } else { Ok(()) }
}

pub fn at_home(call: &Call, row: &UserRow) -> Result<(), AppError> {
    if row.home_organization_id.as_deref() == Some(call.organization_id()) {
        return Ok(());
    }
    let message = "Another organization made this account; only its administrators edit the identity or reset it.";
    Err(AppError::forbidden("not_home", message))
}

pub async fn rights_within(call: &Call, conn: &mut Conn<'_>, row: &UserRow) -> Result<(), AppError> {
    let other = find_actor(conn, call.organization_id(), &row.id, call.now()).await?.ok_or_else(AppError::not_found)?;
    within(&other, call.actor()).map_err(|short| {
        let screen = short.screen.label();
        let message = format!("This user has rights on {screen} that you do not have yourself, so you cannot do this.");
        AppError::forbidden("above_rights", message)
    })
}

/// Changes the identity of an account and every copy that lists sort by or search looks in.
pub async fn rename_account(
    conn: &mut Conn<'_>,
    account_id: &str,
    name: &str,
    email: &str,
    phone: &str,
) -> Result<(), DbError> {
    store::update_account(conn, account_id, name, email, phone).await?;
    let (name_key, email_key) = (text::fold(name), text::fold(email));
    store::update_identity_keys(conn, account_id, &name_key, &email_key).await
}

pub async fn disable(call: &Call, id: &str) -> Result<User, AppError> {
    set_status(call, id, Status::Disabled).await
}

pub async fn enable(call: &Call, id: &str) -> Result<User, AppError> {
    set_status(call, id, Status::Active).await
}

async fn set_status(call: &Call, id: &str, status: Status) -> Result<User, AppError> {
    let mut write = call.write().await?;
    organizations::ops::lock(&mut write, call.organization_id()).await?;
    let row = view::find(call, &mut write.conn(), id, Level::Full).await?;
    if row.status == status.code() {
        return view::one(call, &mut write.conn(), row).await;
    }
    store::set_status(&mut write.conn(), id, status.code()).await?;
    if status == Status::Disabled {
        end_here(call, &mut write, &row, "disabled").await?;
    }
    organizations::ops::keep_one(&mut write, call.organization_id()).await??;
    let user = reread(call, &mut write.conn(), id).await?;
    let action = if status == Status::Active { "users.enable" } else { "users.disable" };
    write.commit(vec![Entry::new(action, "user", id, &row.username).tells(&TOPICS)]).await?;
    Ok(user)
}

/// Ends the sessions that stand in this organization, and what is open with keys.
async fn end_here(call: &Call, write: &mut Write, row: &UserRow, reason: &str) -> Result<(), AppError> {
    for key in api_keys::store::ids_of(&mut write.conn(), &row.id).await? {
        write.session_ended(&key, reason);
    }
    let sessions = store::sessions_here(&mut write.conn(), &row.account_id, call.organization_id()).await?;
    end_all(call, write, sessions, reason).await
}

pub async fn end_all(call: &Call, write: &mut Write, sessions: Vec<String>, reason: &str) -> Result<(), AppError> {
    let now = write.now;
    for session in sessions {
        end_session(&mut write.conn(), &session, reason, Some(&call.actor().subject_id), now).await?;
        write.session_ended(&session, reason);
    }
    Ok(())
}

pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = call.write().await?;
    organizations::ops::lock(&mut write, call.organization_id()).await?;
    let row = view::find(call, &mut write.conn(), id, Level::Full).await?;
    let before = view::one(call, &mut write.conn(), row.clone()).await?;
    end_here(call, &mut write, &row, "deleted").await?;
    store::delete(&mut write.conn(), call.organization_id(), id, &row.account_id).await?;
    organizations::ops::keep_one(&mut write, call.organization_id()).await??;
    let entry = Entry::new("users.delete", "user", id, &row.username).before(audited(&before)).tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(())
}

/// Closes the user's session in this organization; 404 when there is none.
pub async fn close_session(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = call.write().await?;
    let row = view::find(call, &mut write.conn(), id, Level::Full).await?;
    let sessions = store::sessions_here(&mut write.conn(), &row.account_id, call.organization_id()).await?;
    if sessions.is_empty() {
        return Err(AppError::conflict("no_session", format!("{} has no active session.", row.name)));
    }
    end_all(call, &mut write, sessions, "closed").await?;
    let entry = Entry::new("sessions.close", "user", id, &row.username).tells(&[Topic::Sessions]);
    write.commit(vec![entry]).await?;
    Ok(())
}
