//! Who is in a team. Putting somebody in gives them all that the team has; taking somebody out takes it away.

use super::model::{Member, MemberRow};
use super::{read, store};
use crate::access::{Level, Need, Screen, Target};
use crate::db::Conn;
use crate::error::{AppError, FieldError};
use crate::rights::model::{MemberKind, MemberRef};
use crate::rights::plan;
use crate::rights::subject::SubjectKind;
use crate::rights::{self, keep_an_administrator, membership, teams};
use crate::server::clock::is_id;
use crate::server::{Call, Entry};
use crate::types::{ListQuery, Page};
use serde_json::{Value as Json, json};

/// One page of the members within the caller's reach.
pub async fn list(call: &Call, team_id: &str, query: &ListQuery) -> Result<Page<MemberRow>, AppError> {
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    read::find(call, conn, team_id).await?;
    let wanted = store::MEMBERS.understand(query)?;
    let [rows, count] = store::members(call.actor(), team_id, &wanted.text);
    Ok(wanted.page(call, conn, rows, count).await?.map(|row| seen(call, row)))
}

/// As the caller sees it.
pub fn seen(call: &Call, row: MemberRow) -> MemberRow {
    MemberRow { own: row.member.id == call.actor().subject_id, ..row }
}

/// One member; missing and out of reach are one answer.
pub async fn get(call: &Call, team_id: &str, member_id: &str) -> Result<Member, AppError> {
    let mut held = call.read().await?;
    Ok(find(call, &mut held.conn(), team_id, member_id, Level::Read).await?.member)
}

async fn find(
    call: &Call,
    conn: &mut Conn<'_>,
    team_id: &str,
    member_id: &str,
    level: Level,
) -> Result<MemberRow, AppError> {
    read::find(call, conn, team_id).await?;
    let row = if is_id(member_id) { store::member(conn, team_id, member_id).await? } else { None };
    let row = row.ok_or_else(AppError::not_found)?;
    call.require(&need(call, &row, level)).await?;
    Ok(row)
}

fn need(call: &Call, row: &MemberRow, level: Level) -> Need {
    let own = row.member.id == call.actor().subject_id;
    let target = Target::Member { company: row.company_path.clone(), rank: row.member.role, own };
    Need { screen: Screen::Members, level, target }
}

/// Somebody whom the caller may put into a team. Missing, foreign and out of reach are one error at `field`.
pub async fn eligible(
    call: &Call,
    conn: &mut Conn<'_>,
    wanted: &MemberRef,
    field: &str,
) -> Result<MemberRow, AppError> {
    let unknown = || {
        let message =
            format!("This {} doesn't exist.", if wanted.kind == MemberKind::User { "user" } else { "API user" });
        AppError::invalid(vec![FieldError::new(field, "unknown", message)])
    };
    let found = if is_id(&wanted.id) { store::find_subject(conn, call.organization_id(), wanted).await? } else { None };
    let row = found.ok_or_else(unknown)?;
    let reached = call.require(&need(call, &row, Level::Full)).await;
    reached.map_err(|error| if error.kind == crate::error::Kind::NotFound { unknown() } else { error })?;
    Ok(row)
}

pub async fn add(call: &Call, team_id: &str, wanted: &MemberRef) -> Result<Member, AppError> {
    let mut write = rights::begin(call).await?;
    let team = read::find(call, &mut write.conn(), team_id).await?;
    let row = eligible(call, &mut write.conn(), wanted, "id").await?;
    plan::lock(&mut write.conn(), call.organization_id(), &[], &[team_id]).await?;
    let now = write.now;
    let given = plan::may_give_all_of(&mut write.conn(), call.actor(), &[team_id], now).await?;
    given.map_err(|short| AppError::forbidden("above_rights", teams::stronger(short)))?;
    if !membership::join(&mut write.conn(), team_id, wanted, now).await? {
        return Err(AppError::conflict("already_member", format!("{} is already in this team.", row.member.name)));
    }
    let entry = Entry::new("teams.add_member", "team", team_id, &team.team.name)
        .after(named(&row))
        .tells(SubjectKind::Team.topics());
    write.commit(vec![entry]).await?;
    Ok(Member { added_at: Some(now.into()), ..row.member })
}

/// A member as the audit log keeps it.
fn named(row: &MemberRow) -> Json {
    let Member { kind, id, name, username, .. } = &row.member;
    json!({ "member": { "kind": kind, "id": id, "name": username.as_ref().unwrap_or(name) } })
}

pub async fn remove(call: &Call, team_id: &str, member_id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let team = read::find(call, &mut write.conn(), team_id).await?;
    let row = find(call, &mut write.conn(), team_id, member_id, Level::Full).await?;
    membership::leave(&mut write.conn(), team_id, member_id).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let entry = Entry::new("teams.remove_member", "team", team_id, &team.team.name)
        .before(named(&row))
        .tells(SubjectKind::Team.topics());
    write.commit(vec![entry]).await?;
    Ok(())
}
