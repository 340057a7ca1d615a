//! Live tokens, keys and client secrets in memory, so that checking one again touches no disk.
//!
//! An entry goes as soon as anything changed that could matter to it: this node's own writes take it out before they are
//! answered (`Write::commit`), those of other nodes when this one hears of them. While a node cannot hear, it trusts none.

use super::{Client, Token};
use crate::server::events::{Change, Event};
use crate::types::{Millis, SessionKind, Topic};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many tokens and how many secrets are kept, of about a kilobyte each.
const MOST: usize = 20_000;

/// How long this node may trust what it remembers after it was last sure to have heard of every change.
pub const TRUST: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct IdentityCache(Mutex<CachedIdentities>);

#[derive(Default)]
struct CachedIdentities {
    tokens: HashMap<String, Token>,
    /// By the hash of a secret.
    clients: HashMap<String, Client>,
    /// Counts what was taken out: what was read before that must not be put in after it.
    generation: u64,
    /// When this node was last sure to have heard of every change; none before its watcher runs.
    heard: Option<Instant>,
}

/// What was known when a read began.
#[derive(Clone, Copy)]
pub struct Generation(u64);

impl IdentityCache {
    fn kept(&self) -> MutexGuard<'_, CachedIdentities> {
        // A panic elsewhere leaves whole entries behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn generation(&self) -> Generation {
        Generation(self.kept().generation)
    }

    /// Names what this node knows: it is another once anything changed. None while changes may be missed.
    pub fn unchanged_since(&self) -> Option<u64> {
        let kept = self.kept();
        kept.heard.filter(|heard| heard.elapsed() < TRUST).map(|_| kept.generation)
    }

    /// The token under this hash, if it is known to be live now.
    pub fn get(&self, token_hash: &str, now: Millis) -> Option<Token> {
        let kept = self.kept();
        kept.heard.filter(|heard| heard.elapsed() < TRUST)?;
        kept.tokens.get(token_hash).filter(|token| now < token.until).cloned()
    }

    /// The client whose secret has this hash, if it is known to be live now.
    pub fn client(&self, secret_hash: &str, now: Millis) -> Option<Client> {
        let kept = self.kept();
        kept.heard.filter(|heard| heard.elapsed() < TRUST)?;
        kept.clients.get(secret_hash).filter(|client| now < client.until).cloned()
    }

    /// As `put`, of a client.
    pub fn put_client(&self, secret_hash: &str, client: &Client, read: Generation) {
        let mut kept = self.kept();
        if kept.generation != read.0 || kept.heard.is_none() {
            return;
        }
        if kept.clients.len() >= MOST {
            kept.clients.clear();
        }
        kept.clients.insert(secret_hash.to_owned(), client.clone());
    }

    /// Remembers what was read, unless something changed since the read began.
    pub fn put(&self, token_hash: &str, token: &Token, read: Generation) {
        let mut kept = self.kept();
        if kept.generation != read.0 || kept.heard.is_none() {
            return;
        }
        if kept.tokens.len() >= MOST {
            kept.tokens.clear();
        }
        kept.tokens.insert(token_hash.to_owned(), token.clone());
    }

    /// The watcher has heard of every change up to now.
    pub fn heard(&self) {
        self.kept().heard = Some(Instant::now());
    }

    /// Changes may have been missed.
    pub fn forget_all(&self) {
        let mut kept = self.kept();
        kept.generation += 1;
        kept.tokens.clear();
        kept.clients.clear();
    }

    /// Takes out whatever an event could have changed.
    pub fn forget(&self, event: &Event) {
        let (organization_id, topics, ended) = match event {
            Event::Changed(Change { organization_id, topics, ended }) => (organization_id, topics, ended),
            Event::Happened(_) => return,
            Event::Reset => return self.forget_all(),
        };
        if !topics.contains(&Topic::Access) && ended.is_empty() {
            return;
        }
        let mut kept = self.kept();
        kept.generation += 1;
        let rights = topics.contains(&Topic::Access);
        let elsewhere =
            |client: &Client| organization_id.as_ref().is_some_and(|id| client.actor.organization_id != *id);
        kept.clients.retain(|_, client| !rights || elsewhere(client));
        kept.tokens.retain(|_, Token { session, .. }| {
            // A key hangs on its owner's account as well, which is changed in another organization too.
            let here = session.kind == SessionKind::ApiKey
                || organization_id.as_ref().is_none_or(|id| session.actor.organization_id == *id);
            let over = ended.iter().any(|ended| ended.id == session.id);
            let changed = rights && here;
            !(over || changed)
        });
    }
}
