//! `EndFields(state, never, error)`: after some days, at the end of a day, or never, which `never` says in words. `Ends::at(missing)` is that day's last
//! millisecond where the person is, or the error of a day that was not chosen.

use super::{Choice, RadioGroup, Sent, TextField};
use crate::browser;
use crate::error::{AppError, FieldError};
use crate::types::{Instant, Millis, utc};
use leptos::prelude::*;

/// What is chosen.
#[derive(Clone, Copy)]
pub struct Ends {
    /// A number of days, `day` or `never`.
    when: RwSignal<String>,
    day: RwSignal<String>,
    /// When the form was opened.
    opened: Millis,
}

/// After how many days, beside the days that are typed. The middle one is chosen until somebody chooses.
const DAYS: [(&str, &str); 3] = [("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year")];

impl Ends {
    /// `now` is the server's, so that it renders what the browser does.
    pub fn new(now: Millis) -> Ends {
        Ends { when: RwSignal::new(DAYS[1].0.to_owned()), day: RwSignal::new(String::new()), opened: now }
    }

    /// Takes over what was chosen before the application had started.
    pub fn take(self, sent: &Sent) {
        sent.fill("ends", self.when);
        sent.fill("expires_at", self.day);
    }

    pub fn at(self, missing: &str) -> Result<Option<Instant>, AppError> {
        let missing = || AppError::invalid(vec![FieldError::new("expires_at", "required", missing)]);
        match self.when.get_untracked().as_str() {
            "never" => Ok(None),
            "day" => {
                browser::local_day_end(&self.day.get_untracked()).map(|end| Some(Instant(end))).ok_or_else(missing)
            }
            days => self.after(days).map(|end| Some(Instant(end))).ok_or_else(missing),
        }
    }

    /// The end of the day so many days from now.
    fn after(self, days: &str) -> Option<Millis> {
        let days: Millis = DAYS.iter().find(|(offered, _)| *offered == days)?.0.parse().ok()?;
        Some(browser::day_end(browser::now_ms().unwrap_or(self.opened) + days * 86_400_000))
    }
}

#[component]
pub fn EndFields(state: Ends, never: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    let days = DAYS.map(|(days, label)| Choice::new(days, label));
    let ends: Vec<Choice> =
        days.into_iter().chain([Choice::new("day", "At the end of a day"), Choice::new("never", never)]).collect();
    let here = RwSignal::new(false);
    Effect::new(move |_| here.set(true));
    // In UTC until the application has started, so that server and browser agree.
    let spelled =
        move |end| browser::local_time(end).filter(|_| here.get()).unwrap_or_else(|| format!("{} UTC", utc(end)));
    let expires = move || state.when.with(|days| state.after(days)).map(|end| format!("Expires {}.", spelled(end)));
    // Which of the two is seen is said by `style/field.css`, so that it is so without the application, too.
    view! {
        <div class="stack ends" data-field="expires_at">
            <RadioGroup name="ends" label="Expires" options=ends value=state.when />
            <p class="field-hint" aria-live="polite">{expires}</p>
            <div class="on-a-day">
                <TextField name="expires_at" label="Expiration date" value=state.day error=error kind="date" required=true />
            </div>
        </div>
    }
    .into_any()
}
