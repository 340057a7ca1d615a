//! Who is connected, what each is doing, and who makes room.

use super::bounds::Bounds;
use crate::server::address;
use crate::server::seats::{Seat, Seats};
use crate::server::throttle;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// Closing a connection takes no time; this only keeps a mistake from stopping all.
const CLOSING: Duration = Duration::from_secs(1);

/// At a bound, the log is told so often.
const TELL_EVERY: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The head of a request is expected or on its way, since then.
    Head(Instant),
    /// Between requests.
    Idle,
    /// A request is under way.
    Busy,
    /// Not HTTP any more: a WebSocket has times of its own.
    Upgraded,
}

struct Now {
    phase: Phase,
    /// When something was last read or written.
    moved: Instant,
}

/// One connection, as the others see it.
pub struct Connection {
    now: Mutex<Now>,
    head: Duration,
    quiet: Duration,
    /// Whose it is; empty for what is no single client.
    who: String,
    close: CancellationToken,
    gone: CancellationToken,
}

impl Connection {
    fn new(bounds: &Bounds, who: &str) -> Arc<Connection> {
        let (now, who) = (Instant::now(), who.to_owned());
        let (close, gone) = (CancellationToken::new(), CancellationToken::new());
        let now = Mutex::new(Now { phase: Phase::Head(now), moved: now });
        Arc::new(Connection { now, head: bounds.head, quiet: bounds.quiet, who, close, gone })
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        // A panic elsewhere leaves whole values behind.
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn read(&self) {
        let (mut now, at) = (self.now(), Instant::now());
        now.moved = at;
        if now.phase == Phase::Idle {
            now.phase = Phase::Head(at);
        }
    }

    pub fn wrote(&self) {
        self.now().moved = Instant::now();
    }

    pub fn busy(&self) {
        self.now().phase = Phase::Busy;
    }

    /// Its answer was given to the system, if not to the client yet.
    pub fn answered(&self) {
        let mut now = self.now();
        if now.phase == Phase::Busy {
            *now = Now { phase: Phase::Idle, moved: Instant::now() };
        }
    }

    pub fn upgraded(&self) {
        self.now().phase = Phase::Upgraded;
    }

    /// When it is to be given up, unless something moves.
    pub fn due(&self) -> Option<Instant> {
        let now = self.now();
        match now.phase {
            Phase::Head(since) => Some(since + self.head),
            Phase::Idle | Phase::Busy => Some(now.moved + self.quiet),
            Phase::Upgraded => None,
        }
    }

    /// No request is under way.
    pub fn waits(&self) -> bool {
        self.waiting_since().is_some()
    }

    fn waiting_since(&self) -> Option<Instant> {
        let now = self.now();
        match now.phase {
            Phase::Head(since) => Some(since),
            Phase::Idle => Some(now.moved),
            Phase::Busy | Phase::Upgraded => None,
        }
    }

    /// Somebody else needs its place.
    pub async fn closed(&self) {
        self.close.cancelled().await;
    }
}

/// All connections of one listener.
pub struct Connections {
    bounds: Bounds,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    next: AtomicU64,
    places: Arc<Semaphore>,
    of_address: Seats,
    told: Mutex<Option<Instant>>,
}

/// Free again when it is dropped, with the socket.
pub struct Place {
    pub connection: Arc<Connection>,
    connections: Arc<Connections>,
    id: u64,
    _own: Option<Seat>,
    _common: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(&self.id);
        self.connection.gone.cancel();
    }
}

impl Connections {
    pub fn within(bounds: Bounds) -> Arc<Connections> {
        let places = Arc::new(Semaphore::new(bounds.connections));
        let (open, next, of_address, told) = (Mutex::default(), AtomicU64::new(0), Seats::default(), Mutex::default());
        Arc::new(Connections { bounds, open, next, places, of_address, told })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a newcomer; none while nobody who could make room waits.
    pub async fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let shared = address::is_trusted(peer, &self.bounds.shared);
        let who = if shared { String::new() } else { throttle::prefix(peer).to_string() };
        let own = if shared { None } else { Some(self.seat(&who, peer).await?) };
        let common = match self.places.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                self.tell(peer);
                self.make_room(None).await;
                self.places.clone().try_acquire_owned().ok()?
            }
        };
        let (connection, id) = (Connection::new(&self.bounds, &who), self.next.fetch_add(1, Ordering::Relaxed));
        self.open().insert(id, connection.clone());
        Some(Place { connection, connections: self.clone(), id, _own: own, _common: common })
    }

    async fn seat(&self, who: &str, peer: IpAddr) -> Option<Seat> {
        if let Some(seat) = self.of_address.take(who, self.bounds.per_address) {
            return Some(seat);
        }
        self.tell(peer);
        self.make_room(Some(who)).await;
        self.of_address.take(who, self.bounds.per_address)
    }

    /// Closes the connection, of `who` or of anybody, that has waited longest without a request under way.
    pub async fn make_room(&self, who: Option<&str>) {
        let open: Vec<Arc<Connection>> = self.open().values().cloned().collect();
        let theirs = open.into_iter().filter(|one| who.is_none_or(|who| one.who == who) && !one.close.is_cancelled());
        let waiting = theirs.filter_map(|one| Some((one.waiting_since()?, one)));
        let Some((_, longest)) = waiting.min_by_key(|(since, _)| *since) else { return };
        longest.close.cancel();
        // Its place is free once its socket is closed.
        let _ = timeout(CLOSING, longest.gone.cancelled()).await;
    }

    fn tell(&self, peer: IpAddr) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|told| told.elapsed() > TELL_EVERY) {
            *told = Some(Instant::now());
            let Bounds { connections, per_address, .. } = self.bounds;
            let why = "the connection limit is reached: waiting connections are closed for new ones";
            tracing::warn!(%peer, connections, per_address, "{why}");
        }
    }
}
