//! Who may write to a SQLite file next.

use super::DbError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// As long as a connection is waited for.
const LONGEST: Duration = Duration::from_secs(5);

/// One writer of this process after the other, in the order in which they came. Left to SQLite, each would hold a
/// connection while it asks again and again, the unlucky for a second, and readers would find none left.
#[derive(Clone, Debug)]
pub struct Turns {
    turn: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

/// Ends when it is dropped.
pub struct Turn(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Default for Turns {
    fn default() -> Self {
        Turns { turn: Arc::new(Semaphore::new(1)), waiting: Arc::default() }
    }
}

impl Turns {
    /// How many writers wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) async fn wait(&self) -> Result<Turn, DbError> {
        if let Ok(permit) = self.turn.clone().try_acquire_owned() {
            return Ok(Turn(permit));
        }
        let _waits = Waits::begin(&self.waiting);
        match timeout(LONGEST, self.turn.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn(permit)),
            _ => Err(DbError::Unavailable(sqlx::Error::PoolTimedOut)),
        }
    }
}

/// Counted while it lives: a request that is given up waits no longer.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Waits<'a> {
        waiting.fetch_add(1, Ordering::Relaxed);
        Waits(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use crate::db::{connect, scalar};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Barrier;
    use tokio::time::timeout;

    const WRITERS: usize = 20;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn readers_go_on_while_many_wait_to_write() {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&format!("sqlite://{}", folder.path().join("doorward.db").display())).await.unwrap();
        let first = db.begin().await.unwrap();
        let ready = Arc::new(Barrier::new(WRITERS + 1));
        let writer = |_| {
            let (db, ready) = (db.clone(), ready.clone());
            tokio::spawn(async move {
                ready.wait().await;
                db.begin().await.unwrap().commit().await.unwrap();
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(writer).collect();
        ready.wait().await;
        for _ in 0..200 {
            let mut held = timeout(Duration::from_secs(2), db.acquire()).await.expect("a reader waits").unwrap();
            assert_eq!(scalar!(held.conn(), i64, "select 1").unwrap(), 1);
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
    }
}
