//! The one planner gives and refuses what the three before it did, word for word, on random forms.

use crate::access::{Actor, ActorKind, DeviceRight, Grant, Level, Levels, Place, Role, Screen, Source};
use crate::error::FieldError;
use crate::features::integrations::{self, model as clients};
use crate::features::users::{self, model as people};
use crate::rights::held::{Held, Plain};
use crate::rights::model::{DeviceGrant, Places, Rights};
use crate::rights::{form, plan, plan_old};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, HashMap};

const FORMS: usize = 20_000;
const PROFILES: [&str; 4] = ["p0", "p1", "p2", "unknown"];
const SPOTS: [&str; 6] = ["a", "b", "c", "d", "e", "nowhere"];

fn some_levels(rng: &mut StdRng) -> Levels {
    let screens = [Screen::Rooms, Screen::Alerts, Screen::Users, Screen::Devices, Screen::Members];
    let mut levels = Levels::NONE;
    for screen in screens {
        levels = levels.with(screen, [Level::None, Level::None, Level::Read, Level::Full][rng.random_range(0..4)]);
    }
    levels
}

fn some_ids<const N: usize>(rng: &mut StdRng, of: [&str; N]) -> Vec<String> {
    (0..rng.random_range(0..4)).map(|_| of[rng.random_range(0..N)].to_owned()).collect()
}

fn some_places(rng: &mut StdRng) -> Option<Places> {
    match rng.random_range(0..4) {
        0 => None,
        1 => Some(Places::Everything),
        _ => Some(Places::Some(some_ids(rng, SPOTS))),
    }
}

fn path(id: &str) -> String {
    if id == "b" { "a/b/".into() } else { format!("{id}/") }
}

fn known_places() -> HashMap<String, String> {
    SPOTS.iter().take(5).map(|id| ((*id).to_owned(), path(id))).collect()
}

fn some_actor(rng: &mut StdRng) -> Actor {
    let grant = |rng: &mut StdRng, n: usize| {
        let id = SPOTS[rng.random_range(0..5)];
        let at = Place { id: id.into(), path: path(id), full_name: id.into() };
        let place = rng.random_bool(0.5).then_some(at);
        Grant { id: n.to_string(), source: Source::Own, team: None, levels: some_levels(rng), place, until: None }
    };
    Actor {
        kind: ActorKind::User,
        subject_id: "actor".into(),
        account_id: "account".into(),
        name: "Actor".into(),
        organization_id: "organization".into(),
        role: Role::CommonManager,
        company_path: "root/".into(),
        gate: None,
        grants: (0..rng.random_range(0..4)).map(|n| grant(rng, n)).collect(),
    }
}

fn known_profiles(rng: &mut StdRng) -> HashMap<String, Levels> {
    PROFILES.iter().take(3).map(|id| ((*id).to_owned(), some_levels(rng))).collect()
}

fn errors(errors: Vec<FieldError>) -> Vec<String> {
    errors.into_iter().map(|error| format!("{error:?}")).collect()
}

#[test]
fn users_are_given_and_refused_the_same() {
    let mut rng = StdRng::seed_from_u64(1);
    let form = |rng: &mut StdRng| {
        let profiles = some_ids(rng, PROFILES);
        let each = rng.random_bool(0.4);
        let profile_places: BTreeMap<String, Places> = match each {
            true => profiles.iter().filter_map(|id| Some((id.clone(), some_places(rng)?))).collect(),
            false => BTreeMap::new(),
        };
        let places = if each && rng.random_bool(0.9) { None } else { some_places(rng) };
        let organization_levels = if rng.random_bool(0.3) { some_levels(rng) } else { Levels::NONE };
        people::Rights { profiles, places, profile_places, organization_levels }
    };
    let mut given = 0;
    for _ in 0..FORMS {
        let (actor, profiles, wanted) = (some_actor(&mut rng), known_profiles(&mut rng), form(&mut rng));
        let had = if rng.random_bool(0.5) { form(&mut rng) } else { wanted.clone() };
        let kept = users::plan_old::Kept::of(&had);
        let before = users::plan_old::Asked::new(&wanted).map_err(|error| vec![error]).and_then(|asked| {
            let known = users::plan_old::Known { profiles: profiles.clone(), places: known_places() };
            users::plan_old::grants_of(&actor, &asked, wanted.organization_levels, &kept, &known)
        });
        let held = users::plan::held(&had);
        let known = plan::Known { profiles, places: known_places(), ..plan::Known::default() };
        let now = users::plan::lines(&wanted).map_err(|error| vec![error]).and_then(|lines| {
            let planned = plan::grants_of(&actor, &lines, &held, &known);
            users::plan::with_a_profile(&wanted, planned)
        });
        given += usize::from(now.is_ok());
        let plain = |it: users::plan_old::Planned| Plain {
            profile_id: it.profile_id,
            levels: it.levels,
            place_id: it.place_id,
            device_right: None,
        };
        let before = before.map(|all| all.into_iter().map(plain).collect::<Vec<_>>()).map_err(errors);
        assert_eq!(now.map_err(errors), before, "{wanted:?} by {actor:?}, had {had:?}");
    }
    assert!((FORMS / 20..FORMS * 19 / 20).contains(&given), "{given}");
}

