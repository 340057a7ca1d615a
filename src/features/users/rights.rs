//! The rights of users as their form knows them: profiles and places, which are grants underneath.

use super::model::Rights;
use crate::access::{Level, Levels, Screen};
use crate::db::{Conn, DbError, Query};
use crate::features::places::model::Places;
use crate::types::Millis;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one user has, for its row and its form.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub rights: Rights,
    pub profile_names: Vec<String>,
    pub levels: Levels,
}

#[derive(sqlx::FromRow)]
struct Row {
    subject_id: String,
    id: String,
    profile_id: Option<String>,
    profile_name: Option<String>,
    place_id: Option<String>,
    live: bool,
    /// Without beginning and end: what the form shows. The others count for the levels only.
    open_ended: bool,
    screen: Option<String>,
    level: Option<i64>,
}

const OF_USERS: &str = "select g.subject_id, g.id, g.profile_id, p.name as profile_name, g.place_id,
        (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and (g.place_id is null or pl.retired = false) as live,
        g.from_at is null and g.until_at is null as open_ended, l.screen, l.level
    from grants g
    left join levels l on l.owner_id = g.rights_id
    left join profiles p on p.id = g.profile_id
    left join places pl on pl.id = g.place_id
    where g.organization_id = ?";

/// The rights of the users of one page, in one statement.
pub async fn of_users(
    conn: &mut Conn<'_>,
    organization_id: &str,
    user_ids: &[&str],
    now: Millis,
) -> Result<HashMap<String, Held>, DbError> {
    let query = Query::default().then(OF_USERS, [now.into(), now.into(), organization_id.into()]);
    let query = query.one_of(conn, "g.subject_id", user_ids).then("order by g.id", []);
    let mut by_user: HashMap<String, Vec<Row>> = HashMap::new();
    for row in query.finish().rows::<Row>(conn).await? {
        by_user.entry(row.subject_id.clone()).or_default().push(row);
    }
    Ok(by_user.into_iter().map(|(user, rows)| (user, held(rows))).collect())
}

fn held(rows: Vec<Row>) -> Held {
    let mut out = Held::default();
    let mut places: BTreeMap<String, Places> = BTreeMap::new();
    let mut seen = HashSet::new();
    for row in rows {
        let level = row.level.map(Level::from_stored).unwrap_or_default();
        let screen = row.screen.as_deref().and_then(Screen::from_code);
        if let Some(screen) = screen.filter(|screen| row.live && (screen.has_places() || row.place_id.is_none())) {
            out.levels = out.levels.max(&Levels::NONE.with(screen, level));
        }
        match (row.profile_id, screen) {
            (Some(profile), _) if row.open_ended && seen.insert(row.id) => {
                if !places.contains_key(&profile) {
                    out.rights.profiles.push(profile.clone());
                    out.profile_names.push(row.profile_name.unwrap_or_default());
                }
                add_place(places.entry(profile).or_insert(Places::Some(Vec::new())), row.place_id);
            }
            (None, Some(screen)) if row.open_ended && row.place_id.is_none() => {
                let own = Levels::NONE.with(screen, level);
                out.rights.organization_levels = out.rights.organization_levels.max(&own);
            }
            _ => {}
        }
    }
    let mut choices: Vec<&Places> = places.values().collect();
    choices.dedup();
    match choices.as_slice() {
        [] => out.rights.places = Some(Places::Everything),
        [one] => out.rights.places = Some((*one).clone()),
        _ => out.rights.profile_places = places,
    }
    out
}

fn add_place(places: &mut Places, place: Option<String>) {
    match (places, place) {
        (places, None) => *places = Places::Everything,
        (Places::Some(ids), Some(place)) => {
            ids.push(place);
            ids.sort();
            ids.dedup();
        }
        (Places::Everything, Some(_)) => {}
    }
}
