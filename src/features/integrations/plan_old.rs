#![allow(unused_imports, dead_code)]
use super::model::{EVERYTHING, Rights};
use crate::access::{Actor, Gift, Levels, may_give};
use crate::error::FieldError;
use crate::rights::model::Places;
use std::collections::{BTreeMap, HashMap};
const PLACES_MAX: usize = 200;

/// One grant that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub levels: Levels,
    pub place_id: Option<String>,
    path: Option<String>,
}

/// Understands what was asked for: every place must exist in the organization, and what is new be the actor's to give.
/// All that is wrong is told at once.
pub fn plan(
    actor: &Actor,
    wanted: &Rights,
    existing: &Rights,
    paths: &HashMap<String, String>,
) -> Result<Vec<Planned>, Vec<FieldError>> {
    let tables = tables(wanted);
    if tables.len() > PLACES_MAX {
        let message = format!("Choose at most {PLACES_MAX} places, or the building that holds them.");
        return Err(vec![FieldError::new("places", "too_many", message)]);
    }
    let had = self::tables(existing);
    let mut errors = missing(wanted);
    let mut planned = Vec::new();
    for (place, levels) in tables {
        let path = match &place {
            None => None,
            Some(id) => match paths.get(id) {
                Some(path) => Some(path.clone()),
                None => {
                    errors.push(FieldError::new("places", "unknown", "There is no such place."));
                    continue;
                }
            },
        };
        let new = had.get(&place) != Some(&levels);
        let plan = Planned { levels, place_id: place, path };
        errors.extend(if new { refused(actor, &plan) } else { None });
        planned.push(plan);
    }
    errors.dedup();
    if errors.is_empty() { Ok(planned) } else { Err(errors) }
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
        errors.push(FieldError::new("levels", "required", "An integration may do something on at least one screen."));
    }
    errors
}

fn refused(actor: &Actor, plan: &Planned) -> Option<FieldError> {
    let short = may_give(actor, &Gift { levels: plan.levels, place: plan.path.as_deref(), until: None }).err()?;
    let place = if plan.path.is_some() { "there" } else { "on everything" };
    let (level, screen) = (short.wanted.word(), short.screen.label());
    let message = format!("You cannot give {screen} {level} {place}: you do not have it yourself.");
    Some(FieldError::beyond("levels", message))
}
