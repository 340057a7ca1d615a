//! Making, editing, disabling and deleting users: the rules that span queries.

use super::bounds::{at_home, end_all, rights_within};
use super::checked::{self, UserFields};
use super::model::{NewUser, User, UserChange, UserView};
use super::plan;
use super::store::{self, Keys, Membership, UserRow};
use super::{passwords, read};
use crate::access::Level;
use crate::db::{Conn, DbError, Unique};
use crate::error::{AppError, FieldError};
use crate::features::accounts::store::{self as accounts, NewAccount};
use crate::features::companies::store::CompanyRow;
use crate::rights::held::Plain;
use crate::rights::plan::{is_what_stands, replace};
use crate::rights::subject::SubjectKind;
use crate::rights::{self, administrators, keep_an_administrator};
use crate::server::clock::new_id;
use crate::server::{Call, Entry, Write, api_keys, text};
use crate::types::Status;
use crate::types::Topic;
use serde_json::json;

const TOPICS: [Topic; 3] = [Topic::Users, Topic::Access, Topic::Sessions];

pub async fn create(call: &Call, new: NewUser) -> Result<UserView, AppError> {
    let mut errors = Vec::new();
    let fields = checked::of_new(call, &new, &mut errors);
    let mut held = call.read().await?;
    let context = passwords::context(call, &mut held.conn(), &new.username).await?;
    let by_mail = fields.as_ref().is_some_and(|fields| read::goes_by_mail(call, &fields.email));
    let password = passwords::prepare(&new.password, &context, by_mail);
    let password = password.map_err(|error| errors.push(error)).ok();
    let possible = given(call, &mut held.conn(), &new, &mut errors).await?;
    drop(held);
    let (Some(fields), Some(password), Some(_)) = (fields, password, possible) else {
        return Err(AppError::invalid(errors));
    };
    let probe = Probe::take(call)?;
    let password = password.hashed(call).await?;
    let mut write = rights::begin(call).await?;
    // Hashing took a while: what is given is decided again on what stands there now.
    plan::lock(&mut write.conn(), call.organization_id(), &new.rights()).await?;
    let Some((company, planned)) = given(call, &mut write.conn(), &new, &mut errors).await? else {
        return Err(AppError::invalid(errors));
    };
    let id = insert(call, &mut write, &fields, &company).await.map_err(taken)?;
    let now = write.now;
    passwords::set(&mut write, call, (&id.0, &id.1), &password).await?;
    replace(&mut write.conn(), call.actor(), (SubjectKind::User, &id.0), &planned, now).await?;
    let made = reread(call, &mut write.conn(), &id.0).await?;
    let entry = Entry::of(Some(&company.id), "users.create", "user", &id.0, &fields.username).after(audited(&made));
    write.commit(vec![entry.tells(&TOPICS).tells(password.tells())]).await?;
    probe.was_none();
    Ok(password.handed_over(made))
}

/// Where a new user belongs and what it gets, if the caller may give that.
async fn given(
    call: &Call,
    conn: &mut Conn<'_>,
    new: &NewUser,
    errors: &mut Vec<FieldError>,
) -> Result<Option<(CompanyRow, Vec<Plain>)>, DbError> {
    let company = checked::company(call, conn, new.company_id.as_deref()).await?;
    let company = company.map_err(|error| errors.push(error)).ok();
    let planned = plan::plan(conn, call.actor(), &new.rights(), &[]).await?;
    let planned = planned.map_err(|refused| errors.extend(refused)).ok();
    Ok(company.zip(planned))
}

/// *Taken* is the one fact that crosses organizations, so how often one caller may learn it is limited. The budget is
/// taken before the name is tried, free or not: one that is used up tells nothing.
struct Probe<'a>(&'a Call);

