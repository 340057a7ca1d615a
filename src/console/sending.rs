//! Saves a form that was sent before the application had started, or without it: while its page is rendered, by the same act that
//! its button has in the browser (`docs/decisions/0075-forms-are-sent-without-the-application.md`).

use crate::console::done::Done;
use crate::error::AppError;
use http::request::Parts;
use leptos::prelude::use_context;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use tokio::sync::Notify;

type Save = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<Done, AppError>> + Send>> + Send>;

/// With the request of a form that was sent: how its page saves it, and then what became of it.
#[derive(Clone, Default)]
pub struct Sending(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ended: Notify,
}

#[derive(Default)]
enum State {
    #[default]
    NoForm,
    Offered(Save),
    Saving,
    Ended(Result<Done, AppError>),
}

impl Sending {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None where the page has no form, as one that the person may not open.
    pub fn outcome(self) -> Option<Result<Done, AppError>> {
        match mem::take(&mut *self.state()) {
            State::Ended(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// A page is built more than once while it is rendered; the first time counts.
    fn offer(&self, save: Save) {
        let mut state = self.state();
        if matches!(*state, State::NoForm) {
            *state = State::Offered(save);
        }
    }

    fn begin(&self) -> Option<Save> {
        let mut state = self.state();
        match mem::take(&mut *state) {
            State::Offered(save) => {
                *state = State::Saving;
                Some(save)
            }
            other => {
                *state = other;
                None
            }
        }
    }

    fn end(&self, outcome: Result<Done, AppError>) {
        *self.state() = State::Ended(outcome);
        self.0.ended.notify_waiters();
    }

    async fn ended(&self) {
        loop {
            let ended = self.0.ended.notified();
            if !matches!(*self.state(), State::Saving) {
                return;
            }
            ended.await;
        }
    }
}

/// How the form on this page is saved, in case that it was sent: by `send`, of which `done` makes what is told.
pub fn offer<O: 'static, F>(send: impl FnOnce() -> F + Send + 'static, done: impl FnOnce(O) -> Done + Send + 'static)
where
    F: Future<Output = Result<O, AppError>> + Send + 'static,
{
    let save = move || {
        let sent = send();
        async move { sent.await.map(done) }
    };
    if let Some(sending) = of_request::<Sending>() {
        sending.offer(Box::new(move || Box::pin(save())));
    }
}

/// Saves what was sent, once, when all of the form has taken it over.
pub async fn settle() {
    let Some(sending) = of_request::<Sending>() else { return };
    if let Some(save) = sending.begin() {
        let mut saving = save();
        // As far as it comes at once: it reads the state of the form, and who asks, before it waits for anything.
        match poll_fn(|context| Poll::Ready(saving.as_mut().poll(context))).await {
            Poll::Ready(outcome) => sending.end(outcome),
            // The rest by itself: rendering looks at a page first without waiting for it, and then builds it anew.
            Poll::Pending => {
                let sending = sending.clone();
                tokio::spawn(async move { sending.end(saving.await) });
            }
        }
    }
    sending.ended().await;
}

/// What came with the request for the page that is being rendered: whose it is (`Me`), the form that it answers (`Sent`).
pub fn of_request<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<Parts>()?.extensions.get().cloned()
}
