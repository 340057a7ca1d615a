//! What an integration may do, which is grants with levels of their own underneath.

use super::model::{EVERYTHING, IntegrationChange, Rights};
use super::store::{self, GrantRow};
use crate::access::{Actor, Levels};
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::rights::held::Plain;
use crate::rights::model::Places;
use crate::rights::plan::{self, Line, What, Where};
use crate::types::Millis;
use std::collections::{BTreeMap, HashMap};

/// The most places that one integration has rights in; more are better said as the place above them.
const PLACES_MAX: usize = 200;

/// What one integration has, for its row, its form and its page.
#[derive(Clone, Debug, Default)]
pub struct IntegrationRights {
    pub rights: Rights,
    pub levels: Levels,
    /// What it opens per place by name, or `Everywhere`.
    pub access: Vec<(String, Levels)>,
}

/// The rights of the integrations of one page, in one statement.
pub async fn of(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[&str],
    now: Millis,
) -> Result<HashMap<String, IntegrationRights>, DbError> {
    let mut by_integration: HashMap<String, Vec<GrantRow>> = HashMap::new();
    for row in store::grants(conn, organization_id, ids, now).await? {
        by_integration.entry(row.subject_id.clone()).or_default().push(row);
    }
    Ok(by_integration.into_iter().map(|(id, rows)| (id, held(&rows))).collect())
}

fn held(rows: &[GrantRow]) -> IntegrationRights {
    let mut out = IntegrationRights::default();
    let mut by_place: BTreeMap<Option<String>, Levels> = BTreeMap::new();
    let mut names: BTreeMap<String, Levels> = BTreeMap::new();
    for row in rows {
        let levels = row.levels();
        let name = row.place_name.clone().unwrap_or_else(|| "Everywhere".to_owned());
        if row.open_ended {
            let sum = by_place.entry(row.place_id.clone()).or_default();
            *sum = sum.max(&levels);
        }
        // A place opens no screen whose rows have none.
        let opens = |screen: crate::access::Screen| row.live && (screen.has_places() || row.place_id.is_none());
        let opened: Levels = levels.open().filter(|(screen, _)| opens(*screen)).collect();
        if !opened.is_empty() {
            out.levels = out.levels.max(&opened);
            let sum = names.entry(name).or_default();
            *sum = sum.max(&opened);
        }
    }
    out.rights = rights(by_place);
    out.access = names.into_iter().collect();
    out
}

/// One table for all places where they are alike, else one for each.
fn rights(by_place: BTreeMap<Option<String>, Levels>) -> Rights {
    let mut tables = by_place.values();
    let first = tables.next().copied().unwrap_or_default();
    if !tables.all(|levels| *levels == first) {
        let key = |place: Option<String>| place.unwrap_or_else(|| EVERYTHING.to_owned());
        let place_levels = by_place.into_iter().map(|(place, levels)| (key(place), levels)).collect();
        return Rights { levels: Levels::NONE, places: None, place_levels };
    }
    let everything = by_place.is_empty() || by_place.contains_key(&None);
    let ids = by_place.into_keys().flatten().collect();
    let places = if everything { Places::Everything } else { Places::Some(ids) };
    Rights { levels: first, places: Some(places), place_levels: BTreeMap::new() }
}

impl IntegrationChange {
    /// What it names, over what stands there.
    pub fn over(self, now: Rights) -> Result<Rights, AppError> {
        let refused =
            |field: &str, code: &str, message: String| AppError::invalid(vec![FieldError::new(field, code, message)]);
        if let Some(place_levels) = self.place_levels {
            if self.levels.is_some() || self.places.is_some() {
                let message =
                    format!("Send levels and places, or place_levels ({EVERYTHING:?} for everything), not both.");
                return Err(refused("place_levels", "not_allowed", message));
            }
            return Ok(Rights { place_levels, ..Rights::default() });
        }
        if self.levels.is_none() && self.places.is_none() {
            return Ok(now);
        }
        let differs = "The permissions apply to different places. Choose the places for the new ones.";
        let places = self.places.or(now.places).ok_or_else(|| refused("places", "required", differs.to_owned()))?;
        Ok(Rights { levels: self.levels.unwrap_or(now.levels), places: Some(places), place_levels: BTreeMap::new() })
    }

    /// It says all, so that nothing of what stands there matters.
    pub fn is_whole(&self) -> bool {
        self.place_levels.is_some() || (self.levels.is_some() && self.places.is_some())
    }
}

/// Understands what was asked for: every place must exist in the organization, and what is new be the actor's to give.
/// All that is wrong is told at once.
pub async fn plan(
    conn: &mut Conn<'_>,
    actor: &Actor,
    wanted: &Rights,
    existing: &Rights,
) -> Result<Result<Vec<Plain>, Vec<FieldError>>, DbError> {
    let tables = tables(wanted);
    if tables.len() > PLACES_MAX {
        let message = format!("Choose at most {PLACES_MAX} places, or the building that holds them.");
        return Ok(Err(vec![FieldError::new("places", "too_many", message)]));
    }
    Ok(complete(wanted, plan::plan(conn, actor, &lines(tables), &held_of(existing)).await?))
}

/// What is missing in the form stands before what is wrong in it.
fn complete(wanted: &Rights, planned: Result<Vec<Plain>, Vec<FieldError>>) -> Result<Vec<Plain>, Vec<FieldError>> {
    let mut errors = missing(wanted);
    if errors.is_empty() {
        return planned;
    }
    errors.extend(planned.err().unwrap_or_default());
    errors.dedup();
    Err(errors)
}

fn lines(tables: BTreeMap<Option<String>, Levels>) -> Vec<Line> {
    tables.into_iter().map(|(place, levels)| line(place, levels)).collect()
}

fn line(place: Option<String>, levels: Levels) -> Line {
    let places = place.map_or(Where::Everything, |id| Where::Places(vec![id]));
    Line { what: What::Own(levels), places, field: "levels", place_field: "places" }
}

/// What the integration has: it may stay, whoever edits.
fn held_of(existing: &Rights) -> Vec<Plain> {
    let tables = tables(existing).into_iter();
    tables.map(|(place_id, levels)| Plain { levels, place_id, ..Plain::default() }).collect()
}

/// Levels by place; none is everything.
fn tables(rights: &Rights) -> BTreeMap<Option<String>, Levels> {
    match &rights.places {
        Some(Places::Everything) => BTreeMap::from([(None, rights.levels)]),
        Some(Places::Some(ids)) => ids.iter().map(|id| (Some(id.clone()), rights.levels)).collect(),
        None => {
            let place = |key: &String| (key != EVERYTHING).then(|| key.clone());
            rights.place_levels.iter().map(|(key, levels)| (place(key), *levels)).collect()
        }
    }
}

fn missing(rights: &Rights) -> Vec<FieldError> {
    let tables = tables(rights);
    let mut errors = Vec::new();
    // What one of the two says would be left out without a word.
    if !rights.place_levels.is_empty() && (rights.places.is_some() || !rights.levels.is_empty()) {
        let message = "Choose permissions either for all places or for each place, not both.";
        errors.push(FieldError::new("place_levels", "not_allowed", message));
    }
    if tables.is_empty() {
        errors.push(FieldError::new("places", "required", "Choose at least one building or floor, or everything."));
    }
    if tables.values().any(Levels::is_empty) {
        errors.push(FieldError::new("levels", "required", "Choose at least one permission."));
    }
    errors
}
