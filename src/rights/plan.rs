//! The rights that the form of a team or an API user asks for, understood: which grants that makes, and whether the
//! actor may give them.

use super::held::{Held, Plain};
use super::model::{Places, Rights};
use super::store::{self, NewGrant};
use super::subject::SubjectKind;
use super::{places, profiles};
use crate::access::{Actor, Gift, Levels, Shortfall, may_give};
use crate::db::{Conn, DbError};
use crate::error::FieldError;
use crate::server::clock::is_id;
use crate::types::Millis;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// What the form's ids stand for.
struct Known {
    profiles: HashMap<String, Levels>,
    /// Paths of the places that are not retired.
    places: HashMap<String, String>,
    devices: HashMap<String, String>,
}

/// Understands a form: every profile, place and device must exist in the organization and, where it is new, be the
/// actor's to give. All that is wrong is told at once.
pub async fn plan(
    conn: &mut Conn<'_>,
    actor: &Actor,
    wanted: &Rights,
    existing: &Held,
) -> Result<Result<Vec<Plain>, Vec<FieldError>>, DbError> {
    if let Some(error) = too_much(wanted) {
        return Ok(Err(vec![error]));
    }
    let organization = &actor.organization_id;
    let profiles: Vec<&str> = wanted.profiles.iter().map(String::as_str).collect();
    let chosen: Vec<&str> = wanted.places.iter().flat_map(Places::ids).map(String::as_str).collect();
    let devices: Vec<&str> = wanted.devices.iter().map(|device| device.device_id.as_str()).collect();
    let known = Known {
        profiles: profiles::levels_of(conn, organization, &profiles).await?,
        places: places::paths(conn, organization, &chosen).await?,
        devices: places::device_paths(conn, organization, &devices).await?,
    };
    Ok(Planning { actor, existing, known, errors: Vec::new(), planned: Vec::new() }.run(wanted))
}

fn too_much(wanted: &Rights) -> Option<FieldError> {
    let too_many = |field: &str, most: usize, what: &str| {
        Some(FieldError::new(field, "too_many", format!("At most {most} {what}. A place holds all that is inside it.")))
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
        return too_many(PLACES, MAX_GRANTS, "pairs of a profile and a place");
    }
    None
}

/// A form on its way to grants.
struct Planning<'a> {
    actor: &'a Actor,
    existing: &'a Held,
    known: Known,
    errors: Vec<FieldError>,
    planned: Vec<Plain>,
}

