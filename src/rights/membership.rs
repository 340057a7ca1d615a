//! Who is in which team.

use super::model::MemberRef;
use super::subject::SubjectKind;
use super::{plan, teams};
use crate::access::Level;
use crate::db::{Conn, DbError, Query, exec};
use crate::error::{AppError, FieldError, Kind};
use crate::server::{Call, Write};
use crate::types::{Millis, Named};
use std::collections::HashMap;

/// False when it is a member already.
pub async fn join(conn: &mut Conn<'_>, team_id: &str, member: &MemberRef, now: Millis) -> Result<bool, DbError> {
    const INSERT: &str = "insert into team_members (team_id, member_kind, member_id, added_at)
        values ($1, $2, $3, $4) on conflict (team_id, member_id) do nothing";
    Ok(exec!(conn, INSERT, team_id, member.kind.code(), member.id.as_str(), now)? == 1)
}

pub async fn leave(conn: &mut Conn<'_>, team_id: &str, member_id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from team_members where team_id = $1 and member_id = $2", team_id, member_id)?;
    Ok(())
}

/// The teams of each of these members, by name, in one statement.
pub async fn teams_of(conn: &mut Conn<'_>, ids: &[&str]) -> Result<HashMap<String, Vec<Named>>, DbError> {
    const TEAMS: &str = "select m.member_id, t.id, t.name from team_members m join teams t on t.id = m.team_id
        where true";
    let query = Query::new(TEAMS).one_of(conn, "m.member_id", ids).then("order by t.name_key, t.id", []);
    let mut found: HashMap<String, Vec<Named>> = HashMap::new();
    for (member, id, name) in query.finish().rows::<(String, String, String)>(conn).await? {
        found.entry(member).or_default().push(Named { id, name });
    }
    Ok(found)
}

/// Puts somebody into exactly these teams, of which the new ones must be the actor's to give.
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
        match SubjectKind::Team.find(call, &mut write.conn(), id, Level::Read).await {
            Ok(_) => {}
            Err(error) if error.kind == Kind::NotFound => return Ok(Err(unknown())),
            Err(error) => return Err(error),
        }
    }
    plan::lock(&mut write.conn(), call.organization_id(), &[], &added).await?;
    if let Err(short) = plan::may_give_all_of(&mut write.conn(), call.actor(), &added, now).await? {
        return Ok(Err(FieldError::beyond("teams", teams::stronger(short))));
    }
    for id in added {
        join(&mut write.conn(), id, member, now).await?;
    }
    for id in before.iter().filter(|id| !wanted.contains(id)) {
        leave(&mut write.conn(), id, &member.id).await?;
    }
    Ok(Ok(()))
}
