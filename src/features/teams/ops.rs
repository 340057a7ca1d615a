//! Making, editing and deleting teams.
//!
//! A team's rights are rights of its members, so changing them takes what changing each of the members takes.

use super::members::eligible;
use super::model::{NewTeam, TeamChange, TeamRow};
use super::read;
use super::store;
use crate::db::{Conn, DbError, Unique};
use crate::error::{AppError, FieldError};
use crate::resource::fields::Fields;
use crate::rights::held;
use crate::rights::subject::SubjectKind;
use crate::rights::{self, form, keep_an_administrator, membership, plan, teams};
use crate::server::clock::new_id;
use crate::server::{Call, Entry};
use serde_json::{Value, json};

/// More are added one by one.
const MEMBERS_MAX: usize = 200;

/// What is typed of a team, checked.
fn typed(texts: &TeamChange) -> Fields {
    let mut fields = Fields::default();
    fields.name(texts.name.as_ref(), &[]);
    fields.paragraph("remark", texts.remark.as_ref());
    fields
}

pub async fn create(call: &Call, new: NewTeam) -> Result<TeamRow, AppError> {
    let mut fields = typed(&new.texts());
    if new.members.len() > MEMBERS_MAX {
        let message = format!("Add at most {MEMBERS_MAX} members now. You can add the others later.");
        return Err(fields.refused(FieldError::new("members", "too_many", message)));
    }
    let mut write = rights::begin(call).await?;
    let planned = fields.check_all(form::plan_new(call, &mut write, &new.rights).await?).unwrap_or_default();
    for member in &new.members {
        // All of the rights are the actor's to give, by the plan: whoever it may write may have them.
        if let Err(error) = eligible(call, &mut write.conn(), member, "members").await {
            if error.fields.is_empty() {
                return Err(error);
            }
            error.fields.into_iter().for_each(|error| fields.refuse(error));
        }
    }
    let columns = fields.checked()?;
    let (now, id) = (write.now, new_id(write.now));
    let of = (call.organization_id(), call.actor().company_id());
    store::insert(&mut write.conn(), &id, of, columns, now).await.map_err(taken)?;
    plan::replace(&mut write.conn(), call.actor(), (SubjectKind::Team, &id), &planned, now).await?;
    for member in &new.members {
        membership::join(&mut write.conn(), &id, member, now).await?;
    }
    let made = reread(call, &mut write.conn(), &id).await?;
    let mut after = audited(&made);
    after["members"] = json!(new.members);
    let entry = Entry::new("teams.create", "team", &id, &made.team.name).after(after);
    write.commit(vec![entry.tells(SubjectKind::Team.topics())]).await?;
    Ok(made)
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
    let team = &row.team;
    held::audited(json!({ "name": team.name, "remark": team.remark }), &team.rights, &row.facts)
}

/// Edits what `change` names, on the version that the caller saw (none: any).
pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: TeamChange) -> Result<TeamRow, AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id).await?;
    crate::server::rest::current(known, row.team.version)?;
    let before = read::one(call, &mut write.conn(), row.clone()).await?;
    let mut fields = typed(&change);
    let planned = form::plan_change(call, &mut write, id, change.rights.as_ref(), &[id]).await?;
    let planned = fields.check_all(planned).flatten();
    teams::may_write(call, &mut write.conn(), &row.bounds(), planned.is_some()).await?;
    fields.checked()?.update(&mut write.conn(), "teams", id).await.map_err(taken)?;
    if let Some(planned) = &planned {
        let now = write.now;
        plan::replace(&mut write.conn(), call.actor(), (SubjectKind::Team, id), planned, now).await?;
    }
    let after = reread(call, &mut write.conn(), id).await?;
    if planned.is_none() && audited(&after) == audited(&before) {
        return Ok(before);
    }
    keep_an_administrator(&mut write, call.organization_id()).await?;
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
    SubjectKind::Team.delete(&mut write.conn(), call.organization_id(), id).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let mut audit = audited(&before);
    audit["members"] = json!(row.member_count);
    let entry = Entry::new("teams.delete", "team", id, &row.team.name).before(audit).tells(SubjectKind::Team.topics());
    write.commit(vec![entry]).await?;
    Ok(())
}
