//! The form of a team or an API user, in lines.

use super::held::{self, Holdings, Plain};
use super::model::{NewRights, Places};
use super::plan::{self, Line, What, Where};
use crate::access::{Actor, Levels};
use crate::db::{Conn, DbError};
use crate::error::FieldError;
use crate::server::{Call, Write};
use std::collections::{BTreeMap, BTreeSet};

/// More than anybody would tick. A body of 256 KiB could otherwise ask for a million grants.
const MAX_PROFILES: usize = 50;
const MAX_PLACES: usize = 500;
const MAX_GRANTS: usize = 1_000;

const PROFILES: &str = "rights.profiles";
const LEVELS: &str = "rights.levels";
const PLACES: &str = "rights.places";
const ON_EVERYTHING: &str = "rights.organization_levels";
const DEVICES: &str = "rights.devices";
const ALL_DEVICES: &str = "rights.all_devices";

/// What the form asks for, or that it is too much to look at. `differs`: what the subject has counts at places that differ,
/// which the form cannot show, so it has to choose.
pub fn lines(wanted: &NewRights, differs: bool) -> Result<Vec<Line>, FieldError> {
    too_much(wanted)?;
    let places = places(wanted, differs);
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for profile in wanted.profiles.iter().filter(|id| seen.insert(id.as_str())) {
        lines.push(line(What::Profile(profile.clone()), places.clone(), PROFILES, PLACES));
    }
    lines.extend(levels(wanted, places));
    lines.extend(devices(wanted));
    if let Some(right) = wanted.all_devices {
        lines.push(line(What::Device(right), Where::Everything, ALL_DEVICES, DEVICES));
    }
    Ok(lines)
}

fn line(what: What, places: Where, field: &'static str, place_field: &'static str) -> Line {
    Line { what, places, field, place_field }
}

fn too_much(wanted: &NewRights) -> Result<(), FieldError> {
    let too_many = |field: &str, most: usize, what: &str| {
        Err(FieldError::new(
            field,
            "too_many",
            format!("Choose at most {most} {what}. A place includes everything inside it."),
        ))
    };
    let (profiles, places) = (wanted.profiles.len(), wanted.places.as_ref().map_or(0, |places| places.ids().len()));
    if profiles > MAX_PROFILES {
        return too_many(PROFILES, MAX_PROFILES, "profiles");
    }
    if places > MAX_PLACES {
        return too_many(PLACES, MAX_PLACES, "places");
    }
    if wanted.devices.len() > MAX_PLACES {
        return too_many(DEVICES, MAX_PLACES, "devices");
    }
    if (profiles + 1) * places > MAX_GRANTS {
        return too_many(PLACES, MAX_GRANTS, "combinations of profile and place");
    }
    Ok(())
}

/// Where profiles and levels count.
fn places(wanted: &NewRights, differs: bool) -> Where {
    let refused = |message: &str| Where::Refused(FieldError::new(PLACES, "required", message));
    match &wanted.places {
        Some(Places::Everything) => Where::Everything,
        Some(Places::Some(ids)) if ids.is_empty() => refused("Choose at least one building or floor, or everything."),
        Some(Places::Some(ids)) => Where::Places(ids.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect()),
        None if differs => refused("These permissions apply to different places. Choose the places for all of them."),
        None => Where::Unsaid,
    }
}

/// Levels of its own: where the form says, and on everything. Where that is the same, they are one line.
fn levels(wanted: &NewRights, places: Where) -> Vec<Line> {
    let (mut levels, mut on_everything) = (wanted.levels, wanted.organization_levels);
    if !matches!(wanted.places, Some(Places::Some(_))) {
        levels = levels.max(&std::mem::take(&mut on_everything));
    }
    let own =
        |levels: Levels, places, field| (!levels.is_empty()).then(|| line(What::Own(levels), places, field, PLACES));
    own(levels, places, LEVELS).into_iter().chain(own(on_everything, Where::Everything, ON_EVERYTHING)).collect()
}

fn devices(wanted: &NewRights) -> Vec<Line> {
    let (mut rights, mut lines) = (BTreeMap::new(), Vec::new());
    for device in &wanted.devices {
        if rights.insert(device.device_id.clone(), device.right).is_some() {
            let twice = FieldError::new(DEVICES, "not_allowed", "List each device only once.");
            lines.push(line(What::Device(device.right), Where::Refused(twice), DEVICES, DEVICES));
        }
    }
    let one = |(id, right)| line(What::Device(right), Where::Places(vec![id]), DEVICES, DEVICES);
    lines.extend(rights.into_iter().map(one));
    lines
}

/// The grants that a form means, or what is wrong with it.
type Planned = Result<Vec<Plain>, Vec<FieldError>>;

/// Which grants the form means, and whether the actor may give them.
async fn plan(conn: &mut Conn<'_>, actor: &Actor, wanted: &NewRights, held: &Holdings) -> Result<Planned, DbError> {
    match lines(wanted, held.differs) {
        Ok(lines) => plan::plan(conn, actor, &lines, &held.grants).await,
        Err(error) => Ok(Err(vec![error])),
    }
}

/// What the form of a new subject means, with its profiles held until the transaction ends.
pub async fn plan_new(call: &Call, write: &mut Write, wanted: &NewRights) -> Result<Planned, DbError> {
    lock(&mut write.conn(), call.organization_id(), wanted, &[]).await?;
    plan(&mut write.conn(), call.actor(), wanted, &Holdings::default()).await
}

/// What the form of a subject changes, which can be nothing; the profiles of the form, and those that `holders` have, are
/// held until the transaction ends.
pub async fn plan_change(
    call: &Call,
    write: &mut Write,
    id: &str,
    wanted: Option<&NewRights>,
    holders: &[&str],
) -> Result<Result<Option<Vec<Plain>>, Vec<FieldError>>, DbError> {
    let Some(wanted) = wanted else { return Ok(Ok(None)) };
    let (now, mut conn) = (write.now, write.conn());
    lock(&mut conn, call.organization_id(), wanted, holders).await?;
    let held = held::of(&mut conn, call.organization_id(), &[id], now).await?.remove(id).unwrap_or_default();
    let planned = plan(&mut conn, call.actor(), wanted, &held).await?;
    Ok(planned.map(|planned| (!plan::is_what_stands(&planned, &held.grants)).then_some(planned)))
}

/// Holds the profiles of the form, and those that these subjects have, until the transaction ends.
async fn lock(
    conn: &mut Conn<'_>,
    organization_id: &str,
    wanted: &NewRights,
    subject_ids: &[&str],
) -> Result<(), DbError> {
    // What asks for too much is refused by `plan`, without a lock.
    plan::lock(conn, organization_id, &lines(wanted, false).unwrap_or_default(), subject_ids).await
}
