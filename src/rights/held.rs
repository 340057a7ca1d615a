//! The rights that subjects have, read from their grants: as forms show them, and as what a new form may keep.

use super::model::{DeviceGrant, Rights, RightsFacts};
use crate::access::{DeviceRight, Level, Levels, Screen};
use crate::db::{Conn, DbError, Lookup, Packed, Query, Table, table, truth};
use crate::rights::model::Places;
use crate::types::Millis;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A grant of a subject or of one of its teams.
#[derive(sqlx::FromRow, Deserialize)]
pub struct Row {
    pub subject_id: String,
    /// Given to the subject itself, not to a team.
    #[serde(deserialize_with = "truth")]
    pub own: bool,
    pub id: String,
    pub profile_id: Option<String>,
    pub profile_name: Option<String>,
    pub place_id: Option<String>,
    pub place_name: Option<String>,
    pub device_right: Option<String>,
    #[serde(deserialize_with = "truth")]
    pub live: bool,
    /// Without beginning and end: what forms show. The others count for the levels only.
    #[serde(deserialize_with = "truth")]
    pub open_ended: bool,
    /// `screen level` of what it opens, joined by commas: a page of users has as few rows as grants.
    pub levels: Option<String>,
}

impl Packed for Row {
    const COLUMNS: &'static str = "r.subject_id, r.own, r.id, r.profile_id, r.profile_name, r.place_id, r.place_name,
        r.device_right, r.live, r.open_ended, r.levels";
}

const SELECT: &str = "select s.member_id as subject_id, s.own, g.id, g.profile_id, p.name as profile_name, g.place_id,
        pl.full_name as place_name, g.device_right,
        (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and (g.place_id is null or pl.retired = false) as live,
        g.from_at is null and g.until_at is null as open_ended,";

const LEVELS: Lookup = Lookup {
    name: "levels",
    select: "select string_agg(l.screen || ' ' || l.level, ',') as value from levels l where l.owner_id = g.rights_id",
};

const GRANTS: Table = table("grants", "g", "g.subject_id = s.subject_id and g.organization_id = ?");

/// The grants of these subjects and of their teams, oldest first, in one statement: from the subjects to their teams, and
/// from both to their grants, so that it costs what those few have, and not what the organization has.
pub async fn rows(
    conn: &mut Conn<'_>,
    organization_id: &str,
    subject_ids: &[&str],
    now: Millis,
) -> Result<HashMap<String, Vec<Row>>, DbError> {
    let query = Query::new("with subjects (member_id, subject_id, own) as (select v.id, v.id, true")
        .from_values(conn, subject_ids)
        .then("union all select v.id, m.team_id, false", [])
        .from_values(conn, subject_ids)
        .each(conn, &table("team_members", "m", "m.member_id = v.id"), [])
        .then(")", [])
        .then(SELECT, [now.into(), now.into()])
        .value(conn, &LEVELS)
        .then("from subjects s", [])
        .each(conn, &GRANTS, [organization_id.into()])
        .any(conn, &table("profiles", "p", "p.id = g.profile_id"))
        .any(conn, &table("places", "pl", "pl.id = g.place_id"))
        .joined(conn, &LEVELS)
        .then("order by g.id", []);
    let mut by_subject: HashMap<String, Vec<Row>> = HashMap::new();
    for row in query.finish().packed::<Row>(conn).await? {
        by_subject.entry(row.subject_id.clone()).or_default().push(row);
    }
    Ok(by_subject)
}

/// One grant without beginning and end, as a form asks for it or a subject has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plain {
    pub profile_id: Option<String>,
    /// Of its own, where it is none of a profile.
    pub levels: Levels,
    pub place_id: Option<String>,
    pub device_right: Option<DeviceRight>,
}

/// What one subject has.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    pub rights: Rights,
    pub facts: RightsFacts,
    /// Its own without beginning and end: what a form may leave standing.
    pub grants: Vec<Plain>,
    /// The places are not the same for all of it, which the form cannot say.
    pub differs: bool,
}

/// What these subjects have, in one statement.
pub async fn of(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[&str],
    now: Millis,
) -> Result<HashMap<String, Holdings>, DbError> {
    let mut rows = rows(conn, organization_id, ids, now).await?;
    Ok(ids.iter().map(|id| ((*id).to_owned(), held(&rows.remove(*id).unwrap_or_default()))).collect())
}

/// A subject as the audit log keeps it: what it is, and its rights.
pub fn audited(mut subject: Value, rights: &Rights, facts: &RightsFacts) -> Value {
    subject["profiles"] = json!(facts.profile_names);
    subject["levels"] = json!(rights.levels);
    subject["places"] = json!(rights.places);
    subject["organization_levels"] = json!(rights.organization_levels);
    subject["devices"] = json!(rights.devices);
    subject["all_devices"] = json!(rights.all_devices);
    subject
}

