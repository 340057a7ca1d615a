//! The end of a connection on which too little happens.

use super::connections::Connection;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

/// Ready once the connection is to be given up.
///
/// To be polled after the connection, by the same task: what happened on it may have moved the time either way.
pub struct Overdue {
    connection: Arc<Connection>,
    sleep: Pin<Box<Sleep>>,
}

impl Overdue {
    pub fn of(connection: &Arc<Connection>) -> Overdue {
        let first = connection.due().unwrap_or_else(Instant::now);
        Overdue { connection: connection.clone(), sleep: Box::pin(sleep_until(first)) }
    }
}

impl Future for Overdue {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Some(due) = self.connection.due() else { return Poll::Pending };
            if due <= Instant::now() {
                return Poll::Ready(());
            }
            // A later end is looked at when the earlier one has come, which spares the timer most of its work.
            if due < self.sleep.deadline() || self.sleep.is_elapsed() {
                self.sleep.as_mut().reset(due);
            }
            ready!(self.sleep.as_mut().poll(cx));
        }
    }
}
