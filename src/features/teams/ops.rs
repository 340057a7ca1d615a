//! Making, editing and deleting teams.
//!
//! A team's rights are rights of its members, so changing them takes what changing each of the members takes.

use super::members::eligible;
use super::model::{NAME_MAX, NewTeam, REMARK_MAX, Team, TeamChange, TeamRow};
use super::read;
use super::store::{self, Fields};
use crate::db::{Conn, DbError, Unique};
use crate::error::{AppError, FieldError};
use crate::rights::held::{self, Holdings};
use crate::rights::model::MemberRef;
use crate::rights::store::delete_of;
use crate::rights::subject::SubjectKind;
use crate::rights::{self, keep_an_administrator, teams};
use crate::rights::{form, plan};
use crate::server::clock::new_id;
use crate::server::{Call, Entry, Write, text};
use serde_json::{Value, json};

/// More are added one by one.
const MEMBERS_MAX: usize = 200;

/// The fields to store, or what is wrong with them.
fn checked(name: &str, remark: &str, errors: &mut Vec<FieldError>) -> Option<Fields> {
    let mut told = |error: FieldError| errors.push(error);
    let name = text::line("name", name, true, NAME_MAX as usize).map_err(&mut told).ok();
    let remark = text::paragraph("remark", remark, REMARK_MAX as usize).map_err(&mut told).ok();
    Some(Fields { name: name?, remark: remark? })
}

pub async fn create(call: &Call, new: NewTeam) -> Result<TeamRow, AppError> {
    let mut errors = Vec::new();
    let fields = checked(&new.name, &new.remark, &mut errors);
    if new.members.len() > MEMBERS_MAX {
        let message = format!("Add at most {MEMBERS_MAX} members now. You can add the others later.");
        errors.push(FieldError::new("members", "too_many", message));
        return Err(AppError::invalid(errors));
    }
    let mut write = rights::begin(call).await?;
    form::lock(&mut write.conn(), call.organization_id(), &new.rights, &[]).await?;
    let planned = form::plan(&mut write.conn(), call.actor(), &new.rights, &Holdings::default()).await?;
    let planned = planned.map_err(|refused| errors.extend(refused)).ok();
    for member in &new.members {
        // All of the rights are the actor's to give, by the plan: whoever it may write may have them.
        if let Err(error) = eligible(call, &mut write.conn(), member, "members").await {
            if error.fields.is_empty() {
                return Err(error);
            }
            errors.extend(error.fields);
        }
    }
    errors.dedup();
    let (Some(fields), Some(planned), true) = (fields, planned, errors.is_empty()) else {
        return Err(AppError::invalid(errors));
    };
    let (now, id) = (write.now, new_id(write.now));
    let of = (call.organization_id(), call.actor().company_id());
    store::insert(&mut write.conn(), &id, of, &fields, now).await.map_err(taken)?;
    plan::replace(&mut write.conn(), call.actor(), (SubjectKind::Team, &id), &planned, now).await?;
    for member in &new.members {
        store::add(&mut write.conn(), &id, member, now).await?;
    }
    let team = reread(call, &mut write.conn(), &id).await?;
    let mut after = audited(&team);
    after["members"] = json!(new.members);
    let entry = Entry::new("teams.create", "team", &id, &fields.name).after(after).tells(SubjectKind::Team.topics());
    write.commit(vec![entry]).await?;
    Ok(team)
}

fn taken(error: DbError) -> AppError {
    match error {
        DbError::Unique(Unique::TeamName) => {
            AppError::invalid(vec![FieldError::new("name", "taken", "Another team has this name. Choose another.")])
        }
        other => other.into(),
    }
}

