//! `strip(label, open, closed, most)`: what is open, such as the screens of a profile in a row of a list: up to `most` chips of icon, name and level, then how
//! many more there are. Read aloud as one sentence, which has all of them.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripTone {
    Read,
    Full,
}

impl StripTone {
    fn word(self) -> &'static str {
        match self {
            StripTone::Read => "read",
            StripTone::Full => "full",
        }
    }

    fn label(self) -> &'static str {
        match self {
            StripTone::Read => "Read",
            StripTone::Full => "Full",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripItem {
    pub label: &'static str,
    pub icon: Icon,
    pub tone: StripTone,
}

/// `closed`: there is more that is not open.
pub fn strip(label: &'static str, open: &[StripItem], closed: bool, most: usize) -> AnyView {
    let said = format!("{label}: {}", sentence(open, closed));
    let (shown, others) = in_short(open, most);
    let chip = |item: &StripItem| {
        view! {
            <span class="chip"><Glyph icon=item.icon />{item.label}<span class=item.tone.word()>{item.tone.label()}</span></span>
        }
        .into_any()
    };
    let chips = if open.is_empty() { "None".into_any() } else { shown.into_iter().map(chip).collect_view().into_any() };
    let more = (!others.is_empty()).then(|| {
        let title: Vec<String> = others.iter().map(|item| format!("{} {}", item.label, item.tone.word())).collect();
        view! { <span class="more" title=title.join(", ")>{format!("+{}", others.len())}</span> }
    });
    view! {
        <span class="visually-hidden">{said}</span>
        <span class="strip" aria-hidden="true">{chips}{more}</span>
    }
    .into_any()
}

/// The first `most`, Full before Read, and the others.
fn in_short(open: &[StripItem], most: usize) -> (Vec<&StripItem>, Vec<&StripItem>) {
    let of = |tone: StripTone| open.iter().filter(move |item| item.tone == tone);
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    for item in of(StripTone::Full).chain(of(StripTone::Read)) {
        if shown.len() < most { shown.push(item) } else { others.push(item) }
    }
    (shown, others)
}

/// `full on Rooms and Users; read on Alerts; nothing else.`
fn sentence(open: &[StripItem], closed: bool) -> String {
    let part = |tone: StripTone| {
        let names: Vec<&str> = open.iter().filter(|item| item.tone == tone).map(|item| item.label).collect();
        (!names.is_empty()).then(|| format!("{} on {}", tone.word(), listed(&names)))
    };
    let parts = [part(StripTone::Full), part(StripTone::Read)].into_iter().flatten().collect::<Vec<_>>();
    match (parts.is_empty(), closed) {
        (true, _) => "nothing.".to_owned(),
        (false, false) => format!("{}.", parts.join("; ")),
        (false, true) => format!("{}; nothing else.", parts.join("; ")),
    }
}

fn listed(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: [StripItem; 3] = [
        StripItem { label: "Rooms", icon: Icon::Door, tone: StripTone::Full },
        StripItem { label: "Alerts", icon: Icon::Bell, tone: StripTone::Read },
        StripItem { label: "Users", icon: Icon::User, tone: StripTone::Full },
    ];

    #[test]
    fn a_strip_reads_as_one_sentence() {
        assert_eq!(sentence(&OPEN, true), "full on Rooms and Users; read on Alerts; nothing else.");
        assert_eq!(sentence(&OPEN, false), "full on Rooms and Users; read on Alerts.");
        assert_eq!(sentence(&[], true), "nothing.");
    }

    #[test]
    fn the_highest_are_shown_first() {
        let names = |items: Vec<&StripItem>| items.into_iter().map(|item| item.label).collect::<Vec<_>>();
        let (shown, others) = in_short(&OPEN, 2);
        assert_eq!((names(shown), names(others)), (vec!["Rooms", "Users"], vec!["Alerts"]));
        let (shown, others) = in_short(&OPEN, usize::MAX);
        assert_eq!((names(shown), names(others)), (vec!["Rooms", "Users", "Alerts"], vec![]));
    }
}
