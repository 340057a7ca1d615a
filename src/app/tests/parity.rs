//! One decision: enforcement, explanation and the condition of lists are equal, over random actors and needs.

use crate::access::{Actor, Decision, Level, Need, Role, SCREENS, Screen, Target, decide, inside};
use crate::db::{Query, exec, rows, scalar};
use crate::features::companies::{self, model::CompanyKind};
use crate::features::users::model::AccessLine;
use crate::features::users::read::lines;
use crate::rights::model::MemberKind;
use crate::server::identity::{find_actor, find_actor_of_api_user};
use crate::server::reach;
use crate::testing::{Given, START, TestApp, UserSpec, both};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

/// Distinct pairs of an actor and a need that each engine's SQL is held against.
const PAIRS: usize = 100_000;

const PEOPLE: usize = 160;

/// Ids and paths of what needs point at.
struct World {
    organization: String,
    /// Id, path, full name.
    places: Vec<(String, String, String)>,
    companies: Vec<(String, String)>,
    /// Id, company path, role.
    members: Vec<(String, String, i64)>,
    /// The same of API users, the rows of *Members*.
    api_users: Vec<(String, String, i64)>,
    actors: Vec<Actor>,
}

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

fn some_levels(rng: &mut StdRng) -> crate::access::Levels {
    SCREENS.iter().map(|row| (row.screen, Level::ALL[rng.random_range(0..3)])).collect()
}

/// What of the people is in teams, and how many API users there are beside them.
const TEAMS: usize = 8;
const ROBOTS: usize = 20;

/// A grant of a profile or with levels of its own, on a place or everything, for now or not.
fn some_grant(rng: &mut StdRng, places: &[String], profiles: &[String]) -> Given {
    let given = match rng.random_bool(0.5) {
        true => Given::profile(&profiles[rng.random_range(0..profiles.len())]),
        false => Given::own(some_levels(rng)),
    };
    let given = if rng.random_bool(0.7) { given.at(&places[rng.random_range(0..places.len())]) } else { given };
    match rng.random_range(0..6) {
        0 => given.from(START + 1),
        1 => given.until(START),
        2 => given.from(START).until(START + 1),
        _ => given,
    }
}

/// The ids of people and of API users, some of both in teams.
async fn hire(app: &TestApp, rng: &mut StdRng, places: &[String]) -> (Vec<String>, Vec<String>) {
    let north = app.company(None, CompanyKind::Distributor, "North").await;
    let fitters = app.company(Some(&north), CompanyKind::Installer, "Fitters").await;
    app.company(None, CompanyKind::Distributor, "South").await;
    let companies = [None, Some(north.as_str()), Some(fitters.as_str())];
    let mut profiles = Vec::new();
    for n in 0..6 {
        profiles.push(app.profile(&format!("Profile {n}"), some_levels(rng)).await);
    }
    let mut ids = Vec::new();
    for n in 0..PEOPLE {
        let grants = (0..rng.random_range(0..4)).map(|_| some_grant(rng, places, &profiles)).collect();
        let username = format!("user{n}");
        let (role, company) = (Role::ALL[rng.random_range(0..3)], companies[rng.random_range(0..3)]);
        ids.push(app.user(UserSpec { username: &username, role, company, grants, ..UserSpec::default() }).await.id);
    }
    let mut robots = Vec::new();
    for n in 0..ROBOTS {
        let grants: Vec<Given> = (0..rng.random_range(0..3)).map(|_| some_grant(rng, places, &profiles)).collect();
        let (role, company) = (Role::ALL[rng.random_range(0..3)], companies[rng.random_range(0..3)]);
        robots.push(app.api_user(&format!("Robot {n}"), role, company, &grants).await.0);
    }
    for n in 0..TEAMS {
        let grants: Vec<Given> = (0..rng.random_range(1..4)).map(|_| some_grant(rng, places, &profiles)).collect();
        let team = app.team(&format!("Team {n}"), &grants, &[]).await;
        for (kind, subjects) in [(MemberKind::User, &ids), (MemberKind::ApiUser, &robots)] {
            for id in subjects.iter().filter(|_| rng.random_bool(0.15)) {
                app.join(&team, kind, id).await;
            }
        }
    }
    (ids, robots)
}

