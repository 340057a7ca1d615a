//! What writes down how much came in with access tokens and API keys.

use super::state::AppState;
use super::usage::{Counted, RECENT};
use super::write::{Reason, System, Write};
use crate::db::{DbError, exec, row};
use crate::types::{Millis, Topic};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

const WRITE_EVERY: Duration = Duration::from_secs(5);

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
    let system = System::unasked(state, Reason::Usage);
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
