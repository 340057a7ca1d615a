//! Profiles to tick, each with what it opens.

use crate::access::Levels;
use crate::console::cells::words;
use crate::rights::model::ProfileChoice;
use crate::ui::Checkbox;
use leptos::prelude::*;

pub fn profile_boxes(
    profiles: Vec<ProfileChoice>,
    has: impl Fn(&str) -> bool,
    set: Callback<(String, bool)>,
) -> AnyView {
    profiles.into_iter().map(|profile| profile_box(has(&profile.id), profile, set)).collect_view().into_any()
}

fn profile_box(first: bool, profile: ProfileChoice, set: Callback<(String, bool)>) -> AnyView {
    let ticked = RwSignal::new(first);
    let (html_id, sent) = (format!("profile-{}", profile.id), profile.id.clone());
    let hint = hint(&profile.levels);
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            set.run((profile.id.clone(), now));
        }
        now
    });
    view! { <Checkbox name="profile" sent=sent id=html_id label=profile.name value=ticked hint=hint /> }.into_any()
}

fn hint(levels: &Levels) -> String {
    let open = words(levels);
    if open.len() > 5 { format!("{} and {} more", open[..4].join(", "), open.len() - 4) } else { open.join(", ") }
}
