//! What the page of a person shows, and the answer to *Can they …?* Whoever may read users may do so everywhere, for users
//! stand in no place: so the names of all places are theirs to read.

use super::model::{Building, Permission, Person, Question, Verdict};
use super::store;
use crate::access::{Actor, Decision, Grant, Level, Need, SCREENS, Screen, Target, Why, decide, inside};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::features::places;
use crate::features::users::read::{effective, find, one};
use crate::server::Call;
use crate::server::clock::is_id;
use crate::types::{Instant, Millis, Status};
use std::collections::{BTreeMap, HashMap};

/// All of the page of one user: nine statements at the most.
pub async fn person(call: &Call, id: &str) -> Result<Person, AppError> {
    let actor = effective(call, id).await?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let row = find(call, conn, id, Level::Read).await?;
    let may = |screen| call.actor().level(screen) >= Level::Read;
    let sessions = match may(Screen::Sessions) {
        true => Some(store::sessions(conn, &row.account_id, call.organization_id(), call.now()).await?),
        false => None,
    };
    let events = if may(Screen::Audit) { Some(store::events(conn, call.actor(), id).await?) } else { None };
    let places = places::store::choices(conn, call.organization_id()).await?;
    let buildings = buildings(&actor, &places);
    let (places, _) = places::ops::offered(call.actor(), places);
    Ok(Person {
        permissions: permissions(conn, &actor).await?,
        buildings,
        sessions,
        keys: store::keys(conn, id).await?,
        events,
        places,
        view: one(call, conn, row).await?,
    })
}

/// The live grants of an actor, read the way `decide` reads them: one line per screen, level and what gave it.
async fn permissions(conn: &mut Conn<'_>, actor: &Actor) -> Result<Vec<Permission>, DbError> {
    let ids: Vec<&str> = actor.grants.iter().map(|grant| grant.id.as_str()).collect();
    let origins: HashMap<String, (Millis, String)> = store::origins(conn, &ids)
        .await?
        .into_iter()
        .map(|origin| (origin.id, (origin.created_at, origin.given_by)))
        .collect();
    let mut lines = Vec::new();
    for screen in SCREENS.iter().map(|row| row.screen).filter(|screen| actor.level(*screen) > Level::None) {
        lines.extend(of_screen(actor, screen, &origins));
    }
    Ok(lines)
}

fn of_screen(actor: &Actor, screen: Screen, origins: &HashMap<String, (Millis, String)>) -> Vec<Permission> {
    let mut lines: BTreeMap<(Level, String, String, Option<Millis>, bool), Permission> = BTreeMap::new();
    for grant in actor.grants.iter().filter(|grant| opens(grant, screen)) {
        let (since, by) = origins.get(&grant.id).cloned().unwrap_or_default();
        let level = grant.levels.get(screen);
        let key = (level, grant.reason(), by.clone(), grant.until, grant.place.is_none());
        let line = lines.entry(key).or_insert_with(|| Permission {
            screen,
            level,
            places: Vec::new(),
            because: grant.reason(),
            since: Instant(since),
            by,
            until: grant.until.map(Instant),
        });
        line.since = Instant(line.since.0.min(since));
        line.places.extend(grant.place.as_ref().map(|place| place.full_name.clone()));
    }
    let mut lines: Vec<Permission> = lines.into_values().rev().collect();
    for line in &mut lines {
        line.places.sort();
        line.places.dedup();
    }
    lines
}

/// A grant that is limited to a place opens nothing where rows have none.
fn opens(grant: &Grant, screen: Screen) -> bool {
    grant.levels.get(screen) > Level::None && (screen.has_places() || grant.place.is_none())
}

fn buildings(actor: &Actor, places: &[places::store::ChoiceRow]) -> Vec<Building> {
    let mut buildings: Vec<Building> = Vec::new();
    for place in places {
        let level = highest(actor, &place.path);
        match buildings.last_mut() {
            Some(building) if place.kind == "floor" => building.floors.push((place.name.clone(), level)),
            _ => buildings.push(Building { name: place.name.clone(), level, floors: Vec::new() }),
        }
    }
    buildings
}

/// The highest level on any screen that has places, for all of what is at `path`.
fn highest(actor: &Actor, path: &str) -> Level {
    let screens = || SCREENS.iter().map(|row| row.screen).filter(|screen| screen.has_places());
    let holds = |grant: &&Grant| grant.place.as_ref().is_none_or(|place| inside(path, &place.path));
    let grants = actor.grants.iter().filter(holds);
    grants.flat_map(|grant| screens().map(|screen| grant.levels.get(screen))).max().unwrap_or_default()
}

/// *Can Ivan change Lighting at Building A / Floor 2?*
pub async fn check(call: &Call, id: &str, asked: &Question) -> Result<Verdict, AppError> {
    let actor = effective(call, id).await?;
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let row = find(call, conn, id, Level::Read).await?;
    if Status::from(row.status) == Status::Disabled {
        return Ok(no(format!("{} is disabled in this organization.", actor.name)));
    }
    let need = Need { screen: asked.screen, level: asked.level, target: Target::Organization };
    let Some(place) = asked.place.as_ref().filter(|_| asked.screen.has_places()) else {
        return Ok(answer(&actor, &need, ""));
    };
    let found = if is_id(place) { places::store::find(conn, call.organization_id(), place).await? } else { None };
    let found = found.ok_or_else(AppError::not_found)?;
    let at = format!(" at {}", found.place.full_name);
    Ok(answer(&actor, &need.on(Target::Place(found.path)), &at))
}

fn no(text: String) -> Verdict {
    Verdict { allowed: false, text, until: None }
}

/// What `decide` says, with the reason. `at`: ` at Building A / Floor 2`, or nothing.
fn answer(actor: &Actor, need: &Need, at: &str) -> Verdict {
    let (name, screen, level) = (&actor.name, need.screen.label(), need.level.word());
    match decide(actor, need) {
        Decision::Allowed(ids) => {
            let grants: Vec<&Grant> = actor.grants.iter().filter(|grant| ids.contains(&grant.id)).collect();
            let mut reasons: Vec<String> = grants.iter().map(|grant| grant.reason()).collect();
            reasons.sort();
            reasons.dedup();
            let until = grants.iter().map(|grant| grant.until).max_by_key(|until| until.unwrap_or(i64::MAX)).flatten();
            let text = format!("{name} has {screen} {level}{at} because of {}.", reasons.join(" and "));
            Verdict { allowed: true, text, until: until.map(Instant) }
        }
        Decision::Refused(Why::NotGranted { have: Level::None, .. }) => no(format!("Nothing gives {name} {screen}.")),
        Decision::Refused(Why::NotGranted { have, .. }) => no(format!("{name} has {screen} only at {}.", have.word())),
        Decision::Refused(_) => no(format!("{name} has {screen} {level} at other places, but not{at}.")),
    }
}
