//! `seed --users N`: generated users in the oldest organization, for measuring. It goes on where it stopped.

use super::people::person;
use super::store;
use super::world::{Crew, World};
use crate::db::{Aside, DbError};
use crate::server::{AppState, Call, Entry, Reason, upkeep};
use crate::types::{Millis, Topic};
use std::ops::Range;

/// The most that one database is meant for.
pub const MOST: u64 = 1_000_000;

/// Users that are made and inserted together.
const BATCH: u64 = 5_000;

/// Users per transaction: so many that building the indexes again costs little beside it, and so few that little is lost
/// when it is stopped.
const TRANSACTION: u64 = 500_000;

/// What has an index for every sort and filter: with them in place a million users take half an hour.
const INDEXED: [&str; 3] = ["accounts", "users", "user_profiles"];

/// How many users of the database were made here.
const SEEDED: &str = "seeded_users";

/// What follows the name in a username; far above what the demo puts there, so that the two never meet.
const FIRST: u64 = 10_000;

/// How far it is.
pub enum Step {
    /// So many users are there.
    Users(u64),
    /// So many of their indexes are built again, of how many.
    Indexes(u64, u64),
}

pub struct Seeded {
    pub added: u64,
    /// With those of earlier runs.
    pub total: u64,
}

/// Adds users until `users` have been seeded, after the first start. `progress` hears how far it is.
pub async fn run(state: &AppState, users: u64, progress: impl Fn(Step)) -> Result<Seeded, String> {
    let mut added = 0;
    loop {
        let done = transaction(state, users, &progress).await.map_err(|e| e.to_string())?;
        added += done.added;
        if done.added == 0 {
            upkeep::settle(state).await;
            return Ok(Seeded { added, total: done.total });
        }
    }
}

/// One transaction: the users that it added, and how many there are now.
async fn transaction(state: &AppState, users: u64, progress: impl Fn(Step)) -> Result<Seeded, DbError> {
    let mut write = Call::system(state, Reason::Demo).write().await?;
    let now = write.now;
    let conn = &mut write.conn();
    let done = store::fact(conn, SEEDED).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let end = users.min(done + TRANSACTION);
    let Some(organization) = store::oldest_organization(conn).await?.filter(|_| done < end) else {
        return Ok(Seeded { added: 0, total: done });
    };
    let world = World::prepare(conn, &organization, now).await?;
    let indexes = Aside::lay(conn, &INDEXED).await?;
    let mut at = done;
    while at < end {
        let next = end.min(at + BATCH);
        // The time of now, so that the ids go on where those of the batch before ended.
        crew(&world, at..next, state.now()).insert(conn).await?;
        at = next;
        progress(Step::Users(at));
    }
    indexes.restore(conn, |done, all| progress(Step::Indexes(done, all))).await?;
    store::set_fact(conn, SEEDED, &end.to_string()).await?;
    write.within(&organization);
    let entry = Entry::new("users.seed", "organization", &organization, "Generated users");
    let entry = entry.after(serde_json::json!({ "users": end - done })).tells(&[Topic::Users]);
    write.commit(vec![entry]).await?;
    Ok(Seeded { added: end - done, total: end })
}

fn crew(world: &World, numbers: Range<u64>, now: Millis) -> Crew {
    let mut crew = Crew::default();
    for number in numbers {
        let person = person(FIRST + number);
        let username = format!("{}{}", person.handle, FIRST + number);
        crew.add(world, &person, username, now);
    }
    crew
}
