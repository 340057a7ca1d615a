//! Sends what waits in the outbox, a few mails at a time, each on one node alone (`docs/decisions/0030`).

use super::store::{self, Addressed, Obsolete};
use super::words;
use crate::db::DbError;
use crate::features::accounts::store as accounts;
use crate::features::accounts::store::TEMPORARY_LIFE;
use crate::server::clock::{new_id, random};
use crate::server::events::{Change, Event};
use crate::server::mail::{Letter, Mailer, NotTaken};
use crate::server::password::generate;
use crate::server::{AppState, Call, Entry, Reason, System};
use crate::types::{Millis, Topic};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many conversations with the mail server at once, however much waits.
pub const AT_ONCE: usize = 4;

/// What is due by the clock, and what another node left behind, is looked for so often.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Longer than hashing and sending take: whoever has not ended a try by then is dead.
pub const LEASE: Millis = 3 * MINUTE;

const MINUTE: Millis = 60_000;

/// How long after each failed try comes the next one: within 24 hours in all, then the mail is given up.
pub const PAUSES: [Millis; 7] =
    [MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 300 * MINUTE, 480 * MINUTE, 480 * MINUTE];

/// Runs until the process ends.
pub async fn run(state: AppState) {
    let Some(mailer) = state.config.mail.clone() else { return };
    let mut events = state.events.subscribe();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        if let Err(error) = look(&state, &mailer, &places).await {
            tracing::warn!(%error, "could not read the outbox");
        }
        tokio::select! {
            () = changed(&mut events) => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Returns when something changed that the outbox may hang on.
async fn changed(events: &mut Receiver<Event>) {
    const ABOUT: [Topic; 2] = [Topic::Settings, Topic::Users];
    loop {
        match events.recv().await {
            Ok(Event::Changed(change)) if !change.topics.iter().any(|topic| ABOUT.contains(topic)) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
            Ok(_) | Err(RecvError::Lagged(_)) => return,
        }
    }
}

/// Drops what nobody waits for any more, and begins as many of the due mails as there are places for.
pub async fn look(state: &AppState, mailer: &Mailer, places: &Arc<Semaphore>) -> Result<(), DbError> {
    let system = Call::system(state, Reason::Mail);
    let now = state.now();
    let mut held = system.read().await?;
    let obsolete = store::obsolete(&mut held.conn(), now).await?;
    let due = store::due(&mut held.conn(), now, i64::try_from(AT_ONCE).unwrap_or(1)).await?;
    drop(held);
    for mail in obsolete {
        drop_obsolete(&system, &mail).await?;
    }
    for id in due {
        let Ok(place) = Arc::clone(places).try_acquire_owned() else { return Ok(()) };
        let lease = new_id(now);
        if !claim(&system, &id, &lease).await? {
            continue;
        }
        let job = Job { state: state.clone(), mailer: mailer.clone(), id, lease };
        state.beside.spawn(job.run(place));
    }
    Ok(())
}

async fn claim(system: &System, id: &str, lease: &str) -> Result<bool, DbError> {
    let mut write = system.write().await?;
    let now = write.now;
    let ours = store::claim(&mut write.conn(), id, lease, now, now + LEASE).await?;
    write.commit_unlogged().await?;
    Ok(ours)
}

async fn drop_obsolete(system: &System, mail: &Obsolete) -> Result<(), DbError> {
    let reason = match mail {
        Obsolete { active: false, .. } => "the user is no longer active",
        Obsolete { awaited: false, .. } => "the account's password was changed",
        _ => "the user has already signed in with it",
    };
    let mut write = system.write().await?;
    write.within(&mail.organization_id);
    store::forget(&mut write.conn(), &mail.id).await?;
    if !store::delete(&mut write.conn(), &mail.id).await? {
        return Ok(());
    }
    let entry = Entry::of(mail.company_id.as_deref(), "mail.dropped", "user", &mail.user_id, &mail.username);
    write.commit(vec![entry.after(json!({ "reason": reason })).tells(&[Topic::Settings])]).await
}

/// One try at one mail.
struct Job {
    state: AppState,
    mailer: Mailer,
    id: String,
    lease: String,
}

impl Job {
    async fn run(self, place: OwnedSemaphorePermit) {
        if let Err(error) = self.attempt().await {
            // The lease runs out, and the mail is due again.
            tracing::warn!(mail = self.id, %error, "a mail could not be sent");
        }
        drop(place);
        // Whoever found no place left looks again.
        let change = Change { topics: vec![Topic::Settings], ..Default::default() };
        self.state.events.publish(Event::Changed(change));
    }

    fn system(&self) -> System {
        Call::system(&self.state, Reason::Mail)
    }

    async fn attempt(&self) -> Result<(), DbError> {
        let Some((mail, letter)) = self.prepare().await? else { return Ok(()) };
        match self.mailer.send(letter, self.mailer.patience).await {
            Ok(_) => self.sent(&mail).await,
            Err(error) => self.failed(&mail, &error).await,
        }
    }

    /// Makes the password, stores its hash, and composes the mail that brings it; none where nobody waits for it.
    async fn prepare(&self) -> Result<Option<(Addressed, Letter)>, DbError> {
        let password = generate::temporary(&mut |bytes: &mut [u8]| random(bytes));
        let Ok(hash) = self.state.hasher.hash(password.clone()).await else {
            self.put_back().await?;
            return Ok(None);
        };
        let mut write = self.system().write().await?;
        let Some(mail) = store::claimed(&mut write.conn(), &self.id, &self.lease).await? else { return Ok(None) };
        let until = write.now + TEMPORARY_LIFE;
        let conn = &mut write.conn();
        if !accounts::set_mailed_password(conn, &mail.account_id, &self.id, hash.expose(), until).await? {
            // Dropped, with the reason, by the next look.
            store::put_back(conn, &self.id, &self.lease, self.state.now()).await?;
            write.commit_unlogged().await?;
            return Ok(None);
        }
        let entry = about("mail.password", &mail).after(json!({ "to": mail.email, "try": mail.tries }));
        write.within(&mail.organization_id);
        write.commit(vec![entry]).await?;
        let letter = words::temporary_password(&self.state, &mail, self.lease.clone(), &password, until);
        Ok(Some((mail, letter)))
    }

    /// The queue of passwords is full: people who sign in come first.
    async fn put_back(&self) -> Result<(), DbError> {
        let mut write = self.system().write().await?;
        let next = write.now + MINUTE;
        store::put_back(&mut write.conn(), &self.id, &self.lease, next).await?;
        write.commit_unlogged().await
    }

    async fn sent(&self, mail: &Addressed) -> Result<(), DbError> {
        let mut write = self.system().write().await?;
        if !store::delete_claimed(&mut write.conn(), &self.id, &self.lease).await? {
            return Ok(());
        }
        let entry = about("mail.sent", mail).after(json!({ "to": mail.email }));
        write.within(&mail.organization_id);
        write.commit(vec![entry.tells(&[Topic::Settings])]).await
    }

    async fn failed(&self, mail: &Addressed, error: &NotTaken) -> Result<(), DbError> {
        let mut write = self.system().write().await?;
        let next = if error.for_good { None } else { pause(mail.tries).map(|pause| write.now + pause) };
        if !store::fail(&mut write.conn(), &self.id, &self.lease, next, &error.said).await? {
            return Ok(());
        }
        let action = if next.is_some() { "mail.failed" } else { "mail.given_up" };
        let after = json!({ "to": mail.email, "try": mail.tries, "said": error.said });
        write.within(&mail.organization_id);
        write.commit(vec![about(action, mail).after(after).tells(&[Topic::Settings])]).await
    }
}

/// What happened to a mail is about whom it is for.
fn about(action: &'static str, mail: &Addressed) -> Entry {
    Entry::of(mail.company_id.as_deref(), action, "user", &mail.user_id, &mail.username)
}

/// How long to wait after so many failed tries; none after the last.
fn pause(tries: i64) -> Option<Millis> {
    usize::try_from(tries - 1).ok().and_then(|failed| PAUSES.get(failed)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_end_within_a_day() {
        let all: Millis = (1..).map_while(pause).sum();
        assert_eq!((pause(1), pause(8)), (Some(MINUTE), None));
        assert!(all > 23 * 60 * MINUTE && all <= 24 * 60 * MINUTE, "{all}");
    }
}
