#![allow(unused_imports)]
// The rights that the form of a team or an API user asks for, understood: which grants that makes, and whether the
// actor may give them.

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
pub struct Known {
    pub profiles: HashMap<String, Levels>,
    /// Paths of the places that are not retired.
    pub places: HashMap<String, String>,
    pub devices: HashMap<String, String>,
}

pub fn too_much(wanted: &Rights) -> Option<FieldError> {
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
pub struct Planning<'a> {
    pub actor: &'a Actor,
    pub existing: &'a Held,
    pub known: Known,
    pub errors: Vec<FieldError>,
    pub planned: Vec<Plain>,
}

impl Planning<'_> {
    pub fn run(mut self, wanted: &Rights) -> Result<Vec<Plain>, Vec<FieldError>> {
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