impl World {
    async fn made(app: &TestApp) -> World {
        let mut rng = StdRng::seed_from_u64(7);
        let planted = plant(app).await;
        let (hired, robots) = hire(app, &mut rng, &planted).await;
        let organization = app.organization_id().await;
        let events = "insert into audit_events (id, organization_id, at, actor_kind, actor_name, action, target_kind,
                target_name, address, request_id, company_id)
            select id, organization_id, 0, 'system', '', 'parity', 'company', name, '', '', id from companies";
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), events).unwrap();
        write.commit_unlogged().await.unwrap();
        let mut held = app.system().read().await.unwrap();
        let mut conn = held.conn();
        let members = "select u.id, c.path, u.role from users u join companies c on c.id = u.company_id";
        let api_users = "select u.id, c.path, u.role from api_users u join companies c on c.id = u.company_id";
        let mut actors = Vec::new();
        for id in &hired {
            actors.push(find_actor(&mut conn, &organization, id, app.state.now()).await.unwrap().unwrap());
        }
        for id in &robots {
            actors.push(find_actor_of_api_user(&mut conn, &organization, id, app.state.now()).await.unwrap().unwrap());
        }
        let through_teams = actors.iter().filter(|actor| actor.grants.iter().any(|grant| grant.team.is_some()));
        assert!(through_teams.count() > 50, "too few have anything through a team: the test says little");
        World {
            places: rows!(conn, (String, String, String), "select id, path, full_name from places").unwrap(),
            companies: rows!(conn, (String, String), "select id, path from companies").unwrap(),
            members: rows!(conn, (String, String, i64), members).unwrap(),
            api_users: rows!(conn, (String, String, i64), api_users).unwrap(),
            organization,
            actors,
        }
    }

    /// What the list condition of a screen leaves, by id; none where a screen has no list of such rows.
    async fn listed(&self, app: &TestApp, actor: &Actor, screen: Screen, level: Level) -> BTreeSet<String> {
        let mut held = app.system().read().await.unwrap();
        let organization = self.organization.as_str();
        if screen == Screen::Companies {
            // The list of companies is the range below the actor's own, for whom the screen is open.
            let open = level != Level::None && actor.level(screen) >= level;
            let found = companies::store::list(&mut held.conn(), organization, &actor.company_path).await.unwrap();
            return found.into_iter().filter(|_| open).map(|company| company.id).collect();
        }
        if screen == Screen::Audit {
            let query = Query::default()
                .then("select e.id from audit_events e where e.organization_id = ?", [organization.into()])
                .then("and e.action = 'parity'", []);
            let query = reach::events(query, actor, level);
            return query
                .finish()
                .rows::<(String,)>(&mut held.conn())
                .await
                .unwrap()
                .into_iter()
                .map(|row| row.0)
                .collect();
        }
        let query = if screen.has_places() {
            let query =
                Query::default().then("select p.id from places p where p.organization_id = ?", [organization.into()]);
            reach::places(query, actor, screen, level, app.state.now())
        } else if screen == Screen::Members {
            let all = "select u.id from api_users u where u.organization_id = ?";
            reach::members(Query::default().then(all, [organization.into()]), actor, screen, level)
        } else {
            let query =
                Query::default().then("select u.id from users u where u.organization_id = ?", [organization.into()]);
            reach::members(query, actor, screen, level)
        };
        query.finish().rows::<(String,)>(&mut held.conn()).await.unwrap().into_iter().map(|row| row.0).collect()
    }

    /// The rows that a screen has, as targets.
    fn targets(&self, actor: &Actor, screen: Screen) -> Vec<(String, Target)> {
        // Of each company there is an event with its id.
        if screen == Screen::Companies || screen == Screen::Audit {
            return self.companies.iter().map(|(id, path)| (id.clone(), Target::Company(path.clone()))).collect();
        }
        if screen.has_places() {
            return self.places.iter().map(|(id, path, _)| (id.clone(), Target::Place(path.clone()))).collect();
        }
        let member = |(id, company, role): &(String, String, i64)| {
            let own = *id == actor.subject_id;
            (id.clone(), Target::Member { company: company.clone(), rank: Role::from_stored(*role), own })
        };
        let rows = if screen == Screen::Members { &self.api_users } else { &self.members };
        rows.iter().map(member).collect()
    }

    /// Whether *effective access* says so: a line of the screen, at least that level, that holds the place.
    fn explained(&self, lines: &[AccessLine], screen: Screen, level: Level, path: Option<&str>) -> bool {
        let holds = |name: &String| match path {
            _ if name == "Everywhere" => true,
            // On a screen with places any of them opens it as such; elsewhere a place opens nothing.
            None => screen.has_places(),
            Some(path) => self.places.iter().any(|place| place.2 == *name && inside(path, &place.1)),
        };
        let line = |line: &&AccessLine| line.screen == screen && line.level >= level && line.places.iter().any(holds);
        level != Level::None && lines.iter().any(|it| line(&it))
    }
}

