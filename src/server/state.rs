//! What every request shares.

use super::clock::{Clock, new_id};
use super::config::Config;
use super::counts::Counts;
use super::events::{Event, Events};
use super::identity::IdentityCache;
use super::limits::CallerLimit;
use super::password::{Cost, Hasher};
use super::readiness::Readiness;
use super::refusals::Refusals;
use super::seats::Seats;
use super::throttle::{RateLimit, Throttle};
use super::usage::Usage;
use super::wrong_secrets::{Look, WrongSecrets};
use crate::db::{Connection, Db, DbError};
use crate::error::AppError;
use std::net::IpAddr;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

#[derive(Clone)]
pub struct AppState(Arc<Shared>);

pub struct Shared {
    /// Reached through `Call` and `System` alone.
    pub(in crate::server) db: Db,
    pub clock: Arc<dyn Clock>,
    pub config: Config,
    pub hasher: Hasher,
    pub throttle: Throttle,
    /// How often one caller may ask whether a username is taken.
    pub probes: RateLimit,
    /// What was refused, until the audit log has it.
    pub refusals: Refusals,
    /// Tokens, keys, client secrets and tickets that were none.
    pub wrong_secrets: WrongSecrets,
    /// How many test mails one caller may send.
    pub test_mails: RateLimit,
    /// How many tickets for sockets of events one caller may ask for.
    pub event_tickets: RateLimit,
    /// Sockets of events that are open here.
    pub event_seats: Seats,
    /// How much one program may ask.
    pub limits: CallerLimit,
    pub events: Events,
    pub readiness: Readiness,
    /// Live access tokens and API keys.
    pub identities: IdentityCache,
    /// What came in with access tokens and API keys, until it is written down.
    pub usage: Usage,
    /// Lists too long to be counted each time.
    pub(in crate::server) counts: Counts,
    /// What goes on beside the requests that began it; an orderly stop waits for it.
    pub beside: TaskTracker,
    /// The folder of this build's browser files, `pkg-<hash>`.
    pub pkg: String,
}

impl std::ops::Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    pub fn new(db: Db, config: Config, clock: Arc<dyn Clock>, cost: Cost) -> AppState {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        AppState::with_hasher(db, config, clock, Hasher::new(cost, cores, cores * 32))
    }

    /// With a password queue of its own, which a test can fill or hold up.
    pub fn with_hasher(db: Db, config: Config, clock: Arc<dyn Clock>, hasher: Hasher) -> AppState {
        let node = new_id(clock.now());
        AppState(Arc::new(Shared {
            db,
            limits: CallerLimit::new(config.api_limit),
            config,
            hasher,
            throttle: Throttle::new(Default::default()),
            probes: RateLimit::new(30, 60_000),
            refusals: Refusals::default(),
            wrong_secrets: WrongSecrets::default(),
            test_mails: RateLimit::new(10, 600_000),
            event_tickets: RateLimit::new(60, 60_000),
            event_seats: Seats::default(),
            events: Events::new(node),
            readiness: Readiness::default(),
            identities: IdentityCache::default(),
            usage: Usage::default(),
            counts: Counts::default(),
            beside: TaskTracker::new(),
            pkg: super::assets::folder(),
            clock,
        }))
    }

    /// Something changed: what is remembered of it goes, then every open page hears of it.
    pub fn tell(&self, event: Event) {
        self.identities.forget(&event);
        self.events.publish(event);
    }

    /// Before a secret is looked up that may be none.
    pub async fn look(&self, address: IpAddr, secret_hash: &str) -> Result<Look<'_>, AppError> {
        self.wrong_secrets.look(address, secret_hash, self.identities.unchanged_since(), self.now()).await
    }

    /// Counts a secret that was none, where that is known without a look.
    pub fn wrong_secret(&self, address: IpAddr) -> Result<(), AppError> {
        self.wrong_secrets.wrong(address, self.now())
    }

    /// A connection for what an orderly stop breaks off. It is opened to its end, and the stop waits for that: sqlx would close
    /// an abandoned one in a thread of its own, and SQLite's write-ahead log would stay beside its file.
    pub(in crate::server) async fn connection(&self) -> Result<Connection, DbError> {
        let state = self.clone();
        let opened = self.beside.spawn(async move { state.db.acquire().await });
        opened.await.unwrap_or(Err(DbError::Other(sqlx::Error::PoolClosed)))
    }

    /// Returns when nothing goes on beside the requests.
    pub async fn settled(&self) {
        self.beside.close();
        self.beside.wait().await;
        self.beside.reopen();
    }

    pub fn now(&self) -> i64 {
        self.clock.now()
    }
}
