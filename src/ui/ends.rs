//! `EndFields(state, never, error)`: at the end of a day, or never, which `never` says in words. `Ends::at(missing)` is that day's last millisecond where
//! the person is, or the error of a day that was not chosen.

use super::{Choice, RadioGroup, Sent, TextField};
use crate::browser;
use crate::error::{AppError, FieldError};
use crate::types::Instant;
use leptos::prelude::*;

/// What is chosen.
#[derive(Clone, Copy)]
pub struct Ends {
    /// `day` or `never`.
    when: RwSignal<String>,
    day: RwSignal<String>,
}

impl Default for Ends {
    fn default() -> Ends {
        Ends { when: RwSignal::new("day".to_owned()), day: RwSignal::new(String::new()) }
    }
}

impl Ends {
    /// Takes over what was chosen before the application had started.
    pub fn take(self, sent: &Sent) {
        sent.fill("ends", self.when);
        sent.fill("expires_at", self.day);
    }

    pub fn at(self, missing: &str) -> Result<Option<Instant>, AppError> {
        if self.when.get_untracked() == "never" {
            return Ok(None);
        }
        let end = browser::local_day_end(&self.day.get_untracked());
        let missing = || AppError::invalid(vec![FieldError::new("expires_at", "required", missing)]);
        end.map(|end| Some(Instant(end))).ok_or_else(missing)
    }
}

#[component]
pub fn EndFields(state: Ends, never: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    let ends = vec![Choice::new("day", "At the end of a day"), Choice::new("never", never)];
    let on_a_day = move || state.when.with(|when| when == "day");
    view! {
        <div class="stack" data-field="expires_at">
            <RadioGroup name="ends" label="Expires" options=ends value=state.when />
            {move || on_a_day().then(|| view! {
                <TextField name="expires_at" label="Expiration date" value=state.day error=error kind="date" required=true />
            })}
        </div>
    }
    .into_any()
}