async fn reread(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<TeamRow, AppError> {
    let row = read::find(call, conn, id).await?;
    read::one(call, conn, row).await
}

/// A team as the audit log keeps it.
fn audited(row: &TeamRow) -> Value {
    let Team { name, remark, rights, .. } = &row.team;
    json!({
        "name": name, "remark": remark, "profiles": row.facts.profile_names, "levels": rights.levels,
        "places": rights.places, "organization_levels": rights.organization_levels,
        "devices": rights.devices, "all_devices": rights.all_devices,
    })
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: TeamChange) -> Result<TeamRow, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id).await?;
    crate::server::rest::current(known, row.team.version)?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    let (now, mut errors) = (write.now, Vec::new());
    let stands = Fields { name: row.team.name.clone(), remark: row.team.remark.clone() };
    let (name, remark) = (change.name.as_ref(), change.remark.as_ref());
    let fields = checked(name.unwrap_or(&stands.name), remark.unwrap_or(&stands.remark), &mut errors);
    let mut planned = None;
    if let Some(rights) = &change.rights {
        form::lock(&mut write.conn(), call.organization_id(), rights, &[id]).await?;
        let held =
            held::of(&mut write.conn(), call.organization_id(), &[id], now).await?.remove(id).unwrap_or_default();
        match form::plan(&mut write.conn(), call.actor(), rights, &held).await? {
            Ok(plan) => planned = (!plan::is_what_stands(&plan, &held.grants)).then_some(plan),
            Err(refused) => errors.extend(refused),
        }
    }
    teams::may_write(call, &mut write.conn(), &row.bounds(), planned.is_some()).await?;
    let (Some(fields), true) = (fields, errors.is_empty()) else {
        return Err(AppError::invalid(errors));
    };
    if planned.is_none() && fields == stands {
        return Ok(before);
    }
    if let Some(planned) = planned {
        plan::replace(&mut write.conn(), call.actor(), (SubjectKind::Team, id), &planned, now).await?;
    }
    store::update(&mut write.conn(), id, &fields).await.map_err(taken)?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let after = reread(call, &mut write.conn(), id).await?;
    let entry = Entry::new("teams.edit", "team", id, &after.team.name).before(audited(&before)).after(audited(&after));
    write.commit(vec![entry.tells(SubjectKind::Team.topics())]).await?;
    Ok(after)
}

/// Its members lose what they had through it.
pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id).await?;
    teams::may_write(call, &mut write.conn(), &row.bounds(), true).await?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    delete_of(&mut write.conn(), call.organization_id(), id).await?;
    store::delete(&mut write.conn(), id).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let mut audit = audited(&before);
    audit["members"] = json!(row.member_count);
    let entry = Entry::new("teams.delete", "team", id, &row.team.name).before(audit).tells(SubjectKind::Team.topics());
    write.commit(vec![entry]).await?;
    Ok(())
}

/// Puts an API user into exactly these teams, of which the new ones must be the actor's to give.
pub async fn put_into(
    call: &Call,
    write: &mut Write,
    member: &MemberRef,
    (before, wanted): (&[String], &[String]),
) -> Result<Result<(), FieldError>, AppError> {
    let now = write.now;
    let mut added: Vec<&str> = wanted.iter().filter(|id| !before.contains(id)).map(String::as_str).collect();
    added.sort_unstable();
    added.dedup();
    let unknown = || FieldError::new("teams", "unknown", "This team doesn't exist.");
    for id in &added {
        match read::find(call, &mut write.conn(), id).await {
            Ok(_) => {}
            Err(error) if error.kind == crate::error::Kind::NotFound => return Ok(Err(unknown())),
            Err(error) => return Err(error),
        }
    }
    plan::lock(&mut write.conn(), call.organization_id(), &[], &added).await?;
    if let Err(short) = plan::may_give_all_of(&mut write.conn(), call.actor(), &added, now).await? {
        return Ok(Err(FieldError::beyond("teams", teams::stronger(short))));
    }
    for id in added {
        store::add(&mut write.conn(), id, member, now).await?;
    }
    for id in before.iter().filter(|id| !wanted.contains(id)) {
        store::remove(&mut write.conn(), id, &member.id).await?;
    }
    Ok(Ok(()))
}
