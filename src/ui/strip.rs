//! `Strip(label, items)`: one small cell per `StripItem { label, tone }` (none, read, full), such as the screens of a profile in one row. Read aloud as one sentence.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripTone {
    None,
    Read,
    Full,
}

impl StripTone {
    fn word(self) -> &'static str {
        match self {
            StripTone::None => "none",
            StripTone::Read => "read",
            StripTone::Full => "full",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripItem {
    pub label: String,
    pub tone: StripTone,
}

#[component]
pub fn Strip(#[prop(into)] label: String, items: Vec<StripItem>) -> impl IntoView {
    let said = format!("{label}: {}", sentence(&items));
    let cell = |item: StripItem| view! { <i class=item.tone.word() title=format!("{}: {}", item.label, item.tone.word())></i> };
    view! {
        <span class="strip">
            <span class="visually-hidden">{said}</span>
            <span class="strip-cells" aria-hidden="true">{items.into_iter().map(cell).collect_view()}</span>
        </span>
    }
}

/// `full on Rooms and Users; read on Alerts; nothing else.`
fn sentence(items: &[StripItem]) -> String {
    let named = |tone: StripTone| {
        items.iter().filter(|item| item.tone == tone).map(|item| item.label.as_str()).collect::<Vec<_>>()
    };
    let part = |tone: StripTone| {
        let names = named(tone);
        (!names.is_empty()).then(|| format!("{} on {}", tone.word(), listed(&names)))
    };
    let parts = [part(StripTone::Full), part(StripTone::Read)].into_iter().flatten().collect::<Vec<_>>();
    match (parts.is_empty(), named(StripTone::None).is_empty()) {
        (true, _) => "nothing.".to_owned(),
        (false, true) => format!("{}.", parts.join("; ")),
        (false, false) => format!("{}; nothing else.", parts.join("; ")),
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

    #[test]
    fn a_strip_reads_as_one_sentence() {
        let item = |label: &str, tone| StripItem { label: label.to_owned(), tone };
        let items = [
            item("Rooms", StripTone::Full),
            item("Alerts", StripTone::Read),
            item("Users", StripTone::Full),
            item("Audit", StripTone::None),
        ];
        assert_eq!(sentence(&items), "full on Rooms and Users; read on Alerts; nothing else.");
        assert_eq!(sentence(&items[3..]), "nothing.");
    }
}
