//! The rights of users as their form knows them: profiles and places, which are grants underneath.

use super::model::Rights;
use crate::access::Levels;
use crate::db::{Conn, DbError};
use crate::rights::held::{self, Row};
use crate::rights::model::Places;
use crate::types::Millis;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What one user has, for its row and its form.
#[derive(Clone, Debug, Default)]
pub struct UserRights {
    pub rights: Rights,
    pub profile_names: Vec<String>,
    pub levels: Levels,
    /// The names of the places where it may do something, or `Everywhere` alone.
    pub reach: Vec<String>,
}

/// The rights of the users of one page, in one statement.
pub async fn of_users(
    conn: &mut Conn<'_>,
    organization_id: &str,
    user_ids: &[&str],
    now: Millis,
) -> Result<HashMap<String, UserRights>, DbError> {
    let by_user = held::rows(conn, organization_id, user_ids, now).await?;
    Ok(by_user.into_iter().map(|(user, rows)| (user, of_one(rows))).collect())
}

const EVERYWHERE: &str = "Everywhere";

/// What its teams give counts for the levels only: the form shows what the user has itself.
fn of_one(rows: Vec<Row>) -> UserRights {
    let mut out = UserRights::default();
    let mut places: BTreeMap<String, Places> = BTreeMap::new();
    let mut reach: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let opened = held::opened(&row);
        if !opened.is_empty() {
            reach.insert(row.place_name.clone().unwrap_or_else(|| EVERYWHERE.to_owned()));
        }
        out.levels = out.levels.max(&opened);
        if !row.own {
            continue;
        }
        let own = held::granted(&row);
        match row.profile_id {
            Some(profile) if row.open_ended => {
                if !places.contains_key(&profile) {
                    out.rights.profiles.push(profile.clone());
                    out.profile_names.push(row.profile_name.unwrap_or_default());
                }
                add_place(places.entry(profile).or_insert(Places::Some(Vec::new())), row.place_id);
            }
            None if row.open_ended && row.place_id.is_none() => {
                out.rights.organization_levels = out.rights.organization_levels.max(&own);
            }
            _ => {}
        }
    }
    out.reach = if reach.contains(EVERYWHERE) { vec![EVERYWHERE.to_owned()] } else { reach.into_iter().collect() };
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
