//! `Time(at)`: date and time of day; `Ago(at)`: how long ago, or in how long, kept up to date. Both are rendered in UTC first, so that server and browser agree,
//! then become local; the exact instant is in the title. `provide_clock()` once in the layout gives all of them one tick.

use crate::browser;
use crate::types::{Millis, rfc3339, utc};
use leptos::prelude::*;

/// The browser's time, moved on each second and each half minute. None until hydration.
#[derive(Clone, Copy)]
pub struct Clock {
    second: RwSignal<Option<Millis>>,
    half_minute: RwSignal<Option<Millis>>,
    /// Server's clock minus the browser's, which may be wrong.
    ahead: StoredValue<Millis>,
}

pub fn provide_clock() -> Clock {
    let clock = Clock { second: RwSignal::new(None), half_minute: RwSignal::new(None), ahead: StoredValue::new(0) };
    provide_context(clock);
    Effect::new(move |_| {
        clock.tick(true);
        browser::every(1_000, move || clock.tick(false));
    });
    clock
}

pub fn use_clock() -> Clock {
    use_context().unwrap_or_else(provide_clock)
}

impl Clock {
    /// Sets it by the server's time, where the two differ by more than a page takes to load.
    pub fn adjust(self, server_now: Millis) {
        if let Some(ahead) = browser::now_ms().map(|now| server_now - now).filter(|ahead| ahead.abs() > 60_000) {
            self.ahead.set_value(ahead);
        }
    }

    fn tick(self, at_once: bool) {
        let Some(now) = browser::now_ms().map(|now| now + self.ahead.get_value()) else { return };
        self.second.set(Some(now));
        let due = self.half_minute.with_untracked(|last| last.is_none_or(|last| now - last >= 30_000 || now < last));
        if at_once || due {
            self.half_minute.set(Some(now));
        }
    }

    /// The distance to an instant. Seconds tick only where they show.
    fn since(self, at: Millis) -> Option<Millis> {
        let coarse = self.half_minute.get()? - at;
        if coarse.abs() >= 90_000 {
            return Some(coarse);
        }
        self.second.get().map(|now| now - at)
    }
}

#[component]
pub fn Time(#[prop(into)] at: Millis) -> impl IntoView {
    let local = RwSignal::new(None);
    Effect::new(move |_| local.set(browser::local_time(at)));
    let text = move || local.get().unwrap_or_else(|| format!("{} UTC", utc(at)));
    view! { <time class="time" datetime=rfc3339(at) title=rfc3339(at)>{text}</time> }
}

#[component]
pub fn Ago(#[prop(into)] at: Millis) -> impl IntoView {
    let clock = use_clock();
    let local = RwSignal::new(None);
    Effect::new(move |_| local.set(browser::local_time(at)));
    let text = Memo::new(move |_| clock.since(at).map_or_else(|| format!("{} UTC", whole(at)), distance));
    let title = move || local.get().map_or_else(|| rfc3339(at), |local: String| format!("{local} · {}", rfc3339(at)));
    view! { <time class="time" datetime=rfc3339(at) title=title>{text}</time> }
}

/// A date that does not break after its hyphens, so that a narrow column is not three lines high until it is local.
fn whole(at: Millis) -> String {
    utc(at).replace('-', "-\u{2060}")
}

/// `just now`, `12 s ago`, `3 min ago`, `in 2 h`, `5 days ago`; its spaces do not break, so that it stays on one line.
fn distance(since: Millis) -> String {
    let seconds = since.abs() / 1000;
    let (n, unit) = match seconds {
        0..5 => return "just\u{a0}now".to_owned(),
        5..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "min"),
        3_600..86_400 => (seconds / 3_600, "h"),
        86_400..172_800 => (1, "day"),
        _ => (seconds / 86_400, "days"),
    };
    if since < 0 { format!("in\u{a0}{n}\u{a0}{unit}") } else { format!("{n}\u{a0}{unit}\u{a0}ago") }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_read_as_people_say_them() {
        let said = [0, 12_000, 180_000, -7_200_000, 86_400_000, 432_000_000].map(distance);
        let expected = ["just now", "12 s ago", "3 min ago", "in 2 h", "1 day ago", "5 days ago"];
        assert_eq!(said, expected.map(|text| text.replace(' ', "\u{a0}")));
    }
}
