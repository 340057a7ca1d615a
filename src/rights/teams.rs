//! What it takes to change a team: its rights are rights of its members.

use super::plan;
use crate::access::{Actor, Shortfall, inside, path_end};
use crate::db::{Conn, DbError, scalar};
use crate::error::AppError;
use crate::server::Call;

/// What bounds who may change a team.
pub struct Bounds<'a> {
    pub id: &'a str,
    /// The actor is in it.
    pub own: bool,
    /// Of the company of whoever created it; none is the root company.
    pub company_path: Option<&'a str>,
}

/// Refuses whoever could not change each of the members; of those who stand in the way only the number is told. It also
/// takes all that the team has, or managing the company that created it: *every member* of none is no bound.
pub async fn may_write(call: &Call, conn: &mut Conn<'_>, team: &Bounds<'_>, rights: bool) -> Result<(), AppError> {
    let others = in_the_way(conn, call.actor(), team.id).await?;
    if others > 0 {
        let (members, have, belong) =
            if others == 1 { ("member", "has", "belongs") } else { ("members", "have", "belong") };
        let message = format!(
            "{others} {members} of this team {have} a higher role than you or {belong} to a company that you don't manage."
        );
        return Err(AppError::forbidden("members_above", message));
    }
    if rights && team.own {
        let message = "You're a member of this team. Someone else has to change its permissions.";
        return Err(AppError::conflict("own_account", message));
    }
    let actor = call.actor();
    let root = actor.company_path.split_inclusive('/').next().unwrap_or_default();
    if inside(team.company_path.unwrap_or(root), &actor.company_path) {
        return Ok(());
    }
    let given = plan::may_give_all_of(conn, actor, &[team.id], call.now()).await?;
    given.map_err(|short| AppError::forbidden("above_rights", stronger(short)))
}

/// Why a team is not the actor's to put somebody into.
pub fn stronger(short: Shortfall) -> String {
    let (screen, level) = (short.screen.label(), short.wanted.word());
    format!("This team has permissions that you don't have: {screen} {level}.")
}

/// How many members of a team the actor may not write: those above its rank, and those of companies that it does not
/// manage. Its own membership is not among them.
async fn in_the_way(conn: &mut Conn<'_>, actor: &Actor, team_id: &str) -> Result<i64, DbError> {
    const COUNT: &str = "select count(*) from team_members m
        left join users u on u.id = m.member_id
        left join api_users a on a.id = m.member_id
        join companies c on c.id = coalesce(u.company_id, a.company_id)
        where m.team_id = $1 and m.member_id <> $2
        and (coalesce(u.role, a.role) > $3 or not (c.path >= $4 and c.path < $5))";
    let company = actor.company_path.as_str();
    scalar!(conn, i64, COUNT, team_id, actor.subject_id.as_str(), actor.role.stored(), company, path_end(company))
}