fn held(rows: &[Row]) -> Holdings {
    let mut grants: BTreeMap<&str, Plain> = BTreeMap::new();
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut timed = BTreeSet::new();
    let mut access: BTreeMap<&str, Levels> = BTreeMap::new();
    let mut levels = Levels::NONE;
    for row in rows {
        let opens = opened(row);
        levels = levels.max(&opens);
        if row.own && row.device_right.is_none() && !opens.is_empty() {
            let sum = access.entry(row.place_name.as_deref().unwrap_or("Everywhere")).or_default();
            *sum = sum.max(&opens);
        }
        match row.own {
            true if row.open_ended => {
                let plain = grants.entry(&row.id).or_insert_with(|| plain(row));
                if row.profile_id.is_none() {
                    plain.levels = plain.levels.max(&granted(row));
                }
                names.extend(row.profile_id.as_deref().zip(row.profile_name.as_deref()));
                names.extend(row.place_id.as_deref().zip(row.place_name.as_deref()));
            }
            true => {
                timed.insert(&row.id);
            }
            false => {}
        }
    }
    let grants: Vec<Plain> = grants.into_values().collect();
    let (mut rights, differs) = rights(&grants);
    rights.timed_grants = i64::try_from(timed.len()).unwrap_or(i64::MAX);
    let named = |id: &String| names.get(id.as_str()).copied().unwrap_or_default().to_owned();
    let facts = RightsFacts {
        profile_names: rights.profiles.iter().map(named).collect(),
        device_names: rights.devices.iter().map(|device| named(&device.device_id)).collect(),
        levels,
        access: access.into_iter().map(|(place, levels)| (place.to_owned(), levels)).collect(),
    };
    Holdings { rights, facts, grants, differs }
}

fn plain(row: &Row) -> Plain {
    Plain {
        profile_id: row.profile_id.clone(),
        levels: Levels::NONE,
        place_id: row.place_id.clone(),
        device_right: row.device_right.as_deref().and_then(DeviceRight::from_code),
    }
}

/// The levels of a row; a screen that this binary does not know opens nothing.
pub fn granted(row: &Row) -> Levels {
    let known = |opened: &str| {
        let (screen, level) = opened.split_once(' ')?;
        Some((Screen::from_code(screen)?, Level::from_stored(level.parse().ok()?)))
    };
    row.levels.iter().flat_map(|text| text.split(',')).filter_map(known).collect()
}

/// What a row opens now: a place opens no screen whose rows have none.
pub fn opened(row: &Row) -> Levels {
    let opens = |screen: Screen| row.live && (screen.has_places() || row.place_id.is_none());
    granted(row).open().filter(|(screen, _)| opens(*screen)).collect()
}

/// Levels of its own on everything, beside what counts at places: where there is one such grant, the form has a field for it.
fn on_everything(grants: &[Plain]) -> Option<&Plain> {
    let mut own =
        grants.iter().filter(|it| it.device_right.is_none() && it.profile_id.is_none() && it.place_id.is_none());
    let at_places = grants.iter().any(|it| it.device_right.is_none() && it.place_id.is_some());
    own.next().filter(|_| at_places && own.next().is_none())
}

/// The form of these grants, and whether it cannot say all of them.
fn rights(grants: &[Plain]) -> (Rights, bool) {
    let mut out = Rights::default();
    let mut devices: BTreeMap<&str, DeviceRight> = BTreeMap::new();
    // By profile, or none for levels of its own: the places, of which none is everything.
    let mut places: Vec<(Option<&str>, BTreeSet<Option<&str>>)> = Vec::new();
    let mut tables: Vec<Levels> = Vec::new();
    let on_everything = on_everything(grants);
    for grant in grants {
        match (grant.device_right, grant.place_id.as_deref()) {
            (None, None) if on_everything == Some(grant) => out.organization_levels = grant.levels,
            (Some(right), None) => out.all_devices = out.all_devices.max(Some(right)),
            (Some(right), Some(id)) => {
                let held = devices.entry(id).or_insert(right);
                *held = right.max(*held);
            }
            (None, place) => {
                let profile = grant.profile_id.as_deref();
                let at = places.iter().position(|(other, _)| *other == profile).unwrap_or_else(|| {
                    places.push((profile, BTreeSet::new()));
                    places.len() - 1
                });
                places[at].1.insert(place);
                if profile.is_none() && !tables.contains(&grant.levels) {
                    tables.push(grant.levels);
                }
            }
        }
    }
    for (_, ids) in &mut places {
        // Everything holds every place.
        if ids.contains(&None) {
            ids.retain(Option::is_none);
        }
    }
    out.profiles = places.iter().filter_map(|(profile, _)| profile.map(str::to_owned)).collect();
    out.levels = tables.iter().fold(Levels::NONE, |sum, levels| sum.max(levels));
    out.devices = devices.into_iter().map(|(id, right)| DeviceGrant { device_id: id.to_owned(), right }).collect();
    let same = places.windows(2).all(|pair| pair[0].1 == pair[1].1) && tables.len() <= 1;
    out.places = match places.first().filter(|_| same) {
        _ if places.is_empty() => Some(Places::Everything),
        None => None,
        Some((_, ids)) if ids.contains(&None) => Some(Places::Everything),
        Some((_, ids)) => Some(Places::Some(ids.iter().flatten().map(|id| (*id).to_owned()).collect())),
    };
    (out, !same)
}
