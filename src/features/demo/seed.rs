//! `seed --users N`: generated users in the oldest organization, for measuring. It goes on where it stopped.

use super::people::person;
use super::store;
use super::world::{Crew, World};
use crate::db::DbError;
use crate::server::{AppState, Call, Entry, Reason, System};
use crate::types::Topic;

/// The most that one database is meant for.
pub const MOST: u64 = 1_000_000;

/// Users per transaction.
const BATCH: u64 = 5_000;

/// How many users of the database were made here.
const SEEDED: &str = "seeded_users";

/// What follows the name in a username; far above what the demo puts there, so that the two never meet.
const FIRST: u64 = 10_000;

pub struct Seeded {
    pub added: u64,
    /// With those of earlier runs.
    pub total: u64,
}

/// Adds users until `users` have been seeded, after the first start.
pub async fn run(state: &AppState, users: u64, progress: impl Fn(u64)) -> Result<Seeded, String> {
    fill(&Call::system(state, Reason::Demo), users, progress).await.map_err(|e| e.to_string())
}

async fn fill(system: &System, users: u64, progress: impl Fn(u64)) -> Result<Seeded, DbError> {
    let mut added = 0;
    loop {
        let batch = batch(system, users).await?;
        added += batch.added;
        if batch.added == 0 {
            return Ok(Seeded { added, total: batch.total });
        }
        progress(batch.total);
    }
}

/// One transaction: the users, and how many there are now.
async fn batch(system: &System, users: u64) -> Result<Seeded, DbError> {
    let mut write = system.write().await?;
    let now = write.now;
    let conn = &mut write.conn();
    let done = store::fact(conn, SEEDED).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let end = users.min(done + BATCH);
    let Some(organization) = store::oldest_organization(conn).await?.filter(|_| done < end) else {
        return Ok(Seeded { added: 0, total: done });
    };
    let world = World::prepare(conn, &organization, now).await?;
    let mut crew = Crew::default();
    for number in done..end {
        let person = person(FIRST + number);
        let username = format!("{}{}", person.handle, FIRST + number);
        crew.add(&world, &person, username, now);
    }
    crew.insert(conn).await?;
    store::set_fact(conn, SEEDED, &end.to_string()).await?;
    write.within(&organization);
    let entry = Entry::new("users.seed", "organization", &organization, "Generated users");
    let entry = entry.after(serde_json::json!({ "users": end - done })).tells(&[Topic::Users]);
    write.commit(vec![entry]).await?;
    Ok(Seeded { added: end - done, total: end })
}
