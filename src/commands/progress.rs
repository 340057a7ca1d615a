//! What a command that takes longer says meanwhile: one line that is written over on a terminal, a line now and then elsewhere.

use std::cell::Cell;
use std::io::{IsTerminal, Write, stderr};
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Who waits so long wants to know for what.
const SOON: Duration = Duration::from_secs(1);

/// How often a line is written over, and how often a new one is written where that cannot be.
const OVER: Duration = Duration::from_millis(100);
const AGAIN: Duration = Duration::from_secs(10);

/// Says what goes on once it has taken a second.
pub async fn said<T>(what: &str, work: impl Future<Output = T>) -> T {
    said_after(SOON, || eprintln!("{what} …"), work).await
}

async fn said_after<T>(soon: Duration, say: impl FnOnce(), work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    if let Ok(done) = timeout(soon, &mut work).await {
        return done;
    }
    say();
    work.await
}

pub struct Progress {
    terminal: bool,
    begun: Instant,
    /// When something was written last.
    written: Cell<Option<Instant>>,
}

impl Progress {
    pub fn new() -> Progress {
        Progress { terminal: stderr().is_terminal(), begun: Instant::now(), written: Cell::new(None) }
    }

    /// `what`, and how much of it is done.
    pub fn at(&self, what: &str, done: u64, all: u64) {
        let pause = if self.terminal { OVER } else { AGAIN };
        if done < all && self.written.get().is_some_and(|written| written.elapsed() < pause) {
            return;
        }
        self.written.set(Some(Instant::now()));
        let line = line(what, done, all, self.begun.elapsed());
        let mut out = stderr().lock();
        // Nobody reads it where it cannot be written.
        let _ = if self.terminal { write!(out, "\r{line}\x1b[K") } else { writeln!(out, "{line}") };
        let _ = out.flush();
    }

    /// What is written next begins on a line of its own.
    pub fn end(&self) {
        if self.terminal && self.written.get().is_some() {
            eprintln!();
        }
    }
}

fn line(what: &str, done: u64, all: u64, since: Duration) -> String {
    format!("{what}: {done} of {all}, {} s", since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_says_what_is_done_of_how_much_and_for_how_long() {
        assert_eq!(
            line("Adding users", 5_000, 1_000_000, Duration::from_millis(3_900)),
            "Adding users: 5000 of 1000000, 3 s"
        );
    }

    #[tokio::test]
    async fn work_is_spoken_of_when_it_takes_its_time_and_done_once() {
        let (times, spoken) = (Cell::new(0), Cell::new(0));
        let say = || spoken.set(spoken.get() + 1);
        let work = async |mut steps: u32| {
            while steps > 0 {
                steps -= 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            times.set(times.get() + 1);
            7
        };
        assert_eq!((said_after(SOON, say, work(0)).await, times.get(), spoken.get()), (7, 1, 0));
        assert_eq!((said_after(Duration::ZERO, say, work(5)).await, times.get(), spoken.get()), (7, 2, 1));
    }
}