impl Planning<'_> {
    fn run(mut self, wanted: &Rights) -> Result<Vec<Plain>, Vec<FieldError>> {
        let mut seen = BTreeSet::new();
        for profile in wanted.profiles.iter().filter(|id| seen.insert(id.as_str())) {
            match self.known.profiles.get(profile).copied() {
                Some(levels) => self.rights(wanted, PROFILES, Some(profile), levels),
                None => self.told(PROFILES, "unknown", "There is no such profile."),
            }
        }
        self.levels(wanted);
        self.devices(wanted);
        if let Some(right) = wanted.all_devices {
            let plain = Plain { levels: right.levels(), device_right: Some(right), ..Plain::default() };
            self.add(ALL_DEVICES, plain, right.levels(), None);
        }
        self.errors.dedup();
        if self.errors.is_empty() { Ok(self.planned) } else { Err(self.errors) }
    }

    /// Levels of its own: where the form says, and on everything. Where that is the same, they are one grant.
    fn levels(&mut self, wanted: &Rights) {
        let (mut levels, mut on_everything) = (wanted.levels, wanted.organization_levels);
        if !matches!(wanted.places, Some(Places::Some(_))) {
            levels = levels.max(&std::mem::take(&mut on_everything));
        }
        if !levels.is_empty() {
            self.rights(wanted, LEVELS, None, levels);
        }
        if !on_everything.is_empty() {
            self.add(ON_EVERYTHING, Plain { levels: on_everything, ..Plain::default() }, on_everything, None);
        }
    }

    fn told(&mut self, field: &str, code: &str, message: &str) {
        self.errors.push(FieldError::new(field, code, message));
    }

    /// One profile or table, wherever the form says.
    fn rights(&mut self, wanted: &Rights, field: &str, profile: Option<&String>, levels: Levels) {
        let own = if profile.is_none() { levels } else { Levels::NONE };
        let plain = |place_id| Plain { profile_id: profile.cloned(), levels: own, place_id, device_right: None };
        match &wanted.places {
            Some(Places::Everything) => self.add(field, plain(None), levels, None),
            Some(Places::Some(ids)) if ids.is_empty() => {
                self.told(PLACES, "required", "Choose at least one building or floor, or everything.");
            }
            Some(Places::Some(ids)) => {
                for id in ids.iter().collect::<BTreeSet<_>>() {
                    self.add(field, plain(Some(id.clone())), levels, self.known.places.get(id).cloned());
                }
            }
            None if self.existing.differs => {
                let message = "These rights count at places that differ. Say where all of them are to count.";
                self.told(PLACES, "required", message);
            }
            None if may_give(self.actor, &Gift { levels, place: None, until: None }).is_ok() => {
                self.add(field, plain(None), levels, None);
            }
            None => self.told(PLACES, "required", "Choose the buildings or floors."),
        }
    }

    fn devices(&mut self, wanted: &Rights) {
        let mut rights = BTreeMap::new();
        for device in &wanted.devices {
            if rights.insert(device.device_id.clone(), device.right).is_some() {
                self.told(DEVICES, "not_allowed", "A device stands here twice.");
            }
        }
        for (id, right) in rights {
            let path = self.known.devices.get(&id).cloned();
            let plain =
                Plain { levels: right.levels(), place_id: Some(id), device_right: Some(right), ..Plain::default() };
            self.add(DEVICES, plain, right.levels(), path);
        }
    }

    /// Plans a grant that stands there already, or that the actor may give.
    fn add(&mut self, field: &str, plain: Plain, levels: Levels, path: Option<String>) {
        if self.existing.grants.contains(&plain) {
            return self.planned.push(plain);
        }
        if plain.place_id.is_some() && path.is_none() {
            let device = plain.device_right.is_some();
            let message = if device { "There is no such device." } else { "There is no such place." };
            return self.told(if device { DEVICES } else { PLACES }, "unknown", message);
        }
        match may_give(self.actor, &Gift { levels, place: path.as_deref(), until: None }) {
            Ok(()) => self.planned.push(plain),
            Err(short) => {
                let message = not_yours(short, path.is_some());
                self.errors.push(FieldError::beyond(field, message));
            }
        }
    }
}

fn not_yours(Shortfall { screen, wanted }: Shortfall, placed: bool) -> String {
    let place = if placed { "there" } else { "on everything" };
    format!("You cannot give {} {} {place}: you do not have it yourself.", screen.label(), wanted.word())
}

/// Holds the profiles of a form, and those that these subjects have, as they are until the transaction ends: so that
/// none is raised or deleted between the check and what it allows.
pub async fn lock(
    conn: &mut Conn<'_>,
    organization_id: &str,
    rights: Option<&Rights>,
    subject_ids: &[&str],
) -> Result<(), DbError> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    // What asks for too much is refused by `plan`, without a lock.
    if let Some(rights) = rights.filter(|rights| too_much(rights).is_none()) {
        ids.extend(rights.profiles.iter().filter(|id| is_id(id)).cloned());
    }
    ids.extend(store::profiles_of(conn, organization_id, subject_ids).await?);
    // In one order, so that two writers wait for each other and never both.
    for id in ids {
        profiles::lock(conn, organization_id, &id).await?;
    }
    Ok(())
}

/// Puts the planned grants in the place of all that have no beginning and no end.
pub async fn replace(
    conn: &mut Conn<'_>,
    actor: &Actor,
    (subject_kind, subject_id): (SubjectKind, &str),
    planned: &[Plain],
    now: Millis,
) -> Result<(), DbError> {
    store::delete_open_ended(conn, &actor.organization_id, subject_id).await?;
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
    Ok(())
}

/// Whether the plan is what stands there already, all of it.
pub fn is_what_stands(planned: &[Plain], existing: &Held) -> bool {
    planned.len() == existing.grants.len() && planned.iter().all(|plain| existing.grants.contains(plain))
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
