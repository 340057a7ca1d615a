//! One decision: enforcement, explanation and the condition of lists are equal, over random actors and needs.

use crate::access::{Actor, Decision, Level, Need, Role, SCREENS, Screen, Target, decide};
use crate::db::{Query, rows};
use crate::features::companies::model::CompanyKind;
use crate::server::identity::find_actor;
use crate::server::reach;
use crate::testing::{Given, TestApp, UserSpec, both};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

/// Pairs of an actor and a need that each engine's SQL is held against.
const PAIRS: usize = 100_000;

async fn plant(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    for building in ["A", "B"] {
        let top = app.place(None, "building", building).await;
        for floor in ["1", "2", "3"] {
            let level = app.place(Some(&top), "floor", floor).await;
            for room in ["x", "y"] {
                let room = app.place(Some(&level), "room", room).await;
                all.push(app.place(Some(&room), "light", "Light").await);
                all.push(room);
            }
            all.push(level);
        }
        all.push(top);
    }
    all
}

async fn hire(app: &TestApp, rng: &mut StdRng, places: &[String]) -> Vec<String> {
    let north = app.company(None, CompanyKind::Distributor, "North").await;
    let fitters = app.company(Some(&north), CompanyKind::Installer, "Fitters").await;
    let companies = [None, Some(north.as_str()), Some(fitters.as_str())];
    let mut ids = Vec::new();
    for n in 0..60 {
        let mut grants = Vec::new();
        for _ in 0..rng.random_range(0..4) {
            let levels = SCREENS.iter().map(|row| (row.screen, Level::ALL[rng.random_range(0..3)])).collect();
            let given = Given::own(levels);
            let given = if rng.random_bool(0.7) { given.at(&places[rng.random_range(0..places.len())]) } else { given };
            let start = crate::testing::START;
            grants.push(match rng.random_range(0..6) {
                0 => given.from(start + 1),
                1 => given.until(start),
                2 => given.from(start).until(start + 1),
                _ => given,
            });
        }
        let username = format!("user{n}");
        let (role, company) = (Role::ALL[rng.random_range(0..3)], companies[rng.random_range(0..3)]);
        ids.push(app.user(UserSpec { username: &username, role, company, grants, ..UserSpec::default() }).await.id);
    }
    ids
}

type Member = (String, String, i64);

/// What the list condition leaves, by id.
async fn listed(app: &TestApp, actor: &Actor, screen: Screen, level: Level) -> BTreeSet<String> {
    let mut held = app.system().read().await.unwrap();
    let organization = actor.organization_id.as_str();
    let statement = if screen.has_places() {
        let query =
            Query::default().then("select p.id from places p where p.organization_id = ?", [organization.into()]);
        reach::places(query, actor, screen, level, app.state.now())
    } else {
        let query =
            Query::default().then("select u.id from users u where u.organization_id = ?", [organization.into()]);
        reach::members(query, actor, screen, level)
    };
    statement.finish().rows::<(String,)>(&mut held.conn()).await.unwrap().into_iter().map(|row| row.0).collect()
}

/// What `decide` leaves of the same rows, and whether it could say why.
fn decided(
    actor: &Actor,
    screen: Screen,
    level: Level,
    places: &[(String, String)],
    members: &[Member],
) -> BTreeSet<String> {
    let explained = |target: Target| match decide(actor, &Need { screen, level, target }) {
        Decision::Allowed(grants) => {
            assert!(!grants.is_empty() && grants.iter().all(|id| actor.grants.iter().any(|grant| grant.id == *id)));
            true
        }
        Decision::Refused(_) => false,
    };
    if screen.has_places() {
        return places
            .iter()
            .filter(|(_, path)| explained(Target::Place(path.clone())))
            .map(|row| row.0.clone())
            .collect();
    }
    let member = |(id, company, role): &Member| Target::Member {
        company: company.clone(),
        rank: Role::from_stored(*role),
        own: *id == actor.subject_id,
    };
    members.iter().filter(|row| explained(member(row))).map(|row| row.0.clone()).collect()
}

both! {
    async fn list_condition_equals_the_decision(app: TestApp) {
        let mut rng = StdRng::seed_from_u64(7);
        let planted = plant(&app).await;
        let hired = hire(&app, &mut rng, &planted).await;
        let organization = app.organization_id().await;
        let mut held = app.system().read().await.unwrap();
        let places = rows!(held.conn(), (String, String), "select id, path from places").unwrap();
        let members = "select u.id, c.path, u.role from users u join companies c on c.id = u.company_id";
        let members = rows!(held.conn(), Member, members).unwrap();
        let mut actors = BTreeMap::new();
        for id in &hired {
            let actor = find_actor(&mut held.conn(), &organization, id, app.state.now()).await.unwrap().unwrap();
            actors.insert(id.clone(), actor);
        }
        drop(held);
        let screens = [Screen::Rooms, Screen::Alerts, Screen::Lighting, Screen::Hvac, Screen::Devices, Screen::Users, Screen::Sessions];
        let (mut pairs, mut open) = (0, 0);
        while pairs < PAIRS {
            for actor in actors.values() {
                let (screen, level) = (screens[rng.random_range(0..screens.len())], Level::ALL[rng.random_range(0..3)]);
                let decided = decided(actor, screen, level, &places, &members);
                assert_eq!(listed(&app, actor, screen, level).await, decided, "{screen:?} {level:?} for {actor:#?}");
                pairs += if screen.has_places() { places.len() } else { members.len() };
                open += decided.len();
            }
        }
        assert!(open > 1_000, "almost everything was refused: the test says little");
    }
}
