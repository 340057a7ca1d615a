//! The live grants of a subject: its own, and those of the teams that it is a member of.

use crate::access::{DeviceRight, Grant, Level, Levels, Place, Screen, Source, Team};
use crate::db::{Conn, DbError, row, rows};
use crate::types::Millis;

#[derive(sqlx::FromRow)]
struct GrantRow {
    id: String,
    team_id: Option<String>,
    team_name: Option<String>,
    device_right: Option<String>,
    profile_id: Option<String>,
    profile_name: Option<String>,
    builtin: Option<bool>,
    place_id: Option<String>,
    place_path: Option<String>,
    place_name: Option<String>,
    until_at: Option<i64>,
    screen: String,
    level: i64,
}

/// The grants that are live at `now`, the subject's own and those of its teams, one row per screen; a retired place opens
/// nothing. `cross join` keeps SQLite to this order of tables.
const LIVE_GRANTS: &str = "with subjects (id, team_id, team_name) as (
        select cast($2 as text), cast(null as text), cast(null as text)
        union all
        select t.id, t.id, t.name from team_members m join teams t on t.id = m.team_id
            where m.member_id = $2 and t.organization_id = $1)
    select g.id, s.team_id, s.team_name, g.device_right, g.profile_id, p.name as profile_name, p.builtin, g.place_id,
        pl.path as place_path, pl.full_name as place_name, g.until_at, l.screen, l.level
    from subjects s cross join grants g
    join levels l on l.owner_id = g.rights_id
    left join profiles p on p.id = g.profile_id
    left join places pl on pl.id = g.place_id
    where g.subject_id = s.id and g.organization_id = $1
    and (g.from_at is null or g.from_at <= $3)
    and (g.until_at is null or g.until_at > $3)
    and (g.place_id is null or pl.retired = false)
    order by g.id";

pub(super) async fn live_grants(
    conn: &mut Conn<'_>,
    organization_id: &str,
    subject_id: &str,
    now: Millis,
) -> Result<Vec<Grant>, DbError> {
    let mut grants: Vec<Grant> = Vec::new();
    for row in rows!(conn, GrantRow, LIVE_GRANTS, organization_id, subject_id, now)? {
        let Some(screen) = Screen::from_code(&row.screen) else { continue };
        let level = Level::from_stored(row.level);
        match grants.last_mut() {
            Some(last) if last.id == row.id => last.levels = last.levels.with(screen, level),
            _ => grants.push(row.into_grant(screen, level)),
        }
    }
    Ok(grants)
}

impl GrantRow {
    fn into_grant(self, screen: Screen, level: Level) -> Grant {
        let source = match (self.profile_id, self.profile_name) {
            (Some(id), Some(name)) => Source::Profile { id, name, builtin: self.builtin.unwrap_or(false) },
            _ => match self.device_right.as_deref().and_then(DeviceRight::from_code) {
                Some(right) => Source::Device(right),
                None => Source::Own,
            },
        };
        let team = self.team_id.zip(self.team_name).map(|(id, name)| Team { id, name });
        let place = match (self.place_id, self.place_path, self.place_name) {
            (Some(id), Some(path), Some(full_name)) => Some(Place { id, path, full_name }),
            _ => None,
        };
        Grant { id: self.id, source, team, levels: Levels::NONE.with(screen, level), place, until: self.until_at }
    }
}

/// When the next grant begins to count: until then the live ones stay what they are, unless one of them ends.
pub(super) async fn next_beginning(
    conn: &mut Conn<'_>,
    organization_id: &str,
    subject_id: &str,
    now: Millis,
) -> Result<Option<Millis>, DbError> {
    const NEXT: &str = "select min(from_at) from grants
        where organization_id = $1 and from_at > $3 and subject_id in
            (select cast($2 as text) union all select m.team_id from team_members m where m.member_id = $2)";
    Ok(row!(conn, (Option<Millis>,), NEXT, organization_id, subject_id, now)?.and_then(|row| row.0))
}
