//! Making, editing, disabling and deleting API users, and replacing their tokens.

use super::model::{ApiUser, ApiUserChange, ApiUserRow, NewApiUser, NewApiUserToken};
use super::{read, store};
use crate::access::{Level, Role};
use crate::db::Columns;
use crate::error::AppError;
use crate::resource::fields::Fields;
use crate::rights;
use crate::rights::model::{MemberKind, MemberRef};
use crate::rights::subject::SubjectKind;
use crate::rights::{form, held, membership, plan, roles};
use crate::server::clock::new_id;
use crate::server::token::{Secret, TokenKind, check_end};
use crate::server::{Call, Entry, Write};
use crate::types::{Instant, Status, Topic};
use serde_json::{Value, json};

const TABLE: &str = "api_users";

const TOPICS: [Topic; 3] = [Topic::Members, Topic::Access, Topic::Sessions];

/// What is typed and chosen, checked; `has`: the role that it has already.
fn checked(call: &Call, change: &ApiUserChange, has: Option<Role>) -> Fields {
    let mut fields = Fields::default();
    fields.name(change.name.as_ref(), &[]);
    fields.paragraph("remark", change.remark.as_ref());
    if let Some(role) = change.role
        && let Some(role) = fields.check(roles::assigned(call.actor().role, role, has))
    {
        fields.set("role", role.stored());
    }
    fields
}

fn as_member(id: &str) -> MemberRef {
    MemberRef { kind: MemberKind::ApiUser, id: id.to_owned() }
}

pub async fn create(call: &Call, new: NewApiUser) -> Result<ApiUserRow, AppError> {
    let actor = call.actor();
    let mut fields = checked(call, &new.fields(actor.role), None);
    fields.check(check_end(call.now(), new.expires_at));
    let mut write = rights::begin(call).await?;
    let planned = fields.check_all(form::plan_new(call, &mut write, &new.rights).await?).unwrap_or_default();
    let (now, id) = (write.now, new_id(write.now));
    // What is put into teams here goes with the transaction where anything else is wrong.
    fields.check(membership::put_into(call, &mut write, &as_member(&id), (&[], &new.teams)).await?);
    let secret = Secret::issue(TokenKind::ApiUser);
    let company = actor.company_id().unwrap_or_default();
    store::new(&id, (&actor.organization_id, company), (&actor.subject_id, &actor.name), now)
        .and(fields.checked()?)
        .and(store::token(&secret, new.expires_at, now))
        .insert(&mut write.conn(), TABLE)
        .await?;
    plan::replace(&mut write.conn(), actor, (SubjectKind::ApiUser, &id), &planned, now).await?;
    let made = read::find(call, &mut write.conn(), &id, Level::Read).await?;
    write.commit(vec![entry("api_users.create", &made).after(audited(&made))]).await?;
    Ok(shown_once(made, &secret))
}

/// The one answer with the token in it.
fn shown_once(mut row: ApiUserRow, secret: &Secret) -> ApiUserRow {
    row.api_user.access_token = Some(secret.expose().to_owned());
    row
}

fn entry(action: &'static str, row: &ApiUserRow) -> Entry {
    let it = &row.api_user;
    Entry::of(Some(&it.company_id), action, "api_user", &it.id, &it.name).tells(&TOPICS)
}