impl<'a> Probe<'a> {
    fn take(call: &'a Call) -> Result<Probe<'a>, AppError> {
        let taken = call.state().probes.allow(&call.actor().account_id, call.now());
        taken.map(|()| Probe(call)).map_err(AppError::too_many)
    }

    /// The name was free and is somebody's now, which all can see: that was no question.
    fn was_none(self) {
        self.0.state().probes.give_back(&self.0.actor().account_id);
    }
}

fn taken(error: DbError) -> AppError {
    match error {
        DbError::Unique(Unique::Username) => {
            let message = "This username is taken. Choose another.";
            AppError::invalid(vec![FieldError::new("username", "taken", message)])
        }
        other => other.into(),
    }
}

async fn insert(
    call: &Call,
    write: &mut Write,
    fields: &UserFields,
    company: &CompanyRow,
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
        region: fields.region.code(),
        description: &fields.description,
        keys: &keys,
    };
    store::insert(&mut conn, &user, now).await?;
    Ok((id, account_id))
}

async fn reread(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<UserView, AppError> {
    let row = store::find(conn, call.organization_id(), id).await?.ok_or_else(AppError::not_found)?;
    read::one(call, conn, row).await
}

/// A user as the audit log keeps it.
fn audited(view: &UserView) -> serde_json::Value {
    let user = &view.user;
    json!({
        "username": user.username, "name": user.name, "email": user.email, "phone": user.phone,
        "region": user.region, "company": view.company_name, "role": user.role, "profiles": view.profile_names,
        "places": user.places, "profile_places": user.profile_places,
        "organization_levels": user.organization_levels, "description": user.description, "status": user.status,
    })
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: UserChange) -> Result<UserView, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    // The person edits their own details beside the organization's lock.
    administrators::lock_account(&mut write.conn(), &row.account_id).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    if known.is_some_and(|known| known != row.version) {
        return Err(stale(&before));
    }
    let probe = apply(call, &mut write, &row, &before.user, change).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let after = reread(call, &mut write.conn(), id).await?;
    // Whoever is moved to another company is that one's from this event on.
    let entry = Entry::of(Some(&after.user.company_id), "users.edit", "user", id, &after.user.username)
        .before(audited(&before))
        .after(audited(&after));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    if let Some(probe) = probe {
        probe.was_none();
    }
    Ok(after)
}

/// The second of two editors learns that there was a first, and what stands there now.
fn stale(now: &UserView) -> AppError {
    let message = format!(
        "Someone else changed this user in the meantime. Your entries are still here. The user is now: {}.",
        now.in_words().join("; ")
    );
    AppError::new(crate::error::Kind::Stale, "stale", message)
}

async fn apply<'a>(
    call: &'a Call,
    write: &mut Write,
    row: &UserRow,
    before: &User,
    change: UserChange,
) -> Result<Option<Probe<'a>>, AppError> {
    let mut errors = Vec::new();
    let fields = checked::of_change(call, &change, row, before, &mut errors);
    let company_id = change.company_id.as_deref().unwrap_or(&row.company_id);
    let company = checked::company(call, &mut write.conn(), Some(company_id)).await?;
    let company = company.map_err(|error| errors.push(error)).ok();
    let stands = before.rights();
    let kept = plan::held(&stands);
    let wanted = if change.names_rights() { Some(plan::changed(&change, stands)?) } else { None };
    let planned = match &wanted {
        Some(rights) => {
            plan::lock(&mut write.conn(), call.organization_id(), rights).await?;
            let planned = plan::plan(&mut write.conn(), call.actor(), rights, &kept).await?;
            planned.map(Some).map_err(|refused| errors.extend(refused)).ok()
        }
        None => Some(None),
    };
    let (Some(fields), Some(company), Some(planned)) = (fields, company, planned) else {
        return Err(AppError::invalid(errors));
    };
    let probe = change_identity(call, write, row, &fields).await?;
    let membership = Membership {
        company_id: &company.id,
        company_key: &text::fold(&company.name),
        role: fields.role.stored(),
        region: fields.region.code(),
        description: &fields.description,
    };
    store::update_membership(&mut write.conn(), &row.id, &membership).await?;
    if let Some(planned) = planned.filter(|planned| !is_what_stands(planned, &kept)) {
        let now = write.now;
        replace(&mut write.conn(), call.actor(), (SubjectKind::User, &row.id), &planned, now).await?;
    }
    Ok(probe)
}

