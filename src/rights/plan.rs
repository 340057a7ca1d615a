//! The one check that nobody gives more than they have. What a form asks for comes as lines, and leaves as the grants that it
//! means, or as what is wrong at its fields.

use super::held::Plain;
use super::kind::SubjectKind;
use super::store::{self, NewGrant};
use super::{places, profiles};
use crate::access::{Actor, DeviceRight, Gift, Levels, Shortfall, may_give};
use crate::db::{Conn, DbError};
use crate::error::FieldError;
use crate::server::clock::is_id;
use crate::types::Millis;
use std::collections::{BTreeSet, HashMap};

/// What one line gives.
#[derive(Clone, Debug)]
pub enum What {
    Profile(String),
    /// Levels of its own.
    Own(Levels),
    Device(DeviceRight),
}

/// Where it counts.
#[derive(Clone, Debug)]
pub enum Where {
    /// Nothing was chosen: everything, where the actor may give that.
    Unsaid,
    Everything,
    /// Each once. Of a device right these are devices.
    Places(Vec<String>),
    /// What was chosen cannot be.
    Refused(FieldError),
}

/// One profile, table of levels or device right of a form, at all of its places.
#[derive(Clone, Debug)]
pub struct Line {
    pub what: What,
    pub places: Where,
    /// Where it is told what is wrong with it, and with its places.
    pub field: &'static str,
    pub place_field: &'static str,
}

impl Line {
    fn at(&self, place_id: Option<String>) -> Plain {
        match &self.what {
            What::Profile(id) => Plain { profile_id: Some(id.clone()), place_id, ..Plain::default() },
            What::Own(levels) => Plain { levels: *levels, place_id, ..Plain::default() },
            What::Device(right) => {
                Plain { levels: right.levels(), place_id, device_right: Some(*right), ..Plain::default() }
            }
        }
    }
}

/// What the ids of lines stand for.
struct LineLookups {
    profiles: HashMap<String, Levels>,
    /// Paths of the places that are not retired.
    places: HashMap<String, String>,
    devices: HashMap<String, String>,
}

impl LineLookups {
    async fn of<'a>(conn: &mut Conn<'_>, organization_id: &str, lines: &'a [Line]) -> Result<LineLookups, DbError> {
        let (mut profile_ids, mut place_ids, mut device_ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for line in lines {
            if let What::Profile(id) = &line.what {
                profile_ids.insert(id.as_str());
            }
            if let Where::Places(ids) = &line.places {
                let kind = if matches!(line.what, What::Device(_)) { &mut device_ids } else { &mut place_ids };
                kind.extend(ids.iter().map(String::as_str));
            }
        }
        let list = |ids: BTreeSet<&'a str>| ids.into_iter().collect::<Vec<_>>();
        Ok(LineLookups {
            profiles: profiles::levels_of(conn, organization_id, &list(profile_ids)).await?,
            places: places::paths(conn, organization_id, &list(place_ids)).await?,
            devices: places::device_paths(conn, organization_id, &list(device_ids)).await?,
        })
    }
}

/// Understands lines: every profile, place and device must exist in the organization and, where it is new, be the actor's
/// to give. All that is wrong is told at once.
pub async fn plan(
    conn: &mut Conn<'_>,
    actor: &Actor,
    lines: &[Line],
    held: &[Plain],
) -> Result<Result<Vec<Plain>, Vec<FieldError>>, DbError> {
    let known = LineLookups::of(conn, &actor.organization_id, lines).await?;
    Ok(grants_of(actor, lines, held, &known))
}

