#![allow(unused_imports, dead_code)]
// The rights that a form asks for, understood: which grants that makes, and whether the actor may give them.

use super::model::Rights;
use crate::access::{Actor, Gift, Levels, may_give};
use crate::db::{Conn, DbError};
use crate::error::FieldError;
use crate::rights::model::Places;
use crate::rights::store::{self as grants, NewGrant};
use crate::rights::subject::SubjectKind;
use crate::rights::{places, profiles};
use crate::server::clock::is_id;
use crate::types::Millis;
use std::collections::{BTreeSet, HashMap, HashSet};

/// More than anybody would tick. A form of 256 KiB could otherwise ask for ten million grants.
pub const MAX_PROFILES: usize = 50;
pub const MAX_PLACES: usize = 500;
const MAX_GRANTS: usize = 1_000;

const PROFILE_PLACES: &str = "profile_places";

/// One grant that the form asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub profile_id: Option<String>,
    /// Of its own, where it is none of a profile.
    pub levels: Levels,
    pub place_id: Option<String>,
}

/// The places of one profile.
#[derive(Clone)]
pub enum Where<'a> {
    /// Nothing was chosen: everything, where the actor may give it.
    Unsaid,
    Everything,
    Places(BTreeSet<&'a str>),
}

/// A form without repetitions: each profile once, in the form's order, each with its places.
pub struct Asked<'a>(Vec<(&'a str, Where<'a>)>);

impl<'a> Asked<'a> {
    /// Refuses what is too much before anything is looked up.
    pub fn new(rights: &'a Rights) -> Result<Asked<'a>, FieldError> {
        let mut seen = HashSet::new();
        let profiles: Vec<&str> = rights.profiles.iter().map(String::as_str).filter(|id| seen.insert(*id)).collect();
        if profiles.len() > MAX_PROFILES {
            return Err(too_many("profiles", MAX_PROFILES, "profiles"));
        }
        said_once(rights, &profiles)?;
        let same = rights.places.as_ref().map_or(Ok(Where::Unsaid), |places| distinct("places", places))?;
        let mut asked = Vec::new();
        for profile in profiles {
            let own = rights.profile_places.get(profile).map(|places| distinct(PROFILE_PLACES, places)).transpose()?;
            asked.push((profile, own.unwrap_or_else(|| same.clone())));
        }
        let grants = |places: &Where<'_>| if let Where::Places(ids) = places { ids.len() } else { 1 };
        if asked.iter().map(|(_, places)| grants(places)).sum::<usize>() > MAX_GRANTS {
            return Err(too_many("places", MAX_GRANTS, "pairs of a profile and a place"));
        }
        Ok(Asked(asked))
    }

    fn profiles(&self) -> Vec<&'a str> {
        self.0.iter().map(|(profile, _)| *profile).collect()
    }

    fn places(&self) -> Vec<&'a str> {
        let chosen = self.0.iter().flat_map(|(_, places)| match places {
            Where::Places(ids) => ids.iter().copied().collect(),
            _ => Vec::new(),
        });
        chosen.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Places are chosen either for all profiles, or for each of them and for no other: what is left open would count
/// everywhere.
fn said_once(rights: &Rights, profiles: &[&str]) -> Result<(), FieldError> {
    let each = &rights.profile_places;
    let refused = |code: &str, message: &str| Err(FieldError::new(PROFILE_PLACES, code, message));
    if each.is_empty() {
        return Ok(());
    }
    if rights.places.is_some() {
        return refused("not_allowed", "Choose places either for all profiles or for each profile, not both.");
    }
    if each.keys().any(|id| !profiles.contains(&id.as_str())) {
        return refused("unknown", "These places are for a profile that isn't selected.");
    }
    if profiles.iter().any(|id| !each.contains_key(*id)) {
        return Err(unsaid());
    }
    Ok(())
}

/// Places differ per profile, and one of the profiles has none.
pub fn unsaid() -> FieldError {
    FieldError::new(PROFILE_PLACES, "required", "Choose places for every profile.")
}

fn distinct<'a>(field: &str, places: &'a Places) -> Result<Where<'a>, FieldError> {
    let Places::Some(ids) = places else { return Ok(Where::Everything) };
    let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    if ids.len() > MAX_PLACES {
        return Err(too_many(field, MAX_PLACES, "places"));
    }
    if ids.is_empty() {
        let message = "Choose at least one building or floor, or everything.";
        return Err(FieldError::new(field, "required", message));
    }
    Ok(Where::Places(ids))
}

