//! A statement as it must not be, which the guard has to tell.

use super::fill;
use crate::db::recorded::{Ran, Value};
use crate::db::{Conn, Query};
use crate::types::Millis;

/// Begins with the teams and asks of every grant whether it is one of theirs, for the fifty users of a page.
const GRANTS_OF_TEAMS: &str = "select m.member_id as subject_id, false as own, g.id as id, g.profile_id,
        p.name as profile_name, g.place_id, pl.full_name as place_name, g.device_right,
        (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and (g.place_id is null or pl.retired = false) as live,
        g.from_at is null and g.until_at is null as open_ended, l.screen, l.level
    from team_members m
    join grants g on g.subject_id = m.team_id
    left join levels l on l.owner_id = g.rights_id
    left join profiles p on p.id = g.profile_id
    left join places pl on pl.id = g.place_id
    where g.organization_id = ?";

pub fn grants_of_teams(conn: &mut Conn<'_>, organization_id: &str, now: Millis) -> Ran {
    let users: Vec<String> = (1..=50).map(fill::user).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let query = Query::default().then(GRANTS_OF_TEAMS, [now.into(), now.into(), organization_id.into()]);
    let statement = query.one_of(conn, "m.member_id", &users).then("order by id", []).finish();
    Ran { values: statement.binds.iter().map(Value::from).collect(), sql: statement.sql }
}