fn grants_of(
    actor: &Actor,
    lines: &[Line],
    held: &[Plain],
    known: &LineLookups,
) -> Result<Vec<Plain>, Vec<FieldError>> {
    let (mut planned, mut errors) = (Vec::new(), Vec::new());
    for line in lines {
        match chosen(actor, line, known) {
            Ok((levels, places)) => {
                for place in places {
                    match given(actor, line, levels, place, held, known) {
                        Ok(plain) => planned.push(plain),
                        Err(error) => errors.push(error),
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    errors.dedup();
    if errors.is_empty() { Ok(planned) } else { Err(errors) }
}

/// What a line opens, and at which places; none is everything.
fn chosen<'a>(
    actor: &Actor,
    line: &'a Line,
    known: &LineLookups,
) -> Result<(Levels, Vec<Option<&'a str>>), FieldError> {
    let levels = match &line.what {
        What::Profile(id) => known.profiles.get(id).copied(),
        What::Own(levels) => Some(*levels),
        What::Device(right) => Some(right.levels()),
    };
    let levels = levels.ok_or_else(|| FieldError::new(line.field, "unknown", "This profile doesn't exist."))?;
    let places = match &line.places {
        Where::Everything => vec![None],
        Where::Unsaid if may_give(actor, &Gift { levels, place: None, until: None }).is_ok() => vec![None],
        Where::Unsaid => return Err(FieldError::new(line.place_field, "required", "Choose the buildings or floors.")),
        Where::Places(ids) => ids.iter().map(|id| Some(id.as_str())).collect(),
        Where::Refused(error) => return Err(error.clone()),
    };
    Ok((levels, places))
}

/// A grant that stands there already, or that the actor may give.
fn given(
    actor: &Actor,
    line: &Line,
    levels: Levels,
    place: Option<&str>,
    held: &[Plain],
    known: &LineLookups,
) -> Result<Plain, FieldError> {
    let plain = line.at(place.map(str::to_owned));
    if held.contains(&plain) {
        return Ok(plain);
    }
    let device = plain.device_right.is_some();
    let paths = if device { &known.devices } else { &known.places };
    let path = place.and_then(|id| paths.get(id)).map(String::as_str);
    if place.is_some() && path.is_none() {
        let message = if device { "This device doesn't exist." } else { "This place doesn't exist." };
        return Err(FieldError::new(line.place_field, "unknown", message));
    }
    match may_give(actor, &Gift { levels, place: path, until: None }) {
        Ok(()) => Ok(plain),
        Err(short) => Err(FieldError::beyond(line.field, not_yours(short, path.is_some(), false))),
    }
}

/// Why a grant is not the actor's to give. `timed`: it is asked for until a certain moment.
pub fn not_yours(Shortfall { screen, wanted }: Shortfall, placed: bool, timed: bool) -> String {
    let place = if placed { "there" } else { "on everything" };
    let long = if timed { " for as long" } else { "" };
    format!("You can't give {} {} {place}{long}, because you don't have it yourself.", screen.label(), wanted.word())
}

/// Holds the profiles of lines, and those that these subjects have, as they are until the transaction ends: so that none is
/// raised or deleted between the check and what it allows.
pub async fn lock(
    conn: &mut Conn<'_>,
    organization_id: &str,
    lines: &[Line],
    subject_ids: &[&str],
) -> Result<(), DbError> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for line in lines {
        if let What::Profile(id) = &line.what
            && is_id(id)
        {
            ids.insert(id.clone());
        }
    }
    if !subject_ids.is_empty() {
        ids.extend(store::profiles_of(conn, organization_id, subject_ids).await?);
    }
    // In one order, so that two writers wait for each other and never both.
    for id in ids {
        profiles::lock(conn, organization_id, &id).await?;
    }
    Ok(())
}

/// Puts the planned grants in the place of those that the subject's form shows.
pub async fn replace(
    conn: &mut Conn<'_>,
    actor: &Actor,
    (subject_kind, subject_id): (SubjectKind, &str),
    planned: &[Plain],
    now: Millis,
) -> Result<(), DbError> {
    let user = subject_kind == SubjectKind::User;
    if user {
        store::delete_of_form(conn, &actor.organization_id, subject_id).await?;
    } else {
        store::delete_open_ended(conn, &actor.organization_id, subject_id).await?;
    }
    for plain in planned {
        let rights = match &plain.profile_id {
            Some(profile) => store::Rights::Profile(profile),
            None => store::Rights::Own(&plain.levels),
        };
        let new = NewGrant {
            organization_id: &actor.organization_id,
            subject_kind,
            subject_id,
            rights,
            place_id: plain.place_id.as_deref(),
            device_right: plain.device_right,
            given_by: &actor.subject_id,
        };
        store::insert(conn, &new, now).await?;
    }
    if user { store::index_profiles(conn, subject_id).await } else { Ok(()) }
}

/// Whether the plan is what stands there already, all of it.
pub fn is_what_stands(planned: &[Plain], held: &[Plain]) -> bool {
    planned.len() == held.len() && planned.iter().all(|plain| held.contains(plain))
}

/// Whether the actor may give all that these subjects have, now and later: the condition for putting somebody into a
/// team, and for handing out what opens it all.
pub async fn may_give_all_of(
    conn: &mut Conn<'_>,
    actor: &Actor,
    subject_ids: &[&str],
    now: Millis,
) -> Result<Result<(), Shortfall>, DbError> {
    let extents = store::extents(conn, &actor.organization_id, subject_ids, now).await?;
    let given = extents.iter().try_for_each(|extent| {
        may_give(actor, &Gift { levels: extent.levels, place: extent.path.as_deref(), until: extent.until })
    });
    Ok(given)
}
