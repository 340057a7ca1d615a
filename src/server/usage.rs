//! How much comes in with access tokens and API keys: counted in memory, written down every few seconds, so that a check of a token
//! costs no write.

use super::call::{Call, Reason, Write};
use super::identity::{Session, SessionKind};
use super::state::AppState;
use crate::access::{Level, Screen};
use crate::db::{DbError, exec, row};
use crate::types::{Millis, Topic};
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const WRITE_EVERY: Duration = Duration::from_secs(5);

pub const HOUR: Millis = 3_600_000;

/// A key that was used within this time stands among the sessions.
pub const RECENT: Millis = 15 * 60_000;

/// What was counted since it was last written down. Bounded by the number of live tokens and keys.
#[derive(Default)]
pub struct Usage(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    /// By subject and the first millisecond of the hour: calls, and those that were answered with an error.
    calls: HashMap<(String, Millis), (i64, i64)>,
    /// By subject and credential: the last use.
    uses: HashMap<(String, String), Use>,
    /// By session: its last activity.
    active: HashMap<String, Millis>,
    refused: HashMap<(String, Screen, Level), (i64, Millis)>,
}

/// When a credential was used last, from where and with what program.
struct Use {
    at: Millis,
    address: IpAddr,
    client: String,
    /// Whose lists show it as a session of its own, where that is so.
    shown_in: Option<String>,
}

impl Usage {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        // A panic elsewhere leaves whole numbers behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request with a token or a key, answered with an error or not. Of keys only the last use is kept.
    pub fn called(&self, session: &Session, address: IpAddr, client: &str, error: bool, now: Millis) {
        let subject = &session.actor.subject_id;
        let mut counted = self.counted();
        if matches!(session.kind, SessionKind::Integration | SessionKind::ApiUser) {
            let hour = counted.calls.entry((subject.clone(), now - now.rem_euclid(HOUR))).or_default();
            hour.0 += 1;
            hour.1 += i64::from(error);
        }
        drop(counted);
        self.seen(session, address, client, now);
    }

    /// Somebody is there with a token or a key, whether something was asked or not.
    pub fn seen(&self, session: &Session, address: IpAddr, client: &str, now: Millis) {
        let Some(credential) = &session.credential_id else { return };
        let shown = matches!(session.kind, SessionKind::ApiKey | SessionKind::ApiUser);
        let shown_in = shown.then(|| session.actor.organization_id.clone());
        let used = Use { at: now, address, client: client.to_owned(), shown_in };
        let mut counted = self.counted();
        if session.kind == SessionKind::Integration {
            counted.active.insert(session.id.clone(), now);
        }
        counted.uses.insert((session.actor.subject_id.clone(), credential.clone()), used);
    }

    /// A need that was refused.
    pub fn refused(&self, subject_id: &str, screen: Screen, level: Level, now: Millis) {
        let mut counted = self.counted();
        let refused = counted.refused.entry((subject_id.to_owned(), screen, level)).or_default();
        *refused = (refused.0 + 1, now);
    }

    fn take(&self) -> Counted {
        std::mem::take(&mut self.counted())
    }
}

/// Writes down what was counted every few seconds. Runs until the process ends.
pub async fn write_down(state: AppState) {
    loop {
        tokio::time::sleep(WRITE_EVERY).await;
        if let Err(error) = flush(&state).await {
            tracing::warn!(%error, "could not store the usage of access tokens and keys");
        }
    }
}

/// Writes down what was counted so far, in one transaction. What cannot be written is lost: these are statistics.
pub async fn flush(state: &AppState) -> Result<(), DbError> {
    let counted = state.usage.take();
    if counted.uses.is_empty() && counted.active.is_empty() && counted.refused.is_empty() {
        return Ok(());
    }
    let system = Call::system(state, Reason::Usage);
    let mut write = system.write().await?;
    let begun = counted.store(&mut write).await?;
    write.commit_unlogged().await?;
    for organization in begun {
        let mut write = system.write().await?;
        write.within(&organization);
        write.tells(&[Topic::Sessions]);
        write.commit_unlogged().await?;
    }
    Ok(())
}

const CALLS: &str = "insert into calls (subject_id, hour, calls, errors) values ($1, $2, $3, $4)
    on conflict (subject_id, hour) do update
    set calls = calls.calls + excluded.calls, errors = calls.errors + excluded.errors";

const USES: &str = "insert into last_uses (subject_id, credential_id, at, address, client) values ($1, $2, $3, $4, $5)
    on conflict (subject_id, credential_id) do update
    set at = excluded.at, address = excluded.address, client = excluded.client
    where last_uses.at < excluded.at";

const RECENTLY: &str = "select at from last_uses where subject_id = $1 and credential_id = $2 and at > $3";

const ACTIVE: &str = "update sessions set last_activity_at = $2 where id = $1 and last_activity_at < $2";

const REFUSED: &str =
    "insert into refused_needs (subject_id, screen, level, times, last_at) values ($1, $2, $3, $4, $5)
    on conflict (subject_id, screen, level) do update
    set times = refused_needs.times + excluded.times, last_at = excluded.last_at";

impl Counted {
    /// In the order of their keys, so that two nodes that write at once wait for each other and never in a circle.
    ///
    /// Gives the organizations whose lists of sessions have a row more now.
    async fn store(self, write: &mut Write) -> Result<BTreeSet<String>, DbError> {
        let mut begun = BTreeSet::new();
        let mut conn = write.conn();
        for ((subject, hour), (calls, errors)) in sorted(self.calls) {
            exec!(conn, CALLS, subject, hour, calls, errors)?;
        }
        for ((subject, credential), used) in sorted(self.uses) {
            if let Some(organization) = used.shown_in {
                let since = used.at - RECENT;
                let before = row!(conn, (Millis,), RECENTLY, subject.as_str(), credential.as_str(), since)?;
                begun.extend(before.is_none().then_some(organization));
            }
            exec!(conn, USES, subject, credential, used.at, used.address.to_string(), used.client)?;
        }
        for (session, at) in sorted(self.active) {
            exec!(conn, ACTIVE, session, at)?;
        }
        for ((subject, screen, level), (times, last_at)) in sorted(self.refused) {
            exec!(conn, REFUSED, subject, screen.code(), level.stored(), times, last_at)?;
        }
        Ok(begun)
    }
}

fn sorted<K: Ord, V>(map: HashMap<K, V>) -> Vec<(K, V)> {
    let mut rows: Vec<(K, V)> = map.into_iter().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}
