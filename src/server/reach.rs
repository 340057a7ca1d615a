//! The condition of lists: `decide`, said in SQL. A test holds the two equal over random actors and needs.

use crate::access::{Actor, Level, Screen, path_end};
use crate::db::Query;
use crate::types::Millis;

/// Keeps the places `p` that the actor may see at `level` on a screen whose rows have a place. `column` is their path.
///
/// A semi-join on the actor's own grants: its cost grows with them, not with what they open.
pub fn places(query: Query, actor: &Actor, screen: Screen, level: Level, now: Millis) -> Query {
    let query = refuse_if_closed(query, actor, screen, level);
    let query = query.then(
        "and exists (select 1 from grants g
            join levels l on l.owner_id = g.rights_id and l.screen = ? and l.level >= ?
            left join places gp on gp.id = g.place_id
            where g.organization_id = ?
            and (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and (g.place_id is null or (gp.retired = false and p.path >= gp.path
                and p.path < substr(gp.path, 1, length(gp.path) - 1) || '0'))",
        [screen.code().into(), level.stored().into(), actor.organization_id.as_str().into(), now.into(), now.into()],
    );
    granted(query, actor).then(")", [])
}

/// Keeps the grants `g` to the actor and to the teams that it has grants through.
pub fn granted(query: Query, actor: &Actor) -> Query {
    let query = query.then("and g.subject_id in (?", [actor.subject_id.as_str().into()]);
    let teams = actor.subject_ids().into_iter().skip(1);
    teams.fold(query, |query, team| query.then(", ?", [team.into()])).then(")", [])
}

/// Keeps the users `u` of companies `c` that the actor may read, or with `Level::Full` write, on `screen`.
pub fn members(query: Query, actor: &Actor, screen: Screen, level: Level) -> Query {
    let query = refuse_if_closed(query, actor, screen, level);
    let query = if is_root(actor) {
        query
    } else {
        query.then(
            "and u.company_id in (select r.id from companies r where r.organization_id = ? and r.path >= ? and r.path < ?)",
            [
                actor.organization_id.as_str().into(),
                actor.company_path.as_str().into(),
                path_end(&actor.company_path).into(),
            ],
        )
    };
    if level < Level::Full {
        return query;
    }
    query.then("and u.role <= ? and u.id <> ?", [actor.role.stored().into(), actor.subject_id.as_str().into()])
}

/// Appends `where`: keeps the companies `r` whose members the actor may read on `screen`, for a list that goes through one
/// company after the other.
pub fn companies(query: Query, actor: &Actor, screen: Screen) -> Query {
    let query = query.then(
        "where r.organization_id = ? and r.path >= ? and r.path < ?",
        [
            actor.organization_id.as_str().into(),
            actor.company_path.as_str().into(),
            path_end(&actor.company_path).into(),
        ],
    );
    refuse_if_closed(query, actor, screen, Level::Read)
}

/// Whether `members` keeps every user of the organization.
pub fn has_everybody(actor: &Actor, screen: Screen, level: Level) -> bool {
    is_root(actor) && level == Level::Read && actor.level(screen) >= level
}

/// Keeps the events `e` of the audit log that the actor may read: those of its own company and the ones below. What
/// belongs to no company is the root company's to read.
pub fn events(query: Query, actor: &Actor, level: Level) -> Query {
    let query = refuse_if_closed(query, actor, Screen::Audit, level);
    if is_root(actor) {
        return query;
    }
    query.then(
        "and e.company_id in (select r.id from companies r where r.organization_id = ? and r.path >= ? and r.path < ?)",
        [
            actor.organization_id.as_str().into(),
            actor.company_path.as_str().into(),
            path_end(&actor.company_path).into(),
        ],
    )
}

/// The root company is everybody's: no range to look through.
pub fn is_root(actor: &Actor) -> bool {
    actor.company_path.matches('/').count() <= 1
}

fn refuse_if_closed(query: Query, actor: &Actor, screen: Screen, level: Level) -> Query {
    let open = level != Level::None && actor.level(screen) >= level;
    if open { query } else { query.then("and 1 = 0", []) }
}