/// Username, name, email and phone, where they change.
async fn change_identity<'a>(
    call: &'a Call,
    write: &mut Write,
    row: &UserRow,
    fields: &UserFields,
) -> Result<Option<Probe<'a>>, AppError> {
    let now = (row.username.as_str(), row.name.as_str(), row.email.as_str(), row.phone.as_str());
    if now == (fields.username.as_str(), fields.name.as_str(), fields.email.as_str(), fields.phone.as_str()) {
        return Ok(None);
    }
    may_change_identity(call, &mut write.conn(), row, fields.email != row.email).await?;
    let probe = if fields.username_key == row.username_key { None } else { Some(Probe::take(call)?) };
    let renamed = store::rename(&mut write.conn(), &row.account_id, &fields.username, &fields.username_key).await;
    renamed.map_err(taken)?;
    rename_account(&mut write.conn(), &row.account_id, &fields.name, &fields.email, &fields.phone).await?;
    Ok(probe)
}

/// Only the home organization edits an identity; an email only somebody whose rights hold all of the user's, because an
/// address is a way to a new password.
async fn may_change_identity(call: &Call, conn: &mut Conn<'_>, row: &UserRow, email: bool) -> Result<(), AppError> {
    at_home(call, row)?;
    if email { rights_within(call, conn, row).await } else { Ok(()) }
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

pub async fn disable(call: &Call, id: &str) -> Result<UserView, AppError> {
    set_status(call, id, Status::Disabled).await
}

pub async fn enable(call: &Call, id: &str) -> Result<UserView, AppError> {
    set_status(call, id, Status::Active).await
}

async fn set_status(call: &Call, id: &str, status: Status) -> Result<UserView, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    if row.status == status.code() {
        return read::one(call, &mut write.conn(), row).await;
    }
    // In the order of a sign-in, which holds the account before the membership and its sessions.
    administrators::lock_account(&mut write.conn(), &row.account_id).await?;
    store::set_status(&mut write.conn(), id, status.code()).await?;
    if status == Status::Disabled {
        end_here(call, &mut write, &row, "disabled").await?;
    }
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let user = reread(call, &mut write.conn(), id).await?;
    let action = if status == Status::Active { "users.enable" } else { "users.disable" };
    let entry = Entry::of(Some(&row.company_id), action, "user", id, &row.username)
        .before(json!({ "status": row.status }))
        .after(json!({ "status": status }));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(user)
}

/// Ends the sessions that stand in this organization, and what is open with keys.
async fn end_here(call: &Call, write: &mut Write, row: &UserRow, reason: &str) -> Result<(), AppError> {
    for key in api_keys::ids_of(&mut write.conn(), &row.id).await? {
        write.session_ended(&key, reason);
    }
    let sessions = store::sessions_here(&mut write.conn(), &row.account_id, call.organization_id()).await?;
    end_all(call, write, sessions, reason).await
}

pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    administrators::lock_account(&mut write.conn(), &row.account_id).await?;
    end_here(call, &mut write, &row, "deleted").await?;
    store::delete(&mut write.conn(), call.organization_id(), id, &row.account_id).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let entry = Entry::of(Some(&row.company_id), "users.delete", "user", id, &row.username);
    write.commit(vec![entry.before(audited(&before)).tells(&TOPICS)]).await?;
    Ok(())
}

/// Closes the user's session in this organization; 404 when there is none.
pub async fn close_session(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let sessions = store::sessions_here(&mut write.conn(), &row.account_id, call.organization_id()).await?;
    if sessions.is_empty() {
        return Err(AppError::conflict("no_session", format!("{} has no active session.", row.name)));
    }
    let ended = sessions.len();
    end_all(call, &mut write, sessions, "closed").await?;
    let entry = Entry::of(Some(&row.company_id), "sessions.close", "user", id, &row.username)
        .before(json!({ "sessions": ended }))
        .after(json!({ "sessions": 0 }))
        .tells(&[Topic::Sessions]);
    write.commit(vec![entry]).await?;
    Ok(())
}