/// Whether a live grant opens the screen as such, asked of the tables.
async fn opened(app: &TestApp, actor: &Actor, screen: Screen, level: Level) -> bool {
    const OPENED: &str = "select count(*) from grants g join levels l on l.owner_id = g.rights_id
        left join places p on p.id = g.place_id
        where (g.subject_id = $1 or g.subject_id in (select m.team_id from team_members m where m.member_id = $1))
        and l.screen = $2 and l.level >= $3
        and (g.from_at is null or g.from_at <= $4) and (g.until_at is null or g.until_at > $4)
        and (g.place_id is null or ($5 = true and p.retired = false))";
    let (subject, now) = (actor.subject_id.as_str(), app.state.now());
    let mut held = app.system().read().await.unwrap();
    let bound = (screen.code(), level.stored(), screen.has_places());
    scalar!(held.conn(), i64, OPENED, subject, bound.0, bound.1, now, bound.2).unwrap() > 0 && level != Level::None
}

/// `decide`, which must name grants of the actor that it allows by.
fn allowed(actor: &Actor, screen: Screen, level: Level, target: Target) -> bool {
    match decide(actor, &Need { screen, level, target }) {
        Decision::Allowed(grants) => {
            assert!(!grants.is_empty() && grants.iter().all(|id| actor.grants.iter().any(|grant| grant.id == *id)));
            true
        }
        Decision::Refused(_) => false,
    }
}

const LISTED: [Screen; 10] = [
    Screen::Rooms,
    Screen::Alerts,
    Screen::Lighting,
    Screen::Hvac,
    Screen::Devices,
    Screen::Users,
    Screen::Sessions,
    Screen::Members,
    Screen::Companies,
    Screen::Audit,
];

both! {
    async fn list_condition_equals_the_decision(app: TestApp) {
        let world = World::made(&app).await;
        let (mut pairs, mut open) = (0, 0);
        for actor in &world.actors {
            for (screen, level) in LISTED.into_iter().flat_map(|screen| Level::ALL.map(|level| (screen, level))) {
                let targets = world.targets(actor, screen);
                pairs += targets.len();
                let decided: BTreeSet<String> = targets
                    .into_iter()
                    .filter(|(_, target)| allowed(actor, screen, level, target.clone()))
                    .map(|(id, _)| id)
                    .collect();
                open += decided.len();
                let listed = world.listed(&app, actor, screen, level).await;
                assert_eq!(listed, decided, "{screen:?} {level:?} for {actor:#?}");
            }
        }
        assert!(pairs >= PAIRS, "{pairs} pairs");
        assert!(open > pairs / 20, "almost everything was refused: the test says little");
    }

    async fn screen_as_such_opens_where_the_tables_say_so(app: TestApp) {
        let world = World::made(&app).await;
        let mut open = 0;
        for actor in &world.actors {
            for (screen, level) in SCREENS.iter().flat_map(|row| Level::ALL.map(|level| (row.screen, level))) {
                let decided = allowed(actor, screen, level, Target::Organization);
                assert_eq!(opened(&app, actor, screen, level).await, decided, "{screen:?} {level:?} for {actor:#?}");
                open += usize::from(decided);
            }
        }
        assert!(open > 500, "{open}");
    }

    async fn effective_access_says_what_the_decision_does(app: TestApp) {
        let world = World::made(&app).await;
        let mut open = 0;
        for actor in &world.actors {
            let lines = lines(actor);
            for (screen, level) in SCREENS.iter().flat_map(|row| Level::ALL.map(|level| (row.screen, level))) {
                let decided = allowed(actor, screen, level, Target::Organization);
                let what = || format!("{screen:?} {level:?}: {lines:#?} for {actor:#?}");
                assert_eq!(world.explained(&lines, screen, level, None), decided, "{}", what());
                for (_, path, _) in world.places.iter().filter(|_| screen.has_places()) {
                    let decided = allowed(actor, screen, level, Target::Place(path.clone()));
                    assert_eq!(world.explained(&lines, screen, level, Some(path)), decided, "{path} {}", what());
                    open += usize::from(decided);
                }
            }
            // Each line names one source, and the places that this one gives.
            let mut sources = BTreeMap::new();
            for line in &lines {
                assert_eq!(line.sources.len(), 1);
                assert!(sources.insert((line.screen, line.level, line.sources.clone()), ()).is_none(), "twice: {line:?}");
            }
        }
        assert!(open > 1_000, "{open}");
    }
}
