//! Profiles to tick, each with what it opens; where there are many, they are searched, and what is ticked stands above them.

use super::places::narrowing;
use crate::browser;
use crate::console::cells::words;
use crate::rights::model::ProfileChoice;
use crate::ui::{Checkbox, Glyph, Icon};
use leptos::prelude::*;

/// So many are looked through without a search.
const FEW: usize = 12;

const SEARCH: &str = "search-profiles";

pub fn profile_boxes(
    profiles: Vec<ProfileChoice>,
    has: impl Fn(&str) -> bool,
    set: Callback<(String, bool)>,
) -> AnyView {
    let (many, typed) = (profiles.len() > FEW, RwSignal::new(String::new()));
    let search = many.then(|| narrowing(SEARCH, "Search profiles".to_owned(), "Name or screen", typed));
    let ticked: Vec<_> = profiles.iter().map(|it| (it.name.clone(), RwSignal::new(has(&it.id)))).collect();
    let boxes = profiles.into_iter().zip(&ticked);
    let boxes = boxes.map(|(profile, (_, ticked))| profile_box(profile, *ticked, typed, set)).collect_view();
    view! { {search} {many.then(|| chosen(ticked))} {boxes} }.into_any()
}

/// What is ticked, wherever it is among the others, to be taken away again.
fn chosen(all: Vec<(String, RwSignal<bool>)>) -> AnyView {
    let chip = |(name, ticked): &(String, RwSignal<bool>)| {
        let ticked = *ticked;
        let remove = move |_| {
            // Before its button goes.
            browser::focus(SEARCH);
            ticked.set(false);
        };
        view! {
            <button type="button" class="button" aria-label=format!("Remove {name}") disabled=browser::UNTIL_STARTED on:click=remove>
                {name.clone()} <Glyph icon=Icon::Close />
            </button>
        }
    };
    let chips = move || all.iter().filter(|(_, ticked)| ticked.get()).map(chip).collect_view();
    view! { <div class="page-actions">{chips}</div> }.into_any()
}

fn profile_box(
    profile: ProfileChoice,
    ticked: RwSignal<bool>,
    typed: RwSignal<String>,
    set: Callback<(String, bool)>,
) -> AnyView {
    let (html_id, sent) = (format!("profile-{}", profile.id), profile.id.clone());
    let opens = words(&profile.levels);
    let text = format!("{} {}", profile.name, opens.join(" ")).to_lowercase();
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            set.run((profile.id.clone(), now));
        }
        now
    });
    let other = move || typed.with(|typed| !text.contains(typed.as_str()));
    let hint = in_short(&opens);
    view! { <div hidden=other><Checkbox name="profile" sent=sent id=html_id label=profile.name value=ticked hint=hint /></div> }.into_any()
}

fn in_short(opens: &[String]) -> String {
    if opens.len() > 5 { format!("{} and {} more", opens[..4].join(", "), opens.len() - 4) } else { opens.join(", ") }
}
