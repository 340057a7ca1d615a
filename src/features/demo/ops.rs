//! `serve --demo`: fills an empty database, starts a demo again, and refuses everything else.

use super::people::{Person, person};
use super::world::{Crew, World};
use super::{building, bulk, staff, store};
use crate::db::{Conn, DbError};
use crate::features::accounts::store as accounts;
use crate::features::first_start::ops::{self as first_start, FirstStart, Founder, USERNAME};
use crate::features::organizations;
use crate::rights;
use crate::server::clock::new_id;
use crate::server::token::Secret;
use crate::server::{AppState, Call, Entry, Reason, System, Write, upkeep};
use crate::types::{Millis, Topic};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;

const ORGANIZATION: &str = "Harbour House";
const SEED: u64 = 20_261_122;
/// With the administrator and the people of `staff`.
const USERS: u64 = 2_000;
const SESSIONS: usize = 40;
const DEMO: &str = "demo";

/// So long that the sessions of the demo, in which nobody acts, stay for a working day.
const IDLE_LIMIT: Millis = 8 * HOUR;
const HOUR: Millis = 3_600_000;

/// None when the database holds the demo already.
pub async fn start(state: &AppState) -> Result<Option<FirstStart>, String> {
    let system = Call::system(state, Reason::Demo);
    let mut write = system.write_alone().await.map_err(|e| e.to_string())?;
    let started = accounts::exist(&mut write.conn()).await.map_err(|e| e.to_string())?;
    let demo = store::fact(&mut write.conn(), DEMO).await.map_err(|e| e.to_string())?.is_some();
    if started && !demo {
        return Err(
            "serve --demo needs an empty database or one that already is a demo, and this is neither. Nothing \
             was changed. Set another one in DOORWARD_DATABASE_URL."
                .to_owned(),
        );
    }
    if started {
        drop(write);
        let found = first_start::run(state, ORGANIZATION).await?;
        freshen(&system).await.map_err(|e| e.to_string())?;
        return Ok(found);
    }
    let founder = first_start::found(state, &mut write, ORGANIZATION).await?;
    fill(&mut write, &founder).await.map_err(|e| e.to_string())?;
    let entry = Entry::new("demo.fill", "organization", &founder.organization_id, ORGANIZATION);
    write.commit(vec![entry]).await.map_err(|e| e.to_string())?;
    upkeep::settle(state).await;
    Ok(Some(FirstStart { username: USERNAME, password: founder.password }))
}

/// Nobody acts in the sessions of a demo, so that all of them run out within a day: those that did begin again, as if
/// their people had signed in today.
async fn freshen(system: &System) -> Result<(), DbError> {
    let mut write = system.write_alone().await?;
    let now = write.now;
    let Some(organization) = store::oldest_organization(&mut write.conn()).await? else { return Ok(()) };
    let rng = &mut StdRng::seed_from_u64(SEED);
    let mut sessions = Vec::new();
    for (user, account) in store::signed_out_by_time(&mut write.conn(), &organization, now).await? {
        let since = now - rng.random_range(3 * 60_000..7 * HOUR);
        store::forget_sessions(&mut write.conn(), &account).await?;
        store::signed_in(&mut write.conn(), &account, since).await?;
        rights::store::index_profiles(&mut write.conn(), &user).await?;
        sessions.push(active(rng, &organization, account, since, now));
    }
    if sessions.is_empty() {
        return Ok(());
    }
    bulk::SESSIONS.run(&mut write.conn(), &sessions).await?;
    let entry = Entry::new("demo.freshen", "organization", &organization, ORGANIZATION);
    write.commit(vec![entry.tells(&[Topic::Sessions, Topic::Users])]).await
}

/// What a later start says: passwords were shown once, but who has one can be said again.
pub async fn how_to_sign_in(state: &AppState) -> Result<String, String> {
    let mut held = Call::system(state, Reason::Demo).read().await.map_err(|e| e.to_string())?;
    let mut names = store::can_sign_in(&mut held.conn()).await.map_err(|e| e.to_string())?;
    // The administrator first, who can make passwords for the others.
    names.sort_by_key(|name| (name != USERNAME, name.clone()));
    let first = names.first().map_or(USERNAME, String::as_str);
    Ok(format!(
        "The demo was created at an earlier start. These users can sign in: {}. For a new password, run “doorward \
         admin reset-password {first}” with the same DOORWARD_DATABASE_URL.",
        names.join(", ")
    ))
}

async fn fill(write: &mut Write, founder: &Founder) -> Result<(), DbError> {
    let (now, organization) = (write.now, founder.organization_id.as_str());
    let conn = &mut write.conn();
    organizations::store::set_idle_limit(conn, organization, IDLE_LIMIT).await?;
    building::fill(conn, organization, SEED, now).await?;
    let world = World::prepare(conn, organization, now).await?;
    add_people(conn, &world, organization, now).await?;
    staff::add(conn, &world, USERNAME, now).await?;
    store::set_fact(conn, DEMO, "1").await
}

/// Users and the sessions of some of them.
async fn add_people(conn: &mut Conn<'_>, world: &World, organization: &str, now: Millis) -> Result<(), DbError> {
    let rng = &mut StdRng::seed_from_u64(SEED);
    let mut crew = Crew::default();
    let mut sessions = Vec::new();
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    for number in 1..USERS - staff::PEOPLE {
        let mut person = person(number);
        let username = unique(&mut taken, &person);
        let session = number % 40 == 7 && !person.disabled && sessions.len() < SESSIONS;
        let since = rng.random_range(3 * 60_000..7 * HOUR);
        if session {
            person.last_sign_in = Some(since);
        }
        let account_id = crew.add(world, &person, username, now).account_id;
        if session {
            sessions.push(active(rng, organization, account_id, now - since, now));
        }
    }
    crew.insert(conn).await?;
    bulk::SESSIONS.run(conn, &sessions).await?;
    Ok(())
}

/// `anna.keller`, and the second of that name `anna.keller2`.
fn unique(taken: &mut BTreeMap<String, u32>, person: &Person) -> String {
    let times = taken.entry(person.handle.clone()).or_default();
    *times += 1;
    if *times == 1 { person.handle.clone() } else { format!("{}{times}", person.handle) }
}

type SessionRow = (String, String, String, String, &'static str, String, Millis, Millis, Millis);

const CLIENTS: [&str; 7] = [
    "Chrome on Windows",
    "Firefox on Windows",
    "Edge on Windows",
    "Chrome on Android",
    "Safari on iPhone",
    "Safari on macOS",
    "Firefox on Linux",
];

/// A session whose token nobody has ever held.
fn active(rng: &mut StdRng, organization: &str, account_id: String, since: Millis, now: Millis) -> SessionRow {
    (
        new_id(since),
        organization.to_owned(),
        account_id,
        Secret::random().hash(),
        CLIENTS[rng.random_range(0..CLIENTS.len())],
        format!("10.20.{}.{}", rng.random_range(1..9), rng.random_range(10..250)),
        since,
        rng.random_range(since..now),
        since + 24 * HOUR,
    )
}
