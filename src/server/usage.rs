//! How much comes in with access tokens and API keys: counted in memory, written down every few seconds, so that a check of a token
//! costs no write.

use super::identity::Session;
use crate::access::{Level, Screen};
use crate::types::{Millis, SessionKind};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub const HOUR: Millis = 3_600_000;

/// A key that was used within this time stands among the sessions.
pub const RECENT: Millis = 15 * 60_000;

/// What was counted since it was last written down. Bounded by the number of live tokens and keys.
#[derive(Default)]
pub struct Usage(Mutex<Counted>);

#[derive(Default)]
pub(super) struct Counted {
    /// By subject and the first millisecond of the hour: calls, and those that were answered with an error.
    pub calls: HashMap<(String, Millis), (i64, i64)>,
    /// By subject and credential: the last use.
    pub uses: HashMap<(String, String), Use>,
    /// By session: its last activity.
    pub active: HashMap<String, Millis>,
    pub refused: HashMap<(String, Screen, Level), (i64, Millis)>,
}

/// When a credential was used last, from where and with what program.
pub(super) struct Use {
    pub at: Millis,
    pub address: IpAddr,
    pub client: String,
    /// Whose lists show it as a session of its own, where that is so.
    pub shown_in: Option<String>,
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

    pub(super) fn take(&self) -> Counted {
        std::mem::take(&mut self.counted())
    }
}