fn too_many(field: &str, most: usize, what: &str) -> FieldError {
    FieldError::new(field, "too_many", format!("At most {most} {what}. A place holds all that is inside it."))
}

/// What a user has of the form already: it may stay, whoever edits.
#[derive(Default)]
pub struct Kept {
    grants: HashSet<(String, Option<String>)>,
    levels: Levels,
}

impl Kept {
    pub fn of(rights: &Rights) -> Kept {
        let mut grants = HashSet::new();
        for profile in &rights.profiles {
            match rights.profile_places.get(profile).or(rights.places.as_ref()) {
                Some(Places::Some(ids)) => grants.extend(ids.iter().map(|id| (profile.clone(), Some(id.clone())))),
                _ => {
                    grants.insert((profile.clone(), None));
                }
            }
        }
        Kept { grants, levels: rights.organization_levels }
    }

    fn holds(&self, plan: &Planned) -> bool {
        match &plan.profile_id {
            Some(profile) => self.grants.contains(&(profile.clone(), plan.place_id.clone())),
            None => plan.levels == self.levels,
        }
    }

    /// Whether the plan is what stands there already, all of it.
    pub fn is(&self, planned: &[Planned]) -> bool {
        let own = planned.iter().any(|plan| plan.profile_id.is_none());
        let profiles = planned.iter().filter(|plan| plan.profile_id.is_some()).count();
        planned.iter().all(|plan| self.holds(plan)) && profiles == self.grants.len() && own != self.levels.is_empty()
    }
}

/// What the form's ids stand for.
pub struct Known {
    pub profiles: HashMap<String, Levels>,
    /// Paths of the places that are not retired.
    pub places: HashMap<String, String>,
}

pub fn grants_of(
    actor: &Actor,
    asked: &Asked<'_>,
    own: Levels,
    kept: &Kept,
    known: &Known,
) -> Result<Vec<Planned>, Vec<FieldError>> {
    let mut errors = Vec::new();
    if asked.0.is_empty() {
        errors.push(FieldError::new("profiles", "required", "Choose at least one profile."));
    }
    let mut planned = Vec::new();
    for (profile, places) in &asked.0 {
        let Some(levels) = known.profiles.get(*profile) else {
            errors.push(FieldError::new("profiles", "unknown", "There is no such profile."));
            continue;
        };
        let chosen: Vec<Option<&str>> = match places {
            Where::Everything => vec![None],
            Where::Unsaid if may_give(actor, &Gift { levels: *levels, place: None, until: None }).is_ok() => vec![None],
            Where::Unsaid => {
                errors.push(FieldError::new("places", "required", "Choose the buildings or floors."));
                continue;
            }
            Where::Places(ids) => ids.iter().copied().map(Some).collect(),
        };
        for place in chosen {
            let plan = Planned {
                profile_id: Some((*profile).to_owned()),
                levels: Levels::NONE,
                place_id: place.map(str::to_owned),
            };
            match allowed(actor, &plan, levels, kept, known) {
                Ok(()) => planned.push(plan),
                Err(error) => errors.push(error),
            }
        }
    }
    if !own.is_empty() {
        let plan = Planned { profile_id: None, levels: own, place_id: None };
        match allowed(actor, &plan, &own, kept, known) {
            Ok(()) => planned.push(plan),
            Err(error) => errors.push(error),
        }
    }
    errors.dedup();
    if errors.is_empty() { Ok(planned) } else { Err(errors) }
}

/// Whether the actor may give this grant, or the user has it already.
fn allowed(actor: &Actor, plan: &Planned, levels: &Levels, kept: &Kept, known: &Known) -> Result<(), FieldError> {
    if kept.holds(plan) {
        return Ok(());
    }
    let place = match &plan.place_id {
        None => None,
        Some(id) => match known.places.get(id) {
            Some(path) => Some(path.as_str()),
            None => return Err(FieldError::new("places", "unknown", "There is no such place.")),
        },
    };
    may_give(actor, &Gift { levels: *levels, place, until: None }).map_err(|short| {
        let where_ = if place.is_some() { "there" } else { "on everything" };
        let (level, screen) = (short.wanted.word(), short.screen.label());
        let field = if plan.profile_id.is_some() { "profiles" } else { "organization_levels" };
        let message = format!("You cannot give {screen} {level} {where_}: you do not have it yourself.");
        FieldError::beyond(field, message)
    })
}