#[test]
fn teams_and_api_users_are_given_and_refused_the_same() {
    let mut rng = StdRng::seed_from_u64(2);
    let form = |rng: &mut StdRng| {
        let device = |rng: &mut StdRng| DeviceGrant {
            device_id: SPOTS[rng.random_range(0..6)].to_owned(),
            right: DeviceRight::ALL[rng.random_range(0..3)],
        };
        Rights {
            profiles: some_ids(rng, PROFILES),
            levels: if rng.random_bool(0.5) { some_levels(rng) } else { Levels::NONE },
            places: some_places(rng),
            organization_levels: if rng.random_bool(0.3) { some_levels(rng) } else { Levels::NONE },
            devices: (0..rng.random_range(0..3)).map(|_| device(rng)).collect(),
            all_devices: rng.random_bool(0.2).then(|| DeviceRight::ALL[rng.random_range(0..3)]),
        }
    };
    let mut given = 0;
    for _ in 0..FORMS {
        let (actor, profiles, wanted) = (some_actor(&mut rng), known_profiles(&mut rng), form(&mut rng));
        let differs = rng.random_bool(0.2);
        let had = if rng.random_bool(0.5) { form(&mut rng) } else { wanted.clone() };
        let grants: Vec<Plain> = form::lines(&had, false).unwrap().iter().flat_map(plan::Line::standing).collect();
        let held = Held { grants, differs, ..Held::default() };
        let known = plan_old::Known { profiles: profiles.clone(), places: known_places(), devices: known_places() };
        let planning =
            plan_old::Planning { actor: &actor, existing: &held, known, errors: Vec::new(), planned: Vec::new() };
        let before = planning.run(&wanted).map_err(errors);
        let known = plan::Known { profiles, places: known_places(), devices: known_places() };
        let now = plan::grants_of(&actor, &form::lines(&wanted, differs).unwrap(), &held.grants, &known);
        given += usize::from(now.is_ok());
        assert_eq!(now.map_err(errors), before, "{wanted:?} by {actor:?}, had {had:?}");
    }
    assert!((FORMS / 20..FORMS * 19 / 20).contains(&given), "{given}");
}

#[test]
fn integrations_are_given_and_refused_the_same() {
    let mut rng = StdRng::seed_from_u64(3);
    let form = |rng: &mut StdRng, of: usize| {
        let place =
            |rng: &mut StdRng| [&SPOTS[..of], &[clients::EVERYTHING]].concat()[rng.random_range(0..=of)].to_owned();
        let each = rng.random_bool(0.4);
        clients::Rights {
            levels: if each && rng.random_bool(0.9) { Levels::NONE } else { some_levels(rng) },
            places: if each { None } else { some_places(rng).map(|it| keep(it, of)) },
            place_levels: match each {
                true => (0..rng.random_range(0..4)).map(|_| (place(rng), some_levels(rng))).collect(),
                false => BTreeMap::new(),
            },
        }
    };
    let mut given = 0;
    for _ in 0..FORMS {
        let (actor, wanted) = (some_actor(&mut rng), form(&mut rng, 6));
        // What it has stands at places that are there: the one difference is told in the change log.
        let had = form(&mut rng, 5);
        let wanted = if rng.random_bool(0.5) { wanted } else { had.clone() };
        let before = integrations::plan_old::plan(&actor, &wanted, &had, &known_places());
        let known = plan::Known { places: known_places(), ..plan::Known::default() };
        let lines = integrations::rights::lines(integrations::rights::tables(&wanted));
        let planned = plan::grants_of(&actor, &lines, &integrations::rights::held_of(&had), &known);
        let now = integrations::rights::complete(&wanted, planned);
        given += usize::from(now.is_ok());
        let plain = |it: integrations::plan_old::Planned| Plain {
            levels: it.levels,
            place_id: it.place_id,
            ..Plain::default()
        };
        let before = before.map(|all| all.into_iter().map(plain).collect::<Vec<_>>()).map_err(errors);
        assert_eq!(now.map_err(errors), before, "{wanted:?} by {actor:?}, had {had:?}");
    }
    assert!((FORMS / 20..FORMS * 19 / 20).contains(&given), "{given}");
}

fn keep(places: Places, of: usize) -> Places {
    match places {
        Places::Some(ids) => Places::Some(ids.into_iter().filter(|id| SPOTS[..of].contains(&id.as_str())).collect()),
        everything => everything,
    }
}
