//! The form of a user, in lines.

use super::model::{MAX_PROFILES, Rights, UserChange};
use crate::access::Actor;
use crate::db::{Conn, DbError};
use crate::error::{AppError, FieldError};
use crate::rights::held::Plain;
use crate::rights::model::Places;
use crate::rights::plan::{self, Line, What, Where};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// More than anybody would tick. A form of 256 KiB could otherwise ask for ten million grants.
const MAX_PLACES: usize = 500;
const MAX_GRANTS: usize = 1_000;

const PROFILE_PLACES: &str = "profile_places";

/// What the form asks for, each profile once; refuses what is too much before anything is looked up.
fn lines(rights: &Rights) -> Result<Vec<Line>, FieldError> {
    let mut seen = HashSet::new();
    let profiles: Vec<&str> = rights.profiles.iter().map(String::as_str).filter(|id| seen.insert(*id)).collect();
    if profiles.len() > MAX_PROFILES {
        return Err(too_many("profiles", MAX_PROFILES, "profiles"));
    }
    said_once(rights, &profiles)?;
    let same = rights.places.as_ref().map_or(Ok(Where::Unsaid), |places| distinct("places", places))?;
    let mut lines = Vec::new();
    for profile in profiles {
        let own = rights.profile_places.get(profile).map(|places| distinct(PROFILE_PLACES, places)).transpose()?;
        let places = own.unwrap_or_else(|| same.clone());
        let what = What::Profile(profile.to_owned());
        lines.push(Line { what, places, field: "profiles", place_field: "places" });
    }
    let grants = |line: &Line| if let Where::Places(ids) = &line.places { ids.len() } else { 1 };
    if lines.iter().map(grants).sum::<usize>() > MAX_GRANTS {
        return Err(too_many("places", MAX_GRANTS, "combinations of profile and place"));
    }
    if !rights.organization_levels.is_empty() {
        let what = What::Own(rights.organization_levels);
        lines.push(Line { what, places: Where::Everything, field: "organization_levels", place_field: "places" });
    }
    Ok(lines)
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
fn unsaid() -> FieldError {
    FieldError::new(PROFILE_PLACES, "required", "Choose places for every profile.")
}

fn distinct(field: &str, places: &Places) -> Result<Where, FieldError> {
    let Places::Some(ids) = places else { return Ok(Where::Everything) };
    let ids: BTreeSet<&String> = ids.iter().collect();
    if ids.len() > MAX_PLACES {
        return Err(too_many(field, MAX_PLACES, "places"));
    }
    if ids.is_empty() {
        let message = "Choose at least one building or floor, or everything.";
        return Err(FieldError::new(field, "required", message));
    }
    Ok(Where::Places(ids.into_iter().cloned().collect()))
}

fn too_many(field: &str, most: usize, what: &str) -> FieldError {
    FieldError::new(field, "too_many", format!("Choose at most {most} {what}. A place includes everything inside it."))
}

/// What a user has of the form already: it may stay, whoever edits.
pub fn held(rights: &Rights) -> Vec<Plain> {
    let mut held = Vec::new();
    for profile in &rights.profiles {
        let at = |place_id| Plain { profile_id: Some(profile.clone()), place_id, ..Plain::default() };
        match rights.profile_places.get(profile).or(rights.places.as_ref()) {
            Some(Places::Some(ids)) => held.extend(ids.iter().map(|id| at(Some(id.clone())))),
            _ => held.push(at(None)),
        }
    }
    if !rights.organization_levels.is_empty() {
        held.push(Plain { levels: rights.organization_levels, ..Plain::default() });
    }
    held
}

/// Which grants the form means, and whether the actor may give them.
pub async fn plan(
    conn: &mut Conn<'_>,
    actor: &Actor,
    rights: &Rights,
    held: &[Plain],
) -> Result<Result<Vec<Plain>, Vec<FieldError>>, DbError> {
    let lines = match lines(rights) {
        Ok(lines) => lines,
        Err(error) => return Ok(Err(vec![error])),
    };
    Ok(with_a_profile(rights, plan::plan(conn, actor, &lines, held).await?))
}

/// A user without a profile would see nothing.
fn with_a_profile(
    rights: &Rights,
    planned: Result<Vec<Plain>, Vec<FieldError>>,
) -> Result<Vec<Plain>, Vec<FieldError>> {
    if !rights.profiles.is_empty() {
        return planned;
    }
    let required = FieldError::new("profiles", "required", "Choose at least one profile.");
    Err(std::iter::once(required).chain(planned.err().unwrap_or_default()).collect())
}

/// Holds the profiles of the form until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, organization_id: &str, rights: &Rights) -> Result<(), DbError> {
    // What asks for too much is refused by `plan`, without a lock.
    plan::lock(conn, organization_id, &lines(rights).unwrap_or_default(), &[]).await
}
/// The rights that a change asks for: what it names, over what stands there.
pub fn changed(change: &UserChange, now: Rights) -> Result<Rights, AppError> {
    let each = change.profile_places.as_ref().filter(|each| !each.is_empty());
    let profiles = change.profiles.clone().unwrap_or(now.profiles);
    let (places, profile_places) = match (&change.places, each) {
        (None, None) => (now.places, left(now.profile_places, &profiles)?),
        (places, each) => (places.clone(), each.cloned().unwrap_or_default()),
    };
    let organization_levels = change.organization_levels.unwrap_or(now.organization_levels);
    Ok(Rights { profiles, places, profile_places, organization_levels })
}

/// Where places differ per profile and a change names profiles only: those that stay keep theirs, and a new one has none.
fn left(mut differing: BTreeMap<String, Places>, profiles: &[String]) -> Result<BTreeMap<String, Places>, AppError> {
    if !differing.is_empty() && profiles.iter().any(|id| !differing.contains_key(id)) {
        return Err(AppError::invalid(vec![unsaid()]));
    }
    differing.retain(|id, _| profiles.contains(id));
    Ok(differing)
}
