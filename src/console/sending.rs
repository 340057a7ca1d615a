//! Saves a form that was sent before the application had started, or without it: while its page is rendered, by the same act that
//! its button has in the browser (`docs/decisions/0075-forms-are-sent-without-the-application.md`).

/// What a person is told once it is saved.
pub struct Done {
    /// The page that comes next.
    pub to: String,
    /// What stands before it, this once.
    pub handed: Option<Handed>,
}

/// A secret, or what becomes of it.
pub struct Handed {
    pub title: String,
    /// What they are, and they.
    pub secrets: Vec<(&'static str, String)>,
    pub text: String,
}

impl Done {
    pub fn at(to: impl Into<String>) -> Done {
        Done { to: to.into(), handed: None }
    }

    #[must_use]
    pub fn handing(self, handed: Handed) -> Done {
        Done { handed: Some(handed), ..self }
    }
}

#[cfg(feature = "ssr")]
pub use on_server::{Sending, offer, settle};

#[cfg(feature = "ssr")]
mod on_server {
    use super::Done;
    use crate::console::me::of_request;
    use crate::error::AppError;
    use std::pin::Pin;
    use std::sync::{Arc, Mutex, PoisonError};

    type Save = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<Done, AppError>> + Send>> + Send>;

    /// With the request of a form that was sent: how its page saves it, and then what became of it.
    #[derive(Clone, Default)]
    pub struct Sending(Arc<Mutex<State>>);

    #[derive(Default)]
    struct State {
        save: Option<Save>,
        outcome: Option<Result<Done, AppError>>,
    }

    impl Sending {
        fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
            act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }

        /// None where the page has no form, as one that the person may not open.
        pub fn outcome(&self) -> Option<Result<Done, AppError>> {
            self.with(|state| state.outcome.take())
        }
    }

    /// How the form on this page is saved, in case that it was sent.
    pub fn offer<F>(save: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = Result<Done, AppError>> + Send + 'static,
    {
        if let Some(sending) = of_request::<Sending>() {
            sending.with(|state| state.save = Some(Box::new(move || Box::pin(save()))));
        }
    }

    /// Saves what was sent, once, when all of the form has taken it over.
    pub async fn settle() {
        let Some(sending) = of_request::<Sending>() else { return };
        if let Some(save) = sending.with(|state| state.save.take()) {
            let outcome = save().await;
            sending.with(|state| state.outcome = Some(outcome));
        }
    }
}
