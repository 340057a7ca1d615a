//! The rights of users as their form knows them: profiles and places, which are grants underneath.

use super::model::Rights;
use crate::access::{Actor, ActorKind, Gift, Level, Levels, Screen, may_give};
use crate::db::{Conn, DbError, Query};
use crate::error::FieldError;
use crate::features::grants::store::{self as grants, NewGrant};
use crate::features::places;
use crate::features::places::model::Places;
use crate::types::Millis;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one user has, for its row and its form.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub rights: Rights,
    pub profile_names: Vec<String>,
    pub levels: Levels,
}

#[derive(sqlx::FromRow)]
struct Row {
    subject_id: String,
    id: String,
    profile_id: Option<String>,
    profile_name: Option<String>,
    place_id: Option<String>,
    live: bool,
    /// Without beginning and end: what the form shows. The others count for the levels only.
    open_ended: bool,
    screen: Option<String>,
    level: Option<i64>,
}

const OF_USERS: &str = "select g.subject_id, g.id, g.profile_id, p.name as profile_name, g.place_id,
        (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and (g.place_id is null or pl.retired = false) as live,
        g.from_at is null and g.until_at is null as open_ended, l.screen, l.level
    from grants g
    left join levels l on l.owner_id = g.rights_id
    left join profiles p on p.id = g.profile_id
    left join places pl on pl.id = g.place_id
    where g.organization_id = ?";

/// The rights of the users of one page, in one statement.
pub async fn of_users(
    conn: &mut Conn<'_>,
    organization_id: &str,
    user_ids: &[&str],
    now: Millis,
) -> Result<HashMap<String, Held>, DbError> {
    let query = Query::default().then(OF_USERS, [now.into(), now.into(), organization_id.into()]);
    let query = query.one_of(conn, "g.subject_id", user_ids).then("order by g.id", []);
    let mut by_user: HashMap<String, Vec<Row>> = HashMap::new();
    for row in query.finish().rows::<Row>(conn).await? {
        by_user.entry(row.subject_id.clone()).or_default().push(row);
    }
    Ok(by_user.into_iter().map(|(user, rows)| (user, held(rows))).collect())
}

fn held(rows: Vec<Row>) -> Held {
    let mut out = Held::default();
    let mut places: BTreeMap<String, Places> = BTreeMap::new();
    let mut seen = HashSet::new();
    for row in rows {
        let level = row.level.map(Level::from_stored).unwrap_or_default();
        let screen = row.screen.as_deref().and_then(Screen::from_code);
        if let Some(screen) = screen.filter(|screen| row.live && (screen.has_places() || row.place_id.is_none())) {
            out.levels = out.levels.max(&Levels::NONE.with(screen, level));
        }
        match (row.profile_id, screen) {
            (Some(profile), _) if row.open_ended && seen.insert(row.id) => {
                if !places.contains_key(&profile) {
                    out.rights.profiles.push(profile.clone());
                    out.profile_names.push(row.profile_name.unwrap_or_default());
                }
                add_place(places.entry(profile).or_insert(Places::Some(Vec::new())), row.place_id);
            }
            (None, Some(screen)) if row.open_ended && row.place_id.is_none() => {
                let own = Levels::NONE.with(screen, level);
                out.rights.organization_levels = out.rights.organization_levels.max(&own);
            }
            _ => {}
        }
    }
    let mut choices: Vec<&Places> = places.values().collect();
    choices.dedup();
    match choices.as_slice() {
        [] => out.rights.places = Some(Places::Everything),
        [one] => out.rights.places = Some((*one).clone()),
        _ => out.rights.profile_places = places,
    }
    out
}

fn add_place(places: &mut Places, place: Option<String>) {
    match (places, place) {
        (places, None) => *places = Places::Everything,
        (Places::Some(ids), Some(place)) => {
            ids.push(place);
            ids.sort();
            ids.dedup();
        }
        (Places::Everything, Some(_)) => {}
    }
}

/// One grant that the form asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub profile_id: Option<String>,
    pub levels: Levels,
    pub place_id: Option<String>,
    path: Option<String>,
}