/// An API user as the audit log keeps it.
fn audited(row: &ApiUserRow) -> Value {
    let ApiUser { name, remark, role, status, rights, token, .. } = &row.api_user;
    let teams: Vec<&str> = row.teams.iter().map(|team| team.name.as_str()).collect();
    let subject = json!({
        "name": name, "remark": remark, "company": row.company_name, "role": role, "status": status, "teams": teams,
        "token": { "hint": token.hint, "expires_at": token.expires_at },
    });
    held::audited(subject, rights, &row.facts)
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: ApiUserChange) -> Result<ApiUserRow, AppError> {
    let mut write = rights::begin(call).await?;
    let before = read::find(call, &mut write.conn(), id, Level::Full).await?;
    crate::server::rest::current(known, before.api_user.version)?;
    let mut fields = checked(call, &change, Some(before.api_user.role));
    let planned = form::plan_change(call, &mut write, id, change.rights.as_ref(), &[]).await?;
    let planned = fields.check_all(planned).flatten();
    if let Some(teams) = &change.teams {
        let teams = (before.api_user.teams.as_slice(), teams.as_slice());
        fields.check(membership::put_into(call, &mut write, &as_member(id), teams).await?);
    }
    fields.checked()?.update(&mut write.conn(), TABLE, id).await?;
    if let Some(planned) = planned {
        let now = write.now;
        plan::replace(&mut write.conn(), call.actor(), (SubjectKind::ApiUser, id), &planned, now).await?;
    }
    let after = read::find(call, &mut write.conn(), id, Level::Read).await?;
    if audited(&after) == audited(&before) {
        return Ok(before);
    }
    let entry = entry("api_users.edit", &after).before(audited(&before)).after(audited(&after));
    write.commit(vec![entry]).await?;
    Ok(after)
}

pub async fn set_status(call: &Call, id: &str, status: Status) -> Result<ApiUserRow, AppError> {
    let mut write = rights::begin(call).await?;
    let before = read::find(call, &mut write.conn(), id, Level::Full).await?;
    if before.api_user.status == status {
        return Ok(before);
    }
    SubjectKind::ApiUser.set_status(&mut write.conn(), id, status).await?;
    if status == Status::Disabled {
        write.session_ended(id, "disabled");
    }
    let after = read::find(call, &mut write.conn(), id, Level::Read).await?;
    let action = if status == Status::Active { "api_users.enable" } else { "api_users.disable" };
    let entry =
        entry(action, &after).before(json!({ "status": before.api_user.status })).after(json!({ "status": status }));
    write.commit(vec![entry]).await?;
    Ok(after)
}

/// A token is a way to all that the API user may do: only for whoever may do all of it. The one before dies.
pub async fn replace_token(call: &Call, id: &str, new: NewApiUserToken) -> Result<ApiUserRow, AppError> {
    let mut write = rights::begin(call).await?;
    let before = read::find(call, &mut write.conn(), id, Level::Full).await?;
    check_end(call.now(), new.expires_at).map_err(|error| AppError::invalid(vec![error]))?;
    let now = write.now;
    let holders: Vec<&str> = before.api_user.teams.iter().map(String::as_str).chain([id]).collect();
    plan::lock(&mut write.conn(), call.organization_id(), &[], &holders).await?;
    plan::may_give_all_of(&mut write.conn(), call.actor(), &holders, now).await?.map_err(|short| {
        let screen = short.screen.label();
        let message = format!("This API user has permissions on {screen} that you don't have.");
        AppError::forbidden("above_rights", message)
    })?;
    let secret = Secret::issue(TokenKind::ApiUser);
    store::token(&secret, new.expires_at, now).update(&mut write.conn(), TABLE, id).await?;
    write.session_ended(id, "token_replaced");
    let after = read::find(call, &mut write.conn(), id, Level::Read).await?;
    let token = |row: &ApiUserRow| {
        let token = &row.api_user.token;
        json!({ "token": { "hint": token.hint, "expires_at": token.expires_at } })
    };
    let entry = entry("api_users.replace_token", &after).before(token(&before)).after(token(&after));
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
    let now = Instant(write.now);
    Columns::of([("token_expires_at", Some(now).into())]).update(&mut write.conn(), TABLE, id).await?;
    write.session_ended(id, "closed");
    let entry = Entry::of(company, "api_users.end_token", "api_user", id, name)
        .before(json!({ "expires_at": before }))
        .after(json!({ "expires_at": now }));
    write.commit(vec![entry.tells(&TOPICS)]).await?;
    Ok(())
}

pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    SubjectKind::ApiUser.delete(&mut write.conn(), call.organization_id(), id).await?;
    write.session_ended(id, "deleted");
    write.commit(vec![entry("api_users.delete", &row).before(audited(&row))]).await?;
    Ok(())
}