/// Understands a form: every profile and place must exist in the organization and, where it is new, be the actor's to
/// give. All that is wrong is told at once.
pub async fn plan(
    conn: &mut Conn<'_>,
    actor: &Actor,
    rights: &Rights,
    existing: &[Planned],
) -> Result<Result<Vec<Planned>, Vec<FieldError>>, DbError> {
    let profiles = profile_levels(conn, &actor.organization_id, &rights.profiles).await?;
    let chosen: Vec<&String> =
        rights.places.iter().chain(rights.profile_places.values()).flat_map(Places::ids).collect();
    let paths = places::store::paths(conn, &actor.organization_id, &chosen).await?;
    let mut errors = Vec::new();
    if rights.profiles.is_empty() {
        errors.push(FieldError::new("profiles", "required", "Choose at least one profile."));
    }
    let mut planned = Vec::new();
    for profile in &rights.profiles {
        let Some(levels) = profiles.get(profile) else {
            errors.push(FieldError::new("profiles", "unknown", "There is no such profile."));
            continue;
        };
        match places_of(actor, rights, profile, levels) {
            Err(error) => errors.push(error),
            Ok(Places::Everything) => planned.push(Planned::new(Some(profile), *levels, None)),
            Ok(Places::Some(ids)) => {
                for id in ids {
                    match paths.get(&id) {
                        Some(path) => planned.push(Planned::new(Some(profile), *levels, Some((id, path)))),
                        None => errors.push(FieldError::new("places", "unknown", "There is no such place.")),
                    }
                }
            }
        }
    }
    if !rights.organization_levels.is_empty() {
        planned.push(Planned::new(None, rights.organization_levels, None));
    }
    for new in planned.iter().filter(|new| !existing.contains(new)) {
        let gift = Gift { levels: new.levels, place: new.path.as_deref(), until: None };
        if let Err(short) = may_give(actor, &gift) {
            let where_ = if new.path.is_some() { "there" } else { "on everything" };
            let (level, screen) = (short.wanted.word(), short.screen.label());
            let message = format!("You cannot give {screen} {level} {where_}: you do not have it yourself.");
            errors.push(FieldError::new(
                if new.profile_id.is_some() { "profiles" } else { "organization_levels" },
                "not_allowed",
                message,
            ));
        }
    }
    errors.dedup();
    planned.dedup();
    Ok(if errors.is_empty() { Ok(planned) } else { Err(errors) })
}

/// The places for one profile; everything where nothing was chosen and the actor may give it.
fn places_of(actor: &Actor, rights: &Rights, profile: &str, levels: &Levels) -> Result<Places, FieldError> {
    let chosen = rights.profile_places.get(profile).or(rights.places.as_ref());
    match chosen {
        Some(Places::Some(ids)) if ids.is_empty() => {
            Err(FieldError::new("places", "required", "Choose at least one building or floor, or everything."))
        }
        Some(places) => Ok(places.clone()),
        None if may_give(actor, &Gift { levels: *levels, place: None, until: None }).is_ok() => Ok(Places::Everything),
        None => Err(FieldError::new("places", "required", "Choose the buildings or floors.")),
    }
}

impl Planned {
    fn new(profile: Option<&String>, levels: Levels, place: Option<(String, &String)>) -> Planned {
        let (place_id, path) = place.map(|(id, path)| (id, path.clone())).unzip();
        Planned { profile_id: profile.cloned(), levels, place_id, path }
    }
}

async fn profile_levels(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[String],
) -> Result<HashMap<String, Levels>, DbError> {
    const FIND: &str = "select p.id, l.screen, l.level from profiles p join levels l on l.owner_id = p.id
        where p.organization_id = ?";
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let query = Query::default().then(FIND, [organization_id.into()]).one_of(conn, "p.id", &ids);
    let mut found: HashMap<String, Levels> = HashMap::new();
    for (id, screen, level) in query.finish().rows::<(String, String, i64)>(conn).await? {
        let levels = found.entry(id).or_default();
        if let Some(screen) = Screen::from_code(&screen) {
            *levels = levels.with(screen, Level::from_stored(level));
        }
    }
    Ok(found)
}

/// The grants that a form replaces, in the form's own shape: open-ended, of a profile or on everything.
pub async fn existing(conn: &mut Conn<'_>, actor: &Actor, user_id: &str) -> Result<Vec<Planned>, DbError> {
    let held = of_users(conn, &actor.organization_id, &[user_id], 0).await?.remove(user_id).unwrap_or_default();
    // Nothing new is in it, so nothing can be refused.
    let all = Actor { grants: vec![everything()], gate: None, ..actor.clone() };
    Ok(plan(conn, &all, &held.rights, &[]).await?.unwrap_or_default())
}

fn everything() -> crate::access::Grant {
    let source = crate::access::Source::Own;
    crate::access::Grant { id: String::new(), source, levels: Levels::FULL, place: None, until: None }
}

/// Puts the planned grants in place of those of the form.
pub async fn replace(
    conn: &mut Conn<'_>,
    actor: &Actor,
    user_id: &str,
    planned: &[Planned],
    now: Millis,
) -> Result<(), DbError> {
    grants::delete_of_form(conn, &actor.organization_id, user_id).await?;
    for plan in planned {
        let rights = match &plan.profile_id {
            Some(profile) => grants::Rights::Profile(profile),
            None => grants::Rights::Own(&plan.levels),
        };
        let new = NewGrant {
            organization_id: &actor.organization_id,
            subject_kind: ActorKind::User,
            subject_id: user_id,
            rights,
            place_id: plan.place_id.as_deref(),
            given_by: &actor.subject_id,
        };
        grants::insert(conn, &new, now).await?;
    }
    super::store::index_profiles(conn, user_id).await
}
